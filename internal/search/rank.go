package search

import (
	"cmp"
	"math/bits"
	"slices"
)

// Constants of the ranking. They are shares, so that they mean the same for a
// list of ten entries and one of a million.
const (
	topicBar    = 0.47 // a topic below it is no answer
	resourceBar = 0.40 // the same for a resource
	inTopicBar  = 0.20 // and for one of a topic that is an answer
	nearBar     = 0.15 // from it on a topic is offered beside a refusal
	tail        = 0.55 // of the best score, below which hits are dropped

	wholeText  = 0.42 // what a whole text within an endless query is worth
	wholeWord  = 0.33 // the same when it is a single word, which may be there by chance
	wholeQuery = 0.65 // what a whole query within an endless text is worth
	// The same within a topic's title: of ten topics that people say "engine" for,
	// those that are called so come first.
	wholeInTitle = 0.8
	begunTitle   = 0.9  // a title that begins with the whole query
	wholly       = 0.99 // of a text's weight, for all of it
	inBody       = 0.8  // what a word is worth in a description
	above        = 0.8  // in the title of a topic above
	second       = 0.3  // how much a topic's second text helps its first
	aliasShare   = 0.95 // what an alias is worth beside a title
	hintShare    = 0.75
)

// tally is what has been found of a query in one text.
type tally struct {
	query float32 // weight of the terms found
	text  float32 // weight of the text's words that they are
	mask  uint32  // which terms
	round uint32  // the search that this belongs to
}

// hit is a topic or resource with how well it answers.
type hit struct {
	unit  int32
	score float32
	mask  uint32 // the terms that are found in it
}

// workspace is what one search writes to; it is used again by later ones.
type workspace struct {
	texts   []tally
	units   []hitState
	touched []uint32
	found   []int32
	round   uint32
	leans   evidence
}

// hitState is a unit's best texts so far.
type hitState struct {
	best, next float32
	mask       uint32
	round      uint32
}

func (x *Index) workspace() *workspace {
	w, ok := x.scratch.Get().(*workspace)
	if !ok {
		w = &workspace{texts: make([]tally, len(x.texts)), units: make([]hitState, x.units), leans: newEvidence(len(x.titles))}
	}
	w.round++
	w.touched, w.found = w.touched[:0], w.found[:0]
	return w
}

// judge weighs what the query's words say, and splits what they speak for into
// answers and topics that are merely near, each best first.
func (x *Index) judge(a asked, filter Filter, keep int) (topics, resources, almost []hit) {
	if len(a.terms) == 0 {
		return nil, nil, nil
	}
	w := x.workspace()
	defer x.scratch.Put(w)
	x.collect(w, a.terms)
	x.speak(w, a.spoken)
	x.settle(w, a)
	for _, topic := range a.begun {
		u := w.find(int32(topic))
		u.best = max(u.best, begunTitle)
		if x.titles[topic] == a.text {
			u.best = 1
		}
	}
	x.weighLeanings(&w.leans, a)
	for topic, yes := range w.leans.forIt[:len(x.titles)] {
		if yes > 0 {
			w.find(int32(topic))
		}
	}
	good, sources, near := top{index: x, keep: keep}, top{index: x, keep: keep}, top{index: x, keep: keep}
	for _, unit := range w.found {
		h := x.hit(w, unit)
		best, bar := &sources, float32(resourceBar)
		switch {
		case !x.isTopic(unit) && h.score < resourceBar && x.answers(w, x.parents[unit]):
			bar = inTopicBar
		case x.isTopic(unit) && h.score >= topicBar:
			best, bar = &good, topicBar
		case x.isTopic(unit) && w.units[unit].best < nearBar:
			continue // words that lean to it make no neighbour
		case x.isTopic(unit):
			best, bar = &near, nearBar
		}
		// The filter comes last: it reads the catalog, which is far from here.
		if h.score >= bar && best.hasRoom(h) && x.passes(filter, unit) {
			best.add(h)
		}
	}
	return good.ranked(), sources.ranked(), near.ranked()
}

// hit scores a unit by its two best texts, and by what the query leans to: a
// resource is as likely as its topic.
func (x *Index) hit(w *workspace, unit int32) hit {
	s := w.units[unit]
	h := hit{unit, s.best + second*(1-s.best)*s.next, s.mask}
	topic := unit
	if !x.isTopic(unit) {
		topic = x.parents[unit]
	}
	if topic >= 0 {
		h.score = w.leans.score(topic, h.score)
	}
	return h
}

// answers reports whether a topic is an answer.
func (x *Index) answers(w *workspace, topic int32) bool {
	return topic >= 0 && w.units[topic].round == w.round && x.hit(w, topic).score >= topicBar
}

// isTopic tells topics from resources.
func (x *Index) isTopic(unit int32) bool { return int(unit) < len(x.titles) }

// large is the length of a posting list that is only looked at for texts that a
// rarer word has brought up, where there is one.
const large = 4096

