// Archbot recommends software-architecture resources out of a curated list.
//
// This package declares the command line: one file a subcommand, with its flags,
// its help and nothing else. What a subcommand does is in internal/app.
package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := app.Interruptible(context.Background())
	defer stop()
	p := app.NewProgram()
	root := newRoot(p)
	root.SetArgs(args)
	used, err := root.ExecuteContextC(ctx)
	return p.Exit(used.CommandPath(), err)
}

func newRoot(p *app.Program) *cobra.Command {
	root := &cobra.Command{
		Use:   "archbot",
		Short: "Recommend software-architecture resources out of a curated list",
		Long: `archbot recommends software-architecture resources out of a curated list.

Every setting is an environment variable, a flag of the same name, and a line in
the file that --config names; the flag wins, then the variable. A secret may be in
a file of its own: SLACK_BOT_TOKEN_FILE names one for SLACK_BOT_TOKEN, and so on,
as flags are seen by everybody on the machine.

Exit status: 0 when there is an answer, 1 when nothing was found, 2 for wrong usage
or when something could not be done.`,
		Example: `  archbot search circuit breaking
  archbot topics cloud native
  archbot chat
  ARCHBOT_LIST=embedded,my-list.md archbot topics`,
		Version:       app.Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	p.AddFlags(root.PersistentFlags())
	root.AddCommand(
		newChat(p), newSearch(p), newTopics(p), newList(p), newDigest(p), newEval(p), newServe(p), newDoctor(p), newManifest(p), newRegister(p), newProbe(p),
		newWorkspaces(p),
	)
	return root
}
