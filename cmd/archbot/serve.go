package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newServe(p *app.Program) *cobra.Command {
	var o app.ServeOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the bot on every platform that is set up",
		Long: `Run the bot on every platform that is set up, until Ctrl-C or SIGTERM; then it
finishes what it has begun, for as long as ARCHBOT_DRAIN says; a second signal ends it
at once.

Slack: set SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for Socket Mode, which needs no
public address, or SLACK_SIGNING_SECRET for HTTP, or both. archbot manifest prints
what the app is made from, archbot doctor says whether all of it is right. For any
number of workspaces that install the app, set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET,
ARCHBOT_URL and ARCHBOT_KEY in place of SLACK_BOT_TOKEN.

Discord: set DISCORD_TOKEN for the Gateway, which needs no public address, and
DISCORD_PUBLIC_KEY as well for interactions over HTTP. archbot register prints the
link that invites the bot.

ARCHBOT_ADDR is where it listens; /healthz answers when the process is alive, and
/readyz when it wants requests. ARCHBOT_PRIVATE_ADDR is where it also shows metrics
for Prometheus and profiles.`,
		Example: `  SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… archbot serve
  REDIS_URL=redis://localhost ARCHBOT_ADDR=:8080 archbot serve`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.Serve(cmd.Context(), o) },
	}
	cmd.Flags().BoolVar(&o.Register, "register", false, "register Discord's commands as well, where they differ; one replica does it for all")
	return cmd
}
