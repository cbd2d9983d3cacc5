// Package memory keeps the state for as long as the process runs, and no more
// than a bounded part of it: for a chat whose file is taken, and as what a store
// out of reach is stood in for by.
package memory

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// How many of each there may be at once; those that expire first make room.
const (
	maxEvents  = 50_000
	maxRecords = 10_000
	maxShelves = 1_000
	maxLists   = 16
)

// Store is a store.Store in memory.
type Store struct {
	now    func() time.Time
	limits store.LimitTable

	mu      sync.Mutex
	events  table[store.Mark]
	records table[[]byte]               // conversations and tokens
	owned   table[map[string]time.Time] // of a person: keys of records, and when they expire
	shelves table[[]bot.Saved]
	lists   table[map[string]store.Arrival]
	apps    map[bot.Platform]map[bot.WorkspaceID]app // installations
	key     []byte
	leases  map[store.Key]lease

	digests *digests
}

var _ store.Store = (*Store)(nil)

// New returns an empty Store that reads the time from now.
func New(now func() time.Time) *Store {
	return &Store{
		now:     now,
		events:  newTable[store.Mark](maxEvents),
		records: newTable[[]byte](maxRecords),
		owned:   newTable[map[string]time.Time](maxRecords),
		shelves: newTable[[]bot.Saved](maxShelves),
		lists:   newTable[map[string]store.Arrival](maxLists),
		apps:    make(map[bot.Platform]map[bot.WorkspaceID]app),
		leases:  make(map[store.Key]lease),
		digests: newDigests(),
	}
}

// Close does nothing: there is nothing to let go of.
func (s *Store) Close() error { return nil }

// Take is bot.Limiter's.
func (s *Store) Take(_ context.Context, spend bot.Spend) (bot.Verdict, error) {
	if err := spend.Check(); err != nil {
		return bot.Verdict{}, err
	}
	now := s.now()
	if verdict, known := s.deliver(now, spend); known {
		return verdict, nil
	}
	return s.limits.Take(now, spend)
}

// deliver marks the event of a spend, if it has one; known is false for one that was not
// delivered before.
func (s *Store) deliver(now time.Time, spend bot.Spend) (v bot.Verdict, known bool) {
	if spend.Event == "" {
		return bot.Verdict{}, false
	}
	key, at := store.EventKey(spend.Scope, spend.Event).String(), store.MicrosOf(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	theirs := true
	mark, known := s.events.get(now, key)
	if known {
		v, theirs = mark.Verdict(at)
	}
	if theirs {
		s.events.put(now, key, store.MarkOf(at, spend), now.Add(bot.EventMemory))
	}
	return v, known
}

// Settle is bot.Events'.
func (s *Store) Settle(_ context.Context, scope bot.Scope, id bot.EventID) error {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events.put(now, store.EventKey(scope, id).String(), store.Mark{}, now.Add(bot.EventMemory))
	return nil
}

// FirstTime is bot.Events'.
func (s *Store) FirstTime(_ context.Context, scope bot.Scope, id bot.EventID, keep time.Duration) (bool, error) {
	now, key := s.now(), store.EventKey(scope, id).String()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, seen := s.events.get(now, key); seen {
		return false, nil
	}
	s.events.put(now, key, store.Mark{}, now.Add(min(keep, bot.MeetingMemory)))
	return true, nil
}

// LoadConversation is bot.Conversations'.
func (s *Store) LoadConversation(_ context.Context, id bot.ConversationID) ([]byte, error) {
	return s.load(store.ConversationKey(id)), nil
}

// KeepConversation is bot.Conversations'.
func (s *Store) KeepConversation(_ context.Context, id bot.ConversationID, by bot.Person, data []byte, keep time.Duration) error {
	if err := store.CheckSize("conversation", len(data), bot.MaxConversation); err != nil {
		return err
	}
	return s.keep(store.ConversationKey(id), by, data, keep)
}

// EndConversation is bot.Conversations'.
func (s *Store) EndConversation(_ context.Context, id bot.ConversationID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records.remove(store.ConversationKey(id).String())
	return nil
}

// KeepToken is bot.Tokens'.
func (s *Store) KeepToken(_ context.Context, scope bot.Scope, by bot.Person, payload []byte, keep time.Duration) (bot.TokenID, error) {
	if err := store.CheckSize("token", len(payload), bot.MaxToken); err != nil {
		return "", err
	}
	id := store.NewTokenID(payload)
	return id, s.keep(store.TokenKey(scope, id), by, payload, keep)
}

// LoadToken is bot.Tokens'.
func (s *Store) LoadToken(_ context.Context, scope bot.Scope, id bot.TokenID) ([]byte, error) {
	return s.load(store.TokenKey(scope, id)), nil
}

func (s *Store) load(key store.Key) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.records.get(s.now(), key.String())
	if !ok {
		return nil
	}
	return append([]byte{}, data...)
}

