// Package resilient wraps a store that can be out of reach, so that nobody waits
// longer than Patience for it, and the bot answers without it:
//
//   - rate limits are decided by a limiter of this process. It is told of all
//     that the remote one lets through, so that an outage is no fresh start, and
//     several processes without their store let through as many times the limit;
//   - events are remembered here as well, a bounded number of them, and what this process
//     holds of them or has settled. So what is delivered to it again is known, when the
//     remote store is out of reach and when it has lost its last writes;
//   - everything else fails with bot.ErrUnavailable, for the core to say so.
//
// The first call that fails opens a circuit; from then on calls do without the
// store at once, while a probe in the background looks for it, with growing
// pauses. So a link that hangs costs Patience once and not for every request. The
// log has a line when an outage begins and one when it has ended.
package resilient

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
	"archbot/internal/store/memory"
)

// Patience is how long a call waits for the remote store. With what surrounds it,
// a call takes at most 250 ms.
const Patience = 200 * time.Millisecond

// Store is a store.Store that is always there.
type Store struct {
	remote   store.Remote
	local    *memory.Store
	log      *slog.Logger
	patience time.Duration
	circuit  circuit

	deadlines deadlines

	mu     sync.Mutex
	key    []byte    // the signing key, once known
	faults time.Time // when a fault that is no outage was last logged
}

var _ store.Store = (*Store)(nil)

// New wraps a store; a call waits for it as long as patience says, which is
// Patience where people wait. What it leaves running, while the remote one is out
// of reach, ends with Close.
func New(remote store.Remote, log *slog.Logger, patience time.Duration) *Store {
	return &Store{
		remote: remote, local: memory.New(time.Now), log: log, patience: patience,
		circuit: circuit{probe: remote.Probe, log: log},
	}
}

// Up reports whether the remote store answers, as far as is known.
func (s *Store) Up() bool {
	s.circuit.mu.Lock()
	defer s.circuit.mu.Unlock()
	return !s.circuit.broken
}

// Close ends the probing and closes the remote store.
func (s *Store) Close() error {
	s.circuit.close()
	return s.remote.Close()
}

// call asks the remote store, no longer than its patience.
func call[T any](ctx context.Context, s *Store, scope bot.Scope, ask func(context.Context) (T, error)) (T, error) {
	return callWithin(ctx, s, s.patience, scope, ask)
}

// callWithin is call for what takes longer than people wait for. It asks on the
// caller's own goroutine, as a store.Remote heeds its context: to wake another one up
// for each call takes longer than a call.
func callWithin[T any](ctx context.Context, s *Store, patience time.Duration, scope bot.Scope, ask func(context.Context) (T, error)) (T, error) {
	var none T
	if s.circuit.open() {
		return none, bot.ErrUnavailable
	}
	within := s.deadlines.after(ctx, patience)
	value, err := ask(within)
	switch {
	case err == nil:
		return value, nil
	case ctx.Err() != nil:
		return none, ctx.Err() // the caller's time was up, whatever the store's fault
	case within.Err() != nil:
		err = fmt.Errorf("%w: no answer within %s: %w", bot.ErrUnavailable, patience, err)
	}
	if errors.Is(err, bot.ErrUnavailable) {
		s.circuit.trip(ctx, scope, err)
	}
	return value, err
}

// done is call for what has no value to return.
func done(ctx context.Context, s *Store, scope bot.Scope, ask func(context.Context) error) error {
	_, err := call(ctx, s, scope, func(ctx context.Context) (struct{}, error) { return struct{}{}, ask(ctx) })
	return err
}

// Take is bot.Limiter's. It fails open, down to the limits and events of this process.
// What the remote store lets through is held to those events, too.
func (s *Store) Take(ctx context.Context, spend bot.Spend) (bot.Verdict, error) {
	if err := spend.Check(); err != nil {
		return bot.Verdict{}, err
	}
	verdict, err := call(ctx, s, spend.Scope, func(ctx context.Context) (bot.Verdict, error) { return s.remote.Take(ctx, spend) })
	if err != nil {
		s.fault(ctx, err)
		return s.local.Take(ctx, spend)
	}
	switch {
	case verdict.Delivery == bot.Settled:
		_, err := s.local.FirstTime(ctx, spend.Scope, spend.Event, bot.EventMemory)
		return verdict, err
	case !verdict.Allowed:
		return verdict, nil
	}
	here, err := s.local.Take(ctx, spend)
	if here.Delivery == bot.Settled || here.Delivery == bot.Held && verdict.Delivery == bot.Fresh {
		return here, err
	}
	return verdict, err
}

