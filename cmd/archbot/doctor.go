package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newDoctor(p *app.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor [CHANNEL...]",
		Short: "Say what works, what does not, and what to do",
		Long: `Look at the list, the state, and every platform that is set up: tokens, scopes,
how deliveries come, the clock. A CHANNEL is the id of one that the bot should be
in. The exit status is 1 when something does not work.`,
		Example: `  archbot doctor
  archbot doctor C024BE91L`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.Doctor(cmd.Context(), args) },
	}
}
