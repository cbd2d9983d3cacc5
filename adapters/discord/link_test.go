package discord

import (
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/store/memory"
)

// A connection that stays open without a word, not even an acknowledgement of a heartbeat,
// is deaf before it is given up; quiet people are no reason.
func TestLinkDeaf(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		b.Silence(true)
		a, stop := b.start(&echo{})
		b.pass(time.Second)
		if link := a.Link(); link.Up {
			t.Errorf("before it is connected: %+v", link)
		}
		b.Silence(false)
		b.connected(a, 1)
		if link := a.Link(); !link.Up || link.Heard.IsZero() || !link.Event.IsZero() {
			t.Errorf("connected: %+v", link)
		}
		for range 60 {
			b.pass(time.Minute)
			if link := a.Link(); !link.Up {
				t.Fatalf("in a quiet hour: %+v", link)
			}
		}
		b.Silence(true) // so that it does not connect anew at once
		b.Deafen()
		deaf, open := false, false
		for range 120 {
			b.pass(time.Second)
			if connected, _ := a.Ready(); !a.Link().Up {
				deaf, open = true, open || connected > 0
			}
		}
		if !deaf || !open {
			t.Errorf("deaf %v, while it was open %v; want both: %+v", deaf, open, a.Link())
		}
		b.Silence(false)
		b.connected(a, 1)
		if link := a.Link(); !link.Up {
			t.Errorf("connected again: %+v", link)
		}
		b.said(0, 1)
		b.pass(time.Second)
		if a.Link().Event.IsZero() {
			t.Error("a message is no event")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A process that finds no shard free stands by, and is not to be restarted for it.
func TestLinkStandsBy(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		state := memory.New(time.Now)
		one, two := &replica{Store: state}, &replica{Store: state}
		first, stopFirst := b.start(&echo{}, one.config)
		b.connected(first, 1)
		two.away.Store(true)
		second, stopSecond := b.start(&echo{}, two.config)
		b.pass(time.Minute)
		if link := second.Link(); link.Up {
			t.Errorf("it cannot know who has the shards: %+v", link)
		}
		two.away.Store(false)
		b.pass(time.Minute)
		if link := second.Link(); !link.Up || !link.Heard.IsZero() {
			t.Errorf("standing by: %+v", link)
		}
		if err := stopFirst(); err != nil {
			t.Error(err)
		}
		b.connected(second, 1)
		if link := second.Link(); !link.Up || link.Heard.IsZero() {
			t.Errorf("taken over: %+v", link)
		}
		if err := stopSecond(); err != nil {
			t.Error(err)
		}
	})
}

// Every class of error is one of Classes.
func TestClassOf(t *testing.T) {
	for want, err := range map[string]error{
		"dead": ErrUnauthorized, "passing": &refusal{status: 502}, "ambiguous": errUnreachable,
		"barred": &refusal{status: 403, code: 50001}, "gone": &refusal{status: 404, code: 10003}, "faulty": &refusal{status: 400, code: 50035},
	} {
		if got := classOf(err); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
	if got := classOf(&refusal{status: 404, code: 10062}); got != "gone" {
		t.Errorf("an interaction that has expired is %s", got)
	}
}
