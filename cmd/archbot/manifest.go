package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newManifest(p *app.Program) *cobra.Command {
	var o app.ManifestOptions
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Print the manifest that Slack makes the app from",
		Long: `Print the manifest that Slack makes the app from, for Socket Mode, or with --address
for HTTP. Paste it at https://api.slack.com/apps under Create New App, From a
manifest; for an app that exists, under App Manifest.`,
		Example: `  archbot manifest
  archbot manifest --address https://bot.example.com
  archbot manifest --address https://bot.example.com --many
  archbot manifest --reasons`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.Manifest(o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Address, "address", "", "the `URL` under which Slack reaches serve, for HTTP; empty for Socket Mode")
	flags.StringVar(&o.View, "view", "agent", "the `VIEW` that Slack shows the bot in: agent, or assistant for workspaces that do not have it yet")
	flags.BoolVar(&o.Many, "many", false, "for an app that any workspace installs, at the address and /slack/install")
	flags.BoolVar(&o.Reasons, "reasons", false, "print what the app asks for, each with its reason, instead")
	return cmd
}
