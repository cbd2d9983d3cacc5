// Package metered wraps a store, and tells of every call how long it took and whether
// the store was at fault. It wraps the store itself and not what goes on without it, so
// that what is counted is the store's.
package metered

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"archbot/internal/bot"
	"archbot/internal/digest"
	"archbot/internal/store"
)

// Done is told of every call: what was asked, one of Ops, when it began, and what was
// the store's fault, nil for nothing. It is called by whoever asked, and must not block.
type Done func(ctx context.Context, op string, began time.Time, fault error)

// Store is a store.Remote around another store; where that one cannot be out of reach,
// a probe of it always succeeds.
type Store struct {
	inner store.Store
	told  Done
	away  atomic.Bool // the last call was the store's fault
}

var _ store.Remote = (*Store)(nil)

// New wraps a store.
func New(inner store.Store, told Done) *Store { return &Store{inner: inner, told: told} }

// Up reports whether the last call was answered, be it with a no.
func (s *Store) Up() bool { return !s.away.Load() }

// Close is store.Store's.
func (s *Store) Close() error { return s.inner.Close() }

// Probe is store.Remote's.
func (s *Store) Probe(ctx context.Context, scope bot.Scope) (err error) {
	remote, ok := s.inner.(store.Remote)
	if !ok {
		return nil
	}
	defer s.done(ctx, opProbe, time.Now(), &err)
	return remote.Probe(ctx, scope)
}

// done tells of a call. Of one whose caller has gone there is nothing to tell but how
// long it took.
func (s *Store) done(ctx context.Context, op string, began time.Time, err *error) {
	fault := faultOf(*err)
	if errors.Is(context.Cause(ctx), context.Canceled) {
		fault = nil
	} else {
		s.away.Store(fault != nil)
	}
	s.told(ctx, op, began, fault)
}

// noes are answers of a store that is well.
var noes = []error{
	bot.ErrFull, bot.ErrTooLarge, bot.ErrNewerSchema, bot.ErrConflict, digest.ErrConflict, digest.ErrFull, context.Canceled,
}

// faultOf is an error that is the store's fault; nil for none, and for a no.
func faultOf(err error) error {
	for _, no := range noes {
		if errors.Is(err, no) {
			return nil
		}
	}
	return err
}
