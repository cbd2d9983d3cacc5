package resilient

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"archbot/internal/bot"
	"archbot/internal/digest"
	"archbot/internal/store/memory"
)

// digests is a remote store whose digests fail and hang as told.
type digests struct{ *remote }

func (d digests) Probe(ctx context.Context, _ bot.Scope) error { return d.ask(ctx) }

func (d digests) Step(ctx context.Context, c digest.Change) error {
	if err := d.ask(ctx); err != nil {
		return err
	}
	return d.Store.Step(ctx, c)
}

func (d digests) Channel(ctx context.Context, p digest.Place) (digest.Channel, error) {
	if err := d.ask(ctx); err != nil {
		return digest.Channel{}, err
	}
	return d.Store.Channel(ctx, p)
}

// Nothing stands in for digests: a store that is out of reach says so, soon, and what
// fails of them begins no outage for everybody else.
func TestDigestsFailClearly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := digests{&remote{Store: memory.New(time.Now)}}
		log := &logs{}
		s := New(far, log.logger(), Patience)
		defer s.Close()
		place := digest.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}
		if c, err := s.Channel(t.Context(), place); err != nil || !c.Now.Equal(time.Now()) {
			t.Errorf("in reach: %+v, %v", c, err)
		}
		far.set(bot.ErrUnavailable, nil)
		r := digest.Record{Subscription: digest.Subscription{ID: digest.NewID(), Place: place}}
		if err := s.Step(t.Context(), digest.Change{Record: r}); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("a step: %v", err)
		}
		hang := make(chan struct{})
		far.set(nil, hang)
		start := time.Now()
		if _, err := s.Channel(t.Context(), place); !errors.Is(err, bot.ErrUnavailable) || time.Since(start) > digestPatience {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Channel(over, place); !errors.Is(err, context.Canceled) {
			t.Errorf("whose caller has gone: %v", err)
		}
		close(hang)
		far.set(nil, nil)
		if s.circuit.open() || log.b.Len() > 0 {
			t.Errorf("it has begun an outage: %q", log.b.String())
		}
		// In one that is known, it fails at once.
		s.circuit.trip(t.Context(), bot.Scope{}, bot.ErrUnavailable)
		if _, err := s.Channel(t.Context(), place); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("in an outage: %v", err)
		}
	})
}
