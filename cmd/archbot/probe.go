package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newProbe(p *app.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "probe [healthz|readyz]",
		Short: "Ask the serve on this machine whether it is alive, or ready",
		Long: `Ask the serve that listens on ARCHBOT_ADDR on this machine whether it is alive
(healthz, which is the default) or ready (readyz), and print its answer. The exit
status is 1 when it is not. It is what a container asks with, where there is no curl.`,
		Example: `  archbot probe
  archbot probe readyz`,
		ValidArgs: []string{"healthz", "readyz"},
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.Probe(cmd.Context(), "/"+append(args, "healthz")[0])
		},
	}
}
