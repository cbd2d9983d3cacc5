package source

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"time"

	"archbot/internal/catalog"
)

// Snapshot is what every list held at one time. It is immutable.
type Snapshot struct {
	Catalog *catalog.Catalog
	// Version names the content: the first 12 hex digits of a list's SHA-256,
	// or of the SHA-256 of theirs when there are several.
	Version string
	Loaded  time.Time

	seen map[string]time.Time // by catalog.URLKey
}

// FirstSeen returns when the resource with that URL was first seen; the zero
// time when it was there from the beginning, or is not known.
func (s *Snapshot) FirstSeen(url string) time.Time { return s.seen[catalog.URLKey(url)] }

// Seen returns a copy of the whole record of first times, by catalog.URLKey,
// with those of resources that are gone and, as the zero time, of those that
// were there from the beginning. Handed to Config.Seen it carries on after a
// restart.
func (s *Snapshot) Seen() map[string]time.Time { return maps.Clone(s.seen) }

// snapshot merges the lists' good versions. What the record does not know yet
// was first seen now, or has always been there when there is no record.
func snapshot(lists []*list, seen map[string]time.Time, now time.Time) *Snapshot {
	catalogs := make([]*catalog.Catalog, len(lists))
	sums := make([]byte, 0, len(lists)*sha256.Size)
	for i, l := range lists {
		catalogs[i] = l.good.catalog
		sums = append(sums, l.good.sum[:]...)
	}
	s := &Snapshot{Catalog: catalogs[0], Version: hex.EncodeToString(sums)[:12], Loaded: now, seen: maps.Clone(seen)}
	if len(lists) > 1 {
		sum := sha256.Sum256(sums)
		s.Catalog, s.Version = catalog.Merge(catalogs...), hex.EncodeToString(sum[:])[:12]
	}
	first := now.UTC().Round(0) // without the monotonic reading, so that it can be stored
	if len(seen) == 0 {
		first, s.seen = time.Time{}, make(map[string]time.Time)
	}
	for _, r := range s.Catalog.Resources {
		key := catalog.URLKey(r.URL)
		if _, known := s.seen[key]; !known {
			s.seen[key] = first
		}
	}
	return s
}
