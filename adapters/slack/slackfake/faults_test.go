package slackfake_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

// send posts once and returns what came of it.
func (w *world) send(ctx context.Context) error {
	_, _, err := w.api.PostMessageContext(ctx, w.inside.ID, slack.MsgOptionText("x", false))
	return err
}

// TestFaults are faults with what the caller sees and whether the post is there.
func TestFaults(t *testing.T) {
	limited := func(err error) bool {
		e, ok := errors.AsType[*slack.RateLimitedError](err)
		return ok && e.RetryAfter == 7*time.Second
	}
	status := func(code int) func(error) bool {
		return func(err error) bool { e, ok := errors.AsType[slack.StatusCodeError](err); return ok && e.Code == code }
	}
	refused := func(code string) func(error) bool {
		return func(err error) bool { return err != nil && err.Error() == code }
	}
	network := func(err error) bool { _, ok := errors.AsType[slack.SlackErrorResponse](err); return err != nil && !ok }
	tests := map[string]struct {
		fault  slackfake.Fault
		sees   func(error) bool
		posted bool
	}{
		"429":              {slackfake.Fault{RetryAfter: 7}, limited, false},
		"503":              {slackfake.Fault{Status: 503}, status(503), false},
		"502 after all":    {slackfake.Fault{Status: 502, After: true}, status(502), true},
		"an error":         {slackfake.Fault{Error: "restricted_action"}, refused("restricted_action"), false},
		"internal_error":   {slackfake.Fault{Error: "internal_error"}, refused("internal_error"), false},
		"fatal_error":      {slackfake.Fault{Error: "fatal_error"}, refused("fatal_error"), true},
		"a reset":          {slackfake.Fault{Reset: true}, network, false},
		"a lost answer":    {slackfake.Fault{Reset: true, After: true}, network, true},
		"another method":   {slackfake.Fault{Method: "chat.update", Reset: true}, func(err error) bool { return err == nil }, true},
		"another channel":  {slackfake.Fault{Channel: "C1", Reset: true}, func(err error) bool { return err == nil }, true},
		"another team":     {slackfake.Fault{Team: "T1", Reset: true}, func(err error) bool { return err == nil }, true},
		"one passes first": {slackfake.Fault{Skip: 1, Reset: true}, func(err error) bool { return err == nil }, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slackfake.Options{})
			w.Inject(tt.fault)
			err := w.send(t.Context())
			if !tt.sees(err) {
				t.Errorf("the caller sees %v", err)
			}
			if posted := w.Posts(w.inside.ID) != nil; posted != tt.posted {
				t.Errorf("posted: %v", posted)
			}
		})
	}
}

func TestFaultTimes(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	id := w.Inject(slackfake.Fault{Method: "chat.postMessage", Channel: w.inside.ID, Team: w.team.ID, Skip: 1, Times: 2, Error: "internal_error"})
	for i, want := range []bool{true, false, false, true} {
		if err := w.send(t.Context()); (err == nil) != want {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if f := w.Faults(); len(f) != 1 || f[0].ID != id || f[0].Hits != 2 {
		t.Errorf("%+v", f)
	}
	calls := w.Calls("chat.postMessage")
	if len(calls) != 4 || calls[1].Fault != id || calls[1].Error != "internal_error" || calls[3].Error != "" {
		t.Errorf("%+v", calls)
	}
	w.Clear("")
	if f := w.Faults(); len(f) != 0 {
		t.Errorf("%+v", f)
	}
}

// TestHold holds calls until they are released, or until their caller gives up.
func TestHold(t *testing.T) {
	held := func(w *world) func() bool {
		return func() bool { f := w.Faults(); return len(f) == 1 && f[0].Held == 1 }
	}
	tests := map[string]struct {
		fault  slackfake.Fault
		giveUp bool
		posted bool
	}{
		"released":                      {slackfake.Fault{Hold: true}, false, true},
		"given up before":               {slackfake.Fault{Hold: true}, true, false},
		"given up, and on its way":      {slackfake.Fault{Hold: true, Deaf: true}, true, true},
		"given up after":                {slackfake.Fault{Hold: true, After: true}, true, true},
		"released after it took effect": {slackfake.Fault{Hold: true, After: true}, false, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slackfake.Options{})
			id := w.Inject(tt.fault)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var sent sync.WaitGroup
			var err error
			sent.Go(func() { err = w.send(ctx) })
			if !w.Await(held(w)) {
				t.Fatal("nothing was held")
			}
			if got := w.Posts(w.inside.ID) != nil; got != tt.fault.After {
				t.Errorf("posted while held: %v", got)
			}
			if tt.giveUp {
				cancel()
				sent.Wait()
				if !tt.fault.Deaf && !w.Await(func() bool { return w.Faults()[0].Held == 0 }) {
					t.Fatal("the fake did not notice")
				}
			}
			w.Release(id)
			sent.Wait()
			if (err != nil) != tt.giveUp {
				t.Errorf("the caller sees %v", err)
			}
			settled := func() bool { calls := w.Calls("chat.postMessage"); return len(calls) == 1 && w.Faults()[0].Held == 0 }
			if !w.Await(settled) {
				t.Fatalf("%+v %+v", w.Calls(""), w.Faults())
			}
			if got := w.Posts(w.inside.ID) != nil; got != tt.posted {
				t.Errorf("posted: %v", got)
			}
		})
	}
}

