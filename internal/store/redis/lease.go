package redis

import (
	"context"
	"errors"

	"archbot/internal/bot"
	"archbot/internal/store"
)

var _ bot.Leases = (*Store)(nil)

// Hold is bot.Leases'.
func (s *Store) Hold(ctx context.Context, scope bot.Scope, l bot.Lease) (held bool, left []byte, err error) {
	if err := errors.Join(store.CheckSize("lease", len(l.Leave), bot.MaxLease), s.ready(ctx)); err != nil {
		return false, nil, err
	}
	holder, what := store.LeaseKeys(scope, l.Name)
	answer, err := leaseScript.Run(ctx, s.client, []string{s.key(holder), s.key(what)},
		l.Holder, milliseconds(l.For), l.Leave, milliseconds(bot.LeaseMemory)).Slice()
	if err != nil {
		return false, nil, s.failed("a lease", err)
	}
	given, ok := int64(0), len(answer) == 2
	if ok {
		given, ok = answer[0].(int64)
	}
	if !ok {
		return false, nil, &store.DecodeError{What: "lease", Why: "it is not one of the script’s"}
	}
	if text, some := answer[1].(string); some {
		left = []byte(text)
	}
	return given == 1, left, nil
}
