package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newWorkspaces(p *app.Program) *cobra.Command {
	var asJSON bool
	workspaces := &cobra.Command{
		Use:   "workspaces",
		Short: "List the workspaces that have installed the app in Slack: remove, export, reencrypt",
		Long: `List the workspaces that have installed the app in Slack, with who installed it
when, what scopes are missing, and why one is not answered. Tokens are never shown.
It needs the settings that serve has: SLACK_CLIENT_ID and what goes with it, ARCHBOT_KEY,
and the state; on a file, serve must not be running.`,
		Example: `  archbot workspaces
  archbot workspaces --json | jq '.[] | select(.trouble)'
  archbot workspaces remove T024BE7LD`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.Workspaces(cmd.Context(), asJSON) },
	}
	workspaces.Flags().BoolVar(&asJSON, "json", false, "print them as JSON")
	workspaces.AddCommand(newWorkspacesRemove(p), newWorkspacesExport(p), newWorkspacesReencrypt(p))
	return workspaces
}

func newWorkspacesRemove(p *app.Program) *cobra.Command {
	var forced bool
	cmd := &cobra.Command{
		Use:   "remove ID",
		Short: "Take the app out of a workspace, and erase all that is kept of it",
		Long: `Take the app out of a workspace, and erase all that is kept of it: tokens,
conversations, reading lists, buttons. Where Slack cannot be reached nothing is erased,
unless it is forced: then the app stays in the workspace without an answer.`,
		Example: `  archbot workspaces remove T024BE7LD`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.RemoveWorkspace(cmd.Context(), args[0], forced)
		},
	}
	cmd.Flags().BoolVar(&forced, "force", false, "erase without asking Slack to take the app out")
	return cmd
}

func newWorkspacesExport(p *app.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "export ID",
		Short: "Print all that is kept of a workspace but its tokens, as JSON",
		Long: `Print all that is kept of a workspace but its tokens, as JSON: who installed the app
when, what conversations are about (c:CHANNEL:THREAD), what buttons stand for (t:…), and
reading lists (s:USER). The exit status is 1 where nothing is kept.`,
		Example: `  archbot workspaces export T024BE7LD >t024be7ld.json`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.ExportWorkspace(cmd.Context(), args[0]) },
	}
}

func newWorkspacesReencrypt(p *app.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "reencrypt",
		Short: "Encrypt the tokens of all workspaces with the first key of ARCHBOT_KEY",
		Long: `Encrypt the tokens of all workspaces with the first key of ARCHBOT_KEY, while serve
runs. To change the key without a moment in which something cannot be read: set OLD,NEW
for all processes, then NEW,OLD, run this, then leave OLD out.`,
		Example: `  ARCHBOT_KEY=NEW,OLD archbot workspaces reencrypt`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.ReencryptWorkspaces(cmd.Context()) },
	}
}
