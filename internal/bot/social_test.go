package bot_test

import (
	"cmp"
	"strings"
	"testing"

	"archbot/internal/bot"
)

func TestShowToOthers(t *testing.T) {
	w := newWorld(t, list)
	told := ann("search circuit breaking for:bob")
	if r := w.Handle(t.Context(), told); r.Kind != bot.Misuse || r.For != bot.ToOne || !strings.Contains(r.Text, "bob") {
		t.Errorf("a name that somebody typed: %s for %s: %q", r.Kind, r.For, r.Text)
	}
	r := w.Handle(t.Context(), with(ann("circuit breaking"), bot.Options{"for": "bob"}))
	if r.Kind != bot.Found || r.For != bot.ToAll || r.Addressed != "bob" || r.SharedBy != "ann" {
		t.Errorf("for bob: %s for %s, addressed to %q, shared by %q", r.Kind, r.For, r.Addressed, r.SharedBy)
	}
	for _, b := range r.Buttons {
		if b.Kind == bot.ButtonShare || strings.Contains(b.Command, "for:") {
			t.Errorf("an answer that all see has the button %+v", b)
		}
	}
	r = w.Handle(t.Context(), ann("search circuit breaking public:yes"))
	if r.For != bot.ToAll || r.Addressed != "" || r.SharedBy != "ann" {
		t.Errorf("public: for %s, addressed to %q, shared by %q", r.For, r.Addressed, r.SharedBy)
	}
	direct := with(ann("circuit breaking"), bot.Options{"for": "bob"})
	direct.Surface = bot.SurfaceDirect
	nowhere := with(ann("circuit breaking"), bot.Options{"public": "yes"})
	nowhere.Channel = ""
	for _, alone := range []bot.Request{direct, nowhere} {
		if r := w.Handle(t.Context(), alone); r.Kind != bot.Misuse || r.For != bot.ToOne {
			t.Errorf("where nobody else is: %s for %s: %q", r.Kind, r.For, r.Text)
		}
	}
}

func with(r bot.Request, o bot.Options) bot.Request {
	r.Options = o
	return r
}

func TestAlone(t *testing.T) {
	b := bot.New(bot.Config{Library: library{index(t, list)}, Alone: true})
	help := ask(t, b, "help search")
	if s := help.Commands[0].Synopsis; strings.Contains(s, "for:") || strings.Contains(s, "public:") {
		t.Errorf("who is alone is offered to show answers to others: %s", s)
	}
	if c := bot.Commands()[0].Synopsis(); !strings.Contains(c, "for:") {
		t.Errorf("everybody else is not: %s", c)
	}
}

func TestIntroduce(t *testing.T) {
	w := newWorld(t, list)
	r, ok := w.Introduce(t.Context(), ann(""))
	if !ok || r.For != bot.ToAll || len(r.Notes) != 2 {
		t.Errorf("the first meeting: %v, %+v", ok, r)
	}
	if _, ok := w.Introduce(t.Context(), ann("")); ok {
		t.Error("introduced twice in one channel")
	}
	elsewhere := ann("")
	elsewhere.Channel = "C2"
	w.state.err = bot.ErrUnavailable
	if _, ok := w.Introduce(t.Context(), elsewhere); ok {
		t.Error("introduced where it cannot tell whether it was before")
	}
	w.state.err = nil
	if _, ok := w.Introduce(t.Context(), elsewhere); !ok {
		t.Error("not introduced in another channel")
	}
}

func TestCompletionValue(t *testing.T) {
	long := strings.Repeat("Very long names of topics ", 5) + "indeed"
	w := newWorld(t, "# L\n\n## "+long+"\n\n- [A](https://example.com/a) - Deals with zebras.\n")
	r := ann("very long")
	r.Command, r.Focus = "search", "topic"
	found := w.Complete(t.Context(), r)
	if len(found) != 1 || len(found[0].Value) > bot.MaxValue || found[0].Value == "" {
		t.Fatalf("completions %+v", found)
	}
	for _, ask := range []bot.Request{
		with(ann("zebras"), bot.Options{"topic": found[0].Value}),
		{Platform: "test", Command: "topic", Text: found[0].Value},
		{Platform: "test", Command: "search", Text: found[0].Value},
	} {
		ask.Command = cmp.Or(ask.Command, "search")
		if r := w.Handle(t.Context(), ask); r.Kind != bot.Found && r.Kind != bot.Guide || len(r.Resources) != 1 {
			t.Errorf("%+v: %s %q", ask.Options, r.Kind, r.Text)
		}
	}
	if r := w.Handle(t.Context(), bot.Request{Command: "topic", Text: "#~AAAAAAAAAAA"}); r.Kind == bot.Guide {
		t.Errorf("a handle of nothing: %s %q", r.Kind, r.Text)
	}
}
