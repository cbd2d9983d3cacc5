package digest_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/internal/digest"
)

// TestTenThousand has as many editions due at the same minute: they go out in order
// of lateness, within the pace, with no more than the workers in memory. Without
// ARCHBOT_SOAK it is a tenth of them.
func TestTenThousand(t *testing.T) {
	many, channels := 1000, 200
	if os.Getenv("ARCHBOT_SOAK") != "" {
		many, channels = 10_000, 2000
	}
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		place := func(i int) digest.Place {
			c := i % channels
			return digest.Place{Platform: "slack", Workspace: []string{"T1", "T2"}[c%2], Channel: "C" + string(rune('a'+c%26)) + time.Duration(c).String()}
		}
		for i := range many {
			minute := "09:00"
			if i%channels < 10 {
				minute = "08:59" // these few are later than the others
			}
			w.subscribe(t, place(i), "every monday "+minute)
		}
		w.Pace = digest.Pace{Channel: time.Second, Workspace: 100 * time.Millisecond}
		most, under := 0, 0
		w.platform.post = func(int, digest.Post) (bool, error) { return true, nil }
		list := w.List
		w.List = func(ctx context.Context) (digest.List, error) {
			w.mu.Lock()
			under++
			most = max(most, under)
			w.mu.Unlock()
			defer func() { w.mu.Lock(); under--; w.mu.Unlock() }()
			return list(ctx)
		}
		time.Sleep(2*24*time.Hour + 9*time.Hour + time.Minute)
		start := time.Now()
		if err := w.Tick(t.Context(), time.Time{}); err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		if len(w.platform.posts) != many || most > w.Workers {
			t.Fatalf("%d posts, %d at once", len(w.platform.posts), most)
		}
		if least := time.Duration(many/2) * w.Pace.Workspace; took < least-time.Second || took > least*11/10 {
			t.Errorf("it took %s, the pace allows %s", took, least)
		}
		checkPace(t, w)
		early := slices.IndexFunc(w.platform.posts, func(p posted) bool { return strings.HasSuffix(p.Key, "0900") })
		for i, p := range w.platform.posts {
			if i > early+110 && strings.HasSuffix(p.Key, "0859") {
				t.Errorf("post %d is of 08:59, and of 09:00 there were some from %d on", i, early)
			}
		}
	})
}

// A tick that is given a time ends with it, and the next one goes on.
func TestTickEnds(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		for range 10 {
			w.subscribe(t, general, "every monday 09:00")
		}
		time.Sleep(2*24*time.Hour + 9*time.Hour)
		within, cancel := context.WithTimeout(t.Context(), 4500*time.Millisecond) // of one a second
		defer cancel()
		ok(t, w.Tick(within, time.Time{}))
		if n := len(w.platform.posts); n != 5 {
			t.Errorf("%d posts", n)
		}
		ok(t, w.Tick(t.Context(), time.Time{}))
		if n := len(w.platform.posts); n != 10 {
			t.Errorf("%d posts", n)
		}
		checkPace(t, w)
	})
}

func checkPace(t *testing.T, w *world) {
	t.Helper()
	channel, space := make(map[digest.Place]time.Time), make(map[string]time.Time)
	for _, p := range w.platform.posts {
		if last, ok := channel[p.Place]; ok && p.at.Sub(last) < w.Pace.Channel {
			t.Errorf("%v had two in %s", p.Place, p.at.Sub(last))
		}
		if last, ok := space[p.Place.Workspace]; ok && p.at.Sub(last) < w.Pace.Workspace {
			t.Errorf("%v had two in %s", p.Place.Workspace, p.at.Sub(last))
		}
		channel[p.Place], space[p.Place.Workspace] = p.at, p.at
	}
}
