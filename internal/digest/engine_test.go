package digest_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/digest"
)

// bubble runs a test in a bubble, from midnight of Saturday, 2000-01-01 UTC.
func bubble(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newWorld(t)) })
}

func equal(t testing.TB, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const week = 7 * 24 * time.Hour

func TestDeliversEachSlotOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		r := w.subscribe(t, general, "every monday 09:00")
		w.run(t, 3*week)
		equal(t, w.platform.keys(), "200001030900", "200001100900", "200001170900")
		equal(t, w.history(t, r), "2000-01-17 09:00 sent", "2000-01-10 09:00 sent", "2000-01-03 09:00 sent")
		if at := w.platform.posts[0].at; at.After(time.Date(2000, 1, 3, 9, 0, 2, 0, time.UTC)) {
			t.Errorf("posted at %s", at)
		}
		if len(w.platform.posts[0].Key) > 25 {
			t.Errorf("key %q is too long for a nonce", w.platform.posts[0].Key)
		}
	})
}

// Never a resource twice until the topic is used up; then it says so and starts over.
func TestNoResourceTwiceUntilUsedUp(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		w.subscribe(t, general, "every monday 09:00")
		w.run(t, 10*week)
		seen := make(map[string]bool)
		rounds := 0
		for _, p := range w.platform.posts {
			if p.Content.Anew {
				clear(seen)
				rounds++
			}
			for _, pick := range p.Content.Picks {
				if seen[pick.Resource.URL] {
					t.Errorf("%s has %s once more", p.Key, pick.Resource.URL)
				}
				seen[pick.Resource.URL] = true
			}
			if n := len(p.Content.Picks); n != 3 {
				t.Errorf("%s has %d resources", p.Key, n)
			}
		}
		if rounds < 2 {
			t.Errorf("it began anew %d times", rounds)
		}
	})
}

// Two channels of a subscription each have their own memory; two subscriptions of a
// channel share one.
func TestChannelRemembers(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		w.subscribe(t, general, "every monday 09:00")
		w.subscribe(t, general, "every tuesday 09:00")
		w.run(t, 5*24*time.Hour)
		if len(w.platform.posts) != 2 {
			t.Fatalf("%d posts", len(w.platform.posts))
		}
		for _, a := range w.platform.posts[0].Content.Picks {
			for _, b := range w.platform.posts[1].Content.Picks {
				if a.Resource.URL == b.Resource.URL {
					t.Errorf("%s twice in a channel", a.Resource.URL)
				}
			}
		}
	})
}

func TestLate(t *testing.T) {
	tests := []struct {
		name, when string
		away       time.Duration
		keys       []string
		history    []string
	}{
		{
			"within a day", "every monday 09:00", 2*24*time.Hour + 20*time.Hour,
			[]string{"200001030900"}, []string{"2000-01-03 09:00 sent late"},
		},
		{
			"older than a day", "every monday 09:00", 4 * 24 * time.Hour, nil, []string{"2000-01-03 09:00 skipped late"},
		},
		{
			"never a burst", "every day 09:00", 5*24*time.Hour + 10*time.Hour,
			[]string{"200001060900"}, []string{"2000-01-06 09:00 sent late 5 before it were missed"},
		},
		{
			"all too old", "every 2 weeks on saturday 09:00", 8 * 7 * 24 * time.Hour, nil,
			[]string{"2000-01-01 09:00 skipped late 4 editions up to 2000-02-12 09:00"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, tt.when)
				time.Sleep(tt.away) // nothing runs
				if err := w.Tick(t.Context(), time.Time{}); err != nil {
					t.Fatal(err)
				}
				equal(t, w.platform.keys(), tt.keys...)
				equal(t, w.history(t, r), tt.history...)
			})
		})
	}
}

