package app

import (
	"archbot/adapters/discord"
	"archbot/adapters/slack"
	"archbot/internal/config"
)

// slackSet reports whether Slack is set up, or half of it.
func slackSet(s config.Settings) bool {
	return s.SlackBotToken+s.SlackAppToken+s.SlackSigningSecret != ""
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
	if c.BotToken == "" {
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
	return slack.Config{
		Bot: a.Bot, Log: a.log, BotToken: s.SlackBotToken.Reveal(), AppToken: s.SlackAppToken.Reveal(),
		SigningSecret: s.SlackSigningSecret.Reveal(), APIURL: s.SlackAPIURL,
	}
}

func slackServed(c slack.Config, adapter *slack.Adapter) served {
	s := served{name: "Slack", platform: adapter}
	switch {
	case c.SigningSecret == "":
		s.how = "by Socket Mode"
	case c.AppToken == "":
		s.how, s.path = "over HTTP", slack.PathPrefix
	default:
		s.how, s.path = "by Socket Mode and over HTTP", slack.PathPrefix
	}
	return s
}