// Settle is bot.Events'. An error is the remote store's: this process knows it all the same.
func (s *Store) Settle(ctx context.Context, scope bot.Scope, id bot.EventID) error {
	if err := s.local.Settle(ctx, scope, id); err != nil {
		return err
	}
	return done(ctx, s, scope, func(ctx context.Context) error { return s.remote.Settle(ctx, scope, id) })
}

// FirstTime is bot.Events'. What this process has seen needs no asking; what it
// has not may have been seen by another.
func (s *Store) FirstTime(ctx context.Context, scope bot.Scope, id bot.EventID, keep time.Duration) (bool, error) {
	if first, err := s.local.FirstTime(ctx, scope, id, keep); err != nil || !first {
		return false, err
	}
	first, err := call(ctx, s, scope, func(ctx context.Context) (bool, error) { return s.remote.FirstTime(ctx, scope, id, keep) })
	if err != nil {
		s.fault(ctx, err)
		return true, nil
	}
	return first, nil
}

// fault logs what went wrong with what is answered all the same, at most once a
// minute: data that cannot be read, most likely. An outage is the circuit's to log.
func (s *Store) fault(ctx context.Context, err error) {
	if errors.Is(err, bot.ErrUnavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.faults) >= time.Minute {
		s.faults = now
		s.log.ErrorContext(ctx, "the state has a fault; this process decides by itself", "error", err)
	}
}

// LoadConversation is bot.Conversations'.
func (s *Store) LoadConversation(ctx context.Context, id bot.ConversationID) ([]byte, error) {
	return call(ctx, s, id.Scope, func(ctx context.Context) ([]byte, error) { return s.remote.LoadConversation(ctx, id) })
}

// KeepConversation is bot.Conversations'.
func (s *Store) KeepConversation(ctx context.Context, id bot.ConversationID, by bot.Person, data []byte, keep time.Duration) error {
	return done(ctx, s, id.Scope, func(ctx context.Context) error { return s.remote.KeepConversation(ctx, id, by, data, keep) })
}

// EndConversation is bot.Conversations'.
func (s *Store) EndConversation(ctx context.Context, id bot.ConversationID) error {
	return done(ctx, s, id.Scope, func(ctx context.Context) error { return s.remote.EndConversation(ctx, id) })
}

// KeepToken is bot.Tokens'.
func (s *Store) KeepToken(ctx context.Context, scope bot.Scope, by bot.Person, payload []byte, keep time.Duration) (bot.TokenID, error) {
	return call(ctx, s, scope, func(ctx context.Context) (bot.TokenID, error) {
		return s.remote.KeepToken(ctx, scope, by, payload, keep)
	})
}

// LoadToken is bot.Tokens'.
func (s *Store) LoadToken(ctx context.Context, scope bot.Scope, id bot.TokenID) ([]byte, error) {
	return call(ctx, s, scope, func(ctx context.Context) ([]byte, error) { return s.remote.LoadToken(ctx, scope, id) })
}

// Save is bot.Shelf's.
func (s *Store) Save(ctx context.Context, p bot.Person, entry bot.Saved) error {
	return done(ctx, s, p.Scope(), func(ctx context.Context) error { return s.remote.Save(ctx, p, entry) })
}

// Saved is bot.Shelf's.
func (s *Store) Saved(ctx context.Context, p bot.Person) ([]bot.Saved, error) {
	return call(ctx, s, p.Scope(), func(ctx context.Context) ([]bot.Saved, error) { return s.remote.Saved(ctx, p) })
}

// Unsave is bot.Shelf's.
func (s *Store) Unsave(ctx context.Context, p bot.Person, id string) (bool, error) {
	return call(ctx, s, p.Scope(), func(ctx context.Context) (bool, error) { return s.remote.Unsave(ctx, p, id) })
}

// Arrived is bot.Arrivals'.
func (s *Store) Arrived(ctx context.Context, list bot.ListID, urls []string, at time.Time) ([]time.Time, error) {
	return call(ctx, s, bot.Scope{}, func(ctx context.Context) ([]time.Time, error) { return s.remote.Arrived(ctx, list, urls, at) })
}

// SigningKey is bot.Keyring's. Once known, it is known in an outage too.
func (s *Store) SigningKey(ctx context.Context) ([]byte, error) {
	key, err := call(ctx, s, bot.Scope{}, s.remote.SigningKey)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.key = key
	} else if s.key != nil {
		err = nil
	}
	return append([]byte(nil), s.key...), err
}

// Forget is bot.Forgetter's.
func (s *Store) Forget(ctx context.Context, p bot.Person) error {
	return done(ctx, s, p.Scope(), func(ctx context.Context) error { return s.remote.Forget(ctx, p) })
}
