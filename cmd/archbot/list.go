package main

import (
	"strings"

	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newList(p *app.Program) *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "Look at a list with the bot's eyes: dump, check",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	list.AddCommand(newListDump(p), newListCheck(p))
	return list
}

func newListDump(p *app.Program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "dump [FILE|URL]",
		Short: "Show what the bot sees in a list",
		Long: `Show what the bot sees in a list: topics, resources, entries without a link.
Without a FILE or URL it is the list of the settings; - is standard input.`,
		Example: `  archbot list dump
  archbot list dump --json my-list.md | jq '.resources | length'
  archbot list dump https://github.com/sindresorhus/awesome`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.DumpList(cmd.Context(), strings.Join(args, ""), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print title, topics, resources, items and problems as JSON")
	return cmd
}

func newListCheck(p *app.Program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [FILE|URL]",
		Short: "Say what is wrong with a list, where, and what to do",
		Long: `Say what is wrong with a list, where, and what to do. The exit status is 1 when
there are errors, 0 when there are only warnings, 2 when it is no list at all.
Without a FILE or URL it is the list of the settings; - is standard input.`,
		Example: `  archbot list check my-list.md
  archbot list check --json my-list.md
  git show HEAD:README.md | archbot list check -`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.CheckList(cmd.Context(), strings.Join(args, ""), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the counts and the problems as JSON")
	return cmd
}
