package bot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

const kinds = `# Kinds

## Caching
- [Cache talk](https://example.com/talk) - Seen. ` + "`video` `2018` `intro`" + `
- [Cache paper](https://example.com/paper) - Read. ` + "`paper` `2021` `advanced`" + `
- [Cache docs](https://example.com/docs) - Looked up. ` + "`docs`" + `

## Service Mesh
- [Mesh cache talk](https://example.com/mesh) - Seen there. ` + "`video` `2022` `intro`" + `
`

func titles(r bot.Reply) []string {
	var out []string
	for _, res := range r.Resources {
		out = append(out, res.Title)
	}
	return out
}

// Options stand anywhere in the line, in any case, with quotes where they have
// several words; what looks like one and is none is a word.
func TestOptionsInText(t *testing.T) {
	b := newBot(t, kinds)
	tests := []struct {
		text string
		want []string
	}{
		{"search cache kind:video", []string{"Cache talk", "Mesh cache talk"}},
		{"search KIND:Video cache", []string{"Cache talk", "Mesh cache talk"}},
		{"cache kind:video year:2020-", []string{"Mesh cache talk"}},
		{`search cache kind:video topic:"service mesh"`, []string{"Mesh cache talk"}},
		{"search cache topic:“Service Mesh”", []string{"Mesh cache talk"}},
		{"search cache topic:'service mesh' level:intro", []string{"Mesh cache talk"}},
		{"search cache level:advanced page:1", []string{"Cache paper"}},
		{"search cache year:2018-2021 kind:paper", []string{"Cache paper"}},
		{"/arch cache kind:docs", []string{"Cache docs"}},
		{"search cache kind:video kind:docs", []string{"Cache docs"}},
		{"search cache: talk", []string{"Cache talk", "Cache paper", "Cache docs", "Mesh cache talk"}},
	}
	for _, tt := range tests {
		r := ask(t, b, tt.text)
		if diff := cmp.Diff(tt.want, titles(r)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.text, r.Text, diff)
		}
	}
}

// What a platform says apart is the same, and wins.
func TestOptionsApart(t *testing.T) {
	b := newBot(t, kinds)
	for _, r := range []bot.Request{
		{Command: "search", Text: "cache", Options: bot.Options{"kind": "docs"}},
		{Command: "search", Options: bot.Options{"query": "cache", "kind": "docs"}},
		{Command: "search", Text: "cache kind:video", Options: bot.Options{"kind": "docs"}, Surface: bot.SurfaceForm},
	} {
		if got := titles(b.Handle(t.Context(), r)); len(got) != 1 || got[0] != "Cache docs" {
			t.Errorf("%+v shows %v", r, got)
		}
	}
	r := b.Handle(t.Context(), bot.Request{Command: "search", Text: "cache", Options: bot.Options{"colour": "red"}})
	if r.Kind != bot.Misuse || !strings.Contains(r.Text, "“colour”") {
		t.Errorf("an option that there is not: %s %q", r.Kind, r.Text)
	}
}

func TestDidYouMean(t *testing.T) {
	b := newBot(t, kinds)
	tests := []struct {
		name, text string
		kind       bot.ReplyKind
		says       string // in the text
		command    string // among the notes
	}{
		{"a command", "topcs", bot.Misuse, "Did you mean `topics`?", "topics"},
		{"a command with its argument", "topisc knitting", bot.Misuse, "Did you mean `topics`?", "topics knitting"},
		{"a command before what is found", "serach cache", bot.Found, "", "search cache"},
		{"a word that the list knows", "mesh", bot.Found, "", ""},
		{"a choice", "search cache kind:vidoe", bot.Misuse, "Did you mean `kind:video`?", "search circuit breaking"},
		{"an option", "search cache knid:video", bot.Misuse, "Did you mean `kind:video`?", "search cache kind:video"},
		{"an option that the command has not", "search cache levl:intro", bot.Misuse, "Did you mean `level:intro`?", "search cache level:intro"},
		{"another command's option", "topics kind:video", bot.Misuse, "`topics` takes no option “kind”", "topics"},
		{"an address is no option", "search https://example.com", bot.Nothing, "", "topics"},
		{"help on a command", "help serach", bot.Misuse, "Did you mean `search`?", "search"},
		{"help with something", "help me", bot.Nothing, "", "topics"},
		{"nothing like a command", "knitting", bot.Nothing, "", "topics"},
		{"a year", "search cache year:20", bot.Misuse, "no year", "search circuit breaking"},
		{"a page", "search cache page:0", bot.Misuse, "no page “0”", "search circuit breaking"},
		{"a topic", "search cache topic:nowhere", bot.Misuse, "No topics", "search circuit breaking"},
		{"an argument for search", "search", bot.Misuse, "nothing to search for", "search circuit breaking"},
		{"an argument for topic", "topic", bot.Misuse, "Which topic?", "topic circuit breaking"},
		{"an argument for save", "save", bot.Misuse, "nothing to save", "save https://martinfowler.com/bliki/CircuitBreaker.html"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := ask(t, b, tt.text)
			var commands []string
			for _, n := range r.Notes {
				commands = append(commands, n.Commands...)
			}
			if r.Kind != tt.kind || !strings.Contains(r.Text, tt.says) {
				t.Errorf("%q is answered with %s %q", tt.text, r.Kind, r.Text)
			}
			if tt.command != "" && !strings.Contains(strings.Join(commands, "\n"), tt.command) {
				t.Errorf("%q offers %q, not %q", tt.text, commands, tt.command)
			}
			for _, n := range r.Notes {
				if tt.command == "" && n.Kind == bot.NoteDidYouMean {
					t.Errorf("%q offers %q", tt.text, commands)
				}
			}
		})
	}
	r := b.Handle(t.Context(), bot.Request{Command: "serch", Text: "cache"})
	if r.Kind != bot.Misuse || !strings.Contains(r.Text, "`search`") {
		t.Errorf("a command apart: %s %q", r.Kind, r.Text)
	}
}

