package digest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"archbot/internal/digest"
)

// detailed wants the details of each edition.
func detailed(s *digest.Subscription) { s.Details = true }

// said are the posts in short: an edition by its slot, its reply with what it is to.
func (p *platform) said() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, post := range p.posts {
		_, key, _ := strings.Cut(post.Key, "-")
		if post.To != "" {
			key += " to " + string(post.To)
		}
		all = append(all, key)
	}
	return all
}

// replies has the platform fail for replies alone.
func replies(fail func(n int) (kept bool, err error)) func(int, digest.Post) (bool, error) {
	n := 0
	return func(_ int, p digest.Post) (bool, error) {
		if p.To == "" {
			return true, nil
		}
		n++
		return fail(n)
	}
}

// Each edition has its details below it, once it is there, of the same resources.
func TestReply(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		r := w.subscribe(t, general, "every monday 09:00", detailed)
		w.run(t, 2*week)
		equal(t, w.platform.said(), "200001030900", "200001030900-d to m1", "200001100900", "200001100900-d to m3")
		equal(t, w.history(t, r),
			"2000-01-10 09:00 details sent", "2000-01-10 09:00 sent", "2000-01-03 09:00 details sent", "2000-01-03 09:00 sent")
		for i := 0; i < len(w.platform.posts); i += 2 {
			edition, reply := w.platform.posts[i], w.platform.posts[i+1]
			if wait := reply.at.Sub(edition.at); wait < w.Pace.Channel || wait > 5*time.Second {
				t.Errorf("the details come %s after their edition", wait)
			}
			if len(reply.Key) > 25 {
				t.Errorf("key %q is too long for a nonce", reply.Key)
			}
			for j, pick := range reply.Content.Picks {
				if pick.Resource.URL != edition.Content.Picks[j].Resource.URL {
					t.Errorf("details of %s, and the edition has %s", pick.Resource.URL, edition.Content.Picks[j].Resource.URL)
				}
			}
			if len(reply.Content.Picks) != len(edition.Content.Picks) || reply.Content.Heading() != edition.Content.Heading() {
				t.Errorf("%+v", reply.Content)
			}
		}
		if now := w.record(t, general); now.Reply != nil {
			t.Errorf("there is still %+v", now.Reply)
		}
	})
}

// What the platform's errors mean for a reply, and that none has its edition posted
// again.
func TestReplyFailures(t *testing.T) {
	fails := func(times int, f error, kept bool) func(int) (bool, error) {
		return func(n int) (bool, error) {
			if n <= times {
				return kept, f
			}
			return true, nil
		}
	}
	const slot = "2000-01-03 09:00 "
	both := []string{"200001030900", "200001030900-d to m1"}
	tests := []struct {
		name    string
		post    func(int) (bool, error)
		find    func(int) error
		said    []string
		history string // of the reply
		paused  digest.Reason
	}{
		{
			name: "retry after", post: fails(2, &digest.Failure{Class: digest.Passing, After: 7 * time.Second, Text: "slow down"}, false),
			said: both, history: "details sent",
		},
		{name: "an answer is lost", post: fails(1, errLost, true), said: both, history: "details sent recovered"},
		{name: "a request is lost", post: fails(1, errLost, false), said: both, history: "details sent"},
		{
			name: "lost, and there is no telling: at most once", post: fails(1, errLost, true),
			find: func(int) error { return &digest.Failure{Class: digest.Unsure, Text: "no history here"} },
			said: both, history: "details ambiguous untold no history here",
		},
		{
			name: "lost, and the look-up fails for a while", post: fails(1, errLost, true),
			find: func(n int) error {
				if n < 3 {
					return &digest.Failure{Class: digest.Passing, After: time.Minute, Text: "later"}
				}
				return nil
			},
			said: both, history: "details sent recovered",
		},
		{
			name: "lost, and the look-up fails for good", post: fails(1, errLost, true),
			find: func(int) error { return &digest.Failure{Class: digest.Passing, After: time.Hour, Text: "later"} },
			said: both, history: "details ambiguous untold later",
		},
		{
			name: "lost, and nobody may look", post: fails(1, errLost, false),
			find: func(int) error { return &digest.Failure{Class: digest.NeedsHelp, Text: "not in the channel"} },
			said: both[:1], history: "details ambiguous untold not in the channel",
		},
		{
			name: "lost, and the channel is gone", post: fails(1, errLost, false),
			find: func(int) error { return &digest.Failure{Class: digest.ChannelOff, Text: "it was archived"} },
			said: both[:1], history: "details ambiguous untold it was archived", paused: digest.Gone,
		},
		{
			name: "not a reply", post: fails(9, &digest.Failure{Class: digest.NeedsHelp, Text: "let me read"}, false),
			said: both[:1], history: "details skipped refused let me read",
		},
		{
			name: "no channel any more", post: fails(9, &digest.Failure{Class: digest.ChannelOff, Text: "it was archived"}, false),
			said: both[:1], history: "details skipped gone it was archived", paused: digest.Gone,
		},
		{
			name: "no installation", post: fails(9, &digest.Failure{Class: digest.SpaceOff, Text: "the token was revoked"}, false),
			said: both[:1], history: "details skipped stopped the token was revoked", paused: digest.Stopped,
		},
		{
			name: "an outage for more than a day", post: fails(99, &digest.Failure{Class: digest.Passing, After: 5 * time.Hour, Text: "away"}, false),
			said: both[:1], history: "details skipped late away",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, "every monday 09:00", detailed)
				w.platform.post, w.platform.find = replies(tt.post), tt.find
				w.run(t, week)
				equal(t, w.platform.said(), tt.said...)
				equal(t, w.history(t, r), slot+tt.history, slot+"sent")
				now := w.record(t, general)
				if (now.Pause == nil) != (tt.paused == "") || now.Pause != nil && now.Pause.Why != tt.paused || now.Reply != nil {
					t.Errorf("paused: %+v, and there is %+v", now.Pause, now.Reply)
				}
			})
		})
	}
}

