package main

import (
	"fmt"
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
	o := app.DefaultCheckOptions()
	cmd := &cobra.Command{
		Use:   "check [FILE|URL]",
		Short: "Say what is wrong with a list, where, and what to do",
		Long: `Say what is wrong with a list, where, and what to do. The exit status is 1 when
there are errors, 0 when there are only warnings, 2 when it is no list at all.
Without a FILE or URL it is the list of the settings; - is standard input.

With --links it visits every link as well, and says which are

  dead         404, 410, or a name that does not exist; the exit status is 1
  moved        redirected for good, with the address to write instead
  certificate  not to be trusted: expired, for another name, signed by nobody
  slow         there, but only after the time of --slow
  unknown      no telling: 403, 429, 5xx, no connection, no answer in time, or an
               address that is not public (--allow-private visits those too)

A host is asked one thing at a time, with a pause before the next, so hundreds of
links on one host take some minutes. Ctrl-C stops at once and prints what was
found so far; the exit status is 130 then.`,
		Example: `  archbot list check my-list.md
  archbot list check --json my-list.md
  git show HEAD:README.md | archbot list check -
  archbot list check --links my-list.md
  archbot list check --links --json my-list.md | jq '.links.findings[] | select(.verdict == "dead")'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range visitFlags {
				if cmd.Flags().Changed(name) && !o.Links {
					return fmt.Errorf("--%s says how to visit links, and there is no --links", name)
				}
			}
			return p.CheckList(cmd.Context(), strings.Join(args, ""), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.JSON, "json", false, "print the counts and the problems as JSON")
	flags.BoolVar(&o.Links, "links", false, "visit every link, and say which are dead")
	flags.IntVar(&o.Visit.Concurrency, "concurrency", o.Visit.Concurrency, "with --links: how many `hosts` are asked at one time")
	flags.DurationVar(&o.Visit.Pause, "pause", o.Visit.Pause, "with --links: the `time` between two requests to one host")
	flags.DurationVar(&o.Visit.Timeout, "timeout", o.Visit.Timeout, "with --links: the `time` that one request may take")
	flags.DurationVar(&o.Visit.Slow, "slow", o.Visit.Slow, "with --links: the `time` after which an answer is slow")
	flags.IntVar(&o.Visit.Retries, "retries", o.Visit.Retries, "with --links: how many `times` to try again what may pass")
	return cmd
}

// visitFlags are of use with --links only.
var visitFlags = []string{"concurrency", "pause", "timeout", "slow", "retries"}
