package memory

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"archbot/internal/digest"
	"archbot/internal/store"
)

// maxDigests is how many subscriptions there may be in memory.
const maxDigests = 20_000

// digests are the subscriptions. They are kept as bytes, as elsewhere, so that
// nobody shares a slice with them.
type digests struct {
	mu      sync.Mutex
	queue   store.DueQueue
	records map[digest.Place]map[digest.ID][]byte
	n       int // of records
	history map[store.Ref][]digest.Outcome
	seen    map[digest.Place]map[string]time.Time
	zones   map[digest.Place]string // of a workspace without a channel
}

func newDigests() *digests {
	return &digests{
		records: make(map[digest.Place]map[digest.ID][]byte), history: make(map[store.Ref][]digest.Outcome),
		seen: make(map[digest.Place]map[string]time.Time), zones: make(map[digest.Place]string),
	}
}

// Channel is digest.Records'.
func (s *Store) Channel(_ context.Context, p digest.Place) (digest.Channel, error) {
	d := s.digests
	d.mu.Lock()
	defer d.mu.Unlock()
	records, err := d.channel(p)
	return digest.Channel{Records: records, Now: s.now()}, err
}

// channel returns the records of a place; the lock is held.
func (d *digests) channel(p digest.Place) ([]digest.Record, error) {
	var records []digest.Record
	for _, kept := range d.records[p] {
		r, err := store.DecodeRecord(kept)
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	slices.SortFunc(records, store.CompareRecords)
	return records, nil
}

// Step is digest.Records'.
func (s *Store) Step(_ context.Context, c digest.Change) error {
	if err := store.CheckChange(c); err != nil {
		return err
	}
	d, ref, known := s.digests, store.RefOf(c.Record), c.Record.Version
	c.Record.Version++
	kept, err := store.EncodeRecord(c.Record)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	was, ok := d.records[ref.Place][ref.ID]
	var version uint64
	if ok {
		r, err := store.DecodeRecord(was)
		if err != nil {
			return err
		}
		version = r.Version
	}
	switch {
	case bytes.Equal(was, kept):
		return nil
	case version != known:
		return digest.ErrConflict
	case !ok && (len(d.records[ref.Place]) >= digest.MaxSubscriptions || d.n >= maxDigests):
		return digest.ErrFull
	}
	if d.records[ref.Place] == nil {
		d.records[ref.Place] = make(map[digest.ID][]byte)
	}
	if !ok {
		d.n++
	}
	d.records[ref.Place][ref.ID] = kept
	d.queue.Put(ref, c.Due)
	if c.Outcome != nil {
		past := append([]digest.Outcome{*c.Outcome}, d.history[ref]...)
		d.history[ref] = past[:min(len(past), digest.MaxHistory)]
	}
	if len(c.Shown) > 0 {
		d.seen[ref.Place] = store.Remember(d.seen[ref.Place], c.Shown, c.ShownAt)
	}
	return nil
}

// Remove is digest.Records'.
func (s *Store) Remove(_ context.Context, p digest.Place, id digest.ID) (bool, error) {
	d, ref := s.digests, store.Ref{Place: p, ID: id}
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.records[p][id]
	if ok {
		d.n--
	}
	delete(d.records[p], id)
	delete(d.history, ref)
	d.queue.Put(ref, time.Time{})
	return ok, nil
}

// Claim is digest.Queue's.
func (s *Store) Claim(_ context.Context, c digest.Claim) (digest.Claimed, error) {
	d, claimed := s.digests, digest.Claimed{Now: s.now()}
	var refs []store.Ref
	refs, claimed.Wait = d.queue.Claim(claimed.Now, c)
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, ref := range refs {
		kept, ok := d.records[ref.Place][ref.ID]
		if !ok { // removed meanwhile
			d.queue.Put(ref, time.Time{})
			continue
		}
		r, err := store.DecodeRecord(kept)
		if err != nil { // who asks for the channel is told
			continue
		}
		claimed.Records = append(claimed.Records, r)
	}
	return claimed, nil
}

// Due is digest.Queue's.
func (s *Store) Due(_ context.Context, platforms []string) (int, error) {
	return s.digests.queue.Due(s.now(), platforms), nil
}

// Seen is digest.Past's.
func (s *Store) Seen(_ context.Context, p digest.Place) (map[string]time.Time, error) {
	d := s.digests
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.seen[p]), nil
}

// History is digest.Past's.
func (s *Store) History(_ context.Context, p digest.Place, id digest.ID) ([]digest.Outcome, error) {
	d := s.digests
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.history[store.Ref{Place: p, ID: id}]), nil
}

// Zone is digest.Zones'.
func (s *Store) Zone(_ context.Context, p digest.Place) (string, error) {
	d := s.digests
	d.mu.Lock()
	defer d.mu.Unlock()
	return cmp.Or(d.zones[p], d.zones[store.WholeWorkspace(p)]), nil
}

// KeepZone is digest.Zones'.
func (s *Store) KeepZone(_ context.Context, p digest.Place, zone string) error {
	d := s.digests
	d.mu.Lock()
	defer d.mu.Unlock()
	d.zones[p], d.zones[store.WholeWorkspace(p)] = zone, zone
	return nil
}

// Workspace is digest.Workspaces'.
func (s *Store) Workspace(_ context.Context, p digest.Place) ([]digest.Record, error) {
	d := s.digests
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []digest.Record
	for place := range d.records {
		if store.SpaceOf(place) != store.SpaceOf(p) {
			continue
		}
		records, err := d.channel(place)
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
	}
	slices.SortFunc(all, store.CompareRecords)
	return all, nil
}

// ForgetWorkspace is digest.Workspaces'.
func (s *Store) ForgetWorkspace(_ context.Context, p digest.Place) error {
	d, space := s.digests, store.SpaceOf(p)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue.Forget(p)
	maps.DeleteFunc(d.records, func(q digest.Place, kept map[digest.ID][]byte) bool {
		mine := store.SpaceOf(q) == space
		if mine {
			d.n -= len(kept)
		}
		return mine
	})
	maps.DeleteFunc(d.history, func(r store.Ref, _ []digest.Outcome) bool { return store.SpaceOf(r.Place) == space })
	maps.DeleteFunc(d.seen, func(q digest.Place, _ map[string]time.Time) bool { return store.SpaceOf(q) == space })
	maps.DeleteFunc(d.zones, func(q digest.Place, _ string) bool {
		return store.SpaceOf(q) == space || q == store.WholeWorkspace(p)
	})
	return nil
}