// A reply that waits makes room for the next edition; one that nobody wants any more, or
// whose resources have left the list, does not come.
func TestReplyGivenUp(t *testing.T) {
	const first = "2000-01-01 09:00 "
	slow := &digest.Failure{Class: digest.Passing, After: 30 * time.Hour, Text: "slow down"}
	tests := map[string]struct {
		post    func(int) (bool, error)
		find    func(int) error
		between func(*testing.T, *world, digest.Record)
		away    time.Duration
		history []string
	}{
		"planned": {
			post: func(n int) (bool, error) { return n > 1, map[bool]error{true: slow}[n == 1] }, away: 24 * time.Hour,
			history: []string{"2000-01-02 09:00 details sent", "2000-01-02 09:00 sent", first + "details skipped late the next edition comes first", first + "sent"},
		},
		"perhaps posted": {
			post: func(n int) (bool, error) { return n > 1, map[bool]error{true: errLost}[n == 1] }, find: func(int) error { return slow }, away: 24 * time.Hour,
			history: []string{"2000-01-02 09:00 details sent", "2000-01-02 09:00 sent", first + "details ambiguous untold the next edition comes first", first + "sent"},
		},
		"not wanted": {
			post: func(int) (bool, error) {
				return false, &digest.Failure{Class: digest.Passing, After: time.Hour, Text: "later"}
			},
			between: func(t *testing.T, w *world, r digest.Record) {
				t.Helper()
				_, err := w.Edit(t.Context(), r.Place, r.ID, func(s *digest.Subscription) { s.Details = false })
				ok(t, err)
			},
			away: 3 * time.Hour, history: []string{first + "details skipped asked later", first + "sent"},
		},
		"out of the list": {
			post: func(int) (bool, error) {
				return false, &digest.Failure{Class: digest.Passing, After: time.Hour, Text: "later"}
			},
			between: func(t *testing.T, w *world, _ digest.Record) {
				t.Helper()
				w.list.Catalog = parse(t, "# List\n## Caching\n- [Another](https://e.x/99) - Another.\n")
			},
			away: 3 * time.Hour, history: []string{first + "details skipped nothing", first + "sent"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, "every day 09:00", detailed)
				w.platform.post, w.platform.find = replies(tt.post), tt.find
				w.run(t, 9*time.Hour+2*time.Minute)
				if tt.between != nil {
					tt.between(t, w, r)
				}
				w.run(t, tt.away)
				equal(t, w.history(t, r), tt.history...)
			})
		})
	}
}

// What is changed while a reply is on its way is kept, and the reply's end as well.
func TestReplyChangedOnTheWay(t *testing.T) {
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, "every monday 09:00", detailed)
				w.platform.post = replies(func(n int) (bool, error) {
					if n == 1 {
						change(t, w, r)
					}
					return true, nil
				})
				w.run(t, 3*24*time.Hour)
				equal(t, w.platform.said(), "200001030900", "200001030900-d to m1")
				if name == "remove" {
					return
				}
				equal(t, w.history(t, r), "2000-01-03 09:00 details sent", "2000-01-03 09:00 sent")
				if now := w.record(t, general); now.Reply != nil || (now.Pause != nil) != (name == "pause") || name == "edit" && now.Count != 7 {
					t.Errorf("%+v", now)
				}
			})
		})
	}
}

