package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"archbot/internal/digest"
	"archbot/internal/store"
)

// Digests are records that do not expire, in a bucket of their own, each behind the
// time at which it is due; what has been and what was seen are kinds. What is due is
// in memory, with leases and pace: no other process has the file, and what was
// claimed before a crash is free again after it.

var digestBucket = []byte("digests")

var (
	digestPastKind = kind{name: "digests past", limit: 100_000}
	digestSeenKind = kind{name: "digests seen", limit: 20_000}
	digestZoneKind = kind{name: "digests zones", limit: 20_000}
)

// maxDigests is how many subscriptions there may be in a file.
const maxDigests = 100_000

// zoneMemory is how long a zone is kept.
const zoneMemory = digest.SeenMemory

// digestKey is a record's: as Redis names its channel, with the id behind it.
func digestKey(r store.Ref) []byte {
	return append(digestChannel(r.Place), r.ID...)
}

func digestChannel(p digest.Place) []byte {
	return []byte(store.DigestChannelKey("c", p).String() + "\x00")
}

// restoreDigests puts what is due into the queue, as after a restart.
func (s *Store) restoreDigests(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists(digestBucket)
	if err != nil {
		return err
	}
	return b.ForEach(func(_, value []byte) error {
		due, r, err := decodeDigest(value)
		if err != nil { // who asks for the channel is told; the others are delivered
			return nil //nolint:nilerr // see above
		}
		s.queue.Put(store.RefOf(r), due)
		return nil
	})
}

// encodeDigest writes a record behind when it is due: 0 for never.
func encodeDigest(r digest.Record, due time.Time) ([]byte, error) {
	kept, err := store.EncodeRecord(r)
	if err != nil {
		return nil, err
	}
	var ms int64
	if !due.IsZero() {
		ms = max(due.UnixMilli(), 1)
	}
	return append(binary.BigEndian.AppendUint64(nil, uint64(ms)), kept...), nil
}

func decodeDigest(value []byte) (due time.Time, r digest.Record, err error) {
	if len(value) < endLength {
		return due, r, &store.DecodeError{What: "digest", Why: "it is cut off"}
	}
	if ms := int64(binary.BigEndian.Uint64(value)); ms > 0 {
		due = time.UnixMilli(ms)
	}
	r, err = store.DecodeRecord(value[endLength:])
	return due, r, err
}

