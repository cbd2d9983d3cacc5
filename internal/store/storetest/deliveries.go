package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/internal/bot"
)

// delivery is a spend for an event that is held for so long.
func delivery(scope bot.Scope, event bot.EventID, hold time.Duration) bot.Spend {
	s := spend(scope, "C1", "U1", 1, bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 5}})
	s.Event, s.Hold = event, hold
	return s
}

// What is delivered again is told apart and not paid for again, whether its limits let it
// through or not.
func testDeliveries(t *testing.T, s *Subject) {
	get := must[bot.Verdict](t)
	settled := bot.Verdict{Delivery: bot.Settled}
	for _, scope := range []bot.Scope{workspace, other, direct} {
		for i := range 3 {
			want := settled
			if i == 0 {
				want = bot.Verdict{Allowed: true}
			}
			if v := get(s.Store.Take(t.Context(), delivery(scope, "Ev1", 0))); v != want {
				t.Errorf("%+v, delivery %d: %+v, want %+v", scope, i, v, want)
			}
		}
	}
	free := delivery(workspace, "free", 0)
	free.Cost = 0
	for i := range 2 {
		if v := get(s.Store.Take(t.Context(), free)); v.Allowed != (i == 0) {
			t.Errorf("what is free, delivery %d: %+v", i, v)
		}
	}
	for i := range 5 { // one of five is spent
		if v := get(s.Store.Take(t.Context(), delivery(workspace, bot.EventID(fmt.Sprint("more", i)), 0))); v.Allowed != (i < 4) {
			t.Errorf("number %d: %+v: what was delivered again was paid for", i, v)
		}
	}
	if v := get(s.Store.Take(t.Context(), delivery(workspace, "more4", 0))); v != settled {
		t.Errorf("what was refused, again: %+v", v)
	}
	if must[bool](t)(s.Store.FirstTime(t.Context(), workspace, "Ev1", bot.EventMemory)) {
		t.Error("FirstTime does not know what was taken")
	}
	s.Advance(bot.EventMemory - time.Minute)
	if v := get(s.Store.Take(t.Context(), delivery(workspace, "Ev1", 0))); v.Delivery != bot.Settled {
		t.Errorf("an event was forgotten too soon: %+v", v)
	}
	s.Advance(2 * time.Minute)
	if v := get(s.Store.Take(t.Context(), delivery(workspace, "Ev1", 0))); v.Delivery != bot.Fresh {
		t.Errorf("an event is never forgotten: %+v", v)
	}
	for _, wrong := range []time.Duration{-1, bot.MaxHold + 1} {
		if v, err := s.Store.Take(t.Context(), delivery(workspace, "wrong", wrong)); err == nil {
			t.Errorf("held for %s: %+v, want an error", wrong, v)
		}
	}
}

// What is held is nobody else's until it is settled, or was to be.
func testHeld(t *testing.T, s *Subject) {
	const hold = time.Minute
	get := must[bot.Verdict](t)
	take := func(step string, event bot.EventID, want bot.Delivery) {
		t.Helper()
		v := get(s.Store.Take(t.Context(), delivery(workspace, event, hold)))
		if v.Delivery != want || v.Allowed != (want == bot.Fresh || want == bot.Resumed) || v.By != "" {
			t.Errorf("%s: %+v, want it %q", step, v, want)
		}
		if held := want == bot.Held; held != (v.Wait > 0) || v.Wait > hold {
			t.Errorf("%s: %+v is to wait for %s", step, v, v.Wait)
		}
	}
	take("at first", "dies", bot.Fresh)
	take("at once", "dies", bot.Held)
	s.Advance(hold - slack)
	take("in the end", "dies", bot.Held)
	s.Advance(slack + time.Millisecond)
	take("after who held it has died", "dies", bot.Resumed)
	take("while the next one holds it", "dies", bot.Held)
	ok(t, s.Store.Settle(t.Context(), workspace, "dies"))
	take("settled", "dies", bot.Settled)
	s.Advance(bot.EventMemory - time.Minute)
	take("settled long ago", "dies", bot.Settled)

	poor := func(event bot.EventID) bot.Verdict { // who may ask once
		d := delivery(workspace, event, hold)
		d.User, d.Limits = "U7", bot.Limits{User: bot.Rate{Every: 24 * time.Hour, Burst: 1}}
		return get(s.Store.Take(t.Context(), d))
	}
	for _, want := range []bot.Delivery{bot.Fresh, bot.Resumed, bot.Resumed} {
		if v := poor("once"); !v.Allowed || v.Delivery != want {
			t.Errorf("%+v, want it %q: it was paid for", v, want)
		}
		s.Advance(hold + time.Millisecond)
	}
	if v := poor("twice"); v.Allowed || v.By != bot.LimitUser {
		t.Errorf("%+v: nobody has paid", v)
	}

	take("in good time", "lives", bot.Fresh)
	ok(t, s.Store.Settle(t.Context(), workspace, "lives"))
	s.Advance(2 * hold)
	take("settled and redelivered", "lives", bot.Settled)
	take("an event of another name", "lives2", bot.Fresh)
	if v := get(s.Store.Take(t.Context(), delivery(other, "lives", hold))); v.Delivery != bot.Fresh {
		t.Errorf("in another workspace: %+v", v)
	}
	if must[bool](t)(s.Store.FirstTime(t.Context(), workspace, "lives2", bot.EventMemory)) {
		t.Error("FirstTime does not know what is held")
	}
	s.Advance(bot.EventMemory)
	take("forgotten", "lives", bot.Fresh)
}

// Of many who are delivered the same, one gets it; and when that one has died, one.
func testDeliveriesRace(t *testing.T, s *Subject) {
	const events, deliveries, hold = 6, 8, time.Minute
	for _, want := range []bot.Delivery{bot.Fresh, bot.Resumed} {
		var got [events]atomic.Int64
		var wg sync.WaitGroup
		for i := range events * deliveries {
			wg.Go(func() {
				d := delivery(workspace, bot.EventID(fmt.Sprint("Ev", i%events)), hold)
				d.Cost = 0
				v, err := s.Store.Take(t.Context(), d)
				if err != nil {
					t.Error(err)
				}
				switch v.Delivery {
				case want:
					got[i%events].Add(1)
				case bot.Held:
				default:
					t.Errorf("%+v, want it %q or held", v, want)
				}
			})
		}
		wg.Wait()
		for i := range got {
			if n := got[i].Load(); n != 1 {
				t.Errorf("event %d is %q to %d of %d", i, want, n, deliveries)
			}
		}
		s.Advance(hold + time.Millisecond)
	}
}
