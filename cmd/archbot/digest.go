package main

import (
	"github.com/spf13/cobra"

	"archbot/internal/app"
)

func newDigest(p *app.Program) *cobra.Command {
	digest := &cobra.Command{
		Use:   "digest",
		Short: "Deliver digests, or see an edition: tick, preview",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	digest.AddCommand(newDigestTick(p), newDigestPreview(p))
	return digest
}

func newDigestTick(p *app.Program) *cobra.Command {
	o := app.DefaultTick
	cmd := &cobra.Command{
		Use:   "tick",
		Short: "Deliver the editions that are due, and end",
		Long: `Deliver the editions of digests that are due, and end: for a scheduler of your own,
where no bot is running. Each edition is delivered once, however many ticks there are at
the same time, and whether or not a bot is running besides. Digests of a terminal are
printed here.`,
		Example: `  archbot digest tick
  archbot digest tick --at "2026-11-30 09:00"
  */10 * * * * archbot digest tick   # in a crontab`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.DigestTick(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.At, "at", o.At, "what `time` to take it to be: 2026-11-30 09:00, or with a zone 2026-11-30T09:00:00+01:00")
	flags.DurationVar(&o.For, "for", o.For, "how long it may go on where there is very much to deliver")
	return cmd
}

func newDigestPreview(p *app.Program) *cobra.Command {
	var o app.SearchOptions
	var at string
	cmd := &cobra.Command{
		Use:   "preview [TOPIC]",
		Short: "Show what an edition would be",
		Long: `Show what the first edition of a digest on a TOPIC would be; without one, the next
edition of the digest in this terminal. For the same list, state and day it is the same.
--explain says of each resource why it is there.`,
		Example: `  archbot digest preview --explain circuit breaking
  archbot digest preview --kind video --count 3 --at 2026-11-30 caching`,
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.JSON, "json", false, "print the edition as JSON")
	flags.BoolVar(&o.Explain, "explain", false, "say of each resource why it is there")
	flags.StringVar(&at, "at", "", "what `day` to take it to be")
	options := app.OptionFlags(flags, "digest preview", "explain")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.Options = options()
		return p.DigestPreview(cmd.Context(), args, o, at)
	}
	return cmd
}