// collect finds what each text has of the query.
func (x *Index) collect(w *workspace, terms []term) {
	order := make([]int, len(terms))
	sizes := make([]int, len(terms))
	for i, t := range terms {
		order[i] = i
		for _, s := range t.senses {
			sizes[i] += len(x.postings[s.word])
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(sizes[a], sizes[b]) })
	for _, i := range order {
		onlyTouched := sizes[i] > large && len(w.touched) > 0
		for _, s := range terms[i].senses {
			list := x.postings[s.word]
			find := x.worth(terms[i], i, s)
			switch {
			case !onlyTouched:
				w.scan(list, find)
			case len(w.touched) < sizes[i]/8:
				w.lookUp(list, find)
			default:
				w.scanTouched(list, find)
			}
		}
	}
}

// find is what a term is worth to a text that has one of its senses.
type find struct {
	bit         uint32  // of the term, in a mask
	title, body float32 // of the query
	text        float32 // of the text; a description does not count
}

func (x *Index) worth(t term, i int, s sense) find {
	worth := t.weight * s.quality
	return find{1 << i, worth, worth * inBody, x.weights[s.word] * s.quality}
}

// scan adds one sense's postings to the tallies.
func (w *workspace) scan(list []uint32, f find) {
	for _, p := range list {
		t := &w.texts[p>>1]
		if t.round != w.round {
			*t = tally{round: w.round}
			w.touched = append(w.touched, p>>1)
		}
		t.credit(f, p)
	}
}

// scanTouched does what scan does for the texts that have been touched.
func (w *workspace) scanTouched(list []uint32, f find) {
	for _, p := range list {
		if t := &w.texts[p>>1]; t.round == w.round {
			t.credit(f, p)
		}
	}
}

// lookUp does what scanTouched does for a long list and few texts.
func (w *workspace) lookUp(list []uint32, f find) {
	for _, id := range w.touched {
		if at, _ := slices.BinarySearch(list, id<<1); at < len(list) && list[at]>>1 == id {
			w.texts[id].credit(f, list[at])
		}
	}
}

func (t *tally) credit(f find, p uint32) {
	switch {
	case t.mask&f.bit != 0: // by a better sense
		return
	case p&inDescription != 0:
		t.query += f.body
	default:
		t.query += f.title
		t.text += f.text
	}
	t.mask |= f.bit
}

// speak completes the texts that the query says word for word.
func (x *Index) speak(w *workspace, spoken []uint32) {
	for _, id := range spoken {
		t := &w.texts[id]
		if t.round != w.round {
			*t = tally{round: w.round}
			w.touched = append(w.touched, id)
		}
		t.query += max(0, x.texts[id].weight-t.text) // as much as the silent words weigh
		t.text = x.texts[id].weight
	}
}

// settle turns tallies of texts into the scores of what they belong to.
func (x *Index) settle(w *workspace, a asked) {
	var whole float32
	for _, t := range a.terms {
		whole += t.weight
	}
	for _, id := range w.touched {
		t := &x.texts[id]
		w.find(t.unit).mask |= w.texts[id].mask
	}
	for _, id := range w.touched {
		t, got := &x.texts[id], &w.texts[id]
		if a.wholly && got.text < wholly*t.weight {
			continue
		}
		query := got.query + above*x.inherited(w, t.unit, got.mask, a.terms)
		s := t.score(min(1, query/whole), min(1, got.text/t.weight), bits.OnesCount32(got.mask))
		u := &w.units[t.unit]
		if s > u.best {
			u.best, u.next = s, u.best
		} else if s > u.next {
			u.next = s
		}
	}
}

// find returns a unit's state in this search.
func (w *workspace) find(unit int32) *hitState {
	u := &w.units[unit]
	if u.round != w.round {
		*u = hitState{round: w.round}
		w.found = append(w.found, unit)
	}
	return u
}

// inherited is the weight of the terms that a text lacks and the topics above
// it have.
func (x *Index) inherited(w *workspace, unit int32, has uint32, terms []term) float32 {
	var sum float32
	for parent := x.parents[unit]; parent >= 0; parent = x.parents[parent] {
		u := &w.units[parent]
		if u.round != w.round {
			continue
		}
		for i := range terms {
			if bit := uint32(1) << i; u.mask&^has&bit != 0 {
				sum += terms[i].weight
				has |= bit
			}
		}
	}
	return sum
}

// score combines the share of the query that a text accounts for with the share
// of the text that the query says. Either may be small: a whole title within a
// long question is an answer, and so is the one word that was asked of a title.
func (t *text) score(query, share float32, terms int) float32 {
	least, part := float32(wholeText), float32(wholeQuery)
	if terms == 1 {
		least = wholeWord
	}
	if t.kind == title {
		part = wholeInTitle
	}
	s := max(share*share*(least+(1-least)*query), query*query*(part+(1-part)*share))
	switch t.kind {
	case alias:
		s *= aliasShare
	case hint:
		s *= hintShare
	}
	return s
}
