package app

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"archbot/adapters/discord"
	"archbot/adapters/terminal"
	"archbot/internal/checkup"
)

// discordOn reports whether the settings set Discord up.
func (a *App) discordOn() bool {
	s := a.options.Settings
	return s.DiscordToken.Reveal()+s.DiscordPublicKey != ""
}

func (a *App) discordConfig() discord.Config {
	s := a.options.Settings
	c := discord.Config{
		Log: a.log, Token: s.DiscordToken.Reveal(), PublicKey: s.DiscordPublicKey, URL: s.DiscordAPIURL,
		Leases: a.leases, Transport: a.outgoing,
	}
	if a.observed != nil {
		c.Failed = a.observed.platformFailed(string(discord.Platform))
		c.Begin, c.Transport = a.observed.began(string(discord.Platform)), a.observed.transport(string(discord.Platform), a.outgoing)
	}
	if a.Bot != nil {
		c.Bot = a.Bot
	}
	if a.State != nil {
		c.State = a.State
	}
	return c
}

// discordServed is Discord as serve runs it.
func (a *App) discordServed() (served, error) {
	c := a.discordConfig()
	adapter, err := discord.New(c)
	if err != nil {
		return served{}, err
	}
	a.discordPosts(adapter)
	s := served{key: string(discord.Platform), name: "Discord", platform: adapter}
	switch {
	case c.PublicKey == "":
		s.how = "by the Gateway"
	case c.Token == "":
		s.how, s.path = "over HTTP, without direct messages and mentions", discord.PathPrefix
	default:
		s.how, s.path = "by the Gateway and over HTTP", discord.PathPrefix
	}
	return s, nil
}

// discordPosts has digests delivered through an adapter that can post.
func (a *App) discordPosts(adapter *discord.Adapter) {
	if a.options.Settings.DiscordToken.Reveal() != "" {
		a.Senders.Add(string(discord.Platform), adapter.Digests())
	}
}

// How long lies between two attempts to register; it doubles.
const (
	registerWait     = 2 * time.Second
	lastRegisterWait = 2 * time.Minute
)

// register registers Discord's commands beside what serve does, once for all replicas,
// and goes on trying while Discord cannot be reached; stop ends that.
func (a *App) register(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		adapter, err := discord.New(a.discordConfig())
		if err != nil {
			a.log.Error("Discord's commands are not registered", "error", err)
			return
		}
		r, err := adapter.RegisterOnce(ctx)
		for wait := registerWait; err != nil && ctx.Err() == nil; wait = min(2*wait, lastRegisterWait) {
			if wait == registerWait {
				a.log.Warn("Discord's commands cannot be registered; it is tried again", "error", err)
			}
			select {
			case <-time.After(wait):
				r, err = adapter.Register(ctx, "", true) // it is this one's turn already
			case <-ctx.Done():
			}
		}
		if r.Written {
			a.log.Info("Discord's commands were registered", "changes", strings.Join(r.Changes, "; "))
		}
	})
	return func() { cancel(); work.Wait() }
}

// divided tells channels of Discord, whose ids are numbers, from those of Slack. Where
// one platform alone is set up, all are its.
func (a *App) divided(channels []string) (slack, discord []string) {
	switch {
	case !a.discordOn():
		return channels, nil
	case !slackSet(a.options.Settings):
		return nil, channels
	}
	for _, c := range channels {
		if strings.Trim(c, "0123456789") == "" {
			discord = append(discord, c)
		} else {
			slack = append(slack, c)
		}
	}
	return slack, discord
}

func (a *App) checkDiscord(ctx context.Context, channels []string) []checkup.Finding {
	if !a.discordOn() {
		return []checkup.Finding{{Part: "Discord", Verdict: checkup.Off, Text: "No token is set."}}
	}
	adapter, err := discord.New(a.discordConfig())
	if err != nil {
		return []checkup.Finding{{Part: "Discord", Verdict: checkup.Wrong, Text: "It is half set up.", Mend: err.Error() + "."}}
	}
	return adapter.Checkup(ctx, channels)
}

// RegisterOptions are the flags of Register.
type RegisterOptions struct {
	Guild string // only for that server, where the commands are there at once
	Dry   bool   // show the difference, and leave it
}

// Register shows how the commands that Discord has differ from those that the bot
// declares, makes it good, and prints the link that invites the bot.
func (p *Program) Register(ctx context.Context, o RegisterOptions) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	a, err := New(Options{Settings: settings, Logs: p.Err})
	if err != nil {
		return failed(ctx, err)
	}
	adapter, err := discord.New(a.discordConfig())
	if err != nil {
		return failed(ctx, err)
	}
	look, err := adapter.Register(ctx, o.Guild, false)
	if err != nil {
		return failed(ctx, err)
	}
	if _, err := fmt.Fprint(p.Out, registration(look, o.Dry)); err != nil {
		return failed(ctx, err)
	}
	if o.Dry || len(look.Changes) == 0 {
		return nil
	}
	if _, err := adapter.Register(ctx, o.Guild, true); err != nil {
		return failed(ctx, err)
	}
	_, err = fmt.Fprintln(p.Out, "Done.")
	return err
}

// registration says what Register found.
func registration(r discord.Registration, dry bool) string {
	var b strings.Builder
	switch {
	case len(r.Changes) == 0:
		b.WriteString("The commands are registered as they are declared.\n")
	case dry:
		b.WriteString("The commands differ in this, and stay as they are:\n")
	default:
		b.WriteString("The commands differ in this, and are written anew:\n")
	}
	for _, c := range r.Changes {
		b.WriteString("  " + terminal.Clean(c) + "\n")
	}
	fmt.Fprintf(&b, "\nInvite the bot with\n  %s\nIt asks for:\n", r.Invite)
	for _, one := range discord.Permissions() {
		fmt.Fprintf(&b, "  %-24s  %s\n", one.Name, one.Why)
	}
	return b.String()
}
