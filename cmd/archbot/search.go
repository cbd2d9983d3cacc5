package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newSearch(p *app.Program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "search QUERY…",
		Short: "Find topics and resources",
		Long: `Find topics and resources. Say it in your own words; small typos do not
matter. The exit status is 1 when the list has nothing for it.`,
		Example: `  archbot search circuit breaking
  archbot search "how do I sign transactions offline?"
  archbot search --json crypto wallets | jq '.topics[].id'
  archbot search -- --words-that-look-like-flags`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.Search(cmd.Context(), args, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the answer as JSON")
	return cmd
}
