package discord

import (
	"encoding/json"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
)

// asked are answers of the core, at least one of each kind.
func askedReplies(t testing.TB) map[string]bot.Reply {
	t.Helper()
	b := demoBot(t)
	ask := func(line string) bot.Reply { return b.Handle(t.Context(), typed(line)) }
	replies := map[string]bot.Reply{
		"found": ask("circuit breaking"), "found_video": ask("circuit breaking kind:video"), "nothing": ask("sourdough bread"),
		"tree": ask("topics"), "place": ask("topics microservices"), "choice": ask("topics caching"), "guide": ask("topic circuit breaking"),
		"ask": ask("ask how do I stop calls to a failing service?"), "random": ask("random"), "new": ask("new"),
		"saved_empty": ask("saved"), "save": ask("save https://martinfowler.com/bliki/CircuitBreaker.html"), "saved": ask("saved"),
		"confirm": ask("forget"), "unsave": ask("unsave Circuit Breaker"), "about": ask("about"), "help": ask("help"), "help_search": ask("help search"),
		"welcome": ask(""), "misuse": ask("search"), "misuse_option": ask("search caching kind:vidoe"),
		"stale": b.Handle(t.Context(), bot.Request{Platform: Platform, User: "300", Token: "old"}),
	}
	shown := typed("")
	shown.Command, shown.Options = "search", bot.Options{"query": "caching", "for": "301"}
	replies["addressed"] = b.Handle(t.Context(), shown)
	replies["away"] = demoBot(t, func(c *bot.Config) { c.State = nil }).Handle(t.Context(), typed("saved"))
	replies["talk"] = b.Handle(t.Context(), bot.Request{Platform: Platform, Channel: "201", User: "300", Surface: bot.SurfaceDirect, Text: "thanks, that helps"})
	replies["edition"] = bot.Reply{
		Kind: bot.Edition, For: bot.ToAll, Title: "Circuit breaking, no. 3", Text: "What is new, then what you have not seen.", Resources: replies["found"].Resources,
		Buttons: []bot.Button{{Kind: bot.ButtonTopic, Label: "More of this", Token: "topic"}},
	}
	replies["edition_details"] = bot.Reply{
		Kind: bot.Details, For: bot.ToAll, Title: "Circuit breaking · week 11 · details", Text: "More about the 5 resources of this edition.",
		Resources: replies["found"].Resources,
	}
	replies["digests"] = bot.Reply{
		Kind: bot.Digest, For: bot.ToOne, Text: "1 digest here.", Facts: []bot.Fact{{Name: "1. Circuit breaking", Value: "every Monday at 09:00 (Europe/Berlin), 3 resources; next on Mon 9 March"}},
		Notes: []bot.Note{{Kind: bot.NoteNext, Text: "More about one:", Commands: []string{"digest show 1"}}},
	}
	replies["limited"] = bot.Reply{Kind: bot.Limited, Text: "You ask faster than I may answer. Please try again in 4 seconds.", RetryAfter: 4 * time.Second}
	replies["failure"] = bot.Reply{Kind: bot.Failure, Text: "Sorry, something went wrong here."}
	replies["silent"] = bot.Reply{Kind: bot.Silent, Text: "This was answered before."}
	return replies
}

func TestRenderGolden(t *testing.T) {
	kinds := make(map[bot.ReplyKind]bool)
	for name, r := range askedReplies(t) {
		kinds[r.Kind] = true
		t.Run(name, func(t *testing.T) {
			m := render(renderOptions{Slash: true}, r)
			golden(t, "messages/"+name, m)
			holds(t, m)
		})
	}
	for _, k := range []bot.ReplyKind{
		bot.Found, bot.Nothing, bot.Tree, bot.Place, bot.Choice, bot.Guide, bot.Reading, bot.News, bot.Confirm, bot.Done, bot.About,
		bot.Help, bot.Misuse, bot.Stale, bot.Limited, bot.Away, bot.Failure, bot.Silent, bot.Talk, bot.Digest, bot.Edition, bot.Details,
	} {
		if !kinds[k] {
			t.Errorf("no golden file is of the kind %q", k)
		}
	}
}

// What a message is answered with names commands as they are written in messages.
func TestRenderInMessages(t *testing.T) {
	for _, name := range []string{"welcome", "nothing", "help"} {
		golden(t, "messages/"+name+"_message", render(renderOptions{}, askedReplies(t)[name]))
	}
}

func TestPlainGolden(t *testing.T) {
	m := plain(askedReplies(t)["found"])
	golden(t, "messages/found_plain", m)
	holds(t, m)
}

func TestModalGolden(t *testing.T) {
	modals := map[string]*modal{
		"recommend": recommend("301", &user{ID: "301", Name: "bob", Global: "Bob the *Builder* of very long names and longer ones"}),
		"form":      formModal(*askedReplies(t)["misuse"].Form),
	}
	for name, m := range modals {
		golden(t, "modals/"+name, m)
		if wrong := discordfake.CheckModal(asJSON(t, m)); len(wrong) > 0 {
			t.Errorf("%s: %q", name, wrong)
		}
	}
}

func TestCommandsGolden(t *testing.T) {
	golden(t, "commands", declarations())
	var all []map[string]any
	for _, c := range declarations() {
		all = append(all, asJSON(t, c))
	}
	if wrong := discordfake.CheckCommands(all); len(wrong) > 0 {
		t.Errorf("Discord refuses the commands: %q", wrong)
	}
}

// Every command of the core is here, and nothing is here that the core has not.
func TestCommandsAreTheCores(t *testing.T) {
	root := declarations()[0]
	for _, c := range bot.Commands() {
		found := false
		for _, sub := range root.Options {
			if sub.Name != c.Name {
				continue
			}
			found = true
			if len(sub.Options) != len(c.Options)+len(c.Subcommands) {
				t.Errorf("%s has %d options, and %d of the core's", c.Name, len(sub.Options), len(c.Options))
			}
			for i, inner := range c.Subcommands {
				if sub.Options[i].Name != inner.Name || len(sub.Options[i].Options) != len(inner.Options) {
					t.Errorf("%s is %s with %d options", inner.Path(), sub.Options[i].Name, len(sub.Options[i].Options))
				}
			}
		}
		if !found {
			t.Errorf("%s is no command on Discord", c.Name)
		}
	}
	if len(root.Options) != len(bot.Commands()) {
		t.Errorf("%d subcommands for %d commands", len(root.Options), len(bot.Commands()))
	}
}

func TestCompletionsGolden(t *testing.T) {
	b := demoBot(t)
	for name, r := range map[string]bot.Request{
		"empty": {Command: "search", Focus: "query"}, "topic": {Command: "search", Focus: "topic", Text: "ca"},
		"title": {Command: "save", Focus: "resource", Text: "断路"}, "command": {Command: "help", Focus: "command", Text: "s"},
	} {
		got := completions(b.Complete(t.Context(), r))
		golden(t, "completions/"+name, got)
		if wrong := discordfake.CheckChoices(asJSON(t, got.Data)); len(wrong) > 0 {
			t.Errorf("%s: %q", name, wrong)
		}
	}
}

// holds fails when Discord would refuse a message.
func holds(t testing.TB, m message) {
	t.Helper()
	if wrong := discordfake.CheckMessage(asJSON(t, m)); len(wrong) > 0 {
		t.Errorf("Discord refuses %s: %q", encode(t, m), wrong)
	}
}

// asJSON is a value as it is sent.
func asJSON(t testing.TB, v any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
