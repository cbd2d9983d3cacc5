package inflight_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"archbot/internal/inflight"
)

func TestRoom(t *testing.T) {
	w := inflight.New(3, 2)
	begin := func(owner string, room bool) func() {
		t.Helper()
		end, err := w.Begin(owner)
		if (err == nil) != room || err != nil && !errors.Is(err, inflight.ErrBusy) {
			t.Errorf("%q begins: %v, want room: %v", owner, err, room)
		}
		return end
	}
	first := begin("a", true)
	begin("a", true)
	begin("a", false) // its share
	begin("b", true)
	begin("b", false) // there is no more at all
	begin("", false)
	if n := w.Of("a"); n != 2 {
		t.Errorf("%d run of a's", n)
	}
	first()
	first() // once more does not count
	begin("", true)
	begin("c", false)
}

func TestDrain(t *testing.T) {
	w := inflight.New(1000, 1000)
	<-w.Settled()
	end, err := w.Begin("a")
	if err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Drain(over); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "1 left") {
		t.Errorf("drained while something runs: %v", err)
	}
	if _, err := w.Begin("b"); !errors.Is(err, inflight.ErrBusy) {
		t.Errorf("something new begins: %v", err)
	}
	end()
	if err := w.Drain(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRace(t *testing.T) {
	w := inflight.New(8, 4)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if end, err := w.Begin("a"); err == nil {
				end()
			}
			<-w.Settled()
		})
	}
	all.Wait()
}
