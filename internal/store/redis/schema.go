package redis

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// schemaEvery is how often a running Store looks whether a newer archbot has
// taken over the state.
const schemaEvery = time.Minute

// schema guards against a state that a newer archbot has written.
type schema struct {
	mine int
	now  func() time.Time

	mu      sync.Mutex
	looked  time.Time
	refusal error // while a newer one has the state
}

// ready is called before anything is read or written. Once in schemaEvery it
// costs a round trip.
func (s *Store) ready(ctx context.Context) error {
	s.schema.mu.Lock()
	fresh := !s.schema.looked.IsZero() && s.schema.now().Sub(s.schema.looked) < schemaEvery
	refusal := s.schema.refusal
	s.schema.mu.Unlock()
	if fresh {
		return refusal
	}
	return s.schema.check(ctx, s)
}

// check reads the state's schema. One that is older becomes this one's; none is
// an empty state. A newer one puts the state out of reach.
func (c *schema) check(ctx context.Context, s *Store) error {
	key := s.key(store.SchemaKey)
	pipe := s.client.Pipeline()
	pipe.SetNX(ctx, key, strconv.Itoa(c.mine), 0)
	kept := pipe.Get(ctx, key)
	if _, err := pipe.Exec(ctx); err != nil {
		return s.failed("the schema", err)
	}
	found, err := store.DecodeSchema(kept.Val())
	if err == nil {
		err = store.CheckSchema(found, c.mine)
	}
	if err == nil && found < c.mine {
		err = s.failed("the schema", s.client.Set(ctx, key, c.mine, redis.KeepTTL).Err())
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looked, c.refusal = c.now(), err
	return err
}

// Open looks whether the state can be used. bot.ErrNewerSchema says that it never
// can; any other bot.ErrUnavailable is no reason not to start, as the Store works
// as soon as Redis does.
func (s *Store) Open(ctx context.Context) error { return s.schema.check(ctx, s) }
