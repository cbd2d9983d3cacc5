// Package redis keeps the state in Redis 5 or newer: a single server, one watched
// by Sentinels, or a cluster. What its keys and scripts are is in the doc of
// internal/store, and above each script.
//
// A Store does no more than one call at a time asks of it; that Redis is down or
// slow is for internal/store/resilient to bear.
package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// The library tells standard error of each connection that fails: a thousand
// lines in an outage that resilient says once, in the bot's own log.
func init() { logging.Disable() }

// Store is a store.Store in Redis.
type Store struct {
	client redis.UniversalClient
	prefix string
	schema schema
	where  string
}

var _ store.Remote = (*Store)(nil)

// New returns a Store that connects when it is first used. An error is a Config
// that cannot be used; it shows nothing of the URL.
func New(c Config) (*Store, error) {
	o, err := c.client()
	if err != nil {
		return nil, err
	}
	s := newStore(redis.NewUniversalClient(o), c.Prefix)
	s.where = where(o)
	return s, nil
}

// Where says where Redis is, without what is needed to get in.
func (s *Store) Where() string { return s.where }

func newStore(client redis.UniversalClient, prefix string) *Store {
	if prefix == "" {
		prefix = DefaultPrefix
	}
	return &Store{client: client, prefix: prefix + ":", schema: schema{mine: store.Schema, now: time.Now}}
}

// Close ends the connections.
func (s *Store) Close() error { return s.client.Close() }

// Take is bot.Limiter's, in one round trip.
func (s *Store) Take(ctx context.Context, spend bot.Spend) (bot.Verdict, error) {
	if err := spend.Check(); err != nil {
		return bot.Verdict{}, err
	}
	var limits []store.Limited
	if spend.Cost > 0 {
		limits = store.LimitsOf(spend)
	}
	if len(limits) == 0 && spend.Event == "" {
		return bot.Verdict{Allowed: true}, nil
	}
	if err := s.ready(ctx); err != nil {
		return bot.Verdict{}, err
	}
	keys, args := make([]string, 0, 4), make([]any, 2, 11)
	args[0], args[1] = spend.Cost, len(limits)
	for _, l := range limits {
		keys = append(keys, s.key(l.Key))
		args = append(args, int64(l.Every), int64(l.Burst))
	}
	if spend.Event != "" {
		keys = append(keys, s.key(store.EventKey(spend.Scope, spend.Event)))
		args = append(args, word(), spend.Hold.Microseconds(), milliseconds(bot.EventMemory))
	}
	answer, err := takeScript.Run(ctx, s.client, keys, args...).Result()
	if err != nil {
		return bot.Verdict{}, s.failed("the rate limits", err)
	}
	return verdict(answer, limits)
}

// verdict reads the answer of the script.
func verdict(answer any, limits []store.Limited) (bot.Verdict, error) {
	switch answer {
	case int64(0):
		return bot.Verdict{Allowed: true}, nil
	case int64(1):
		return bot.Verdict{Allowed: true, Delivery: bot.Resumed}, nil
	case int64(-1):
		return bot.Verdict{Delivery: bot.Settled}, nil
	}
	refusal, _ := answer.([]any)
	if len(refusal) == 2 {
		by, ok1 := refusal[0].(int64)
		micros, ok2 := refusal[1].(int64)
		wait := store.Micros(micros).Duration()
		switch {
		case !ok1 || !ok2:
		case by == 0:
			return bot.Verdict{Delivery: bot.Held, Wait: wait}, nil
		case by >= 1 && int(by) <= len(limits):
			return bot.Verdict{By: limits[by-1].Limit, Wait: wait}, nil
		}
	}
	return bot.Verdict{}, &store.DecodeError{What: "verdict", Why: "it is not one of the script’s"}
}

// word is a word of one call's own, by which its script knows it again.
func word() []byte {
	w := make([]byte, 8)
	_, _ = rand.Read(w) // never fails
	return w
}

// FirstTime is bot.Events'.
func (s *Store) FirstTime(ctx context.Context, scope bot.Scope, id bot.EventID, keep time.Duration) (bool, error) {
	if err := s.ready(ctx); err != nil {
		return false, err
	}
	first, err := eventScript.Run(ctx, s.client, []string{s.key(store.EventKey(scope, id))}, word(), milliseconds(min(keep, bot.MeetingMemory))).Bool()
	return first, s.failed("an event", err)
}

// settled is the mark that Settle makes. take.lua takes for settled whatever does not read
// as held.
const settled = "settled"

// Settle is bot.Events'.
func (s *Store) Settle(ctx context.Context, scope bot.Scope, id bot.EventID) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	return s.failed("an event", s.client.Set(ctx, s.key(store.EventKey(scope, id)), settled, bot.EventMemory).Err())
}

