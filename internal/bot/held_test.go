package bot_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// replica is a bot on a state that others have, too.
func replica(t *testing.T, state bot.State) *bot.Bot {
	t.Helper()
	library := &shelfLibrary{list: bot.List{Index: index(t, "# L\n\n## T\n- [A](https://a.example/1) - A.\n"), ID: "demo"}}
	return bot.New(bot.Config{Library: library, State: state, Keys: []string{"a key of sixteen and more"}})
}

// What is delivered again while somebody is at it waits for them: it is not answered again
// when they settle it, it is answered by the next one when they have died, and not where
// the platform shows that they had answered.
func TestHeldDeliveries(t *testing.T) {
	const hold = 3 * time.Second
	request := bot.Request{Platform: "test", Workspace: "W", User: "U", Text: "search t", Event: "Ev1", Hold: hold}
	ask := func(t *testing.T, on *bot.Bot, answered bool) bot.Reply {
		t.Helper()
		r := request
		r.Answered = func(context.Context) bool { return answered }
		return on.Handle(t.Context(), r)
	}
	settle := func(t *testing.T, on *bot.Bot) {
		t.Helper()
		on.Settle(t.Context(), request)
	}
	for _, tt := range []struct {
		name     string
		settled  time.Duration // after which the first one settles it; 0 for never
		again    time.Duration // after which it is delivered to the second one
		answered bool
		kind     bot.ReplyKind
		at       time.Duration // the second one's answer
	}{
		{"settled before", time.Second, 2 * time.Second, false, bot.Silent, 2 * time.Second},
		{"settled meanwhile", 2100 * time.Millisecond, time.Second, false, bot.Silent, 2250 * time.Millisecond},
		{"died before the answer", 0, time.Second, false, bot.Found, hold},
		{"died long before the answer", 0, time.Minute, false, bot.Found, time.Minute},
		{"died after the answer", 0, time.Second, true, bot.Silent, hold},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				state := memory.New(time.Now)
				first, second := replica(t, state), replica(t, state)
				began := time.Now()
				if reply := ask(t, first, true); reply.Kind != bot.Found {
					t.Fatalf("the first time: %+v", reply)
				}
				if tt.settled > 0 {
					time.AfterFunc(tt.settled, func() { settle(t, first) })
				}
				time.Sleep(tt.again)
				if reply := ask(t, second, tt.answered); reply.Kind != tt.kind || time.Since(began) != tt.at {
					t.Errorf("again: %s after %s, want %s after %s", reply.Kind, time.Since(began), tt.kind, tt.at)
				}
				settle(t, second)
				began = time.Now()
				if reply := ask(t, first, false); reply.Kind != bot.Silent || time.Since(began) != 0 {
					t.Errorf("once more: %s after %s", reply.Kind, time.Since(began))
				}
			})
		})
	}
}

// Who waits for somebody else at the same waits no longer than it is asked to.
func TestHeldForTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := replica(t, memory.New(time.Now))
		r := bot.Request{Platform: "test", Workspace: "W", User: "U", Text: "search t", Event: "Ev1", Hold: bot.MaxHold}
		b.Handle(t.Context(), r)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if reply := b.Handle(ctx, r); reply.Kind != bot.Silent || time.Since(began) != time.Second {
			t.Errorf("%s after %s", reply.Kind, time.Since(began))
		}
	})
}

// What is said to somebody else is settled at once, as no answer will do it.
func TestOverheardIsSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := replica(t, memory.New(time.Now))
		r := bot.Request{
			Platform: "test", Workspace: "W", Channel: "C", Thread: "1", User: "U", Surface: bot.SurfaceThread, Overheard: true,
			Text: "lunch?", Event: "Ev1", Hold: time.Minute,
		}
		for range 2 {
			began := time.Now()
			if reply := b.Handle(t.Context(), r); reply.Kind != bot.Silent || time.Since(began) != 0 {
				t.Errorf("%s after %s", reply.Kind, time.Since(began))
			}
		}
	})
}
