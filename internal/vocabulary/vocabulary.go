// Package vocabulary reads how engineers speak of what a list has: a file of
// terms with their meanings, and one of talk, examples of what people say about a
// topic without naming it. People edit both. It knows no list: what a meaning
// names is for a resolver to say that the caller passes in.
package vocabulary

import (
	"iter"
	"slices"
)

// Vocabulary is a file of terms, or one of talk, read. It never changes.
type Vocabulary struct {
	name    string // of the file, for problems
	entries []Entry
}

// Entry is one line: a term or some talk, and what it means.
type Entry struct {
	Term     string   // as written, with single spaces
	Meanings []string // topics, best first, or words that say the same; none: nothing that the list has
	Use      Use
	Line     int // 1-based
}

// Use says what an Entry is good for.
type Use uint8

// The uses.
const (
	Sure Use = iota // whoever types the term means this
	Weak            // it is only one of several readings of the term
	Talk            // no term, but an example of how people talk of the topic
)

// Len returns how many entries there are.
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
