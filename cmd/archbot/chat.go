package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newChat(p *app.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "chat",
		Short: "Talk to the bot in this terminal",
		Long: `Talk to the bot in this terminal: no token, no server.

All commands work here: help lists them. What can be done with an answer is
numbered; type the number. What you save is kept in Redis or in a local file.

Tab completes commands and topics, the arrow keys go through what you asked
before, Ctrl-C drops what you typed and leaves on an empty line, Ctrl-D leaves.
On a pipe every line is answered, and the conversation ends with the input.`,
		Example: `  archbot chat
  printf 'circuit breaking\ntopics fintech\n' | archbot chat`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.Chat(cmd.Context()) },
	}
}
