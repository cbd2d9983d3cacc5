package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// term is one word of a query with the words of the list that it may mean.
type term struct {
	typed  string
	stem   string // of typed
	weight float32
	senses []sense
}

// sense is a word of the list that a term may stand for.
type sense struct {
	word    uint32
	quality float32 // 1 for the word itself
	how     How
}

// asked is a query that has been read.
type asked struct {
	text   string   // all of its words, folded
	said   []string // the same one by one, where some of them are silent
	terms  []term   // the words that say something, each once
	spoken []uint32 // aliases with silent words that stand in it as they are
	begun  []uint32 // topics whose title begins with all of it
	wholly bool     // nothing in it says anything: only a text of just these words answers
}

// weight is what all terms weigh.
func (a asked) weight() float32 {
	var sum float32
	for _, t := range a.terms {
		sum += t.weight
	}
	return sum
}

// What each way to recognise a word is worth.
const (
	sameWord   = 1.0
	synonym    = 0.95
	inSynonym  = 0.84 // one of several words that are a synonym together
	runOn      = 0.95 // words run together or torn apart
	sameStem   = 0.93
	sameRoot   = 0.8
	oneSlip    = 0.82
	beginning  = 0.9
	twoSlips   = 0.6
	maxSenses  = 12
	maxBegun   = 64   // words that one beginning may stand for
	maxTerms   = 24   // bounds the work that one query can cause
	maxText    = 4096 // bytes of a query that are read
	unknownLow = 0.3  // of the greatest weight, for an everyday word
	unknown    = 0.75 // for any other that the list does not have
)

// read takes a query apart.
func (x *Index) read(query string) asked {
	if len(query) > maxText {
		query = query[:maxText]
		for !utf8.ValidString(query) {
			query = query[:len(query)-1]
		}
	}
	said := unspelt(words(clean(query)))
	if len(said) == 0 {
		said = words(query) // nothing but an address, say
	}
	meant := telling(said)
	wholly := len(meant) == 0
	if wholly {
		meant = said
	}
	meant = meant[:min(len(meant), maxTerms)]
	terms := make([]term, 0, len(meant))
	for i, w := range meant {
		terms = append(terms, x.term(w, i == len(meant)-1))
	}
	x.runTogether(meant, terms)
	x.expand(meant, terms)
	for i := range terms {
		x.weighTerm(&terms[i])
	}
	a := asked{text: joined(said), terms: terms, spoken: x.spoken(said), wholly: wholly}
	a.begun = x.byTopic.begun(a.text)
	if len(meant) < len(said) {
		a.said = said
	}
	return a
}

// spoken returns the aliases with silent words that stand in the query as they
// are.
func (x *Index) spoken(said []string) (texts []uint32) {
	if len(x.phrases) == 0 {
		return nil
	}
	stems := x.stems(said[:min(len(said), 4*maxTerms)]) // each once: a word stands in many rows
	for from := range stems {
		for to := from + 2; to <= min(len(stems), from+x.longest); to++ {
			texts = append(texts, x.phrases[joined(stems[from:to])]...)
		}
	}
	return texts
}

// spelt is how many letters in a row somebody has spelt a word with.
const spelt = 4

