package bot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

// Help, parser and completion are made from the table, so an entry that is
// complete is all there is to a command.
func TestCommandsAreComplete(t *testing.T) {
	b := newBot(t, list)
	overview := ask(t, b, "help")
	for i, c := range bot.Commands() {
		if c.Name == "" || c.Summary == "" || c.Detail == "" || len(c.Examples) < 2 {
			t.Errorf("command %+v is not complete", c)
		}
		for _, o := range c.Options {
			if o.Name == "" || o.Help == "" {
				t.Errorf("option %+v of %s is not complete", o, c.Name)
			}
		}
		for _, e := range c.Examples[:2] {
			if !strings.HasPrefix(e, c.Name) {
				t.Errorf("example %q of %s does not show it", e, c.Name)
			}
		}
		if overview.Commands[i].Synopsis != c.Synopsis() {
			t.Errorf("help shows %q for %s", overview.Commands[i].Synopsis, c.Name)
		}
		page := ask(t, b, "help "+c.Name)
		if len(page.Commands) != 1 || page.Commands[0].Detail != c.Detail {
			t.Errorf("help %s shows %+v", c.Name, page.Commands)
		}
	}
}

func TestSynopsis(t *testing.T) {
	var got []string
	for _, c := range bot.Commands() {
		got = append(got, c.Synopsis())
	}
	want := []string{"search QUERY", "topics [TOPIC]", "help [COMMAND]"}
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
		{"nothing typed", bot.Request{}, []string{"search ", "topics ", "help "}},
		{"a command", bot.Request{Text: "to"}, []string{"topics "}},
		{"a command after the prefix", bot.Request{Text: "/arch he"}, []string{"help "}},
		{"a command's topic", bot.Request{Text: "topics cloud"}, []string{"topics Cloud Native"}},
		{"a command's topic, nothing typed", bot.Request{Text: "topics "}, []string{"topics Cloud Native", "topics FinTech"}},
		{"a query", bot.Request{Text: "search load"}, []string{"search Load balancing"}},
		{"commands before topics", bot.Request{Text: "s"}, []string{"search "}},
		{"free text", bot.Request{Text: "load b"}, []string{"Load balancing"}},
		{"help's command", bot.Request{Text: "help s"}, []string{"help search"}},
		{"a title that two topics have", bot.Request{Text: "topics cach"}, []string{
			"topics cloud-native/microservices/messaging/caching", "topics fintech/payments/ledgers/caching",
		}},
		{"an argument apart", bot.Request{Command: "topics", Text: "load"}, []string{"Load balancing"}},
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
