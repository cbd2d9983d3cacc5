package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/source"
)

const listV1 = "# List\n\n## Data\n### Stores\n- **Databases**\n  - Sharding\n"

// buffer is a log that is read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func writeList(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// started returns an App that watches a file, and a channel that tells of each
// of its reloads.
func started(t *testing.T, path string, logs io.Writer) (*App, <-chan struct{}) {
	t.Helper()
	a, err := New(Options{
		Settings: config.Settings{Lists: []string{path}, Log: slog.LevelInfo},
		Logs:     logs, Watch: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	reloaded := make(chan struct{}, 1)
	a.reloaded = func() {
		select {
		case reloaded <- struct{}{}:
		default: // nobody has looked since the last one
		}
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	return a, reloaded
}

func kind(t testing.TB, a *App, text string) bot.ReplyKind {
	t.Helper()
	return a.Bot.Handle(t.Context(), bot.Request{Text: text}).Kind
}

// hangUp sends SIGHUP and waits for what shall come of it. A look at the file
// may reload it as well, so a reload alone is not what to wait for.
func hangUp(t *testing.T, reloaded <-chan struct{}, done func() bool) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	late := time.After(10 * time.Second)
	for !done() {
		select {
		case <-reloaded:
		case <-late:
			t.Fatal("SIGHUP does not have its effect")
		}
	}
}

func TestReloadOnSIGHUP(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.md")
	writeList(t, path, listV1)
	var logs buffer
	a, reloaded := started(t, path, &logs)
	if got := kind(t, a, "caching"); got != bot.Nothing {
		t.Fatalf("before the reload: %s", got)
	}

	writeList(t, path, listV1+"  - Caching\n")
	hangUp(t, reloaded, func() bool { return kind(t, a, "caching") == bot.Found })

	// A bad version is reported, and the last good one serves.
	writeList(t, path, "{\"not\": \"a list\"}")
	hangUp(t, reloaded, func() bool {
		return strings.Contains(logs.String(), "level=WARN") && strings.Contains(logs.String(), path)
	})
	if got := kind(t, a, "caching"); got != bot.Found {
		t.Errorf("after a bad version: %s", got)
	}
}

func TestAnswersWhileReloading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.md")
	writeList(t, path, listV1)
	a, reloaded := started(t, path, io.Discard)
	done := make(chan struct{})
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if got := kind(t, a, "sharding"); got != bot.Found {
					t.Errorf("answered with %s", got)
					return
				}
			}
		})
	}
	for i := range 5 {
		name := fmt.Sprintf("Caching%d", i)
		writeList(t, path, listV1+"  - "+name+"\n")
		hangUp(t, reloaded, func() bool { return kind(t, a, name) == bot.Found })
	}
	close(done)
	asking.Wait()
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
	for b.Loop() {
		a, err := New(Options{Settings: config.Settings{Lists: []string{"embedded"}}, Logs: io.Discard})
		if err != nil {
			b.Fatal(err)
		}
		if err := a.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		if kind(b, a, "circuit breaking") != bot.Found {
			b.Fatal("no answer")
		}
		a.Stop()
	}
}
