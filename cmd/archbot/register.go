package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newRegister(p *app.Program) *cobra.Command {
	var o app.RegisterOptions
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Register the commands at Discord, and print the invite link",
		Long: `Compare the commands that Discord has with those that this archbot declares, show
the difference and make it good. DISCORD_TOKEN says which bot. It also prints the
link that invites the bot to a server, with what it asks for there and why.`,
		Example: `  DISCORD_TOKEN=… archbot register
  archbot register --dry-run
  archbot register --guild 613425648685547541`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.Register(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Guild, "guild", "", "register for the server with this `ID` alone, to try them out")
	flags.BoolVar(&o.Dry, "dry-run", false, "show the difference, and leave it")
	return cmd
}
