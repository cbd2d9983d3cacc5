package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/internal/bot"
)

// slack is what a real server's clock may go on while a test runs.
const slack = 5 * time.Second

func spend(scope bot.Scope, channel bot.ChannelID, user bot.UserID, cost int, l bot.Limits) bot.Spend {
	return bot.Spend{Scope: scope, Channel: channel, User: user, Cost: cost, Limits: l}
}

func testLimits(t *testing.T, s *Subject) {
	get := must[bot.Verdict](t)
	l := bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 3}}
	for i := range 3 {
		if v := get(s.Store.Take(t.Context(), spend(workspace, "C1", "U1", 1, l))); !v.Allowed || v.By != "" || v.Wait != 0 {
			t.Fatalf("request %d: %+v", i, v)
		}
	}
	v := get(s.Store.Take(t.Context(), spend(workspace, "C1", "U1", 1, l)))
	if v.Allowed || v.By != bot.LimitUser || v.Wait > time.Hour || v.Wait < time.Hour-slack {
		t.Errorf("the fourth: %+v, want an hour's wait for the user", v)
	}
	v = get(s.Store.Take(t.Context(), spend(workspace, "C1", "U1", 2, l)))
	if v.Allowed || v.Wait > 2*time.Hour || v.Wait < 2*time.Hour-slack {
		t.Errorf("twice the cost: %+v, want two hours' wait", v)
	}
	if v := get(s.Store.Take(t.Context(), spend(workspace, "C1", "U1", 0, l))); !v.Allowed {
		t.Errorf("what is free: %+v", v)
	}
	for range 20 {
		if v := get(s.Store.Take(t.Context(), spend(workspace, "C1", "U3", 5, bot.Limits{}))); !v.Allowed {
			t.Fatalf("without limits: %+v", v)
		}
	}
}

func testRefill(t *testing.T, s *Subject) {
	get := must[bot.Verdict](t)
	one := spend(workspace, "C1", "U1", 1, bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 4}})
	four := one
	four.Cost = 4
	if v := get(s.Store.Take(t.Context(), four)); !v.Allowed {
		t.Fatalf("a burst: %+v", v)
	}
	s.Advance(time.Hour - 2*slack)
	if v := get(s.Store.Take(t.Context(), one)); v.Allowed || v.Wait > 2*slack {
		t.Errorf("before a unit is back: %+v", v)
	}
	s.Advance(2*slack + time.Millisecond)
	if v := get(s.Store.Take(t.Context(), one)); !v.Allowed {
		t.Errorf("when a unit is back: %+v", v)
	}
	if v := get(s.Store.Take(t.Context(), one)); v.Allowed {
		t.Error("a refused request was paid back")
	}
	s.Advance(4*time.Hour + time.Millisecond) // and a rest is worth no more than a burst
	s.Advance(100 * time.Hour)
	if v := get(s.Store.Take(t.Context(), four)); !v.Allowed {
		t.Errorf("after a rest: %+v", v)
	}
	if v := get(s.Store.Take(t.Context(), one)); v.Allowed {
		t.Error("a long rest is worth more than a burst")
	}
}

func testAllOrNone(t *testing.T, s *Subject) {
	get := must[bot.Verdict](t)
	l := bot.Limits{
		User:      bot.Rate{Every: time.Hour, Burst: 10},
		Channel:   bot.Rate{Every: 2 * time.Hour, Burst: 2},
		Workspace: bot.Rate{Every: time.Minute, Burst: 4},
	}
	for range 2 {
		if v := get(s.Store.Take(t.Context(), spend(workspace, "C1", "U1", 1, l))); !v.Allowed {
			t.Fatal(v)
		}
	}
	for range 50 { // refused by the channel; nobody else pays
		if v := get(s.Store.Take(t.Context(), spend(workspace, "C1", "U1", 1, l))); v.Allowed || v.By != bot.LimitChannel {
			t.Fatalf("%+v, want it refused for the channel", v)
		}
	}
	for i := range 2 {
		if v := get(s.Store.Take(t.Context(), spend(workspace, "C2", "U1", 1, l))); !v.Allowed {
			t.Fatalf("request %d in another channel: %+v: refused requests were paid for", i, v)
		}
	}
	// Channel and workspace both refuse: the longer wait is told.
	if v := get(s.Store.Take(t.Context(), spend(workspace, "C1", "U9", 1, l))); v.By != bot.LimitChannel || v.Wait < time.Hour {
		t.Errorf("%+v, want the channel's wait", v)
	}
	if v := get(s.Store.Take(t.Context(), spend(workspace, "C3", "U9", 1, l))); v.By != bot.LimitWorkspace || v.Wait > time.Minute {
		t.Errorf("%+v, want the workspace's wait", v)
	}
}

