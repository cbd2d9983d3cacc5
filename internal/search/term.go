package search

import (
	"slices"
	"strings"
)

// term is one word of a query with the words of the list that may be meant.
type term struct {
	weight float64
	means  []meaning
}

// meaning is a word of the list that a term may stand for.
type meaning struct {
	word    int
	quality float64
}

// What each way to recognise a word is worth.
const (
	same      = 1.0
	sameStem  = 0.9
	beginning = 0.75
	slip      = 0.6
	stemSlip  = 0.5
)

// maxTerms bounds the work that one query can cause.
const maxTerms = 24

// terms reads a query: its words that say something, each once.
func (x *Index) terms(text string) []term {
	said := telling(words(text))
	said = said[:min(len(said), maxTerms)]
	terms := make([]term, 0, len(said))
	for _, w := range said {
		t := term{means: x.meanings(w)}
		has := 0
		for _, m := range t.means {
			has = max(has, len(x.words[m.word].found))
		}
		t.weight = x.rarity(has)
		terms = append(terms, t)
	}
	return terms
}

// meanings finds the words of the list that w may stand for. Spelling is only
// doubted when w as it stands leads nowhere, so "hot" never becomes "hat".
func (x *Index) meanings(w string) []meaning {
	var means []meaning
	for _, at := range x.stemmed[stem(w)] {
		quality := sameStem
		if x.words[at].text == w {
			quality = same
		}
		means = append(means, meaning{at, quality})
	}
	if len(w) >= 3 {
		for at := range x.words {
			known := &x.words[at]
			if len(known.text) > len(w) && strings.HasPrefix(known.text, w) && known.stem != stem(w) {
				means = append(means, meaning{at, beginning})
			}
		}
	}
	if len(means) > 0 {
		return means
	}
	for at := range x.words {
		if q := slipQuality(w, &x.words[at]); q > 0 {
			means = append(means, meaning{at, q})
		}
	}
	return means
}

// slipQuality says what w is worth as a misspelling of a known word; 0 for none.
func slipQuality(w string, known *word) float64 {
	if within(w, known.text, slips(w)) {
		return slip
	}
	s := stem(w)
	if len(s) >= 4 && s != w && s[0] == known.stem[0] && within(s, known.stem, 1) {
		return stemSlip
	}
	return 0
}

// best is the best that a term found in one document.
type best struct {
	value float64
	field field
	sure  bool // no guess at spelling
	word  string
}

// best finds, for each document, where and how well the term is found in it.
func (t term) best(x *Index) map[int]best {
	docs := make(map[int]best)
	for _, m := range t.means {
		for _, p := range x.words[m.word].found {
			value := m.quality * worth[p.field]
			if value > docs[p.doc].value {
				docs[p.doc] = best{value, p.field, m.quality > slip, x.words[m.word].text}
			}
		}
	}
	return docs
}

// telling drops the words that ask instead of naming something, and repeats.
func telling(ws []string) []string {
	var out []string
	for _, w := range ws {
		if !silent[w] && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// silent holds English words that a query may have but no topic is about.
var silent = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(`a about all am an and any anything are as at be by can
		could did do does explain find for from get give good had has have how i if in into
		is it its know learn like looking me more my need of on or our please read show so
		some something tell that the their there these they this those to us use using want
		was we were what when where which who why will with would you your`) {
		m[w] = true
	}
	return m
}()
