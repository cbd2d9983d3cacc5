package bot_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"archbot/internal/bot"
)

func TestBadInput(t *testing.T) {
	b := newBot(t, list)
	tests := []struct {
		name, text string
		kind       bot.ReplyKind
		says       string
	}{
		{"empty", "", bot.Help, "Ask for a topic"},
		{"blank", " \t\n ", bot.Help, "Ask for a topic"},
		{"empty search", "search   ", bot.Misuse, "nothing to search for"},
		{"huge", strings.Repeat("circuit ", 100_000/8), bot.Misuse, "too long"},
		{"one huge word", strings.Repeat("x", 100_000), bot.Misuse, "too long"},
		{"huge, for a topic", "topics " + strings.Repeat("x", 100_000), bot.Misuse, "too long"},
		{"binary", "\x7fELF\x02\x01\x01\x00\x00\x00\xff\xfe", bot.Misuse, "binary"},
		{"not UTF-8", "\xff\xfe\xfa\xfb", bot.Misuse, "binary"},
		{"a stray byte", "circuit\xff breaking", bot.Found, "circuit breaking"},
		{"control characters", "circuit\x1b breaking\r\n", bot.Found, "circuit breaking"},
		{"right to left", "هندسة البرمجيات", bot.Nothing, "“هندسة البرمجيات”"},
		{"emoji only", "🚀🔥", bot.Nothing, "no words in “🚀🔥”"},
		{"signs only", "....", bot.Nothing, "no words"},
		{"emoji beside words", "🚀 circuit breaking", bot.Found, "1 topic"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := ask(t, b, tt.text)
			if r.Kind != tt.kind || !strings.Contains(r.Text, tt.says) {
				t.Errorf("answered with %s %q, want %s with %q", r.Kind, r.Text, tt.kind, tt.says)
			}
		})
	}
	if r := ask(t, b, "circuit breaking"); r.Kind != bot.Found {
		t.Errorf("afterwards a good request is answered with %s", r.Kind)
	}
}

// broken panics on its first use, as a command with a fault would.
type broken struct {
	library
	used atomic.Bool
}

func (l *broken) Current() bot.List {
	if !l.used.Swap(true) {
		panic("token=hunter2 went missing")
	}
	return l.library.Current()
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	var log bytes.Buffer
	b := bot.New(bot.Config{Library: &broken{library: library{index(t, list)}}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	r := b.Handle(t.Context(), bot.Request{Platform: "test", User: "u1", Text: "circuit breaking and a secret"})
	if r.Kind != bot.Failure || !strings.Contains(r.Text, "Sorry") || strings.Contains(r.Plain(), "hunter2") {
		t.Errorf("answered with %s %q, want an apology without the cause", r.Kind, r.Text)
	}
	for _, want := range []string{"went missing", "input_test.go", "user=u1"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "and a secret") {
		t.Errorf("the log has the text: %s", log.String())
	}
	if r := ask(t, b, "circuit breaking"); r.Kind != bot.Found {
		t.Errorf("the next request is answered with %s", r.Kind)
	}
}

func TestPanicInCompletion(t *testing.T) {
	b := bot.New(bot.Config{Library: &broken{library: library{index(t, list)}}, Log: slog.New(slog.DiscardHandler)})
	if got := b.Complete(t.Context(), bot.Request{Text: "topics c"}); got != nil {
		t.Errorf("got %v, want nothing", got)
	}
}
