package resilient

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A deadline ends when it says, a tick early at most, and with its parent's if that is
// sooner; no timers are left.
func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s deadlines
		for _, wait := range []time.Duration{time.Nanosecond, tick / 3, tick, 7 * tick, Patience, time.Second} {
			time.Sleep(wait / 3) // anywhere within a tick
			began := time.Now()
			ctx := s.after(t.Context(), wait)
			again := s.after(t.Context(), wait)
			if ctx.Done() != again.Done() {
				t.Error("two calls at once have timers of their own")
			}
			if at, ok := ctx.Deadline(); !ok || at.After(began.Add(wait)) || at.Before(began.Add(wait-tick)) {
				t.Errorf("%s: it is to end after %s", wait, at.Sub(began))
			}
			if at, _ := ctx.Deadline(); at.After(began) && ctx.Err() != nil {
				t.Errorf("%s: it has ended: %v", wait, ctx.Err())
			}
			<-ctx.Done()
			if took := time.Since(began); took > wait || took < wait-tick || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
				t.Errorf("%s: it ends after %s: %v", wait, took, ctx.Err())
			}
		}
		sooner, stop := context.WithTimeout(t.Context(), tick)
		defer stop()
		began := time.Now()
		ctx := s.after(sooner, time.Minute)
		if <-ctx.Done(); time.Since(began) != tick {
			t.Errorf("it outlives its parent: %s", time.Since(began))
		}
		gone, leave := context.WithCancel(t.Context())
		ctx = s.after(gone, time.Minute)
		leave()
		if !errors.Is(ctx.Err(), context.Canceled) {
			t.Errorf("its parent has gone: %v", ctx.Err())
		}
		<-ctx.Done()
		synctest.Wait()
		if len(s.ends) != 0 {
			t.Errorf("%d ends are kept", len(s.ends))
		}
	})
}
