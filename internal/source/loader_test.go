package source

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/data"

	"github.com/google/go-cmp/cmp"
)

func TestLocationsOfLists(t *testing.T) {
	address, _ := serve(t, text("# Web\n\n## From the web\n\n- [W](https://example.com/w) - On the web.\n"))
	path := write(t, "list.md", "# Disk\n\n## From a file\n\n- [F](https://example.com/f) - On the disk.\n")
	for _, tt := range []struct {
		name   string
		lists  []string
		topics []string // the first of each list
	}{
		{"nothing configured", nil, []string{"Blockchain Architecture"}},
		{"embedded by its name", []string{"embedded"}, []string{"Blockchain Architecture"}},
		{"a file", []string{path}, []string{"From a file"}},
		{"a URL", []string{address}, []string{"From the web"}},
		{"several, in their order", []string{path, address, ""}, []string{"From a file", "From the web", "Blockchain Architecture"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := loaded(t, Config{Lists: tt.lists, AllowPrivate: true}).Current().Catalog
			var top []string
			for _, topic := range c.Children("") {
				top = append(top, topic.Title)
			}
			if len(top) < len(tt.topics) || !cmp.Equal(top[:len(tt.topics)], tt.topics) {
				t.Errorf("the topics are %q, want %q first", top, tt.topics)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	one, two := write(t, "1.md", markdown(1)), write(t, "2.md", markdown(2))
	hex := func(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b))[:12] }
	sum1, sum2 := sha256.Sum256([]byte(markdown(1))), sha256.Sum256([]byte(markdown(2)))
	for _, tt := range []struct {
		lists []string
		want  string
	}{
		{nil, hex(data.List())},
		{[]string{one}, hex([]byte(markdown(1)))},
		{[]string{one, two}, hex(append(sum1[:], sum2[:]...))},
	} {
		if got := loaded(t, Config{Lists: tt.lists}).Current().Version; got != tt.want {
			t.Errorf("%q: version %s, want %s", tt.lists, got, tt.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	_, err := New(Config{Lists: []string{"ftp://example.com/list.md", "embedded", "http://u:p@example.com/list.md?t"}})
	const want = "ftp://…: lists are not read over ftp; give an https address, or the path of a local file\n" +
		"http://example.com/list.md?…: plain http can be read and changed on its way; " +
		"write https://, or allow private addresses if the list is in your own network"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestFirstLoadNamesEveryListThatFails(t *testing.T) {
	address, exchange := serve(t, status(http.StatusNotFound))
	path := write(t, "list.md", markdown(3))
	l := newLoader(t, Config{Lists: []string{path, address, "none.md"}, AllowPrivate: true})
	if _, err := l.Reload(t.Context()); !errors.Is(err, ErrNotLoaded) {
		t.Errorf("Reload before Load: %v", err)
	}
	err := l.Load(t.Context())
	if err == nil || !strings.Contains(err.Error(), address) || !strings.Contains(err.Error(), "none.md") || strings.Contains(err.Error(), path) {
		t.Errorf("Load: %v, want both that fail and no other", err)
	}
	if l.Current() != nil {
		t.Error("half of the lists serve")
	}

	// It may be tried again, and a success is final.
	exchange(text(markdown(1)))
	l = newLoader(t, Config{Lists: []string{path, address}, AllowPrivate: true})
	for range 2 {
		if err := l.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		exchange(status(http.StatusInternalServerError))
	}
}

func TestLoadAfterAFailedOne(t *testing.T) {
	address, exchange := serve(t, status(http.StatusServiceUnavailable))
	l := newLoader(t, Config{Lists: []string{"", address}, AllowPrivate: true})
	if l.Load(t.Context()) == nil {
		t.Fatal("loaded from a server that fails")
	}
	exchange(text(markdown(1)))
	if err := l.Load(t.Context()); err != nil || l.Current() == nil {
		t.Errorf("second try: %v", err)
	}
}

// Each list has its own last good version: one that fails does not hold the
// others up.
func TestReloadTakesTheListsThatAreWell(t *testing.T) {
	address, exchange := serve(t, text("# Web\n\n## Web\n\n- [W](https://example.com/w) - On the web.\n"))
	path := write(t, "list.md", markdown(3))
	l := loaded(t, Config{Lists: []string{path, address}, AllowPrivate: true})
	var events []Event
	l.Subscribe(func(e Event) { events = append(events, e) })

	exchange(status(http.StatusInternalServerError))
	rewrite(t, path, markdown(4))
	change, err := l.Reload(t.Context())
	if change.String() != "1 added" || err == nil || !strings.Contains(err.Error(), "500") {
		t.Errorf("Reload: %s, %v", change, err)
	}
	if _, ok := l.Current().Catalog.Resource("https://example.com/w"); !ok {
		t.Error("the list that fails has lost its last good version")
	}

	// Nothing changes, but it goes on failing; then all is well again.
	l.Reload(t.Context())
	exchange(text("# Web\n\n## Web\n\n- [W](https://example.com/w) - On the web.\n"))
	l.Reload(t.Context())
	var got []string
	for _, e := range events {
		got = append(got, fmt.Sprintf("swapped %v, %s, failed %v", e.Swapped, e.Change, e.Err != nil))
	}
	want := []string{
		"swapped true, 1 added, failed true",
		"swapped false, no resource is different, failed true",
		"swapped false, no resource is different, failed false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if events[2].Snapshot != l.Current() {
		t.Error("the event does not hold the snapshot that serves")
	}
}

func TestReloadSwapsAnImmutableValue(t *testing.T) {
	path := write(t, "list.md", markdown(3))
	l := loaded(t, Config{Lists: []string{path}})
	old := l.Current()
	rewrite(t, path, markdown(4))
	if _, err := l.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := l.Current(); len(old.Catalog.Resources) != 3 || len(now.Catalog.Resources) != 4 || old.Version == now.Version {
		t.Errorf("old %s has %d, new %s has %d", old.Version, len(old.Catalog.Resources), now.Version, len(now.Catalog.Resources))
	}
}

func TestShrunkList(t *testing.T) {
	unlinked := strings.NewReplacer("[", "", "]", "", "(https://example.com/", "").Replace
	for _, tt := range []struct {
		name     string
		old, now string
		want     string // empty when the new version is taken
	}{
		{name: "half is left", old: markdown(18), now: markdown(9)},
		{
			name: "less than half is left", old: markdown(19), now: markdown(8),
			want: "it has lost most of its entries: 20 before, 9 now; mend the list; or, if it is meant to be so, restart archbot or force a reload",
		},
		{name: "it was small", old: markdown(8), now: markdown(1)},
		{name: "the entries are there, the links are not", old: markdown(20), now: unlinked(markdown(20)), want: "it has lost most of its links: 20 before, 0 now"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, "list.md", tt.old)
			l := loaded(t, Config{Lists: []string{path}})
			good := l.Current()
			rewrite(t, path, tt.now)
			_, err := l.Reload(t.Context())
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("Reload: %v, want %q", err, tt.want)
			}
			if err == nil {
				return
			}
			in, ok := errors.AsType[*ShrunkError](err)
			if !ok || in.Before <= in.After || l.Current() != good {
				t.Errorf("%#v; last good serves: %v", in, l.Current() == good)
			}
			if change, err := l.Force(t.Context()); err != nil || l.Current() == good {
				t.Errorf("Force: %s, %v", change, err)
			}
		})
	}
}

func TestFirstSeen(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	path := write(t, "list.md", markdown(2))
	l := loaded(t, Config{Lists: []string{path}, Now: clock})
	day := func(d int, n int) {
		t.Helper()
		now = time.Date(2026, 3, d, 9, 0, 0, 0, time.UTC)
		rewrite(t, path, markdown(n))
		if _, err := l.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !l.Current().Loaded.Equal(now) {
			t.Errorf("loaded at %s, want %s", l.Current().Loaded, now)
		}
	}
	seen := func(s *Snapshot, n int) string {
		return s.FirstSeen(fmt.Sprintf("HTTPS://EXAMPLE.com/%d/", n)).Format(time.DateOnly)
	}
	check := func(when string, s *Snapshot, want ...string) {
		t.Helper()
		for n, want := range want {
			if got := seen(s, n); got != want {
				t.Errorf("%s: resource %d was first seen %s, want %s", when, n, got, want)
			}
		}
	}
	const never = "0001-01-01"
	first := l.Current()
	check("the first load counts as not new", first, never, never)
	day(2, 3)
	check("a new one", l.Current(), never, never, "2026-03-02")
	day(3, 1)
	day(4, 4)
	check("gone and back", l.Current(), never, never, "2026-03-02", "2026-03-04")
	check("an old snapshot stays as it was", first, never, never, never)

	// The record goes on after a restart: what came meanwhile is new.
	now = time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	rewrite(t, path, markdown(5))
	record := l.Current().Seen()
	l = loaded(t, Config{Lists: []string{path}, Now: clock, Seen: record})
	check("after a restart", l.Current(), never, never, "2026-03-02", "2026-03-04", "2026-03-05")
	if len(record) != 4 {
		t.Errorf("the record that was handed in was written to: %v", record)
	}
}

// A parser that panics over a list harms nothing else.
func TestParserThatPanics(t *testing.T) {
	path := write(t, "list.md", markdown(3))
	l := loaded(t, Config{Lists: []string{path}})
	good := l.Current()
	l.lists[0].opts.Exists = func(string) bool { panic("at the disco") }
	rewrite(t, path, markdown(4)+"- [Beside](other.md) - In another file.\n")
	_, err := l.Reload(t.Context())
	if want := path + ": the parser fails on it; report the list as a bug of archbot"; err == nil || err.Error() != want {
		t.Errorf("Reload: %v, want %s", err, want)
	}
	if !isKind(err, NotList) || l.Current() != good {
		t.Error("the last good version does not serve")
	}
}

// Readers, reloads and subscriptions at once; the race detector watches.
func TestConcurrentUse(t *testing.T) {
	path := write(t, "list.md", markdown(30))
	l := loaded(t, Config{Lists: []string{path, ""}})
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for range 20 {
				rewriteAtomically(t, path, markdown(30+i))
				l.Reload(t.Context())
			}
		})
		all.Go(func() {
			l.Subscribe(func(Event) {})
			for range 200 {
				s := l.Current()
				if s.Catalog == nil || s.Version == "" || !s.FirstSeen("https://example.com/1").IsZero() {
					t.Error("half a snapshot")
				}
			}
		})
	}
	all.Wait()
}

// Whoever stops a reload gets an answer at once, and nobody is told of it.
func TestStoppedReload(t *testing.T) {
	address, exchange := serve(t, text(markdown(3)))
	l := loaded(t, Config{Lists: []string{address}, AllowPrivate: true})
	l.Subscribe(func(e Event) { t.Errorf("told of %v", e.Err) })
	ctx, stop := context.WithCancel(t.Context())
	exchange(func(_ http.ResponseWriter, r *http.Request) {
		// Another one waits for the first, but not longer than it is asked to.
		if _, err := l.Reload(cancelled(ctx)); !errors.Is(err, context.Canceled) {
			t.Errorf("waiting: %v", err)
		}
		stop()
		<-r.Context().Done()
	})
	if _, err := l.Reload(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func cancelled(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}
