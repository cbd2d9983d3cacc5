// Package bolt keeps the state in one local file, for a single process with
// nothing to set up. What is in the file is in the doc of internal/store.
//
// A write is on the disk when the call returns, but for rate limits: they are
// decided in memory, as no other process has the file, and written a second later.
package bolt

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"archbot/internal/bot"
	"archbot/internal/digest"
	"archbot/internal/store"
)

// ErrTaken says that another process has the file.
var ErrTaken = errors.New("another archbot is using it")

// flushAfter is how much of the rate limits a crash may forget.
const flushAfter = time.Second

// Store is a store.Store in a file.
type Store struct {
	db     *bbolt.DB
	now    func() time.Time
	limits store.LimitTable
	queue  store.DueQueue // of digests

	mu      sync.Mutex
	flush   *time.Timer // set while limits wait to be written
	flushed error       // what went wrong with writing them
	closed  bool
}

var _ store.Store = (*Store)(nil)

// Open opens the file, or makes it together with its directory; now is the
// Store's clock. Its error is ErrTaken, at once, when another process has it.
func Open(path string, now func() time.Time) (*Store, error) {
	return openSchema(path, now, store.Schema)
}

func openSchema(path string, now func() time.Time, schema int) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil { //nolint:gosec // G703: where the state is, is its owner's to say
		return nil, fmt.Errorf("the state’s file: %w", err)
	}
	// The shortest timeout there is: the file is tried once.
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Millisecond})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("the state’s file %s: %w; end it, or name another file with ARCHBOT_STATE", path, ErrTaken)
	case err != nil:
		return nil, fmt.Errorf("the state’s file %s cannot be used: %w", path, err)
	}
	s := &Store{db: db, now: now}
	if err := s.prepare(schema); err != nil {
		return nil, errors.Join(fmt.Errorf("the state’s file %s: %w", path, err), db.Close())
	}
	return s, nil
}

// prepare checks the schema, makes the buckets and reads the limits.
func (s *Store) prepare(schema int) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		if err := takeOver(tx, schema); err != nil {
			return err
		}
		for _, k := range kinds {
			if err := k.prepare(tx); err != nil {
				return err
			}
		}
		for _, name := range [][]byte{arrivalsBucket, appsBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		if err := s.restoreDigests(tx); err != nil {
			return err
		}
		tats := make(map[string]store.Micros)
		err := limitKind.each(tx, s.now(), func(key, value []byte) error {
			tat, err := store.DecodeTAT(string(value))
			tats[string(key)] = tat
			return err
		})
		s.limits.Restore(tats)
		return err
	})
}

// takeOver refuses a file that a newer archbot has written, and makes one that an
// older one has written this one's. A file with buckets but no schema is another
// program's.
func takeOver(tx *bbolt.Tx, schema int) error {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		if name, _ := tx.Cursor().First(); name != nil {
			return store.ErrSchema
		}
		var err error
		if meta, err = tx.CreateBucket(metaBucket); err != nil {
			return err
		}
	} else {
		found, err := store.DecodeSchema(string(meta.Get([]byte(store.SchemaKey.Name))))
		if err == nil {
			err = store.CheckSchema(found, schema)
		}
		if err != nil || found == schema {
			return err
		}
	}
	return meta.Put([]byte(store.SchemaKey.Name), []byte(strconv.Itoa(schema)))
}

// Close writes what is left to write and lets go of the file.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	if s.flush != nil {
		s.flush.Stop()
	}
	s.mu.Unlock()
	s.writeLimits()
	return errors.Join(s.flushed, s.db.Close())
}

// update does work in one transaction: all of it is on the disk, or nothing.
func (s *Store) update(what string, work func(*bbolt.Tx, time.Time) error) error {
	now := s.now()
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for _, k := range kinds {
			if err := k.sweep(tx, now); err != nil {
				return err
			}
		}
		return work(tx, now)
	})
	return failed(what, err)
}

func (s *Store) view(what string, work func(*bbolt.Tx, time.Time) error) error {
	now := s.now()
	return failed(what, s.db.View(func(tx *bbolt.Tx) error { return work(tx, now) }))
}

// failed gives an error its meaning: what is not the data's fault or the
// caller's is the file's, such as a full disk.
func failed(what string, err error) error {
	if _, ok := errors.AsType[*store.DecodeError](err); ok || err == nil ||
		errors.Is(err, bot.ErrFull) || errors.Is(err, bot.ErrNewerSchema) || errors.Is(err, bot.ErrConflict) ||
		errors.Is(err, digest.ErrConflict) || errors.Is(err, digest.ErrFull) {
		return err
	}
	return fmt.Errorf("%w: the state’s file: %s: %w", bot.ErrUnavailable, what, err)
}

