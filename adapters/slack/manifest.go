package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// Reason is something that the bot asks Slack for, with what it is for.
type Reason struct {
	Name string
	Why  string
}

// Scopes are all that the bot asks for
// (https://docs.slack.dev/reference/scopes).
func Scopes() []Reason {
	return []Reason{
		{"commands", "the slash command, the shortcuts and the menus"},
		{"chat:write", "answers in channels and direct messages that the bot is in"},
		{"app_mentions:read", "questions in a channel, to the bot by name"},
		{"assistant:write", "a place beside other agents, where questions are asked in threads"},
		{"im:history", "questions in direct messages"},
		{"im:write", "to tell somebody in private what could not be said in a channel"},
		{"channels:history", "to go on in a thread of a channel without being named each time, and to look whether something was posted before it is posted again"},
		{"groups:history", "the same in private channels"},
		{"channels:read", "to introduce itself where it is added, and to tell who made a channel"},
		{"groups:read", "the same for private channels"},
		{"users:read", "to tell who administers the workspace"},
	}
}

// Events are the events that the bot takes in, each with its reason
// (https://docs.slack.dev/reference/events).
func Events() []Reason {
	return []Reason{
		{"app_home_opened", "keeps the App Home up to date"},
		{"app_mention", "questions in a channel"},
		{"app_uninstalled", "the end of an installation"},
		{"member_joined_channel", "the introduction to a channel"},
		{"message.channels", "a thread that goes on without the bot's name"},
		{"message.groups", "the same in private channels"},
		{"message.im", "questions in direct messages"},
		{"tokens_revoked", "the end of an installation"},
	}
}

// EventsOf are the events of an app with that view: the one before today's tells by
// itself that somebody opens it.
func EventsOf(v View) []Reason {
	if v != AssistantView {
		return Events()
	}
	all := append(Events(), Reason{"assistant_thread_started", "suggestions of what to ask, when somebody opens the pane"})
	slices.SortFunc(all, func(a, b Reason) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// View is where Slack shows the bot to one person.
type View string

// The views. Slack takes one of them: agent_view is today's, assistant_view the one
// before (https://docs.slack.dev/reference/app-manifest).
const (
	AgentView     View = "agent"
	AssistantView View = "assistant"
	NoView        View = "none" // plain direct messages; no manifest is made for that
)

// botName is what the manifest calls the bot, and people mention.
const botName = "archbot"

// ManifestOptions are what a manifest may differ in.
type ManifestOptions struct {
	// Address is where Slack posts to, such as https://bot.example.com; empty for Socket
	// Mode, which needs none.
	Address string
	View    View // AgentView where empty
	// Workspaces says that any workspace may install the app by OAuth, at Address, with
	// tokens that rotate.
	Workspaces bool
}

// manifest is the library's, with a switch written out that it leaves out when off.
type manifest struct {
	slack.Manifest
	Features features `json:"features"`
}

type features struct {
	slack.Features
	AppHome appHome `json:"app_home"`
}

// appHome says that people may write to the bot: ReadOnly is never left to Slack's
// default, as it is what makes "Sending messages to this app has been turned off".
type appHome struct {
	Home     bool `json:"home_tab_enabled"`
	Messages bool `json:"messages_tab_enabled"`
	ReadOnly bool `json:"messages_tab_read_only_enabled"`
}

// Manifest returns what Slack makes the app from, as indented JSON: everything in it
// comes from the declarations of commands, scopes and events here and in bot.
func Manifest(o ManifestOptions) ([]byte, error) {
	const about = "Recommends resources on software architecture from a curated list."
	at := func(path string) string {
		if o.Address == "" {
			return ""
		}
		return strings.TrimSuffix(o.Address, "/") + path
	}
	m := manifest{Manifest: slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 2},
		Display: slack.Display{
			Name: botName, Description: about, BackgroundColor: "#1d3557", LongDescription: longDescription(),
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: namesOf(Scopes())}},
		Settings: slack.Settings{
			EventSubscriptions: &slack.EventSubscriptions{RequestUrl: at(PathEvents), BotEvents: namesOf(EventsOf(o.View))},
			Interactivity:      &slack.Interactivity{IsEnabled: true, RequestUrl: at(PathInteractivity), MessageMenuOptionsUrl: at(PathInteractivity)},
			SocketModeEnabled:  o.Address == "",
		},
	}}
	if o.Workspaces {
		if o.Address == "" {
			return nil, errors.New("workspaces install the app at an address: say which")
		}
		m.OAuthConfig.RedirectUrls, m.Settings.TokenRotationEnabled = []string{at(PathOAuth)}, true
	}
	m.Features = features{Features: offered(at(PathCommands)), AppHome: appHome{Home: true, Messages: true}}
	switch o.View {
	case AgentView, "":
		m.Features.AgentView = &slack.AgentView{AgentDescription: about}
	case AssistantView:
		m.Features.AssistantView = &slack.AssistantView{AssistantDescription: about}
	default:
		return nil, fmt.Errorf("there is no view %q: it is %s or %s", o.View, AgentView, AssistantView)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// offered are the ways to the bot that people see; commands go to an address.
func offered(commands string) slack.Features {
	return slack.Features{
		BotUser: slack.BotUser{DisplayName: botName, AlwaysOnline: true},
		Shortcuts: []slack.Shortcut{
			{Name: "Find resources for this", CallbackID: shortcutFind, Description: "Recommend what the message is about", Type: slack.MessageShortcut},
			{Name: "Search for resources", CallbackID: shortcutSearch, Description: "Open a search form", Type: slack.GlobalShortcut},
		},
		SlashCommands: []slack.ManifestSlashCommand{{
			Command: DefaultCommand, Description: "Find resources on software architecture",
			UsageHint: usageHint(), ShouldEscape: true, Url: commands,
		}},
	}
}

func namesOf(all []Reason) []string {
	var out []string
	for _, r := range all {
		out = append(out, r.Name)
	}
	return out
}

// longDescription says in the app's directory what each command does.
func longDescription() string {
	var b strings.Builder
	b.WriteString("archbot recommends articles, videos, papers, patterns and books on software architecture, from a list that people curate. " +
		"Ask it in a direct message, mention it in a channel, or type:\n")
	for _, c := range bot.Commands() {
		fmt.Fprintf(&b, "\n- %s %s: %s", DefaultCommand, c.Name, c.Summary)
	}
	b.WriteString("\n\nOnly you see the answer to a command, until you share it.")
	return b.String()
}

// usageHint shows the commands that most people need, as they are declared.
func usageHint() string {
	var shown []string
	for _, c := range bot.Commands() {
		switch c.Name {
		case "search", "topic", "help":
			shown = append(shown, c.Usage())
		}
	}
	return strings.Join(shown, " | ")
}