// keep puts a record down and notes whose it is.
func (s *Store) keep(key store.Key, by bot.Person, data []byte, keep time.Duration) error {
	if err := store.CheckKeep(keep); err != nil {
		return err
	}
	now, owner := s.now(), store.OwnedKey(by).String()
	expires := now.Add(keep)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records.put(now, key.String(), append([]byte{}, data...), expires)
	mine, ok := s.owned.get(now, owner)
	if !ok {
		mine = make(map[string]time.Time)
	}
	mine[key.String()] = expires
	for _, surplus := range surplus(now, mine) {
		delete(mine, surplus)
		s.records.remove(surplus)
	}
	s.owned.put(now, owner, mine, later(expires, s.owned.expires(now, owner)))
	return nil
}

// surplus drops what has expired from a person's records and returns those that
// are too many.
func surplus(now time.Time, mine map[string]time.Time) []string {
	var keys []string
	for key, expires := range mine {
		if !expires.After(now) {
			delete(mine, key)
			continue
		}
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return mine[a].Compare(mine[b]) })
	return keys[:max(0, len(keys)-bot.MaxOwned)]
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Save is bot.Shelf's.
func (s *Store) Save(_ context.Context, p bot.Person, entry bot.Saved) error {
	if err := store.CheckSaved(entry); err != nil {
		return err
	}
	entry.At, entry.Data = entry.At.Truncate(time.Millisecond), append([]byte(nil), entry.Data...)
	now, key := s.now(), store.ShelfKey(p).String()
	s.mu.Lock()
	defer s.mu.Unlock()
	shelf, _ := s.shelves.get(now, key)
	shelf, err := store.PutOn(slices.Clone(shelf), entry)
	if err != nil {
		return err
	}
	s.shelves.put(now, key, shelf, now.Add(bot.ShelfMemory))
	return nil
}

// Saved is bot.Shelf's.
func (s *Store) Saved(_ context.Context, p bot.Person) ([]bot.Saved, error) {
	now, key := s.now(), store.ShelfKey(p).String()
	s.mu.Lock()
	defer s.mu.Unlock()
	shelf, ok := s.shelves.get(now, key)
	if ok {
		s.shelves.put(now, key, shelf, now.Add(bot.ShelfMemory))
	}
	return slices.Clone(shelf), nil
}

// Unsave is bot.Shelf's.
func (s *Store) Unsave(_ context.Context, p bot.Person, id string) (bool, error) {
	now, key := s.now(), store.ShelfKey(p).String()
	s.mu.Lock()
	defer s.mu.Unlock()
	shelf, _ := s.shelves.get(now, key)
	i := store.Position(shelf, id)
	if i < 0 {
		return false, nil
	}
	if shelf = slices.Delete(slices.Clone(shelf), i, i+1); len(shelf) == 0 {
		s.shelves.remove(key)
	} else {
		s.shelves.put(now, key, shelf, now.Add(bot.ShelfMemory))
	}
	return true, nil
}

// Arrived is bot.Arrivals'.
func (s *Store) Arrived(_ context.Context, list bot.ListID, urls []string, at time.Time) ([]time.Time, error) {
	if err := store.CheckSize("call's resources", len(urls), bot.MaxArrivals); err != nil {
		return nil, err
	}
	now, key := s.now(), store.ArrivalsKey(list).String()
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.lists.get(now, key)
	if !ok {
		known = make(map[string]store.Arrival)
	}
	firsts := make([]time.Time, len(urls))
	for i, url := range urls {
		field := store.ArrivalField(url)
		a, ok := known[field]
		if !ok {
			a.First = time.Unix(at.Unix(), 0)
		}
		a.Last = max(a.Last, store.DayOf(at))
		known[field], firsts[i] = a, a.First
	}
	store.LetGo(known, store.DayOf(at))
	s.lists.put(now, key, known, now.Add(bot.ArrivalMemory))
	return firsts, nil
}

// SigningKey is bot.Keyring's.
func (s *Store) SigningKey(context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key == nil {
		s.key = make([]byte, store.KeySize)
		_, _ = rand.Read(s.key) // never fails
	}
	return slices.Clone(s.key), nil
}

// Forget is bot.Forgetter's.
func (s *Store) Forget(_ context.Context, p bot.Person) error {
	owner := store.OwnedKey(p).String()
	s.mu.Lock()
	defer s.mu.Unlock()
	mine, _ := s.owned.get(s.now(), owner)
	for key := range mine {
		s.records.remove(key)
	}
	s.owned.remove(owner)
	s.shelves.remove(store.ShelfKey(p).String())
	return nil
}
