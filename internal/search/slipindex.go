package search

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// slipIndex finds the words that differ from one by a slip or two, without
// comparing it with every word: two such words share what is left when a letter
// or two are left out of each.
type slipIndex struct {
	words   []string
	allowed func(string) int // slips that a word of that length is forgiven
	rests   []uint64         // a hash of each rest above the word's place, in buckets
	firsts  []uint32         // where the bucket of each leading 16 bits begins in rests
}

func newSlipIndex(words []string, allowed func(string) int) slipIndex {
	x := slipIndex{words: words, allowed: allowed, firsts: make([]uint32, 1<<16+1)}
	total := 0
	for _, w := range words {
		total += restCount(utf8.RuneCountInString(w), allowed(w))
	}
	found := make([]uint64, 0, total)
	for id, w := range words {
		rests([]rune(w), allowed(w), func(h uint32) {
			found = append(found, uint64(h)<<32|uint64(id))
			x.firsts[h>>16+1]++
		})
	}
	for i := 1; i < len(x.firsts); i++ {
		x.firsts[i] += x.firsts[i-1]
	}
	next := slices.Clone(x.firsts)
	x.rests = make([]uint64, len(found))
	for _, v := range found {
		x.rests[next[v>>48]] = v
		next[v>>48]++
	}
	return x
}

// near is a word that differs from what was typed by some slips.
type near struct {
	id    uint32
	slips int
}

// nearest returns the words that differ from w by the fewest slips, at most as
// many as a word of its length is forgiven.
func (x slipIndex) nearest(w string) []near {
	allowed := x.allowed(w)
	if allowed == 0 {
		return nil
	}
	typed := []rune(w)
	var seen []uint32
	rests(typed, allowed, func(h uint32) {
		from, to := x.firsts[h>>16], x.firsts[h>>16+1]
		for _, v := range x.rests[from:to] {
			if uint32(v>>32) == h {
				seen = append(seen, uint32(v))
			}
		}
	})
	slices.Sort(seen)
	var found []near
	for _, id := range slices.Compact(seen) {
		d := Slips(w, x.words[id], allowed)
		if d <= allowed && (d < 2 || other(w, x.words[id]) == 0) && (len(typed) > 3 || isSlipOfThree(typed, []rune(x.words[id]))) {
			found = append(found, near{id, d})
		}
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.slips, b.slips), cmp.Compare(other(w, x.words[a.id]), other(w, x.words[b.id])))
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

// isSlipOfThree reports whether three letters are a swap away from a word, or
// have lost one behind its first: any other slip makes them another word.
func isSlipOfThree(typed, word []rune) bool {
	if len(word) == 3 {
		return typed[0] == word[1] && typed[1] == word[0] || typed[1] == word[2] && typed[2] == word[1]
	}
	return len(word) == 4 && typed[0] == word[0]
}

// forgiven is how many slips of the hand a word of that length is forgiven.
// Short words are too close to one another to forgive any.
func forgiven(w string) int {
	switch n := utf8.RuneCountInString(w); {
	case n < 3 || n > maxWord:
		return 0
	case n < 9:
		return 1
	default:
		return 2
	}
}

// rests calls use with a hash of word with no letter left out, with each one,
// and, for two slips, with each pair.
//
// The hash is the sum of the letters, each times a power of base that says where
// it stands. So what follows a letter that is left out moves up by one division,
// which modulo 2^64 is a product, and no rest is read letter by letter.
func rests(word []rune, slips int, use func(hash uint32)) {
	if slips == 0 {
		return
	}
	var upTo [maxWord + 1]uint64 // the sums of what begins the word
	power := uint64(base)
	for i, r := range word {
		upTo[i+1] = upTo[i] + uint64(r)*power
		power *= base
	}
	whole := upTo[len(word)]
	use(spread(whole))
	for i := range word {
		use(spread(upTo[i] + (whole-upTo[i+1])*unbase))
		if slips < 2 {
			continue
		}
		for j := i + 1; j < len(word); j++ {
			use(spread(upTo[i] + (upTo[j]-upTo[i+1]+(whole-upTo[j+1])*unbase)*unbase))
		}
	}
}

const (
	base   = 0x9e3779b97f4a7c15
	unbase = 0xf1de83e19937733d // base * unbase is 1, modulo 2^64
)

// spread makes 32 bits of 64, so that sums which are alike are so no longer.
func spread(sum uint64) uint32 {
	sum ^= sum >> 29
	return uint32(sum * base >> 32)
}

// restCount is how often rests calls use.
func restCount(letters, slips int) int {
	switch slips {
	case 0:
		return 0
	case 1:
		return 1 + letters
	default:
		return 1 + letters + letters*(letters-1)/2
	}
}