// unspelt puts words together that were spelt letter by letter, as for emphasis.
func unspelt(ws []string) []string {
	var out []string
	for i := 0; i < len(ws); {
		end := i
		for end < len(ws) && len(ws[end]) == 1 {
			end++
		}
		if end-i < spelt {
			end = max(end, i+1)
			out = append(out, ws[i:end]...)
		} else {
			out = append(out, strings.Join(ws[i:end], ""))
		}
		i = end
	}
	return out
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

// term finds the words of the list that w may stand for. Spelling is only
// doubted when the list does not have w as it stands, so "hot" never becomes
// "hat"; that it shares a stem with some word ("continer" with "continents") is
// no proof.
func (x *Index) term(w string, last bool) term {
	t := term{typed: w, stem: x.lexicon.stem(w)}
	id, known := x.lexicon.ids[w]
	if known {
		t.senses = append(t.senses, sense{id, sameWord, Same})
	}
	for _, id := range x.lexicon.stems[t.stem] {
		t.add(id, sameStem, Form)
	}
	formed := len(t.senses) > 0
	if !known {
		x.addSlips(&t)
	}
	if !formed {
		x.addBeginnings(&t, last)
	}
	for _, id := range x.lexicon.roots[root(t.stem)] {
		t.add(id, sameRoot, Form)
	}
	if len(t.senses) == 0 {
		x.addRootSlips(&t)
	}
	if len(t.senses) == 0 {
		x.tearApart(&t)
	}
	slices.SortStableFunc(t.senses, func(a, b sense) int { return cmp.Compare(b.quality, a.quality) })
	return t
}

func (t *term) add(id uint32, quality float32, how How) {
	if !slices.ContainsFunc(t.senses, func(s sense) bool { return s.word == id }) {
		t.senses = append(t.senses, sense{id, quality, how})
	}
}

// addSlips adds the words that were misspelt, with their relatives.
func (x *Index) addSlips(t *term) {
	for _, n := range x.lexicon.slips().words.nearest(t.typed) {
		if len(t.senses) >= maxSenses {
			return
		}
		quality := float32(oneSlip)
		if n.slips > 1 {
			quality = twoSlips
		}
		t.add(n.id, quality, Slip)
		s := stem(x.lexicon.text[n.id])
		for _, id := range x.lexicon.stems[s] {
			t.add(id, quality*sameStem, Slip)
		}
		for _, id := range x.lexicon.roots[root(s)] {
			t.add(id, quality*sameRoot, Slip)
		}
	}
}

// addRootSlips adds the words whose root was misspelt, as in "braker" for what a
// list calls "breaking".
func (x *Index) addRootSlips(t *term) {
	if len(t.typed) < 5 {
		return
	}
	for _, n := range x.lexicon.slips().roots.nearest(root(t.stem)) {
		for _, id := range x.lexicon.roots[x.lexicon.rootTexts[n.id]] {
			t.add(id, oneSlip*sameRoot, Slip)
		}
	}
}

// addBeginnings adds words that begin with what was typed.
func (x *Index) addBeginnings(t *term, last bool) {
	n := utf8.RuneCountInString(t.typed)
	if n < 2 || n < 3 && !last {
		return
	}
	left := maxBegun
	x.lexicon.beginning(t.typed, func(id uint32) bool {
		rest := utf8.RuneCountInString(x.lexicon.text[id]) - n
		t.add(id, beginning*(1-min(0.25, 0.02*float32(rest))), Beginning)
		left--
		return left > 0
	})
}

// tearApart reads a word as two that were run together ("servicemesh").
func (x *Index) tearApart(t *term) {
	if len(t.typed) > 2*maxWord {
		return
	}
	for i := 3; i <= len(t.typed)-3; i++ {
		a, b := t.typed[:i], t.typed[i:]
		if _, known := x.lexicon.ids[a]; !known || silent[a] || silent[b] {
			continue
		}
		ids := [2][]uint32{x.lexicon.stems[x.lexicon.stem(a)], x.lexicon.stems[stem(b)]}
		if len(ids[1]) == 0 || !x.together(ids[0], ids[1]) {
			continue
		}
		for _, id := range slices.Concat(ids[0], ids[1]) {
			t.add(id, runOn, RunOn)
		}
		return
	}
}

// together reports whether some text has a word of each.
func (x *Index) together(as, bs []uint32) bool {
	has := make(map[uint32]bool)
	for _, a := range as {
		for _, p := range x.postings[a] {
			has[p>>1] = true
		}
	}
	for _, b := range bs {
		for _, p := range x.postings[b] {
			if has[p>>1] {
				return true
			}
		}
	}
	return false
}

// runTogether lets two neighbours mean the word that they make together.
func (x *Index) runTogether(ws []string, terms []term) {
	for i := range len(ws) - 1 {
		if id, ok := x.lexicon.ids[ws[i]+ws[i+1]]; ok {
			terms[i].add(id, runOn, RunOn)
			terms[i+1].add(id, runOn, RunOn)
		}
	}
}

// expand lets words, alone or in a row, stand for what a vocabulary says that
// they mean. Where that is a topic which this list has not, words that it has
// stand for themselves.
func (x *Index) expand(ws []string, terms []term) {
	for from := range ws {
		for to := from + 1; to <= min(len(ws), from+x.longest); to++ {
			if m := x.means[joined(ws[from:to])]; !m.topic || !slices.ContainsFunc(terms[from:to], term.isKnown) {
				x.mean(terms[from:to], m)
			}
		}
	}
}

// mean lets terms mean the words that they stand for together.
func (x *Index) mean(terms []term, m meaning) {
	quality := float32(synonym)
	if len(m.words) > 1 {
		quality = inSynonym
	}
	for _, w := range m.words {
		if id, ok := x.lexicon.ids[w]; ok {
			for i := range terms {
				terms[i].add(id, quality, Synonym)
			}
		}
	}
}

func (t term) isKnown() bool { return len(t.senses) > 0 }

// weighTerm gives a term the weight of the commonest word that it may well
// mean; one that means nothing here counts against the query's being in scope.
func (x *Index) weighTerm(t *term) {
	if len(t.senses) == 0 {
		t.weight = x.rarity(0) * unknown
		if everyday[t.typed] || utf8.RuneCountInString(t.typed) < 2 {
			t.weight = x.rarity(0) * unknownLow
		}
		return
	}
	t.weight = x.weights[t.senses[0].word]
	for _, s := range t.senses[1:] {
		if s.quality >= t.senses[0].quality*sameStem {
			t.weight = min(t.weight, x.weights[s.word])
		}
	}
	if everyday[t.typed] {
		t.weight *= 0.5
	}
}
