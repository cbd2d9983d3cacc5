package bot_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

// Help, parser, completion and forms are made from the table, so an entry that is
// complete is all there is to a command.
func TestCommandsAreComplete(t *testing.T) {
	b := newBot(t, list)
	overview := ask(t, b, "help")
	for i, c := range bot.Commands() {
		if c.Name == "" || c.Summary == "" || c.Detail == "" || len(c.Examples) == 0 {
			t.Errorf("command %+v is not complete", c)
		}
		for _, o := range c.Options {
			if o.Name == "" || o.Help == "" || o.Type == "" {
				t.Errorf("option %+v of %s is not complete", o, c.Name)
			}
		}
		if !strings.HasPrefix(c.Examples[0], c.Name) {
			t.Errorf("example %q of %s does not show it", c.Examples[0], c.Name)
		}
		if first, _, _ := strings.Cut(overview.Commands[i].Synopsis, " "); first != c.Name {
			t.Errorf("help shows %q for %s", overview.Commands[i].Synopsis, c.Name)
		}
		page := ask(t, b, "help "+c.Name)
		if len(page.Commands) != 1+len(c.Subcommands) || page.Commands[0].Detail != c.Detail || len(page.Commands[0].Options) != len(c.Options) {
			t.Errorf("help %s shows %+v", c.Name, page.Commands)
		}
	}
}

// A subcommand is complete as a command is, and help explains it by its path.
func TestSubcommandsAreComplete(t *testing.T) {
	b := newBot(t, list)
	for _, c := range bot.Commands() {
		for _, sub := range c.Subcommands {
			path := c.Name + " " + sub.Name
			if sub.Path() != path || sub.Group != c.Name || sub.Summary == "" || sub.Detail == "" || len(sub.Subcommands) > 0 {
				t.Errorf("subcommand %+v is not complete", sub)
			}
			for _, example := range sub.Examples {
				if !strings.HasPrefix(example, path) {
					t.Errorf("example %q of %s does not show it", example, path)
				}
			}
			page := ask(t, b, "help "+path)
			if len(sub.Examples) == 0 || len(page.Commands) != 1 || page.Commands[0].Name != path || page.Commands[0].Detail != sub.Detail {
				t.Errorf("help %s shows %+v", path, page.Commands)
			}
		}
	}
}

// The table is the description that Slack's manifest and Discord's registration are
// made from, so it has to fit what they allow:
// https://discord.com/developers/docs/interactions/application-commands
func TestCommandsFitPlatforms(t *testing.T) {
	name := regexp.MustCompile(`^[-_a-z0-9]{1,32}$`)
	seen := make(map[string]bool)
	total := 0
	text := func(what, s string) {
		total += len(s)
		if n := utf8.RuneCountInString(s); n < 1 || n > 100 {
			t.Errorf("%s has %d characters: %q", what, n, s)
		}
	}
	var all []bot.Command
	for _, c := range bot.Commands() {
		all = append(append(all, c), c.Subcommands...)
		if len(c.Subcommands) > 25 {
			t.Errorf("%s has %d subcommands", c.Name, len(c.Subcommands))
		}
	}
	for _, c := range all {
		for _, n := range append([]string{c.Name}, c.Aliases...) {
			if n = strings.TrimSpace(c.Group + " " + n); seen[n] {
				t.Errorf("%s names two commands", n)
			}
			seen[n] = true
		}
		text(c.Name, c.Summary)
		if !name.MatchString(c.Name) || len(c.Options) > 25 {
			t.Errorf("command %s with %d options", c.Name, len(c.Options))
		}
		optional, rest := false, 0
		for i, o := range c.Options {
			text(c.Name+" "+o.Name, o.Help)
			optional = optional || !o.Required
			if !name.MatchString(o.Name) || len(o.Choices) > 25 || o.Required && optional || o.Rest && i > 0 {
				t.Errorf("option %s of %s", o.Name, c.Name)
			}
			for _, choice := range o.Choices {
				text("a choice", choice)
			}
			if o.Rest {
				rest++
			}
		}
		if rest > 1 {
			t.Errorf("%s has %d options that take the rest", c.Name, rest)
		}
	}
	if total > 8000 || len(seen) > 100 {
		t.Errorf("%d characters, %d names", total, len(seen))
	}
}