// One that is paused after an edition gets its details still; a workspace that has left
// gets none.
func TestReplyAfterPause(t *testing.T) {
	for name, tt := range map[string]struct {
		pause   func(context.Context, *world, digest.Record) error
		history string
	}{
		"asked": {func(ctx context.Context, w *world, r digest.Record) error {
			_, err := w.Pause(ctx, r.Place, r.ID, "U2")
			return err
		}, "sent"},
		"stopped": {func(ctx context.Context, w *world, r digest.Record) error {
			return w.StopWorkspace(ctx, r.Place, "gone")
		}, "skipped stopped gone"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, "every day 09:00", detailed)
				w.platform.post = replies(func(n int) (bool, error) {
					if n == 1 {
						return false, &digest.Failure{Class: digest.Passing, After: time.Minute, Text: "later"}
					}
					return true, nil
				})
				w.run(t, 9*time.Hour+30*time.Second)
				ok(t, tt.pause(t.Context(), w, r))
				w.run(t, week)
				equal(t, w.history(t, r), "2000-01-01 09:00 details "+tt.history, "2000-01-01 09:00 sent")
			})
		})
	}
}

// crashing is a worker that dies at one of the points where something is written: before
// it, or after it.
type crashing struct {
	digest.Store
	digest.Sender

	at, n int // which point, of those that there were
}

// point dies where it is time to.
func (c *crashing) point(what string) {
	if c.n++; c.n == c.at {
		panic("crash " + what)
	}
}

func (c *crashing) Step(ctx context.Context, change digest.Change) error {
	c.point("before a step")
	err := c.Store.Step(ctx, change)
	c.point("after a step")
	return err
}

func (c *crashing) Post(ctx context.Context, p digest.Post) (digest.MessageID, error) {
	c.point("before a post")
	id, err := c.Sender.Post(ctx, p)
	c.point("after a post")
	return id, err
}

// Whatever a worker dies between, of an edition and its reply neither is lost and
// neither comes twice.
func TestReplyCrashPoints(t *testing.T) {
	points := 1
	for at := 0; at <= points; at++ { // the first run counts them
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, "every monday 09:00", detailed)
				c := &crashing{Store: w.store, Sender: w.platform, at: at}
				w.Store = c
				w.Senders.Add("slack", c)
				w.run(t, 5*24*time.Hour)
				if at == 0 {
					points = c.n
				}
				said := w.platform.said()
				if len(said) != 2 || said[0] != "200001030900" || !strings.HasPrefix(said[1], "200001030900-d to ") {
					t.Errorf("posted: %q", said)
				}
				if past := w.history(t, r); len(past) != 2 || w.record(t, general).Reply != nil {
					t.Errorf("the history is %q", past)
				}
				if died := strings.Contains(w.log.String(), "crash "); died != (at > 0) {
					t.Errorf("a worker died: %v\n%s", died, w.log)
				}
			})
		})
	}
	if points != 12 { // four steps and two posts, before and after
		t.Errorf("there are %d points", points)
	}
}

// A change that comes between the claim and the step of the next edition, while the reply
// to the one before waits to be looked up, has that step made once more from the start.
func TestReplyBesideAChange(t *testing.T) {
	const first, second = "2000-01-01 09:00 ", "2000-01-02 09:00 "
	for name, tt := range map[string]struct {
		late    time.Duration
		history []string
		said    []string
	}{
		"sent": {
			24 * time.Hour,
			[]string{second + "details sent", second + "sent late", first + "details ambiguous untold the next edition comes first", first + "sent"},
			[]string{"200001010900", "200001020900", "200001020900-d to m3"},
		},
		"too late": {0, []string{second + "skipped late", first + "sent"}, []string{"200001010900"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				w.Policy.Late = tt.late
				r := w.subscribe(t, general, "every day 09:00", detailed)
				w.platform.post = replies(func(n int) (bool, error) { return n > 1, map[bool]error{true: errLost}[n == 1] })
				w.platform.find = func(int) error { return &digest.Failure{Class: digest.Passing, After: 30 * time.Hour, Text: "later"} }
				w.run(t, 9*time.Hour+2*time.Minute)
				if now := w.record(t, general); now.Reply == nil || now.Reply.State != digest.Sending {
					t.Fatalf("the reply is %+v", now.Reply)
				}
				time.Sleep(24*time.Hour + 10*time.Minute)
				w.Store = &meddling{Store: w.store, before: func() {
					now := w.record(t, general)
					now.Count = 7
					ok(t, w.store.Step(t.Context(), digest.Change{Record: now, Due: now.Due(w.Policy)}))
				}}
				w.run(t, 10*time.Minute)
				equal(t, w.history(t, r), tt.history...)
				equal(t, w.platform.said(), tt.said...)
				if now := w.record(t, general); now.Count != 7 {
					t.Errorf("the change is lost: %+v", now)
				}
			})
		})
	}
}

// meddling is a store in which somebody changes a record just before the next step.
type meddling struct {
	digest.Store

	before func()
}

func (m *meddling) Step(ctx context.Context, c digest.Change) error {
	if do := m.before; do != nil {
		m.before = nil
		do()
	}
	return m.Store.Step(ctx, c)
}
