package search

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// headings are titles in alphabetical order, so that those that begin with what was
// typed stand together.
type headings struct {
	titles []string // by number, folded
	sorted []uint32 // numbers, by title
}

// newHeadings sorts titles. The first letters decide most comparisons, as one number.
func newHeadings(titles []string) headings {
	type heading struct {
		start  uint64
		number uint32
	}
	hs := make([]heading, len(titles))
	for i, t := range titles {
		var start [8]byte
		copy(start[:], t)
		hs[i] = heading{binary.BigEndian.Uint64(start[:]), uint32(i)}
	}
	slices.SortFunc(hs, func(a, b heading) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		return cmp.Or(strings.Compare(titles[a.number], titles[b.number]), cmp.Compare(a.number, b.number))
	})
	sorted := make([]uint32, len(hs))
	for i, h := range hs {
		sorted[i] = h.number
	}
	return headings{titles, sorted}
}

// headingsOf makes headings while other work goes on; who asks for them waits.
func headingsOf(titles []string) func() headings {
	h := sync.OnceValue(func() headings { return newHeadings(titles) })
	go h()
	return h
}

// leastBegun is how many letters have to be typed before they are the beginning of
// some title rather than of many.
const leastBegun = 3

// begun returns the numbers of the titles that begin with what was typed.
func (h headings) begun(typed string) []uint32 {
	if utf8.RuneCountInString(typed) < leastBegun {
		return nil
	}
	from, _ := slices.BinarySearchFunc(h.sorted, typed, func(i uint32, t string) int { return strings.Compare(h.titles[i], t) })
	to := from
	for to < len(h.sorted) && strings.HasPrefix(h.titles[h.sorted[to]], typed) {
		to++
	}
	return h.sorted[from:to]
}

// manyBegin is how many resources may begin with what was typed before that says
// nothing about any of them.
const manyBegin = 100

// What a tally's mask says of a resource's title beyond the terms, which take the
// lower bits.
const (
	begins uint32 = 1 << 31 // with all that was typed
	goesOn uint32 = 1 << 30 // the last word typed, though it is a word of the list
	isSaid uint32 = 1 << 29 // all of it was typed, to the last silent word
	marks         = begins | goesOn | isSaid
)

const (
	asTyped = 0.97 // from it on stand titles that were typed as they are
	begunIn = 0.6  // for the beginning of a title whose last word goes on
)

// marked is a resource's score with the marks of its mask.
func marked(s float32, mask uint32) float32 {
	switch {
	case mask&isSaid != 0:
		return 1
	case mask&goesOn != 0:
		return min(asTyped, max(s, begunIn))
	case mask&begins != 0:
		return asTyped + (1-asTyped)*s
	}
	return min(asTyped, s)
}

// begin marks the resources whose title begins with all that was typed, as somebody
// does who looks for one by name. The last word may be anything so far.
func (x *Index) begin(w *workspace, a asked) {
	if a.wholly {
		return
	}
	entries := x.byEntry()
	found := entries.begun(a.text)
	if len(found) > manyBegin {
		return
	}
	last := a.text[strings.LastIndexByte(a.text, ' ')+1:]
	_, isWord := x.lexicon.ids[last]
	isWord = isWord && !silent[last]
	first := uint32(len(x.texts) - len(x.catalog.Resources)) // resources come last
	for _, i := range found {
		rest := entries.titles[i][len(a.text):]
		t := w.touch(first + i)
		switch {
		case rest == "":
			t.mask |= isSaid
		case isWord && rest[0] != ' ':
			t.mask |= goesOn
		case isWord && len(a.said) == 0: // its words say as much
		default:
			t.mask |= begins
		}
	}
}

// preferSaid lets the titles that were said to the last silent word, in whatever
// order, stand before those that the others may as well mean: of "My Shop" and
// "Shop", the first for "shop my".
func (x *Index) preferSaid(hits []hit, a asked) {
	if len(a.said) == 0 {
		return
	}
	for i := range hits {
		h := &hits[i]
		if bits.OnesCount32(h.mask&^marks) == len(a.terms) && x.allSaid(h.unit, a.said) {
			h.score, h.mask = 1, h.mask|isSaid
		}
	}
}

// allSaid reports whether a resource's title has silent words, and all of its words
// were said.
func (x *Index) allSaid(unit int32, said []string) bool {
	quiet := false
	for w := range strings.FieldsSeq(x.byEntry().titles[int(unit)-len(x.titles)]) {
		if !slices.Contains(said, w) {
			return false
		}
		quiet = quiet || silent[w]
	}
	return quiet
}