func TestSynopsis(t *testing.T) {
	var got []string
	for _, c := range bot.Commands() {
		got = append(got, c.Synopsis())
	}
	want := []string{
		"search QUERY [kind:KIND] [level:LEVEL] [year:YEAR] [topic:TOPIC] [page:PAGE] [for:@SOMEONE] [public:yes]",
		"ask QUESTION [kind:KIND] [level:LEVEL] [year:YEAR] [topic:TOPIC] [page:PAGE] [for:@SOMEONE] [public:yes]",
		"topics [TOPIC]", "topic TOPIC [for:@SOMEONE] [public:yes]",
		"random [TOPIC] [kind:KIND] [level:LEVEL] [year:YEAR]",
		"new [TOPIC] [kind:KIND] [level:LEVEL] [page:PAGE]",
		"save RESOURCE", "saved [kind:KIND] [page:PAGE]", "unsave RESOURCE", "forget [confirm:yes]",
		"digest add|list|show|edit|pause|resume|skip|remove|preview|now|history",
		"help [COMMAND]", "about",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("synopses (-want +got):\n%s", diff)
	}
}

func TestComplete(t *testing.T) {
	b := newBot(t, list)
	tests := []struct {
		name string
		r    bot.Request
		want []string
	}{
		{"nothing typed", bot.Request{}, []string{
			"search ", "ask ", "topics ", "topic ", "random ", "new ", "save ", "saved ", "unsave ", "forget ", "digest ", "help ", "about",
		}},
		{"a command", bot.Request{Text: "to"}, []string{"topics ", "topic "}},
		{"a command after the prefix", bot.Request{Text: "/arch he"}, []string{"help "}},
		{"a command's topic", bot.Request{Text: "topics cloud"}, []string{"topics Cloud Native"}},
		{"a command's topic, nothing typed", bot.Request{Text: "topics "}, []string{"topics Cloud Native", "topics FinTech"}},
		{"a query", bot.Request{Text: "search load"}, []string{"search Load balancing"}},
		{"commands before topics", bot.Request{Text: "se"}, []string{"search "}},
		{"free text", bot.Request{Text: "load b"}, []string{"Load balancing"}},
		{"help's command", bot.Request{Text: "help se"}, []string{"help search"}},
		{"a title that two topics have", bot.Request{Text: "topics cach"}, []string{
			"topics cloud-native/microservices/messaging/caching", "topics fintech/payments/ledgers/caching",
		}},
		{"an argument apart", bot.Request{Command: "topics", Text: "load"}, []string{"Load balancing"}},
		{"an option", bot.Request{Text: "search cloud native k"}, []string{"search cloud native kind:"}},
		{"an option's choice", bot.Request{Text: "search cloud native kind:v"}, []string{"search cloud native kind:video"}},
		{"an option's topic", bot.Request{Text: "search x topic:load"}, []string{`search x topic:"Load balancing"`}},
		{"an option of free text", bot.Request{Text: "cloud level:a"}, []string{"cloud level:advanced"}},
		{"an option apart", bot.Request{Command: "search", Focus: "kind", Text: "pa"}, []string{"pattern", "paper"}},
		{"a topic apart", bot.Request{Command: "search", Focus: "topic", Text: "load"}, []string{"Load balancing"}},
		{"a resource's title", bot.Request{Text: "save ledger"}, []string{"save Ledger cache"}},
		{"a subcommand", bot.Request{Text: "digest p"}, []string{"digest pause ", "digest preview "}},
		{"a subcommand without options", bot.Request{Text: "digest l"}, []string{"digest list"}},
		{"a subcommand's topic", bot.Request{Text: "digest add load"}, []string{"digest add Load balancing"}},
		{"a subcommand's zone", bot.Request{Text: "digest add x zone:berl"}, []string{"digest add x zone:Europe/Berlin"}},
		{"a subcommand's schedule", bot.Request{Text: "digest add x when:first"}, []string{`digest add x when:"first tuesday of the month"`}},
		{"a subcommand apart", bot.Request{Command: "digest add", Focus: "topic", Text: "load"}, []string{"Load balancing"}},
		{"a subcommand's zone apart", bot.Request{Command: "digest add", Focus: "zone", Text: "europe/berl"}, []string{"Europe/Berlin"}},
		{"a schedule apart", bot.Request{Command: "digest edit", Focus: "when", Text: "last"}, []string{"last friday of the month 16:00"}},
		{"a group's subcommand apart", bot.Request{Command: "digest", Text: "his"}, []string{"history "}},
		{"an option that there is not", bot.Request{Command: "search", Focus: "colour", Text: "r"}, nil},
		{"an unknown command", bot.Request{Command: "dance", Text: "load"}, nil},
		{"nothing that fits", bot.Request{Text: "zzz"}, nil},
		{"huge", bot.Request{Text: strings.Repeat("x", 100_000)}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, c := range b.Complete(t.Context(), tt.r) {
				got = append(got, c.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("completions (-want +got):\n%s", diff)
			}
		})
	}
}
