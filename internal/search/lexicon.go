package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// lexicon is every word of a list and its vocabulary, with the ways to find one
// that was not typed quite so.
type lexicon struct {
	ids    map[string]uint32
	text   []string
	stems  map[string][]uint32
	sorted []uint32 // ids in the order of their text, for prefixes

	// slips holds a hash of each word with up to two letters left out, above
	// the word's id, sorted; firsts is where each leading 16 bits begin. Two
	// words that differ by a slip share such a rest, so that a slip is found
	// without comparing every word.
	slips  []uint64
	firsts []uint32
}

func newLexicon() *lexicon {
	return &lexicon{ids: make(map[string]uint32), stems: make(map[string][]uint32)}
}

// add returns the id of a folded word.
func (l *lexicon) add(word string) uint32 {
	id, ok := l.ids[word]
	if !ok {
		id = uint32(len(l.text))
		l.ids[word] = id
		l.text = append(l.text, word)
		s := stem(word)
		l.stems[s] = append(l.stems[s], id)
	}
	return id
}

// finish prepares the look-ups; nothing may be added after it.
func (l *lexicon) finish() {
	l.sorted = make([]uint32, len(l.text))
	for i := range l.sorted {
		l.sorted[i] = uint32(i)
	}
	slices.SortFunc(l.sorted, func(a, b uint32) int { return strings.Compare(l.text[a], l.text[b]) })
	for id, w := range l.text {
		rests([]rune(w), forgiven(w), func(h uint32) {
			l.slips = append(l.slips, uint64(h)<<32|uint64(id))
		})
	}
	slices.Sort(l.slips)
	l.slips = slices.Compact(l.slips)
	l.firsts = make([]uint32, 1<<16+1)
	for at, v := range l.slips {
		l.firsts[v>>48+1] = uint32(at + 1)
	}
	for i := 1; i < len(l.firsts); i++ {
		l.firsts[i] = max(l.firsts[i], l.firsts[i-1])
	}
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

// near is a word that differs from what was typed by some slips.
type near struct {
	id    uint32
	slips int
}

// nearest returns the words that differ from w by the fewest slips, at most as
// many as a word of its length is forgiven.
func (l *lexicon) nearest(w string) []near {
	allowed := forgiven(w)
	if allowed == 0 {
		return nil
	}
	typed := []rune(w)
	var seen []uint32
	rests(typed, allowed, func(h uint32) {
		from, to := l.firsts[h>>16], l.firsts[h>>16+1]
		bucket := l.slips[from:to]
		at, _ := slices.BinarySearch(bucket, uint64(h)<<32)
		for _, v := range bucket[at:] {
			if uint32(v>>32) != h {
				break
			}
			seen = append(seen, uint32(v))
		}
	})
	slices.Sort(seen)
	var found []near
	for _, id := range slices.Compact(seen) {
		d := distance(w, l.text[id], allowed)
		if d <= allowed && (d < 2 || other(w, l.text[id]) == 0) {
			found = append(found, near{id, d})
		}
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.slips, b.slips), cmp.Compare(other(w, l.text[a.id]), other(w, l.text[b.id])))
	})
	for i := range found {
		if found[i].slips > found[0].slips {
			return found[:i]
		}
	}
	return found
}

// other is 1 when two words begin differently, which a slip seldom does.
func other(a, b string) int {
	if a[0] == b[0] {
		return 0
	}
	return 1
}

// forgiven is how many slips of the hand a word of that length is forgiven.
// Short words are too close to one another to forgive any.
func forgiven(w string) int {
	switch n := utf8.RuneCountInString(w); {
	case n < 4 || n > maxWord:
		return 0
	case n < 9:
		return 1
	default:
		return 2
	}
}

// rests calls use with a hash of word with no letter left out, with each one,
// and, for two slips, with each pair.
func rests(word []rune, slips int, use func(hash uint32)) {
	if slips == 0 {
		return
	}
	use(hashWithout(word, -1, -1))
	for i := range word {
		use(hashWithout(word, i, -1))
		if slips < 2 {
			continue
		}
		for j := i + 1; j < len(word); j++ {
			use(hashWithout(word, i, j))
		}
	}
}

// hashWithout is the FNV-1a hash of a word with up to two letters left out.
func hashWithout(word []rune, i, j int) uint32 {
	h := uint32(2166136261)
	for k, r := range word {
		if k != i && k != j {
			h = (h ^ uint32(r)) * 16777619
		}
	}
	return h
}
