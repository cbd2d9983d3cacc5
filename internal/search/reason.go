package search

import (
	"fmt"
	"slices"
)

// Reason says how one word of a query was found in a hit.
type Reason struct {
	Typed string // as the query has it, folded
	Word  string // as the list or the vocabulary has it, folded
	How   How
}

// How is a way to recognise a word.
type How string

// The ways, from the surest on.
const (
	Same      How = "the word itself"
	Said      How = "said for it" // by the vocabulary
	Form      How = "another form of it"
	Synonym   How = "what it stands for"
	RunOn     How = "words run together"
	Slip      How = "a misspelling"
	Beginning How = "its beginning"
	Leaning   How = "often said of it"
)

// String gives the reason in a few words.
func (r Reason) String() string {
	switch {
	case r.Typed == r.Word && (r.How == Said || r.How == Leaning):
		return fmt.Sprintf("%s (%s)", r.Typed, r.How)
	case r.Typed == r.Word:
		return r.Typed
	}
	return fmt.Sprintf("%s → %s (%s)", r.Typed, r.Word, r.How)
}

// reasons tells which terms were found in a hit, and as what; of the others,
// which are often said of the topic.
func (x *Index) reasons(h hit, terms []term) []Reason {
	var out []Reason
	for i, t := range terms {
		if h.mask&(1<<i) != 0 {
			if r, ok := x.found(h.unit, t); ok {
				out = append(out, r)
			}
		} else if r, ok := x.leaning(h.unit, t); ok {
			out = append(out, r)
		}
	}
	return out
}

// found tells as what a unit has a term.
func (x *Index) found(unit int32, t term) (Reason, bool) {
	for _, s := range t.senses {
		own, found := x.has(unit, s.word)
		if !found {
			continue
		}
		how := s.how
		if !own && how == Same {
			how = Said
		}
		return Reason{t.typed, x.lexicon.text[s.word], how}, true
	}
	return Reason{}, false
}

// leaning tells as what a term leans to a topic.
func (x *Index) leaning(unit int32, t term) (Reason, bool) {
	if !x.isTopic(unit) {
		return Reason{}, false
	}
	all := x.leanings()
	own := all[t.stem]
	if speaksFor(own, unit) {
		return Reason{t.typed, t.typed, Leaning}, true
	}
	for _, s := range t.senses {
		if (len(own) == 0 || s.quality >= trusted) && speaksFor(all[x.lexicon.stemOf[s.word]], unit) {
			return Reason{t.typed, x.lexicon.text[s.word], Leaning}, true
		}
	}
	return Reason{}, false
}

// has reports whether a unit has the word: of its own, in its title or its
// description, or in one of its aliases.
func (x *Index) has(unit int32, word uint32) (own, found bool) {
	list := x.postings[word]
	text := uint32(unit) // a topic's title
	if topics := len(x.catalog.Topics); int(unit) >= topics {
		text = uint32(len(x.texts) - x.units + int(unit)) // resources come last
	}
	if at, _ := slices.BinarySearch(list, text<<1); at < len(list) && list[at]>>1 == text {
		return true, true
	}
	at, _ := slices.BinarySearch(list, uint32(len(x.catalog.Topics))<<1)
	for _, p := range list[at:] {
		if t := x.texts[p>>1]; t.kind == entry {
			break
		} else if t.unit == unit {
			return false, true
		}
	}
	return false, false
}