// What the platform's errors mean for what comes next.
func TestFailures(t *testing.T) {
	const monday = 2*24*time.Hour + 9*time.Hour
	fails := func(n int, f error, kept bool) func(int, digest.Post) (bool, error) {
		return func(call int, _ digest.Post) (bool, error) {
			if call <= n {
				return kept, f
			}
			return true, nil
		}
	}
	tests := []struct {
		name    string
		post    func(int, digest.Post) (bool, error)
		find    func(int) error
		keys    []string
		history []string
		paused  digest.Reason
		events  []string
	}{
		{
			name: "retry after", post: fails(2, &digest.Failure{Class: digest.Passing, After: 7 * time.Second, Text: "slow down"}, false),
			keys: []string{"200001030900"}, history: []string{"2000-01-03 09:00 sent"},
			events: []string{"2000-01-03 09:00 planned  slow down", "2000-01-03 09:00 planned  slow down", "2000-01-03 09:00 sent"},
		},
		{
			name: "an answer is lost", post: fails(1, errLost, true),
			keys: []string{"200001030900"}, history: []string{"2000-01-03 09:00 sent recovered"},
			events: []string{"2000-01-03 09:00 sending untold", "2000-01-03 09:00 sent recovered"},
		},
		{
			name: "a request is lost", post: fails(1, errLost, false),
			keys: []string{"200001030900"}, history: []string{"2000-01-03 09:00 sent"},
			events: []string{"2000-01-03 09:00 sending untold", "2000-01-03 09:00 sent"},
		},
		{
			name: "lost, and there is no telling: at most once", post: fails(1, errLost, true),
			find: func(int) error { return &digest.Failure{Class: digest.Unsure, Text: "no history here"} },
			keys: []string{"200001030900"}, history: []string{"2000-01-03 09:00 ambiguous untold no history here"},
			events: []string{"2000-01-03 09:00 sending untold", "2000-01-03 09:00 ambiguous untold no history here"},
		},
		{
			name: "lost, and the look-up fails for a while", post: fails(1, errLost, true),
			find: func(n int) error {
				if n < 3 {
					return &digest.Failure{Class: digest.Passing, After: time.Minute, Text: "later"}
				}
				return nil
			},
			keys: []string{"200001030900"}, history: []string{"2000-01-03 09:00 sent recovered"},
			events: []string{
				"2000-01-03 09:00 sending untold", "2000-01-03 09:00 sending untold later", "2000-01-03 09:00 sending untold later",
				"2000-01-03 09:00 sent recovered",
			},
		},
		{
			name: "not in the channel", post: fails(9, &digest.Failure{Class: digest.NeedsHelp, Text: "invite me"}, false),
			paused: digest.Refused, events: []string{"2000-01-03 09:00 planned refused invite me"},
		},
		{
			name: "no such channel", post: fails(9, &digest.Failure{Class: digest.ChannelOff, Text: "it was archived"}, false),
			paused: digest.Gone, events: []string{"2000-01-03 09:00 planned gone it was archived"},
		},
		{
			name: "no installation", post: fails(9, &digest.Failure{Class: digest.SpaceOff, Text: "the token was revoked"}, false),
			paused: digest.Stopped, events: []string{"2000-01-03 09:00 planned stopped the token was revoked"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, "every monday 09:00")
				w.platform.post, w.platform.find = tt.post, tt.find
				w.run(t, monday+time.Hour)
				equal(t, w.platform.keys(), tt.keys...)
				equal(t, w.history(t, r), tt.history...)
				equal(t, w.events, tt.events...)
				now := w.record(t, general)
				if (now.Pause == nil) != (tt.paused == "") || now.Pause != nil && now.Pause.Why != tt.paused {
					t.Errorf("paused: %+v", now.Pause)
				}
				wantTold := tt.paused == digest.Refused || tt.paused == digest.Gone
				if told := len(w.platform.told); told != 0 != wantTold || told > 1 {
					t.Errorf("told: %q", w.platform.told)
				}
				w.run(t, week)
				if got := len(w.platform.keys()); tt.paused != "" && got != 0 || tt.paused == "" && got != 2 {
					t.Errorf("%d posts a week later", got)
				}
			})
		})
	}
}

