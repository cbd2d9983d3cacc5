package discord

import (
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
)

// Requests keep to fifty in a second, whatever is asked.
func TestGlobalLimitHolds(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		_, stop := b.begin(&echo{})
		b.said(0, 400)
		b.pass(time.Minute)
		b.allAnswered(400)
		if n := b.Invalid(); n != 0 {
			t.Errorf("%d requests were refused", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A bucket's limit is waited for and not run into.
func TestBucketsAreHeeded(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 5, BucketTime: 5 * time.Second}, func(b *bubble) {
		t := b.t
		_, stop := b.begin(&echo{})
		b.said(0, 30)
		b.pass(5 * time.Minute)
		b.allAnswered(30)
		if n := b.Invalid(); n > 1 {
			t.Errorf("%d requests were refused", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Long before Discord would lock the address out, requests rest.
func TestRefusalsAreCounted(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100_000, RequestsPerSecond: 100_000}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		b.Fail(discordfake.Fault{Times: -1, Path: "/typing", Status: 403, Code: 50013})
		began := time.Now()
		n := 0
		for ; a.rest.transport.open() == nil && n < 12_000; n++ {
			_ = a.rest.typing(t.Context(), b.channel)
		}
		if n >= 10_000 || n < 4000 {
			t.Errorf("requests rest after %d refusals in %v", n, time.Since(began))
		}
		b.pass(11 * time.Minute)
		b.Heal()
		b.said(0, 1)
		b.pass(time.Minute)
		b.allAnswered(1)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}
