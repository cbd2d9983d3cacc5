package app

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"archbot/adapters/terminal"
)

// errNoPlatform tells who has no token yet how to get one
// (https://docs.slack.dev/app-manifests, https://docs.discord.com/developers/quick-start/getting-started).
var errNoPlatform = &Error{
	Status: statusUsage,
	Err:    errors.New("no platform is set up"),
	Hint: `Slack: paste what archbot manifest prints at https://api.slack.com/apps, under Create New
App, From a manifest. Then set SLACK_BOT_TOKEN, from OAuth & Permissions, and
SLACK_APP_TOKEN, from Basic Information, App-Level Tokens.
Discord: make an application at https://discord.com/developers/applications. Then set
DISCORD_TOKEN, from Bot, Reset Token, and archbot register prints the link that invites it.
Without any token: archbot chat. Whether all is right: archbot doctor.`,
}

// started tells whoever started serve what is on, what is off, and why.
func (p *Program) started(a *App) func(at net.Addr, platforms []served) {
	return func(at net.Addr, platforms []served) {
		for _, line := range append(a.parts(platforms), fmt.Sprintf("Listening on %s. Ctrl-C stops.", at)) {
			fmt.Fprintln(p.Err, terminal.Clean(line))
		}
	}
}

// parts says of each part whether it is on.
func (a *App) parts(platforms []served) []string {
	lines := []string{
		part("Slack", "neither SLACK_BOT_TOKEN nor SLACK_CLIENT_ID is set", platforms),
		part("Discord", "neither DISCORD_TOKEN nor DISCORD_PUBLIC_KEY is set", platforms),
	}
	c := a.loader.Current().Catalog
	shown := strings.Join(a.listOf(a.loader.Current(), nil).Names, ", ")
	return append(lines,
		fmt.Sprintf("Lists: %s (topics: %d, resources: %d).", shown, len(c.Topics), len(c.Resources)),
		"State: "+a.keptIn+".",
		a.digestPart(platforms),
		a.privatePart(),
	)
}

// part is what there is to say of a platform.
func part(name, why string, platforms []served) string {
	for _, s := range platforms {
		if s.name == name {
			return name + ": on, " + s.how + "."
		}
	}
	return name + ": off, as " + why + "."
}

// digestPart says where digests are posted, and where they cannot be.
func (a *App) digestPart(platforms []served) string {
	var on, off []string
	for _, s := range platforms {
		if _, ok := a.Senders.Of(s.key); ok {
			on = append(on, s.name)
		} else {
			off = append(off, s.name)
		}
	}
	var what []string
	if len(on) > 0 {
		what = append(what, "on, in "+strings.Join(on, " and "))
	}
	if len(off) > 0 {
		what = append(what, "off in "+strings.Join(off, " and ")+", which needs DISCORD_TOKEN for them")
	}
	return "Digests: " + strings.Join(what, "; ") + "."
}

// privatePart says where those who run the bot see how it does.
func (a *App) privatePart() string {
	if a.observed.private == nil {
		return "Metrics and profiles: off, as ARCHBOT_PRIVATE_ADDR is not set."
	}
	return fmt.Sprintf("Metrics and profiles: on %s.", a.observed.private)
}
