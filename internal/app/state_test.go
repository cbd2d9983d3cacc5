package app

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/store/bolt"
)

// keeping returns a started App with a state, and the error of its start.
func keeping(t *testing.T, k Keeping, logs io.Writer, s config.Settings) (*App, error) {
	t.Helper()
	s.Lists = []string{"embedded"}
	a, err := New(Options{Settings: s, Logs: logs, Keep: k, patience: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	return a, a.Start(t.Context())
}

var reader = bot.Person{Platform: "terminal", User: "ann"}

func saved(t *testing.T, a *App) int {
	t.Helper()
	shelf, err := a.State.Saved(t.Context(), reader)
	if err != nil {
		t.Fatal(err)
	}
	return len(shelf)
}

func save(t *testing.T, a *App) {
	t.Helper()
	if err := a.State.Save(t.Context(), reader, bot.Saved{ID: "a"}); err != nil {
		t.Fatal(err)
	}
}

func TestStateInAFile(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	a, err := keeping(t, KeepState, io.Discard, config.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	save(t, a)
	file := filepath.Join(os.Getenv("XDG_STATE_HOME"), "archbot", "archbot.db")
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}

	// The file is taken: an error that says so, or memory and a line that says so.
	if _, err := keeping(t, KeepState, io.Discard, config.Settings{}); !errors.Is(err, bolt.ErrTaken) || !strings.Contains(err.Error(), file) {
		t.Errorf("a second App: %v", err)
	}
	var logs buffer
	chat, err := keeping(t, KeepStateOrMemory, &logs, config.Settings{})
	if err != nil || saved(t, chat) != 0 {
		t.Errorf("a chat beside it: %v", err)
	}
	if said := logs.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "another archbot") {
		t.Errorf("it says %q, want one line", said)
	}
	a.Stop()
	if again, err := keeping(t, KeepStateOrMemory, io.Discard, config.Settings{State: file}); err != nil || saved(t, again) != 1 {
		t.Errorf("after the first has stopped: %v", err)
	}
}

func TestNoState(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	a, err := keeping(t, KeepNothing, io.Discard, config.Settings{})
	if err != nil || a.State != nil {
		t.Errorf("state %v, %v", a.State, err)
	}
	if entries, err := os.ReadDir(os.Getenv("XDG_STATE_HOME")); err != nil || len(entries) > 0 {
		t.Errorf("it left %v, %v", entries, err)
	}
}

func TestStateInRedis(t *testing.T) {
	m := miniredis.RunT(t)
	m.RequireUserAuth("ann", "hunter2")
	settings := config.Settings{Redis: config.Secret("redis://" + m.Addr()), RedisUser: "ann", RedisPassword: "hunter2", RedisPrefix: "team"}
	a, err := keeping(t, KeepState, io.Discard, settings)
	if err != nil {
		t.Fatal(err)
	}
	save(t, a)
	other, err := keeping(t, KeepState, io.Discard, settings)
	if err != nil || saved(t, other) != 1 || !m.Exists("team:{archbot}:schema") {
		t.Errorf("a second App on the same Redis: %v", err)
	}
	if err := m.Set("team:{archbot}:schema", "99"); err != nil {
		t.Fatal(err)
	}
	// A start that cannot look in time goes on, and ends when it has looked: at the first
	// time, or on a busy machine at one of the next.
	for range 10 {
		if a, err = New(Options{Settings: settings, Logs: io.Discard, Keep: KeepState, patience: time.Minute}); err != nil {
			t.Fatal(err)
		}
		err = a.Run(t.Context(), func(ctx context.Context) error {
			select {
			case <-ctx.Done():
			case <-time.After(startPatience):
			}
			return nil
		})
		if err != nil {
			break
		}
	}
	if !errors.Is(err, bot.ErrNewerSchema) {
		t.Errorf("a newer archbot's state: %v", err)
	}
}

// A bot starts without its Redis, and says nothing of how to get in.
func TestRedisThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // nobody accepts
	var logs buffer
	a, err := keeping(t, KeepState, &logs, config.Settings{Redis: config.Secret("redis://ann:hunter2@" + l.Addr().String())})
	if err != nil {
		t.Fatal(err)
	}
	if first, err := a.State.FirstTime(t.Context(), reader.Scope(), "E1", bot.EventMemory); err != nil || !first {
		t.Errorf("an event: %v, %v", first, err)
	}
	if kind(t, a, "topics") != bot.Tree {
		t.Error("the bot does not answer")
	}
	_, err = keeping(t, KeepState, &logs, config.Settings{Redis: "redis://ann:hunter2@h/x"})
	if err == nil || strings.Contains(err.Error()+logs.String(), "hunter2") {
		t.Errorf("a wrong URL: %v; log %q", err, logs.String())
	}
}