// A dead installation stops the whole workspace, and no other.
func TestDeadWorkspace(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		w.subscribe(t, general, "every monday 09:00")
		w.subscribe(t, digest.Place{Platform: "slack", Workspace: "T1", Channel: "C2"}, "every tuesday 09:00")
		other := digest.Place{Platform: "slack", Workspace: "T2", Channel: "C1"}
		w.subscribe(t, other, "every tuesday 09:00")
		w.platform.post = func(_ int, p digest.Post) (bool, error) {
			if p.Place.Workspace == "T1" {
				return false, &digest.Failure{Class: digest.SpaceOff, Text: "revoked"}
			}
			return true, nil
		}
		w.run(t, week)
		if w.platform.calls != 2 || len(w.platform.posts) != 1 || w.platform.posts[0].Place != other {
			t.Errorf("%d calls, posts %v", w.platform.calls, w.platform.keys())
		}
	})
}

// A look-up waits until nothing of the try can arrive any more.
func TestLookUpWaits(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		w.subscribe(t, general, "every monday 09:00")
		var posted, found time.Time
		w.platform.post = func(int, digest.Post) (bool, error) { posted = time.Now(); return true, errLost }
		w.platform.find = func(int) error { found = time.Now(); return nil }
		w.run(t, 3*24*time.Hour)
		if wait, least := found.Sub(posted), w.Policy.Deadline+w.Policy.Margin; wait < least || wait > least+3*time.Second {
			t.Errorf("looked up after %s", wait)
		}
	})
}

// A worker that is stalled over its lease does not post what another has posted.
func TestStalledWorker(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		r := w.subscribe(t, general, "every monday 09:00")
		time.Sleep(2*24*time.Hour + 9*time.Hour)
		list := w.List
		stalled := false
		w.List = func(ctx context.Context) (digest.List, error) {
			if !stalled {
				stalled = true
				time.Sleep(time.Minute) // longer than its lease
			}
			return list(ctx)
		}
		first := w.Engine
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = first.Tick(t.Context(), time.Time{})
		}()
		synctest.Wait()
		w.restart()
		w.run(t, 2*time.Minute)
		<-done
		equal(t, w.platform.keys(), "200001030900")
		equal(t, w.history(t, r), "2000-01-03 09:00 sent")
	})
}

// Shutting down brings to its end what is under way, and begins nothing.
func TestShutdown(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		r := w.subscribe(t, general, "every monday 09:00")
		w.platform.takes = 5 * time.Second
		time.Sleep(2*24*time.Hour + 9*time.Hour)
		w.run(t, 2*time.Second)
		equal(t, w.history(t, r), "2000-01-03 09:00 sent")
		w.run(t, 0)
		if w.platform.calls != 1 {
			t.Errorf("%d calls", w.platform.calls)
		}
	})
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// A topic that moved in the list is followed; one that is gone pauses.
func TestTopicMoves(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		w.subscribe(t, general, "every day 09:00", func(s *digest.Subscription) { s.Topic = "caching/cache-strategies/eviction" })
		w.list.Catalog = parse(t, strings.Replace(seed, "  - Eviction\n", "  - Throwing things out\n", 1))
		w.run(t, 10*time.Hour)
		if len(w.platform.posts) != 1 || !w.platform.posts[0].Content.Moved || w.platform.posts[0].Content.Title != "Throwing things out" {
			t.Fatalf("%+v", w.platform.posts)
		}
		if r := w.record(t, general); r.Topic != "caching/cache-strategies/throwing-things-out" {
			t.Errorf("it is on %s now", r.Topic)
		}
		_, queues, _ := strings.Cut(seed, "## Queues")
		w.list.Catalog = parse(t, "# List\n## Queues"+queues)
		w.run(t, 24*time.Hour)
		r := w.record(t, general)
		if r.Pause == nil || r.Pause.Why != digest.TopicGone || len(w.platform.posts) != 1 {
			t.Errorf("%+v", r.Pause)
		}
		equal(t, w.platform.told, "U1: The digest on Throwing things out is paused: The list has no topic “Throwing things out” any more.")
	})
}