// Words that begin a command begin questions, too.
func TestFreeText(t *testing.T) {
	b := newBot(t, kinds)
	for _, text := range []string{
		"new cache talk", "about cache talk", "random cache talk", "save cache talks", "forget cache talk",
		"saved by a cache talk", "help with cache talk", "Cache talk",
	} {
		if r := ask(t, b, text); r.Kind != bot.Found || len(r.Resources) == 0 {
			t.Errorf("%q is answered with %s %q", text, r.Kind, r.Text)
		}
	}
}

// What is no command is a question where people talk: a sentence and up to five
// resources, for all in a channel; elsewhere it is a search, for one.
func TestSurfaces(t *testing.T) {
	b := newBot(t, kinds)
	for surface, want := range map[bot.Surface]struct {
		text string
		to   bot.Audience
	}{
		bot.SurfaceCommand: {"“caching”: 1 topic, 4 resources.", bot.ToOne},
		bot.SurfaceForm:    {"“caching”: 1 topic, 4 resources.", bot.ToOne},
		bot.SurfaceDirect:  {"that under Caching. Here are 3 resources:", bot.ToAll},
		bot.SurfaceMention: {"that under Caching. Here are 3 resources:", bot.ToAll},
		bot.SurfaceThread:  {"that under Caching. Here are 3 resources:", bot.ToAll},
	} {
		r := b.Handle(t.Context(), bot.Request{Surface: surface, Text: "caching"})
		if !strings.HasSuffix(r.Text, want.text) || r.For != want.to {
			t.Errorf("%s: %q for %s", surface, r.Text, r.For)
		}
	}
	r := b.Handle(t.Context(), bot.Request{Surface: bot.SurfaceMention, Text: "saved"})
	if r.Kind != bot.Misuse || r.For != bot.ToOne || !strings.Contains(r.Text, "direct message") {
		t.Errorf("a reading list before others: %s %q for %s", r.Kind, r.Text, r.For)
	}
}

func TestForm(t *testing.T) {
	r := ask(t, newBot(t, kinds), "search kind:video")
	if r.Form == nil || r.Form.Command != "search" || r.Field != "query" || len(r.Form.Fields) != 6 || !r.Form.Fields[0].Required || r.Form.Fields[1].Value != "video" {
		t.Errorf("form %+v", r.Form)
	}
}

func TestWelcome(t *testing.T) {
	r := ask(t, newBot(t, kinds), "/arch")
	if r.Kind != bot.Help || !strings.Contains(r.Text, "`search QUERY`") || len(r.Notes) == 0 || len(r.Notes[0].Commands) != 3 {
		t.Errorf("%s %q, %+v", r.Kind, r.Text, r.Notes)
	}
}

func TestFormOf(t *testing.T) {
	b := newBot(t, kinds)
	f := b.Form(bot.Request{Command: "search", Text: "caching level:intro"})
	if f == nil || f.Fields[0].Value != "caching" || f.Fields[2].Value != "intro" {
		t.Errorf("form %+v", f)
	}
	if f := b.Form(bot.Request{Command: "nothing"}); f != nil {
		t.Errorf("the form of no command: %+v", f)
	}
	r := b.Handle(t.Context(), bot.Request{Command: "search", Options: bot.Options{"query": "caching", "year": "MMXX"}})
	if r.Kind != bot.Misuse || r.Field != "year" {
		t.Errorf("%s at %q: %s", r.Kind, r.Field, r.Text)
	}
}