// LoadConversation is bot.Conversations'.
func (s *Store) LoadConversation(_ context.Context, id bot.ConversationID) ([]byte, error) {
	return s.load("a conversation", store.ConversationKey(id))
}

// KeepConversation is bot.Conversations'.
func (s *Store) KeepConversation(_ context.Context, id bot.ConversationID, by bot.Person, data []byte, keep time.Duration) error {
	if err := store.CheckSize("conversation", len(data), bot.MaxConversation); err != nil {
		return err
	}
	return s.keep("a conversation", store.ConversationKey(id), by, data, keep)
}

// EndConversation is bot.Conversations'.
func (s *Store) EndConversation(_ context.Context, id bot.ConversationID) error {
	return s.update("a conversation", func(tx *bbolt.Tx, _ time.Time) error {
		return recordKind.remove(tx, store.ConversationKey(id).String())
	})
}

// KeepToken is bot.Tokens'.
func (s *Store) KeepToken(_ context.Context, scope bot.Scope, by bot.Person, payload []byte, keep time.Duration) (bot.TokenID, error) {
	if err := store.CheckSize("token", len(payload), bot.MaxToken); err != nil {
		return "", err
	}
	id := store.NewTokenID(payload)
	if err := s.keep("a token", store.TokenKey(scope, id), by, payload, keep); err != nil {
		return "", err
	}
	return id, nil
}

// LoadToken is bot.Tokens'.
func (s *Store) LoadToken(_ context.Context, scope bot.Scope, id bot.TokenID) ([]byte, error) {
	return s.load("a token", store.TokenKey(scope, id))
}

func (s *Store) load(what string, key store.Key) (data []byte, err error) {
	err = s.view(what, func(tx *bbolt.Tx, now time.Time) error {
		record := recordKind.get(tx, now, key.String())
		if record == nil {
			return nil
		}
		data, err = store.DecodeBlob(record)
		return err
	})
	return data, err
}

// keep writes a record, notes whose it is, and drops those that are too many.
func (s *Store) keep(what string, key store.Key, by bot.Person, data []byte, keep time.Duration) error {
	if err := store.CheckKeep(keep); err != nil {
		return err
	}
	return s.update(what, func(tx *bbolt.Tx, now time.Time) error {
		expires := now.Add(keep)
		if err := recordKind.put(tx, key.String(), store.EncodeBlob(data), expires); err != nil {
			return err
		}
		if err := ownedKind.put(tx, ownedBy(by)+store.EncodeOwned(key), nil, expires); err != nil {
			return err
		}
		mine := ownedKind.below(tx, now, ownedBy(by))
		return dropRecords(tx, mine[:max(0, len(mine)-bot.MaxOwned)])
	})
}

// ownedBy is what the keys of all notes of a person begin with.
func ownedBy(p bot.Person) string { return store.OwnedKey(p).String() + "\x00" }

// dropRecords erases records together with the notes of whose they are.
func dropRecords(tx *bbolt.Tx, notes []string) error {
	for _, note := range notes {
		_, member, _ := cutNote(note)
		if key, err := store.DecodeOwned(member); err == nil {
			if err := recordKind.remove(tx, key.String()); err != nil {
				return err
			}
		}
		if err := ownedKind.remove(tx, note); err != nil {
			return err
		}
	}
	return nil
}

// Save is bot.Shelf's.
func (s *Store) Save(_ context.Context, p bot.Person, entry bot.Saved) error {
	if err := store.CheckSaved(entry); err != nil {
		return err
	}
	return s.update("a saved entry", func(tx *bbolt.Tx, now time.Time) error {
		shelf, err := readShelf(tx, now, p)
		if err != nil {
			return err
		}
		if shelf, err = store.PutOn(shelf, entry); err != nil {
			return err
		}
		return writeShelf(tx, now, p, shelf)
	})
}

// Saved is bot.Shelf's. Looking at a shelf keeps it, but writes no more often than
// once in a tenth of the time that it is kept.
func (s *Store) Saved(_ context.Context, p bot.Person) (shelf []bot.Saved, err error) {
	stale := false
	err = s.view("the saved entries", func(tx *bbolt.Tx, now time.Time) error {
		shelf, err = readShelf(tx, now, p)
		left := shelfKind.left(tx, now, store.ShelfKey(p).String())
		stale = len(shelf) > 0 && left < bot.ShelfMemory*9/10
		return err
	})
	if err != nil || !stale {
		return shelf, err
	}
	return shelf, s.update("the saved entries", func(tx *bbolt.Tx, now time.Time) error {
		shelf, err = readShelf(tx, now, p)
		if err != nil || len(shelf) == 0 {
			return err
		}
		return writeShelf(tx, now, p, shelf)
	})
}