// Save is bot.Shelf's.
func (s *Store) Save(ctx context.Context, p bot.Person, entry bot.Saved) error {
	if err := errors.Join(store.CheckSaved(entry), s.ready(ctx)); err != nil {
		return err
	}
	saved, err := saveScript.Run(ctx, s.client, []string{s.key(store.ShelfKey(p))},
		entry.ID, store.EncodeSaved(entry), bot.MaxShelf, milliseconds(bot.ShelfMemory)).Bool()
	if err == nil && !saved {
		return bot.ErrFull
	}
	return s.failed("a saved entry", err)
}

// Saved is bot.Shelf's.
func (s *Store) Saved(ctx context.Context, p bot.Person) ([]bot.Saved, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	key := s.key(store.ShelfKey(p))
	pipe := s.client.Pipeline()
	all := pipe.HGetAll(ctx, key)
	pipe.PExpire(ctx, key, bot.ShelfMemory)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, s.failed("the saved entries", err)
	}
	return shelf(all.Val())
}

// shelf puts a shelf's fields in their order.
func shelf(fields map[string]string) ([]bot.Saved, error) {
	delete(fields, "") // the order's counter
	type entry struct {
		order int64
		saved bot.Saved
	}
	entries := make([]entry, 0, len(fields))
	for id, value := range fields {
		order, record, _ := strings.Cut(value, ":")
		n, err := strconv.ParseInt(order, 10, 64)
		if err != nil {
			return nil, &store.DecodeError{What: "saved entry", Why: "it has no place in its shelf"}
		}
		saved, err := store.DecodeSaved(id, []byte(record))
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{n, saved})
	}
	slices.SortFunc(entries, func(a, b entry) int { return int(a.order - b.order) })
	saved := make([]bot.Saved, len(entries))
	for i, e := range entries {
		saved[i] = e.saved
	}
	return saved, nil
}

// Unsave is bot.Shelf's.
func (s *Store) Unsave(ctx context.Context, p bot.Person, id string) (bool, error) {
	if id == "" {
		return false, nil // the field of that name is the order's counter
	}
	if err := s.ready(ctx); err != nil {
		return false, err
	}
	removed, err := unsaveScript.Run(ctx, s.client, []string{s.key(store.ShelfKey(p))}, id).Bool()
	return removed, s.failed("a saved entry", err)
}

// Arrived is bot.Arrivals'.
func (s *Store) Arrived(ctx context.Context, list bot.ListID, urls []string, at time.Time) ([]time.Time, error) {
	if err := errors.Join(store.CheckSize("call's resources", len(urls), bot.MaxArrivals), s.ready(ctx)); err != nil {
		return nil, err
	}
	if len(urls) == 0 {
		return nil, nil
	}
	today := store.DayOf(at)
	args := []any{at.Unix(), today, today - int64(bot.ArrivalMemory/(24*time.Hour)), bot.MaxKnown, milliseconds(bot.ArrivalMemory)}
	for _, url := range urls {
		args = append(args, store.ArrivalField(url))
	}
	seconds, err := arriveScript.Run(ctx, s.client, []string{s.key(store.ArrivalsKey(list))}, args...).Int64Slice()
	if err != nil {
		return nil, s.failed("a list’s resources", err)
	}
	if len(seconds) != len(urls) {
		return nil, &store.DecodeError{What: "list’s resources", Why: "they are not those that were asked for"}
	}
	firsts := make([]time.Time, len(seconds))
	for i, second := range seconds {
		firsts[i] = time.Unix(second, 0)
	}
	return firsts, nil
}

// SigningKey is bot.Keyring's.
func (s *Store) SigningKey(ctx context.Context) ([]byte, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	fresh := make([]byte, store.KeySize)
	_, _ = rand.Read(fresh) // never fails
	pipe := s.client.Pipeline()
	pipe.SetNX(ctx, s.key(store.SigningKey), store.EncodeBlob(fresh), 0)
	kept := pipe.Get(ctx, s.key(store.SigningKey))
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, s.failed("the signing key", err)
	}
	return store.DecodeKey([]byte(kept.Val()))
}

// Probe is store.Remote's. It writes: a server that only reads, or has no memory
// left, is of no use.
func (s *Store) Probe(ctx context.Context, scope bot.Scope) error {
	key := s.key(store.Key{Tag: store.Tag(scope), Name: "p"})
	if err := s.client.Set(ctx, key, "", time.Second).Err(); err != nil {
		return s.failed("a probe", err)
	}
	return s.schema.check(ctx, s)
}

func (s *Store) key(k store.Key) string { return s.prefix + k.String() }

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// failed gives an error of Redis its meaning. What a command has done wrong is
// its own fault; all else is Redis being out of reach in one way or another.
func (s *Store) failed(what string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[redis.Error](err); ok {
		text := e.Error()
		if strings.Contains(text, "WRONGTYPE") || strings.HasPrefix(text, "ERR ") && !strings.Contains(text, "max number of clients") {
			return fmt.Errorf("redis: %s: %w", what, err)
		}
	}
	return fmt.Errorf("%w: redis: %s: %w", bot.ErrUnavailable, what, err)
}
