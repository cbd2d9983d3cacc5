package app

import (
	"context"
	"strings"

	"archbot/adapters/discord"
	"archbot/adapters/slack"
	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/digest"
)

// slackSet reports whether Slack is set up, or half of it.
func slackSet(s config.Settings) bool {
	return string(s.SlackBotToken+s.SlackAppToken+s.SlackSigningSecret+s.SlackClientSecret)+s.SlackClientID != ""
}

// platforms are those that the settings set up, around the Bot, which is there from
// Start on; digests are delivered through them from then on. An error is half a set-up.
func (a *App) platforms() ([]served, error) {
	var on []served
	if slackSet(a.options.Settings) {
		adapter, err := slack.New(a.slackConfig())
		if err != nil {
			return nil, err
		}
		a.Senders.Add(string(slack.Platform), adapter.Digests())
		on = append(on, slackServed(a.slackConfig(), adapter))
	}
	if a.discordOn() {
		s, err := a.discordServed()
		if err != nil {
			return nil, err
		}
		on = append(on, s)
	}
	return on, nil
}

// posting has digests delivered through the platforms that the settings name, which
// takes less than to receive from them.
func (a *App) posting() error {
	if a.discordOn() {
		adapter, err := discord.New(a.discordConfig())
		if err != nil {
			return err
		}
		a.discordPosts(adapter)
	}
	c := a.slackConfig()
	if c.BotToken+c.ClientID == "" {
		return nil
	}
	c.PostsOnly = true
	adapter, err := slack.New(c)
	if err != nil {
		return err
	}
	a.Senders.Add(string(slack.Platform), adapter.Digests())
	return nil
}

func (a *App) slackConfig() slack.Config {
	s := a.options.Settings
	c := slack.Config{
		Bot: a.Bot, Log: a.log, BotToken: s.SlackBotToken.Reveal(), AppToken: s.SlackAppToken.Reveal(),
		SigningSecret: s.SlackSigningSecret.Reveal(), APIURL: s.SlackAPIURL,
		ClientID: s.SlackClientID, ClientSecret: s.SlackClientSecret.Reveal(), PKCE: s.SlackPKCE,
		Address: s.URL, Keys: s.ButtonKeys(), View: slack.View(s.SlackView),
		DrainTime: never(s.Drain), Transport: a.outgoing,
	}
	if a.observed != nil {
		c.Failed = a.observed.platformFailed(string(slack.Platform))
		c.Begin, c.Transport = a.observed.began(string(slack.Platform)), a.observed.transport(string(slack.Platform), a.outgoing)
	}
	if a.State != nil {
		c.Installations, c.Events, c.Ended = a.State, a.State, a.workspaceEnded
	}
	return c
}

// workspaceEnded pauses the digests of a workspace that has left, and erases what is
// kept of it besides.
func (a *App) workspaceEnded(ctx context.Context, s bot.Scope) error {
	if a.Digests != nil {
		p := digest.Place{Platform: string(s.Platform), Workspace: string(s.Workspace)}
		if err := a.Digests.StopWorkspace(ctx, p, "The app was taken out of the workspace."); err != nil {
			return err
		}
	}
	return a.State.ForgetScope(ctx, s)
}

func slackServed(c slack.Config, adapter *slack.Adapter) served {
	s := served{key: string(slack.Platform), name: "Slack", platform: adapter}
	switch {
	case c.SigningSecret == "":
		s.how = "by Socket Mode"
	case c.AppToken == "":
		s.how, s.path = "over HTTP", slack.PathPrefix
	default:
		s.how, s.path = "by Socket Mode and over HTTP", slack.PathPrefix
	}
	if c.ClientID != "" {
		s.path = slack.PathPrefix
		s.how += "; workspaces install it at " + strings.TrimSuffix(c.Address, "/") + slack.PathInstall
	}
	return s
}
