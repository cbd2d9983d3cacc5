package bolt

import (
	"context"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// Take is bot.Limiter's.
func (s *Store) Take(_ context.Context, spend bot.Spend) (bot.Verdict, error) {
	if err := spend.Check(); err != nil {
		return bot.Verdict{}, err
	}
	if verdict, known, err := s.deliver(spend); err != nil || known {
		return verdict, err
	}
	verdict, err := s.limits.Take(s.now(), spend)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flush == nil && !s.closed && verdict.Allowed {
		s.flush = time.AfterFunc(flushAfter, func() {
			s.mu.Lock()
			s.flush = nil
			closed := s.closed
			s.mu.Unlock()
			if !closed {
				s.writeLimits()
			}
		})
	}
	return verdict, err
}

// writeLimits writes what has changed of the rate limits since it was last called.
func (s *Store) writeLimits() {
	changed := s.limits.Changed()
	if len(changed) == 0 {
		return
	}
	err := s.update("the rate limits", func(tx *bbolt.Tx, now time.Time) error {
		for key, tat := range changed {
			text := strconv.FormatInt(int64(tat), 10)
			if err := limitKind.put(tx, key, []byte(text), time.UnixMicro(int64(tat))); err != nil {
				return err
			}
		}
		return nil
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flushed = err
}

// deliver marks the event of a spend, if it has one; known is false for one that was not
// delivered before.
func (s *Store) deliver(spend bot.Spend) (v bot.Verdict, known bool, err error) {
	if spend.Event == "" {
		return bot.Verdict{}, false, nil
	}
	key := store.EventKey(spend.Scope, spend.Event).String()
	err = s.update("an event", func(tx *bbolt.Tx, now time.Time) error {
		at, theirs := store.MicrosOf(now), true
		if kept := eventKind.get(tx, now, key); kept != nil {
			mark, err := store.DecodeMark(kept)
			if err != nil {
				return err
			}
			known = true
			v, theirs = mark.Verdict(at)
		}
		if !theirs {
			return nil
		}
		return eventKind.put(tx, key, store.MarkOf(at, spend).Encode(), now.Add(bot.EventMemory))
	})
	return v, known, err
}

// Settle is bot.Events'.
func (s *Store) Settle(_ context.Context, scope bot.Scope, id bot.EventID) error {
	return s.update("an event", func(tx *bbolt.Tx, now time.Time) error {
		return eventKind.put(tx, store.EventKey(scope, id).String(), store.Mark{}.Encode(), now.Add(bot.EventMemory))
	})
}

// FirstTime is bot.Events'.
func (s *Store) FirstTime(_ context.Context, scope bot.Scope, id bot.EventID, keep time.Duration) (bool, error) {
	key, first := store.EventKey(scope, id).String(), false
	err := s.update("an event", func(tx *bbolt.Tx, now time.Time) error {
		if first = eventKind.get(tx, now, key) == nil; !first {
			return nil
		}
		return eventKind.put(tx, key, nil, now.Add(min(keep, bot.MeetingMemory)))
	})
	return first, err
}
