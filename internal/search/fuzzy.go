package search

import (
	"unicode/utf8"

	"github.com/sahilm/fuzzy"

	"archbot/internal/catalog"
)

// maxPattern is how many runes of a query the fuzzy match sees: its score
// triples with every adjacent rune and overflows at 40. Even below that it only
// orders candidates; it is never compared with a number or added to one.
const maxPattern = 32

// leftOutScore is what a topic scores that was found by its letters alone.
const leftOutScore = 0.5

// maxLeftOut is how many topics are worth looking through for one word: the
// library compares it with each.
const maxLeftOut = 2000

// lettersLeftOut finds topics by a word with many letters left out
// ("micrservcs"), which no slip explains.
func (x *Index) lettersLeftOut(terms []term, filter Filter) []TopicHit {
	if len(terms) != 1 || len(terms[0].senses) > 0 || len(terms[0].typed) < 5 || len(x.titles) > maxLeftOut {
		return nil
	}
	var hits []TopicHit
	for _, i := range tight(pattern(terms[0].typed), x.titles) {
		if x.passes(filter, int32(i)) {
			reason := Reason{terms[0].typed, x.titles[i], Slip}
			hits = append(hits, TopicHit{x.catalog.Topics[i], leftOutScore / float64(len(hits)+1), []Reason{reason}})
		}
	}
	return hits
}

// pattern is a query as the fuzzy match takes it.
func pattern(text string) string {
	p := []rune(joined(telling(words(text))))
	return string(p[:min(len(p), maxPattern)])
}

// tight returns the places of the candidates that hold pattern closely, best
// first. Any subsequence satisfies the library; a few long runs of letters are
// what a person would recognise.
func tight(pattern string, candidates []string) []int {
	var at []int
	for _, m := range fuzzy.Find(pattern, candidates) {
		if isTight(m.Str, m.MatchedIndexes) {
			at = append(at, m.Index)
		}
	}
	return at
}

func isTight(s string, matched []int) bool {
	runs, next := 0, -1 // next is where the rune after the last match begins
	for _, at := range matched {
		if at != next {
			runs++
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		next = at + size
	}
	return runs <= max(1, len(matched)*2/5)
}

// Complete returns the topics that someone who typed so much may be about to
// name, best first: those whose title begins so, those with a word that does,
// those whose id does, then fuzzy ones. Nothing typed gives the tree's top.
func (x *Index) Complete(typed string, limit int) []catalog.Topic {
	if joined(words(typed)) == "" {
		top := x.catalog.Children("")
		return top[:min(len(top), limit)]
	}
	var out []catalog.Topic
	seen := make(map[int]bool)
	for _, at := range [][]int{x.beginning(typed), tight(pattern(typed), x.titles)} {
		for _, i := range at {
			if len(out) == limit {
				return out
			}
			if !seen[i] {
				seen[i] = true
				out = append(out, x.catalog.Topics[i])
			}
		}
	}
	return out
}