// Unsave is bot.Shelf's.
func (s *Store) Unsave(_ context.Context, p bot.Person, id string) (found bool, err error) {
	err = s.update("a saved entry", func(tx *bbolt.Tx, now time.Time) error {
		shelf, err := readShelf(tx, now, p)
		i := store.Position(shelf, id)
		if found = i >= 0; err != nil || !found {
			return err
		}
		if shelf = slices.Delete(shelf, i, i+1); len(shelf) == 0 {
			return shelfKind.remove(tx, store.ShelfKey(p).String())
		}
		return writeShelf(tx, now, p, shelf)
	})
	return found, err
}

func readShelf(tx *bbolt.Tx, now time.Time, p bot.Person) ([]bot.Saved, error) {
	return decodeShelf(shelfKind.get(tx, now, store.ShelfKey(p).String()))
}

func writeShelf(tx *bbolt.Tx, now time.Time, p bot.Person, shelf []bot.Saved) error {
	return shelfKind.put(tx, store.ShelfKey(p).String(), encodeShelf(shelf), now.Add(bot.ShelfMemory))
}

// Arrived is bot.Arrivals'.
func (s *Store) Arrived(_ context.Context, list bot.ListID, urls []string, at time.Time) ([]time.Time, error) {
	if err := store.CheckSize("call's resources", len(urls), bot.MaxArrivals); err != nil {
		return nil, err
	}
	firsts := make([]time.Time, len(urls))
	err := s.update("a list’s resources", func(tx *bbolt.Tx, now time.Time) error {
		key := store.ArrivalsKey(list).String()
		if err := listKind.put(tx, key, nil, now.Add(bot.ArrivalMemory)); err != nil {
			return err
		}
		known, err := tx.Bucket(arrivalsBucket).CreateBucketIfNotExists([]byte(key))
		if err != nil {
			return err
		}
		for i, url := range urls {
			if firsts[i], err = arrive(known, store.ArrivalField(url), at); err != nil {
				return err
			}
		}
		return letGo(known, store.DayOf(at))
	})
	return firsts, err
}

// SigningKey is bot.Keyring's.
func (s *Store) SigningKey(context.Context) (key []byte, err error) {
	err = s.update("the signing key", func(tx *bbolt.Tx, _ time.Time) error {
		meta, name := tx.Bucket(metaBucket), []byte(store.SigningKey.Name)
		record := meta.Get(name)
		if record == nil {
			fresh := make([]byte, store.KeySize)
			_, _ = rand.Read(fresh) // never fails
			record = store.EncodeBlob(fresh)
			if err := meta.Put(name, record); err != nil {
				return err
			}
		}
		key, err = store.DecodeKey(record)
		return err
	})
	return key, err
}

// Forget is bot.Forgetter's.
func (s *Store) Forget(_ context.Context, p bot.Person) error {
	return s.update("what to forget", func(tx *bbolt.Tx, now time.Time) error {
		if err := shelfKind.remove(tx, store.ShelfKey(p).String()); err != nil {
			return err
		}
		return dropRecords(tx, ownedKind.below(tx, time.Time{}, ownedBy(p)))
	})
}

// arrive marks a resource and returns when it was first seen.
func arrive(known *bbolt.Bucket, field string, at time.Time) (time.Time, error) {
	a := store.Arrival{First: time.Unix(at.Unix(), 0), Last: store.DayOf(at)}
	if value := known.Get([]byte(field)); value != nil {
		was, err := decodeArrival(value)
		if err != nil {
			return time.Time{}, err
		}
		a = store.Arrival{First: was.First, Last: max(was.Last, a.Last)}
		if a == was {
			return a.First, nil
		}
	} else if err := known.SetSequence(known.Sequence() + 1); err != nil {
		return time.Time{}, err
	}
	return a.First, known.Put([]byte(field), binary.BigEndian.AppendUint64(nil, uint64(a.Packed())))
}

// letGo drops what the list has lost; the bucket's sequence counts what is in it.
// Whoever is longest gone is worth a look only where there is no more room.
func letGo(known *bbolt.Bucket, today int64) error {
	if known.Sequence() <= bot.MaxKnown {
		return nil
	}
	all := make(map[string]store.Arrival)
	err := known.ForEach(func(field, value []byte) (err error) {
		all[string(field)], err = decodeArrival(value)
		return err
	})
	if err != nil {
		return err
	}
	fields := make([]string, 0, len(all))
	for field := range all {
		fields = append(fields, field)
	}
	store.LetGo(all, today)
	for _, field := range fields {
		if _, stays := all[field]; !stays {
			if err := known.Delete([]byte(field)); err != nil {
				return err
			}
		}
	}
	return known.SetSequence(uint64(len(all)))
}
