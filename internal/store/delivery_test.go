package store_test

import (
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
)

func TestMark(t *testing.T) {
	now := store.MicrosOf(time.Unix(1_800_000_000, 0))
	held := store.MarkOf(now, bot.Spend{Hold: time.Second})
	for _, tt := range []struct {
		name   string
		mark   store.Mark
		at     store.Micros
		want   bot.Verdict
		theirs bool
	}{
		{"settled at once", store.MarkOf(now, bot.Spend{}), now, bot.Verdict{Delivery: bot.Settled}, false},
		{"held", held, now, bot.Verdict{Delivery: bot.Held, Wait: time.Second}, false},
		{"held to the end", held, now + 1e6 - 1, bot.Verdict{Delivery: bot.Held, Wait: time.Microsecond}, false},
		{"held for too long", held, now + 1e6, bot.Verdict{Allowed: true, Delivery: bot.Resumed}, true},
		{"held by a clock that went back", held, now - 60e6, bot.Verdict{Allowed: true, Delivery: bot.Resumed}, true},
	} {
		if v, theirs := tt.mark.Verdict(tt.at); v != tt.want || theirs != tt.theirs {
			t.Errorf("%s: %+v, %v, want %+v, %v", tt.name, v, theirs, tt.want, tt.theirs)
		}
	}
}

func FuzzDecodeMark(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(store.MarkOf(1_800_000_000_000_000, bot.Spend{Hold: time.Second}).Encode())
	f.Add([]byte("-1"))
	f.Add([]byte("held"))
	f.Fuzz(func(t *testing.T, data []byte) {
		mark, err := store.DecodeMark(data)
		if !readable(err) {
			t.Fatal(err)
		}
		if again, err2 := store.DecodeMark(mark.Encode()); err == nil && (again != mark || err2 != nil) {
			t.Errorf("%q is read as %+v, and then as %+v, %v", data, mark, again, err2)
		}
	})
}
