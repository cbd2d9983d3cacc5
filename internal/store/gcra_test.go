package store_test

import (
	"fmt"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
)

func limits(rates ...bot.Rate) []store.Limited {
	l := bot.Limits{User: rates[0]}
	if len(rates) > 1 {
		l.Channel = rates[1]
	}
	return store.LimitsOf(bot.Spend{Limits: l})
}

func TestDecide(t *testing.T) {
	const second = store.Micros(1e6)
	rate := bot.Rate{Every: time.Second, Burst: 3}
	now := store.MicrosOf(time.Unix(1_800_000_000, 0))
	tests := []struct {
		name  string
		cost  int
		tat   store.Micros
		want  bot.Verdict
		after store.Micros
	}{
		{"at rest", 1, 0, bot.Verdict{Allowed: true}, now + second},
		{"long at rest", 3, now - 99*second, bot.Verdict{Allowed: true}, now + 3*second},
		{"the last of a burst", 1, now + 2*second, bot.Verdict{Allowed: true}, now + 3*second},
		{"a microsecond early", 1, now + 2*second + 1, bot.Verdict{By: bot.LimitUser, Wait: time.Microsecond}, now + 2*second + 1},
		{"used up", 2, now + 3*second, bot.Verdict{By: bot.LimitUser, Wait: 2 * time.Second}, now + 3*second},
		{"a clock that went back", 1, now + 9999*second, bot.Verdict{By: bot.LimitUser, Wait: time.Second}, now + 9999*second},
		{"free", 0, now + 3*second, bot.Verdict{Allowed: true}, now + 3*second},
	}
	for _, tt := range tests {
		tats := []store.Micros{tt.tat}
		if got := store.Decide(now, tt.cost, limits(rate), tats); got != tt.want || tats[0] != tt.after {
			t.Errorf("%s: %+v with TAT %d, want %+v with %d", tt.name, got, tats[0]-now, tt.want, tt.after-now)
		}
	}
}

// Whatever comes when, no window of any length has more in it than a burst and
// what its time gave back, and what is refused passes after the wait.
func FuzzDecide(f *testing.F) {
	f.Add([]byte{1, 2, 3, 0, 0, 9, 200, 1}, uint16(100), uint8(5))
	f.Add([]byte{0, 3, 0, 3, 0, 3, 255, 3, 0, 1}, uint16(7), uint8(3))
	f.Fuzz(func(t *testing.T, script []byte, every uint16, burst uint8) {
		rate := bot.Rate{Every: bot.MinEvery * time.Duration(1+every), Burst: 1 + int(burst)}
		l := limits(rate, bot.Rate{Every: rate.Every * 2, Burst: rate.Burst})
		type taken struct {
			at   store.Micros
			cost int
		}
		var history []taken
		tats := make([]store.Micros, len(l))
		now := store.MicrosOf(time.Unix(1_800_000_000, 0))
		for i := 0; i+1 < len(script) && i < 64; i += 2 {
			now += store.Micros(script[i]) * l[0].Every / 16
			cost := 1 + int(script[i+1])%rate.Burst
			verdict := store.Decide(now, cost, l, tats)
			if !verdict.Allowed {
				later := append([]store.Micros(nil), tats...)
				if at := now + store.Micros(verdict.Wait.Microseconds()); !store.Decide(at, cost, l, later).Allowed {
					t.Fatalf("after a wait of %s it is refused again", verdict.Wait)
				}
				continue
			}
			history = append(history, taken{now, cost})
			sum := store.Micros(0)
			for j := len(history) - 1; j >= 0; j-- {
				sum += store.Micros(history[j].cost)
				for _, limit := range l {
					if window := now - history[j].at; sum*limit.Every > limit.Burst+window {
						t.Fatalf("%d units within %d µs, with %d µs each and a burst of %d µs", sum, window, limit.Every, limit.Burst)
					}
				}
			}
		}
	})
}

// A table that is full lets those go that are at rest, then those that will be
// soonest; whoever waits longest still waits.
func TestLimitTableIsBounded(t *testing.T) {
	var table store.LimitTable
	now := time.Unix(1_800_000_000, 0)
	take := func(user, cost int) bot.Verdict {
		v, err := table.Take(now, bot.Spend{
			User: bot.UserID(fmt.Sprint(user)), Cost: cost, Limits: bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 2}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	take(0, 2)
	for user := 1; user <= 80_000; user++ {
		take(user, 1)
	}
	if n := len(table.Changed()); n > 1<<16 {
		t.Errorf("%d limits in the table", n)
	}
	if v := take(0, 1); v.Allowed {
		t.Error("whoever had used up everything was let go first")
	}
	if take(79_999, 1); take(79_999, 1).Allowed {
		t.Error("a newcomer is not limited")
	}
}
