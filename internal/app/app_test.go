package app

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/source"
)

func kind(t testing.TB, a *App, text string) bot.ReplyKind {
	t.Helper()
	return a.Bot.Handle(t.Context(), bot.Request{Text: text}).Kind
}

func TestStartFails(t *testing.T) {
	a, err := New(Options{Settings: config.Settings{Lists: []string{"/no/such/list.md"}}, Logs: io.Discard, Watch: true})
	if err != nil {
		t.Fatal(err)
	}
	undone := 0
	a.cleanups = append(a.cleanups, func() { undone++ })
	if err := a.Start(t.Context()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Start = %v", err)
	}
	if undone != 1 {
		t.Errorf("a failed start undid its set-up %d times", undone)
	}
}

func TestNewFails(t *testing.T) {
	_, err := New(Options{Settings: config.Settings{Lists: []string{"ftp://example.com/list.md"}}, Logs: io.Discard})
	if e, ok := errors.AsType[*source.Error](err); !ok || e.Kind != source.BadLocation {
		t.Errorf("New = %v", err)
	}
}

func TestStopUndoesFromTheEnd(t *testing.T) {
	var order []string
	a := &App{}
	for _, name := range []string{"first", "second", "third"} {
		a.cleanups = append(a.cleanups, func() { order = append(order, name) })
	}
	a.Stop()
	a.Stop()
	if got := strings.Join(order, " "); got != "third second first" {
		t.Errorf("undone in the order %q", got)
	}
}

func TestRunStops(t *testing.T) {
	a, err := New(Options{Logs: io.Discard, Watch: true})
	if err != nil {
		t.Fatal(err)
	}
	failure := errors.New("the work failed")
	got := a.Run(t.Context(), func(context.Context) error {
		if kind(t, a, "topics") != bot.Tree {
			t.Error("the bot does not answer during the work")
		}
		return failure
	})
	if !errors.Is(got, failure) || len(a.cleanups) != 0 {
		t.Errorf("Run = %v with %d clean-ups left", got, len(a.cleanups))
	}
}

// From nothing to the first answer with the embedded list: what every
// `archbot search` waits for besides the start of a process.
func BenchmarkStartup(b *testing.B) {
	b.Run("to the prompt", func(b *testing.B) { startUp(b, func(*App) {}) })
	b.Run("to the first answer", func(b *testing.B) {
		startUp(b, func(a *App) {
			if kind(b, a, "circuit breaking") != bot.Found {
				b.Fatal("no answer")
			}
		})
	})
}

func startUp(b *testing.B, use func(*App)) {
	b.Helper()
	for b.Loop() {
		a, err := New(Options{Settings: config.Settings{Lists: []string{"embedded"}}, Logs: io.Discard})
		if err != nil {
			b.Fatal(err)
		}
		if err := a.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		use(a)
		b.StopTimer()
		a.Current() // so that what is still being made does not weigh on the next
		a.Stop()
		b.StartTimer()
	}
}
