package memory

import (
	"context"
	"slices"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
)

var _ bot.Leases = (*Store)(nil)

// lease is who has one, and what was left with it.
type lease struct {
	holder string
	until  time.Time
	left   []byte
	kept   time.Time // until when what was left is
}

// Hold is bot.Leases'. There are as many leases as there are names.
func (s *Store) Hold(_ context.Context, scope bot.Scope, l bot.Lease) (held bool, left []byte, err error) {
	if err := store.CheckSize("lease", len(l.Leave), bot.MaxLease); err != nil {
		return false, nil, err
	}
	name, _ := store.LeaseKeys(scope, l.Name)
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	it := s.leases[name]
	had := it.until.After(now)
	if had && it.holder != l.Holder {
		return false, nil, nil
	}
	if had && len(l.Leave) > 0 {
		it.left, it.kept = slices.Clone(l.Leave), now.Add(bot.LeaseMemory)
	}
	it.holder, it.until = l.Holder, now.Add(l.For)
	s.leases[name] = it
	if it.kept.After(now) {
		left = slices.Clone(it.left)
	}
	return true, left, nil
}
