// Package vocabulary reads what engineers type into what a list calls it: a
// file of terms with their meanings, which people edit. It knows no list: what
// a meaning names is for a resolver to say that the caller passes in.
package vocabulary

import (
	"iter"
	"slices"
)

// Vocabulary is a file of terms, read. It never changes.
type Vocabulary struct {
	name    string // of the file, for problems
	entries []Entry
}

// Entry is one line: a term and what it means.
type Entry struct {
	Term     string   // as written, with single spaces
	Meanings []string // topics, best first, or words that say the same
	Weak     bool     // only one of several readings of the term
	Line     int      // 1-based
}

// Len returns how many terms there are.
func (v *Vocabulary) Len() int { return len(v.entries) }

// All yields the entries in the order of the file. They are the caller's own.
func (v *Vocabulary) All() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for _, e := range v.entries {
			e.Meanings = slices.Clone(e.Meanings)
			if !yield(e) {
				return
			}
		}
	}
}
