//go:build unix

package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/config"
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

// hangUp sends SIGHUP and waits for what shall come of it. A look at the file
// may reload it as well, so a reload alone is not what to wait for.
func hangUp(t *testing.T, reloaded <-chan struct{}, done func() bool) {
	t.Helper()
	// It may arrive late on a busy machine: it would end the tests, were nobody waiting
	// for it any more.
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, syscall.SIGHUP)
	defer signal.Stop(arrived)
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	<-arrived
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

func TestInterruptible(t *testing.T) {
	ctx, stop := Interruptible(t.Context())
	defer stop()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	// Whatever fails because of it, the signal is the reason.
	err := failed(ctx, errors.New("the load was stopped"))
	if status := (&Program{Err: &bytes.Buffer{}}).Exit("archbot", err); status != 143 {
		t.Errorf("%v gives status %d, want 143", err, status)
	}
}
