package digest_test

import (
	"context"
	"os"
	"slices"
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

// A subscription that is changed while its edition is on its way keeps the change and
// loses no edition.
func TestChangedOnTheWay(t *testing.T) {
	changes := map[string]func(*testing.T, *world, digest.Record){
		"pause": func(t *testing.T, w *world, r digest.Record) {
			t.Helper()
			_, err := w.Pause(t.Context(), r.Place, r.ID, "U2")
			ok(t, err)
		},
		"edit": func(t *testing.T, w *world, r digest.Record) {
			t.Helper()
			_, err := w.Edit(t.Context(), r.Place, r.ID, func(s *digest.Subscription) { s.Schedule.At, s.Count = 600, 7 })
			ok(t, err)
		},
		"remove": func(t *testing.T, w *world, r digest.Record) {
			t.Helper()
			_, err := w.store.Remove(t.Context(), r.Place, r.ID)
			ok(t, err)
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, "every monday 09:00")
				w.platform.post = func(n int, _ digest.Post) (bool, error) {
					if n == 1 {
						change(t, w, r)
					}
					return true, nil
				}
				w.run(t, week+2*24*time.Hour+12*time.Hour)
				want := map[string][]string{
					"pause": {"200001030900"}, "edit": {"200001030900", "200001101000"}, "remove": {"200001030900"},
				}[name]
				equal(t, w.platform.keys(), want...)
				if name == "remove" {
					return
				}
				now := w.record(t, general)
				if past := w.history(t, r); len(past) != len(want) || (now.Pause != nil) != (name == "pause") || name == "edit" && now.Count != 7 {
					t.Errorf("%+v, history %q", now, past)
				}
			})
		})
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func TestPauseResumeSkipNow(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		r := w.subscribe(t, general, "every day 09:00")
		_, err := w.Pause(t.Context(), general, r.ID, "U2")
		ok(t, err)
		w.run(t, 3*24*time.Hour)
		equal(t, w.platform.keys())
		_, err = w.Resume(t.Context(), general, r.ID) // the 4th, 00:00
		ok(t, err)
		skipped, _, err := w.Skip(t.Context(), general, r.ID)
		if err != nil || skipped.String() != "2000-01-04 09:00" {
			t.Errorf("skipped %s, %v", skipped, err)
		}
		w.run(t, 30*time.Hour) // the 5th, 06:00
		equal(t, w.platform.keys())
		o, f, err := w.Now(t.Context(), general, r.ID)
		if err != nil || f != nil || o.State != digest.Sent || !o.Extra {
			t.Errorf("now: %+v, %v, %v", o, f, err)
		}
		if _, _, err := w.Now(t.Context(), general, r.ID); err != digest.ErrSoon { //nolint:errorlint // it is that very one
			t.Errorf("now again: %v", err)
		}
		w.run(t, 12*time.Hour)
		equal(t, w.platform.keys(), "200001050600", "200001050900")
		equal(t, w.history(t, r), "2000-01-05 09:00 sent", "2000-01-05 06:00 sent asked", "2000-01-04 09:00 skipped asked")
	})
}

// Whoever is forgotten made no digest any more, and has none of their own; the channel
// keeps its.
func TestForgetUser(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		own := digest.Place{Platform: "slack", Workspace: "T1", Channel: "@U1"}
		r := w.subscribe(t, general, "every day 09:00")
		w.subscribe(t, own, "every day 09:00")
		alone := digest.Place{Platform: "slack", Channel: "@U1"}
		w.subscribe(t, alone, "every day 09:00")
		_, err := w.Pause(t.Context(), general, r.ID, "U1")
		ok(t, err)
		ok(t, w.ForgetUser(t.Context(), general, "U1"))
		ok(t, w.ForgetUser(t.Context(), digest.Place{Platform: "slack"}, "U1"))
		if kept := w.record(t, general); kept.By != "" || kept.Pause == nil || kept.Pause.By != "" {
			t.Errorf("kept: by %q, %+v", kept.By, kept.Pause)
		}
		for _, p := range []digest.Place{own, alone} {
			if c, err := w.store.Channel(t.Context(), p); err != nil || len(c.Records) != 0 {
				t.Errorf("%v has %d, %v", p, len(c.Records), err)
			}
		}
	})
}

// There is at least an hour between two editions, whatever is wanted at once.
func TestAnHourBetween(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		r := w.subscribe(t, general, "every day 09:00")
		time.Sleep(8*time.Hour + 30*time.Minute)
		_, _, err := w.Now(t.Context(), general, r.ID)
		ok(t, err)
		w.run(t, 2*time.Hour)
		equal(t, w.platform.keys(), "200001010830", "200001010900")
		if between := w.platform.posts[1].at.Sub(w.platform.posts[0].at); between < digest.MinPause {
			t.Errorf("%s between two editions", between)
		}
	})
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