// What is owed under an old limit counts as no more than a burst of the new one.
func testLowered(t *testing.T, s *Subject) {
	get := must[bot.Verdict](t)
	get(s.Store.Take(t.Context(), spend(workspace, "C1", "U1", 1000, bot.Limits{User: bot.Rate{Every: 30 * time.Minute, Burst: 1000}})))
	low := bot.Limits{User: bot.Rate{Every: time.Minute, Burst: 5}}
	v := get(s.Store.Take(t.Context(), spend(workspace, "C1", "U1", 1, low)))
	if v.Allowed || v.Wait > time.Minute {
		t.Errorf("%+v, want a minute's wait at most", v)
	}
}

func testLimitsApart(t *testing.T, s *Subject) {
	get := must[bot.Verdict](t)
	l := bot.Limits{
		User: bot.Rate{Every: time.Hour, Burst: 1}, Channel: bot.Rate{Every: time.Hour, Burst: 1},
		Workspace: bot.Rate{Every: time.Hour, Burst: 1},
	}
	for _, scope := range []bot.Scope{workspace, other, direct, {Platform: "discord", User: "U2"}, {Platform: "terminal"}} {
		if v := get(s.Store.Take(t.Context(), spend(scope, "X", "X", 1, l))); !v.Allowed {
			t.Errorf("%+v: %+v: somebody else has paid for it", scope, v)
		}
		if v := get(s.Store.Take(t.Context(), spend(scope, "X", "X", 1, l))); v.Allowed {
			t.Errorf("%+v: a second one", scope)
		}
	}
}

func testWrongLimits(t *testing.T, s *Subject) {
	good := bot.Rate{Every: time.Minute, Burst: 5}
	for _, c := range []struct {
		name string
		cost int
		rate bot.Rate
	}{
		{"negative cost", -1, good},
		{"more than a burst", 6, good},
		{"no burst", 1, bot.Rate{Every: time.Minute}},
		{"no time", 1, bot.Rate{Burst: 5}},
		{"too fine", 1, bot.Rate{Every: time.Nanosecond, Burst: 5}},
		{"too much", 1, bot.Rate{Every: time.Millisecond, Burst: bot.MaxBurst + 1}},
		{"too long", 1, bot.Rate{Every: bot.MaxWindow, Burst: 2}},
	} {
		for _, l := range []bot.Limits{{User: c.rate}, {Channel: c.rate}, {Workspace: c.rate}} {
			if v, err := s.Store.Take(t.Context(), spend(workspace, "C1", "U1", c.cost, l)); err == nil {
				t.Errorf("%s: %+v, want an error", c.name, v)
			}
		}
	}
}

// Whatever the interleaving, in a time no more is let through than a burst and
// what the time gives back.
func testNoMoreThanTheModel(t *testing.T, s *Subject) {
	const every, burst, asking = 20 * time.Millisecond, 10, 16
	l := bot.Limits{User: bot.Rate{Every: every, Burst: burst}, Workspace: bot.Rate{Every: every / 4, Burst: 4 * burst}}
	var through [4]atomic.Int64
	began := time.Now()
	var passed time.Duration
	var wg sync.WaitGroup
	for round := range 3 {
		for i := range asking {
			wg.Go(func() {
				user := i % len(through)
				for n := range 15 {
					cost := 1 + (i+n)%3
					v, err := s.Store.Take(t.Context(), spend(workspace, "C1", bot.UserID(fmt.Sprint("M", user)), cost, l))
					if err != nil {
						t.Error(err)
						return
					}
					if v.Allowed {
						through[user].Add(int64(cost))
					}
				}
			})
		}
		wg.Wait()
		if round < 2 {
			s.Advance(5 * every)
			passed += 5 * every
		}
	}
	passed += time.Since(began)
	all := int64(0)
	for user := range through {
		n, most := through[user].Load(), int64(burst+passed/every)
		if n > most || n < burst {
			t.Errorf("user %d: %d units let through in %s, want %d to %d", user, n, passed, burst, most)
		}
		all += n
	}
	if most := int64(4*burst + passed/(every/4)); all > most {
		t.Errorf("the workspace: %d units let through in %s, want %d at most", all, passed, most)
	}
}
