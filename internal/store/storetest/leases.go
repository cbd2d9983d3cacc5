package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/internal/bot"
)

// RunLeases runs the suite of leases, on stores that have them: those that replicas share.
func RunLeases(t *testing.T, open func(t *testing.T) *Subject) {
	t.Helper()
	t.Run("leases", func(t *testing.T) { testLeases(t, open(t)) })
	t.Run("one of many has a lease", func(t *testing.T) { testLeasesRace(t, open(t)) })
}

// leases are those of a store.
func leases(t *testing.T, s *Subject) bot.Leases {
	t.Helper()
	l, ok := s.Store.(bot.Leases)
	if !ok {
		t.Fatalf("a %T has no leases", s.Store)
	}
	return l
}

func testLeases(t *testing.T, s *Subject) {
	l := leases(t, s)
	for _, step := range []struct {
		name   string
		after  time.Duration
		holder string
		lasts  time.Duration
		leave  string
		held   bool
		left   string
	}{
		{"nobody has it", 0, "a", time.Minute, "", true, ""},
		{"another has it", 0, "b", time.Minute, "b was here", false, ""},
		{"it is had on", 50 * time.Second, "a", time.Minute, "one", true, "one"},
		{"nothing new is left", 50 * time.Second, "a", time.Minute, "", true, "one"},
		{"it is let go of", time.Second, "a", 0, "two", true, "two"},
		{"another gets what is left", 0, "b", time.Minute, "", true, "two"},
		{"who had it does not", 0, "a", time.Minute, "three", false, ""},
		{"nor lets go of it", 0, "a", 0, "three", false, ""},
		{"nor has it on", 59 * time.Second, "b", time.Minute, "four", true, "four"},
		{"it expires", 61 * time.Second, "b", time.Minute, "five", true, "four"},
		{"it is let go of too late", 61 * time.Second, "b", 0, "six", true, "four"},
		{"and is free", 0, "a", time.Minute, "", true, "four"},
		{"what is left goes too", bot.LeaseMemory, "a", time.Minute, "", true, ""},
	} {
		s.Advance(step.after)
		var leave []byte
		if step.leave != "" {
			leave = []byte(step.leave)
		}
		for range 2 { // asked again, it answers the same
			held, left, err := l.Hold(t.Context(), workspace, bot.Lease{Name: "shard/0", Holder: step.holder, For: step.lasts, Leave: leave})
			if err != nil || held != step.held || !bytes.Equal(left, []byte(step.left)) {
				t.Errorf("%s: %v with %q, %v; want %v with %q", step.name, held, left, err, step.held, step.left)
			}
			if step.lasts == 0 || step.name == "it expires" {
				break // there it is not the same any more
			}
		}
	}
	for _, scope := range []bot.Scope{other, workspace} {
		held, left, err := l.Hold(t.Context(), scope, bot.Lease{Name: "shard/1", Holder: string(scope.Workspace), For: time.Minute})
		if err != nil || !held || left != nil {
			t.Errorf("another lease: %v with %q, %v", held, left, err)
		}
	}
	if _, _, err := l.Hold(t.Context(), workspace, bot.Lease{Name: "shard/1", Holder: "a", For: time.Minute, Leave: make([]byte, bot.MaxLease+1)}); !errors.Is(err, bot.ErrTooLarge) {
		t.Errorf("too much is left: %v", err)
	}
}

func testLeasesRace(t *testing.T, s *Subject) {
	l := leases(t, s)
	const names, holders = 8, 8
	var held [names]atomic.Int64
	var wg sync.WaitGroup
	for i := range names * holders {
		wg.Go(func() {
			got, _, err := l.Hold(t.Context(), workspace, bot.Lease{Name: fmt.Sprint(i % names), Holder: fmt.Sprint("h", i), For: time.Minute})
			if err != nil {
				t.Error(err)
			}
			if got {
				held[i%names].Add(1)
			}
		})
	}
	wg.Wait()
	for i := range held {
		if n := held[i].Load(); n != 1 {
			t.Errorf("%d of %d have lease %d", n, holders, i)
		}
	}
}
