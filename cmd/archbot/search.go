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
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.JSON, "json", false, "print the answer as JSON")
	flags.BoolVar(&o.Explain, "explain", false, "say how each word was found")
	options := app.OptionFlags(flags, "search")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.Options = options()
		return p.Search(cmd.Context(), args, o)
	}
	return cmd
}
