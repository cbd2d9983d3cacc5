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
	wholeInAlias = 0.5  // and within a phrase that is said for it: "monday" is no cyber monday
	begunTitle   = 0.95 // a title that begins with the whole query
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
	topics  []topicState
	touched []uint32 // texts
	found   []int32  // topics
	masks   uint32   // of all of them together
	round   uint32
	leans   evidence
}

// topicState is what has been found in a topic: its best texts so far.
type topicState struct {
	best, next float32
	mask       uint32
	round      uint32
	answers    bool
}

func (x *Index) workspace() *workspace {
	w, ok := x.scratch.Get().(*workspace)
	if !ok {
		w = &workspace{texts: make([]tally, len(x.texts)), topics: make([]topicState, len(x.titles)), leans: newEvidence(len(x.titles))}
	}
	w.round++
	w.masks = 0
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
	x.begin(w, a)
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
	topics, almost = x.judgeTopics(w, filter, keep)
	return topics, x.judgeResources(w, a, filter, keep), almost
}

// judgeTopics returns those that are answers and those that are merely near.
func (x *Index) judgeTopics(w *workspace, filter Filter, keep int) (answers, almost []hit) {
	good, near := top{index: x, keep: keep}, top{index: x, keep: keep}
	for _, topic := range w.found {
		u := &w.topics[topic]
		h := hit{topic, w.leans.score(topic, u.best+second*(1-u.best)*u.next), u.mask}
		u.answers = h.score >= topicBar
		best := &near
		switch {
		case u.answers:
			best = &good
		case u.best < nearBar || h.score < nearBar:
			continue // words that lean to it make no neighbour
		}
		if best.hasRoom(h) && x.passes(filter, topic) {
			best.add(h)
		}
	}
	return good.ranked(), near.ranked()
}

// judgeResources returns those that are answers. A common word touches many, so
// what depends on the topic above comes from judgeTopics, and the filter is last:
// it reads the catalog, which is far from here.
func (x *Index) judgeResources(w *workspace, a asked, filter Filter, keep int) []hit {
	best, whole := top{index: x, keep: keep}, a.weight()
	for _, id := range w.touched {
		t := &x.texts[id]
		if t.kind != entry {
			continue
		}
		s, topic, bar := x.textScore(w, a, id, whole), x.parents[t.unit], float32(resourceBar)
		if topic >= 0 { // a resource is as likely as its topic
			s = w.leans.score(topic, s)
			if u := &w.topics[topic]; u.round == w.round && u.answers {
				bar = inTopicBar
			}
		}
		if h := (hit{t.unit, s, w.texts[id].mask}); s >= bar && best.hasRoom(h) && x.passes(filter, t.unit) {
			best.add(h)
		}
	}
	x.preferSaid(best.hits, a)
	return best.ranked()
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
		t := w.touch(id)
		t.query += max(0, x.texts[id].weight-t.text) // as much as the silent words weigh
		t.text = x.texts[id].weight
	}
}

// touch returns a text's tally in this search.
func (w *workspace) touch(id uint32) *tally {
	t := &w.texts[id]
	if t.round != w.round {
		*t = tally{round: w.round}
		w.touched = append(w.touched, id)
	}
	return t
}

// settle turns the tallies of topics' texts into how well each topic answers.
func (x *Index) settle(w *workspace, a asked) {
	for _, id := range w.touched {
		if t := &x.texts[id]; t.kind != entry {
			mask := w.texts[id].mask
			w.find(t.unit).mask |= mask
			w.masks |= mask
		}
	}
	whole := a.weight()
	for _, id := range w.touched {
		t := &x.texts[id]
		if t.kind == entry {
			continue
		}
		s, u := x.textScore(w, a, id, whole), &w.topics[t.unit]
		if s > u.best {
			u.best, u.next = s, u.best
		} else if s > u.next {
			u.next = s
		}
	}
}

// textScore is how well one text answers a query whose terms weigh so much.
func (x *Index) textScore(w *workspace, a asked, id uint32, whole float32) float32 {
	t, got := &x.texts[id], &w.texts[id]
	if a.wholly && got.text < wholly*t.weight {
		return 0
	}
	query := got.query
	if w.masks&^got.mask != 0 {
		query += above * x.inherited(w, t.unit, got.mask, a.terms)
	}
	s := t.score(min(1, query/whole), min(1, got.text/t.weight), bits.OnesCount32(got.mask&^marks))
	if t.kind == entry {
		s = marked(s, got.mask)
	}
	return s
}

// find returns a topic's state in this search.
func (w *workspace) find(topic int32) *topicState {
	u := &w.topics[topic]
	if u.round != w.round {
		*u = topicState{round: w.round}
		w.found = append(w.found, topic)
	}
	return u
}

// inherited is the weight of the terms that a text lacks and the topics above
// it have.
func (x *Index) inherited(w *workspace, unit int32, has uint32, terms []term) float32 {
	var sum float32
	for parent := x.parents[unit]; parent >= 0; parent = x.parents[parent] {
		u := &w.topics[parent]
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
	switch t.kind {
	case title:
		part = wholeInTitle
	case alias, hint:
		part = wholeInAlias
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
