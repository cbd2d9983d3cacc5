package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// running loads and starts a loader; see start.
func running(t *testing.T, cfg Config) (events chan Event, hup chan os.Signal) {
	t.Helper()
	hup = make(chan os.Signal, 1)
	return start(t, loaded(t, cfg), hup), hup
}

// start runs a loader inside a bubble of fake time and returns the events that
// it tells.
func start(t *testing.T, l *Loader, hup chan os.Signal) chan Event {
	t.Helper()
	events := make(chan Event, 1)
	l.Subscribe(func(e Event) { events <- e })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Run(ctx, hup)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return events
}

// quiet fails the test when anything happens within d.
func quiet(t *testing.T, events chan Event, d time.Duration) {
	t.Helper()
	select {
	case e := <-events:
		t.Errorf("unexpected: swapped %v, %s, %v", e.Swapped, e.Change, e.Err)
	case <-time.After(d):
	}
}

func added(t *testing.T, e Event, n int) {
	t.Helper()
	if e.Err != nil || !e.Swapped || len(e.Change.Added) != n {
		t.Errorf("swapped %v, %s, %v; want %d added", e.Swapped, e.Change, e.Err, n)
	}
}

func TestReloadOnTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := write(t, "list.md", markdown(3))
		events, _ := running(t, Config{Lists: []string{path}, Every: time.Hour, Poll: -1})
		var waits []time.Duration
		for n := 4; n < 8; n++ {
			rewrite(t, path, markdown(n))
			since := time.Now()
			added(t, <-events, 1)
			waits = append(waits, time.Since(since))
		}
		for i, wait := range waits {
			if wait < 54*time.Minute || wait > 66*time.Minute || i > 0 && wait == waits[i-1] {
				t.Errorf("reloaded after %v, want an hour give or take a tenth", waits)
			}
		}
	})
}

func TestReloadOnSIGHUP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := write(t, "list.md", markdown(3))
		events, hup := running(t, Config{Lists: []string{path}, Every: -1, Poll: -1})
		rewrite(t, path, markdown(4))
		quiet(t, events, 1000*time.Hour)
		hup <- syscall.SIGHUP
		added(t, <-events, 1)
		close(hup)
		quiet(t, events, time.Hour)
	})
}

// Each way in which a file is replaced in practice is seen within two looks.
func TestReloadOnFileChange(t *testing.T) {
	for _, tt := range []struct {
		name    string
		replace func(t *testing.T, path, text string)
	}{
		{"written in place", rewrite},
		{"renamed over, as editors do", rewriteAtomically},
		{"a link swapped, as Kubernetes does", relink},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := write(t, "list.md", markdown(3))
				events, _ := running(t, Config{Lists: []string{path}, Every: -1, Poll: time.Second})
				quiet(t, events, time.Minute)
				for n := 4; n < 6; n++ {
					tt.replace(t, path, markdown(n))
					since := time.Now()
					added(t, <-events, 1)
					if wait := time.Since(since); wait > 2*time.Second {
						t.Errorf("seen after %s", wait)
					}
					quiet(t, events, time.Minute)
				}
			})
		})
	}
}

func relink(t *testing.T, path, text string) {
	t.Helper()
	link := path + ".new"
	if err := os.Symlink(write(t, "next.md", text), link); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(link, path); err != nil {
		t.Fatal(err)
	}
}

func rewriteAtomically(t *testing.T, path, text string) {
	t.Helper()
	next := write(t, filepath.Base(path), text)
	if err := os.Rename(next, path); err != nil {
		t.Error(err)
	}
}

// A broken edit is reported once, not at every look, and so is its mending.
func TestBrokenEditAndItsMending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := write(t, "list.md", markdown(20))
		events, _ := running(t, Config{Lists: []string{path}, Every: -1, Poll: time.Second})
		rewrite(t, path, markdown(1))
		if e := <-events; e.Swapped || len(e.Snapshot.Catalog.Resources) != 20 || !isKind(e.Err, Shrunk) {
			t.Errorf("swapped %v, %v", e.Swapped, e.Err)
		}
		quiet(t, events, time.Hour)

		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if e := <-events; e.Swapped || !errors.Is(e.Err, fs.ErrNotExist) {
			t.Errorf("removed: swapped %v, %v", e.Swapped, e.Err)
		}
		quiet(t, events, time.Hour)

		rewrite(t, path, markdown(21))
		added(t, <-events, 1)
	})
}

func isKind(err error, kind Kind) bool {
	in, ok := errors.AsType[*Error](err)
	return ok && in.Kind == kind
}

// A file that is being written is left alone until it is quiet.
func TestFileThatIsBeingWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := write(t, "list.md", markdown(20))
		events, _ := running(t, Config{Lists: []string{path}, Every: -1, Poll: time.Second})
		for n := range 22 {
			rewrite(t, path, markdown(n))
			quiet(t, events, time.Second/2)
		}
		added(t, <-events, 1)
	})
}

// A change of a file asks no server.
func TestFileChangeReloadsOnlyThatFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := write(t, "list.md", markdown(3))
		l := loaded(t, Config{Lists: []string{path, ""}, Every: -1, Poll: time.Second})
		l.lists[1].from = unasked{t}
		events := start(t, l, nil)
		rewrite(t, path, markdown(4))
		added(t, <-events, 1)
	})
}

type unasked struct{ t *testing.T }

func (u unasked) fetch(context.Context, validators) (document, error) {
	u.t.Error("the other list was read too")
	return document{}, errUnchanged
}

// A list that fails is told of until it is well again, even by a reload of
// another list alone.
func TestFailureStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := write(t, "list.md", markdown(3))
		l := loaded(t, Config{Lists: []string{path, ""}, Every: -1, Poll: time.Second})
		events := start(t, l, nil)
		l.lists[1].from = file{Location{path: "none.md"}}
		_, err := l.Reload(t.Context())
		if e := <-events; err == nil || e.Err == nil || e.Err.Error() != err.Error() {
			t.Errorf("returned %v, told %v", err, e.Err)
		}
		rewrite(t, path, markdown(4))
		if e := <-events; !e.Swapped || e.Err == nil || e.Err.Error() != err.Error() {
			t.Errorf("the other list: swapped %v, told %v; want %v", e.Swapped, e.Err, err)
		}
		l.lists[1].from = embedded{}
		if _, err := l.Reload(t.Context()); err != nil {
			t.Error(err)
		}
		if e := <-events; e.Swapped || e.Err != nil {
			t.Errorf("well again: swapped %v, told %v", e.Swapped, e.Err)
		}
	})
}
