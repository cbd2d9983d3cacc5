package search

import (
	"slices"
	"strings"
	"sync"
)

// lexicon is every word of a list and its vocabulary, with the ways to find one
// that was not typed quite so.
type lexicon struct {
	ids    map[string]uint32
	text   []string
	stemOf []string // by id
	stems  map[string][]uint32
	roots  map[string][]uint32 // words whose stems differ but by an ending
	sorted []uint32            // ids in the order of their text, for prefixes

	rootTexts []string
	slips     func() slipIndexes // waits until they are made
}

// slipIndexes find misspelt words, and words whose root is misspelt.
type slipIndexes struct{ words, roots slipIndex }

func newLexicon() *lexicon {
	const some = 4096 // words; growing the maps takes longer than making them
	return &lexicon{ids: make(map[string]uint32, some), stems: make(map[string][]uint32, some), roots: make(map[string][]uint32, some)}
}

// add returns the id of a folded word.
func (l *lexicon) add(word string) uint32 {
	id, ok := l.ids[word]
	if !ok {
		id = uint32(len(l.text))
		l.ids[word] = id
		l.text = append(l.text, word)
		s := stem(word)
		l.stemOf = append(l.stemOf, s)
		l.stems[s] = append(l.stems[s], id)
		r := root(s)
		if len(l.roots[r]) == 0 {
			l.rootTexts = append(l.rootTexts, r)
		}
		l.roots[r] = append(l.roots[r], id)
	}
	return id
}

// stem is the stem of a word, which need not be known.
func (l *lexicon) stem(word string) string {
	if id, ok := l.ids[word]; ok {
		return l.stemOf[id]
	}
	return stem(word)
}

// finish prepares the look-ups; nothing may be added after it.
func (l *lexicon) finish() {
	l.sorted = make([]uint32, len(l.text))
	for i := range l.sorted {
		l.sorted[i] = uint32(i)
	}
	slices.SortFunc(l.sorted, func(a, b uint32) int { return strings.Compare(l.text[a], l.text[b]) })
	l.slips = sync.OnceValue(func() slipIndexes {
		return slipIndexes{
			words: newSlipIndex(l.text, forgiven),
			roots: newSlipIndex(l.rootTexts, func(r string) int { return min(1, forgiven(r)) }),
		}
	})
	go l.slips() // only a misspelt word has to wait for it
}

// beginning calls use with each word that is longer than prefix and begins with
// it, until use returns false.
func (l *lexicon) beginning(prefix string, use func(id uint32) bool) {
	at, _ := slices.BinarySearchFunc(l.sorted, prefix, func(id uint32, p string) int { return strings.Compare(l.text[id], p) })
	for _, id := range l.sorted[at:] {
		if !strings.HasPrefix(l.text[id], prefix) {
			return
		}
		if len(l.text[id]) > len(prefix) && !use(id) {
			return
		}
	}
}