// TestHoldFor holds calls until their time is over, and nobody releases them.
func TestHoldFor(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	w.Inject(slackfake.Fault{Hold: true, Times: 1, For: time.Millisecond})
	if err := w.send(t.Context()); err != nil || len(w.Posts(w.inside.ID)) != 1 {
		t.Errorf("of one that waits: %v, %d posts", err, len(w.Posts(w.inside.ID)))
	}
	w.Inject(slackfake.Fault{Hold: true, Deaf: true, For: 50 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if err := w.send(ctx); err == nil {
		t.Error("one that gives up has an answer")
	}
	if !w.Await(func() bool { return len(w.Posts(w.inside.ID)) == 2 }) {
		t.Error("what was on its way does not arrive")
	}
}

// TestEventsAreRetried has the app refuse an event and take it at the next try, or ask
// not to be tried again.
func TestEventsAreRetried(t *testing.T) {
	var mu sync.Mutex
	var seen []http.Header
	w := newWorld(t, slackfake.Options{})
	w.overHTTP(t, func(g got) any {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, g.header)
		if len(seen) < 3 {
			return 500
		}
		return nil
	})
	_, outcomes := w.As(w.ann.ID).Say(w.DM(w.ann.ID).ID, "hello")
	if out := fine(t, outcomes...); out.Attempts != 3 {
		t.Errorf("%+v", out)
	}
	if seen[0].Get("X-Slack-Retry-Num") != "" || seen[2].Get("X-Slack-Retry-Num") != "2" || seen[2].Get("X-Slack-Retry-Reason") != "http_error" {
		t.Errorf("%v", seen)
	}
	again := w.Redeliver(outcomes[0].ID)
	if again.Failure != "" || seen[3].Get("X-Slack-Retry-Num") != "3" {
		t.Errorf("%+v %v", again, seen[3])
	}
	if out := w.Redeliver("Ev404"); out.Failure != "not_sent" {
		t.Errorf("%+v", out)
	}
}

func TestEventsThatNobodyTakes(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	w.overHTTP(t, func(got) any { return 500 })
	_, outcomes := w.As(w.ann.ID).Say(w.DM(w.ann.ID).ID, "hello")
	if len(outcomes) != 1 || outcomes[0].Failure != "http_service_error" || outcomes[0].Attempts != 4 {
		t.Errorf("%+v", outcomes)
	}
}

// TestTwoReplicas has each of two replicas be sent one of two deliveries of an event.
func TestTwoReplicas(t *testing.T) {
	for _, mode := range []bool{false, true} {
		w := newWorld(t, slackfake.Options{SocketMode: mode})
		var mu sync.Mutex
		counts := map[int]map[string]int{1: {}, 2: {}}
		for replica := range counts {
			a := func(g got) any {
				mu.Lock()
				defer mu.Unlock()
				counts[replica][g.str("event_id")]++
				return nil
			}
			if mode {
				w.overSocket(t, a)
			} else {
				w.overHTTP(t, a)
			}
		}
		_, outcomes := w.As(w.ann.ID).Say(w.DM(w.ann.ID).ID, "hello")
		id := fine(t, outcomes...).ID
		fine(t, w.Redeliver(id))
		mu.Lock()
		if counts[1][id] != 1 || counts[2][id] != 1 {
			t.Errorf("socket mode %v: %v", mode, counts)
		}
		mu.Unlock()
	}
}

// TestFaultsOfResponseURLs loses the answer to an answer that was taken.
func TestFaultsOfResponseURLs(t *testing.T) {
	urls := make(chan string, 1)
	w := newWorld(t, slackfake.Options{})
	w.overHTTP(t, func(g got) any { urls <- g.str("response_url"); return nil })
	out := fine(t, w.As(w.ann.ID).Command(w.out.ID, "/arch", "x"))
	url := <-urls
	w.Inject(slackfake.Fault{Method: "response_url", Channel: w.out.ID, Times: 1, Reset: true, After: true})
	w.Inject(slackfake.Fault{Method: "response_url", Times: 1, Status: http.StatusServiceUnavailable})
	for i, want := range []bool{false, false, true} {
		_, _, err := w.api.PostMessageContext(t.Context(), "", slack.MsgOptionResponseURL(url, "ephemeral"), slack.MsgOptionText("more", false))
		if (err == nil) != want {
			t.Errorf("answer %d: %v", i, err)
		}
	}
	if got := w.Responses(out.ID); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}
