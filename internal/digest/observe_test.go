package digest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"archbot/internal/digest"
)

// who is where a context has whose work it is for.
type who struct{}

// Whoever counts editions is told how long after their time they went out, and all that is
// done for one is done in the context that was begun for it.
func TestObserved(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		var delays []time.Duration
		w.Happened = func(e digest.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if e.State == digest.Sent && !e.Reply {
				delays = append(delays, e.Delay)
			}
		}
		begun, ended, asked := 0, 0, 0
		w.Begin = func(ctx context.Context) (context.Context, func()) {
			begun++
			return context.WithValue(ctx, who{}, "it"), func() { ended++ }
		}
		w.List = func(ctx context.Context) (digest.List, error) {
			if ctx.Value(who{}) == "it" {
				asked++
			}
			return w.list, nil
		}
		r := w.subscribe(t, general, "every monday 09:00")
		time.Sleep(2*24*time.Hour + 9*time.Hour + 10*time.Minute) // nobody is there until ten past nine
		w.run(t, time.Hour)
		time.Sleep(2 * time.Hour)
		if _, f, err := w.Now(t.Context(), r.Place, r.ID); f != nil || err != nil {
			t.Fatal(f, err)
		}
		if len(delays) != 2 || delays[0] < 10*time.Minute || delays[0] > 11*time.Minute || delays[1] != 0 {
			t.Errorf("the delays are %v: want ten minutes, and none for one that was asked for", delays)
		}
		if begun != 1 || ended != 1 || asked != 1 {
			t.Errorf("begun %d, ended %d and asked for the list %d times, want once each", begun, ended, asked)
		}
		if strings.Contains(w.log.String(), "ERROR") {
			t.Errorf("the log says %s", w.log)
		}
	})
}