// readDigests returns the records whose keys have a prefix.
func readDigests(tx *bbolt.Tx, prefix []byte) ([]digest.Record, error) {
	var records []digest.Record
	c := tx.Bucket(digestBucket).Cursor()
	for key, value := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, value = c.Next() {
		_, r, err := decodeDigest(value)
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	slices.SortFunc(records, store.CompareRecords)
	return records, nil
}

// Channel is digest.Records'.
func (s *Store) Channel(_ context.Context, p digest.Place) (c digest.Channel, err error) {
	c.Now = s.now()
	err = s.view("a channel’s digests", func(tx *bbolt.Tx, _ time.Time) error {
		c.Records, err = readDigests(tx, digestChannel(p))
		return err
	})
	return c, err
}

// Step is digest.Records'.
func (s *Store) Step(_ context.Context, c digest.Change) error {
	if err := store.CheckChange(c); err != nil {
		return err
	}
	ref, known := store.RefOf(c.Record), c.Record.Version
	c.Record.Version++
	kept, err := encodeDigest(c.Record, c.Due)
	if err != nil {
		return err
	}
	done := false
	err = s.update("a digest", func(tx *bbolt.Tx, now time.Time) error {
		done = false
		b := tx.Bucket(digestBucket)
		was := b.Get(digestKey(ref))
		if bytes.Equal(was, kept) {
			return nil
		}
		if err := checkStep(tx, ref, was, known); err != nil {
			return err
		}
		done = true
		if was == nil {
			if err := b.SetSequence(b.Sequence() + 1); err != nil {
				return err
			}
		}
		return cmp.Or(b.Put(digestKey(ref), kept), writePast(tx, now, ref, c.Outcome), writeSeen(tx, now, c))
	})
	if done && err == nil {
		s.queue.Put(ref, c.Due)
	}
	return err
}

// checkStep says why a record cannot be written over what there was.
func checkStep(tx *bbolt.Tx, ref store.Ref, was []byte, known uint64) error {
	if was == nil {
		mine, err := readDigests(tx, digestChannel(ref.Place))
		switch {
		case err != nil:
			return err
		case known != 0:
			return digest.ErrConflict
		case len(mine) >= digest.MaxSubscriptions || tx.Bucket(digestBucket).Sequence() >= maxDigests:
			return digest.ErrFull
		}
		return nil
	}
	_, r, err := decodeDigest(was)
	if err == nil && r.Version != known {
		err = digest.ErrConflict
	}
	return err
}

// Remove is digest.Records'.
func (s *Store) Remove(_ context.Context, p digest.Place, id digest.ID) (found bool, err error) {
	ref := store.Ref{Place: p, ID: id}
	err = s.update("a digest", func(tx *bbolt.Tx, _ time.Time) error {
		found, err = removeDigest(tx, digestKey(ref))
		return cmp.Or(err, digestPastKind.remove(tx, store.DigestHistoryKey(ref).String()))
	})
	if err == nil {
		s.queue.Put(ref, time.Time{})
	}
	return found, err
}

func removeDigest(tx *bbolt.Tx, key []byte) (bool, error) {
	b := tx.Bucket(digestBucket)
	if b.Get(key) == nil {
		return false, nil
	}
	return true, cmp.Or(b.SetSequence(max(b.Sequence(), 1)-1), b.Delete(key))
}

// Claim is digest.Queue's.
func (s *Store) Claim(_ context.Context, c digest.Claim) (digest.Claimed, error) {
	claimed := digest.Claimed{Now: s.now()}
	var refs []store.Ref
	refs, claimed.Wait = s.queue.Claim(claimed.Now, c)
	err := s.view("what is due", func(tx *bbolt.Tx, _ time.Time) error {
		for _, ref := range refs {
			value := tx.Bucket(digestBucket).Get(digestKey(ref))
			if value == nil { // removed meanwhile
				s.queue.Put(ref, time.Time{})
				continue
			}
			_, r, err := decodeDigest(value)
			if err != nil { // who asks for the channel is told
				continue
			}
			claimed.Records = append(claimed.Records, r)
		}
		return nil
	})
	return claimed, err
}

// Due is digest.Queue's.
func (s *Store) Due(_ context.Context, platforms []string) (int, error) {
	return s.queue.Due(s.now(), platforms), nil
}

// writePast puts an outcome before those of a subscription.
func writePast(tx *bbolt.Tx, now time.Time, ref store.Ref, o *digest.Outcome) error {
	if o == nil {
		return nil
	}
	key := store.DigestHistoryKey(ref).String()
	past, err := readPast(digestPastKind.get(tx, now, key))
	if err != nil {
		return err
	}
	past = append([]digest.Outcome{*o}, past...)
	var kept []byte
	for _, o := range past[:min(len(past), digest.MaxHistory)] {
		one, err := store.EncodeOutcome(o)
		if err != nil {
			return err
		}
		kept = append(binary.AppendUvarint(kept, uint64(len(one))), one...)
	}
	return digestPastKind.put(tx, key, kept, now.Add(digest.SeenMemory))
}

func readPast(kept []byte) ([]digest.Outcome, error) {
	var past []digest.Outcome
	for len(kept) > 0 {
		size, n := binary.Uvarint(kept)
		if n <= 0 || size > uint64(len(kept)-n) {
			return nil, &store.DecodeError{What: "digest’s past", Why: "it is cut off"}
		}
		o, err := store.DecodeOutcome(kept[n : n+int(size)])
		if err != nil {
			return nil, err
		}
		past, kept = append(past, o), kept[n+int(size):]
	}
	return past, nil
}

// A channel's memory is a field of 16 bytes and a second of four, for each resource.
const seenField, seenSize = 16, 20

func writeSeen(tx *bbolt.Tx, now time.Time, c digest.Change) error {
	if len(c.Shown) == 0 {
		return nil
	}
	key := store.DigestChannelKey("v", c.Record.Place).String()
	seen, err := readSeen(digestSeenKind.get(tx, now, key))
	if err != nil {
		return err
	}
	var kept []byte
	for field, at := range store.Remember(seen, c.Shown, c.ShownAt) {
		if len(field) != seenField {
			return errors.New("a resource is known by 16 characters")
		}
		kept = binary.BigEndian.AppendUint32(append(kept, field...), uint32(at.Unix()))
	}
	return digestSeenKind.put(tx, key, kept, now.Add(digest.SeenMemory))
}

func readSeen(kept []byte) (map[string]time.Time, error) {
	if len(kept)%seenSize != 0 {
		return nil, &store.DecodeError{What: "channel’s memory", Why: "it is cut off"}
	}
	seen := make(map[string]time.Time, len(kept)/seenSize)
	for one := range slices.Chunk(kept, seenSize) {
		seen[string(one[:seenField])] = time.Unix(int64(binary.BigEndian.Uint32(one[seenField:])), 0)
	}
	return seen, nil
}

// Seen is digest.Past's.
func (s *Store) Seen(_ context.Context, p digest.Place) (seen map[string]time.Time, err error) {
	err = s.view("what a channel has seen", func(tx *bbolt.Tx, now time.Time) error {
		seen, err = readSeen(digestSeenKind.get(tx, now, store.DigestChannelKey("v", p).String()))
		return err
	})
	return seen, err
}

// History is digest.Past's.
func (s *Store) History(_ context.Context, p digest.Place, id digest.ID) (past []digest.Outcome, err error) {
	err = s.view("a digest’s past", func(tx *bbolt.Tx, now time.Time) error {
		past, err = readPast(digestPastKind.get(tx, now, store.DigestHistoryKey(store.Ref{Place: p, ID: id}).String()))
		return err
	})
	return past, err
}

func zoneKey(p digest.Place) string { return store.DigestChannelKey("z", p).String() }

// Zone is digest.Zones'.
func (s *Store) Zone(_ context.Context, p digest.Place) (zone string, err error) {
	err = s.view("a time zone", func(tx *bbolt.Tx, now time.Time) error {
		for _, where := range []digest.Place{p, store.WholeWorkspace(p)} {
			if record := digestZoneKind.get(tx, now, zoneKey(where)); record != nil {
				kept, err := store.DecodeBlob(record)
				zone = string(kept)
				return err
			}
		}
		return nil
	})
	return zone, err
}

// KeepZone is digest.Zones'.
func (s *Store) KeepZone(_ context.Context, p digest.Place, zone string) error {
	return s.update("a time zone", func(tx *bbolt.Tx, now time.Time) error {
		record, end := store.EncodeBlob([]byte(zone)), now.Add(zoneMemory)
		return cmp.Or(
			digestZoneKind.put(tx, zoneKey(p), record, end),
			digestZoneKind.put(tx, zoneKey(store.WholeWorkspace(p)), record, end),
		)
	})
}

// digestSpace is what the keys of a workspace begin with.
func digestSpace(what string, p digest.Place) string {
	p.Channel, p.Workspace = "", store.SpaceOf(p).Name
	return store.DigestChannelKey(what, p).String()
}

// Workspace is digest.Workspaces'.
func (s *Store) Workspace(_ context.Context, p digest.Place) (records []digest.Record, err error) {
	err = s.view("a workspace’s digests", func(tx *bbolt.Tx, _ time.Time) error {
		records, err = readDigests(tx, []byte(digestSpace("c", p)))
		return err
	})
	return records, err
}

// ForgetWorkspace is digest.Workspaces'.
func (s *Store) ForgetWorkspace(_ context.Context, p digest.Place) error {
	err := s.update("a workspace’s digests", func(tx *bbolt.Tx, _ time.Time) error {
		var keys [][]byte
		c, prefix := tx.Bucket(digestBucket).Cursor(), []byte(digestSpace("c", p))
		for key, _ := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = c.Next() {
			keys = append(keys, slices.Clone(key))
		}
		for _, key := range keys {
			if _, err := removeDigest(tx, key); err != nil {
				return err
			}
		}
		for k, what := range map[string]kind{"h": digestPastKind, "v": digestSeenKind, "z": digestZoneKind} {
			for _, key := range what.below(tx, time.Time{}, digestSpace(k, p)) {
				if err := what.remove(tx, key); err != nil {
					return fmt.Errorf("%s: %w", what.name, err)
				}
			}
		}
		return nil
	})
	if err == nil {
		s.queue.Forget(p)
	}
	return err
}
