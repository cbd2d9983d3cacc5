package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newSearch(p *app.Program) *cobra.Command {
	var o app.SearchOptions
	cmd := &cobra.Command{
		Use:   "search QUERY…",
		Short: "Find topics and resources",
		Long: `Find topics and resources. Say it in your own words; small typos do not
matter. The exit status is 1 when the list has nothing for it.`,
		Example: `  archbot search circuit breaking
  archbot search "how do I sign transactions offline?"
  archbot search --kind video --year 2018- load balancing
  archbot search --explain kubernets scalling
  archbot search --json crypto wallets | jq '.topics[].id'
  archbot search -- --words-that-look-like-flags`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.Search(cmd.Context(), args, o) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.JSON, "json", false, "print the answer as JSON")
	flags.BoolVar(&o.Explain, "explain", false, "say how each word was found")
	flags.StringVar(&o.Kind, "kind", "", "resources of that kind alone, such as video")
	flags.StringVar(&o.Level, "level", "", "resources of that level alone, such as intro")
	flags.StringVar(&o.Year, "year", "", "resources of that year, or of years: 2018-2021, 2020-, -2020")
	flags.StringVar(&o.Topic, "topic", "", "only in that topic, named by title, place or id, and below it")
	flags.IntVar(&o.Page, "page", 1, "which page of the answer")
	return cmd
}
