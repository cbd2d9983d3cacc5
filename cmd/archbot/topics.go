package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newTopics(p *app.Program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "topics [TOPIC]",
		Short: "Show what the list covers, or one topic of it",
		Long: `Show the top of the tree, or one topic: its place, what is below it, its
resources. A topic is named by its title, by its place and title, or by its id.`,
		Example: `  archbot topics
  archbot topics cloud native
  archbot topics cloud-native/microservices
  archbot topics --json fintech`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.Topics(cmd.Context(), args, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the answer as JSON")
	return cmd
}
