// Package search finds the topics and resources of a catalog that a query means,
// and nothing when it means none of them.
//
// A query's words are compared with the words of titles, paths and descriptions:
// the same word, the same stem, a beginning, or a small slip of the hand. A topic
// is a hit when enough of the query's weight is found in it, so one common word
// of a sentence about something else does not count. What words cannot find
// (initials, letters left out) a fuzzy match over titles and paths may.
package search

import (
	"cmp"
	"slices"

	"archbot/internal/catalog"
)

// DefaultLimit is how many topics, and how many resources, a Query without a
// Limit asks for.
const DefaultLimit = 10

// Query is what to look for.
type Query struct {
	Text  string
	Limit int // at most so many topics and so many resources; 0 means DefaultLimit
}

// Result is what was found, best first. Near is only filled when nothing was:
// topics that share something with the query but are no answer to it.
type Result struct {
	Topics    []TopicHit
	Resources []ResourceHit
	Near      []TopicHit
}

// TopicHit is a topic that answers a query.
type TopicHit struct {
	Topic   catalog.Topic
	Score   float64  // 1 for the topic itself; comparable within one Result only
	Matched []string // words of the list that answered, folded; empty for a fuzzy match
}

// ResourceHit is a resource that answers a query.
type ResourceHit struct {
	Resource catalog.Resource
	Score    float64  // comparable within one Result only
	Matched  []string // words of the list that answered, folded
}

const (
	// enough is the share of a query's weight that a hit must hold more of.
	enough = 0.5
	// near is the share from which a topic is offered beside a refusal.
	near = 0.3
	// tail is the share of the best score below which hits are dropped.
	tail = 0.5
	// maxNear is how many topics stand beside a refusal.
	maxNear = 3
)

// Search answers q. It never fails: a query that has no words finds nothing.
func (x *Index) Search(q Query) Result {
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	found, almost := x.judge(x.terms(q.Text))
	var r Result
	for _, h := range found {
		if h.doc < len(x.catalog.Topics) {
			r.Topics = append(r.Topics, TopicHit{x.catalog.Topics[h.doc], h.score, h.matched})
		} else {
			res := x.catalog.Resources[h.doc-len(x.catalog.Topics)]
			r.Resources = append(r.Resources, ResourceHit{res, h.score, h.matched})
		}
	}
	if len(r.Topics) == 0 && len(r.Resources) == 0 {
		r.Topics = x.fuzzyTopics(q.Text)
	}
	if len(r.Topics) == 0 && len(r.Resources) == 0 {
		for _, h := range almost[:min(len(almost), maxNear)] {
			r.Near = append(r.Near, TopicHit{x.catalog.Topics[h.doc], h.score, h.matched})
		}
		return r
	}
	r.Topics = r.Topics[:min(len(r.Topics), limit)]
	r.Resources = r.Resources[:min(len(r.Resources), limit)]
	return r
}

// hit is a document with what the query found in it.
type hit struct {
	doc     int
	score   float64
	covered float64 // share of the query's weight that was found at all
	title   bool    // some of it in the title
	certain bool    // some of it in the title without a guess at spelling
	matched []string
}

// judge weighs every document against the terms and splits the ones worth
// anything into answers and topics that are merely near, each best first.
func (x *Index) judge(terms []term) (found, almost []hit) {
	for _, h := range x.weigh(terms) {
		isTopic := h.doc < len(x.catalog.Topics)
		switch {
		case h.covered > enough && (h.title || !isTopic):
			found = append(found, h)
		case isTopic && h.certain && h.covered >= near:
			almost = append(almost, h)
		}
	}
	x.rank(found)
	x.rank(almost)
	return x.cut(found), almost
}

// weigh adds up, document by document, what each term found.
func (x *Index) weigh(terms []term) []hit {
	var whole float64
	for _, t := range terms {
		whole += t.weight
	}
	byDoc := make(map[int]*hit)
	for _, t := range terms {
		for doc, b := range t.best(x) {
			h := byDoc[doc]
			if h == nil {
				h = &hit{doc: doc}
				byDoc[doc] = h
			}
			h.score += t.weight * b.value / whole
			h.covered += t.weight / whole
			h.title = h.title || b.field == inTitle
			h.certain = h.certain || b.field == inTitle && b.sure
			if !slices.Contains(h.matched, b.word) {
				h.matched = append(h.matched, b.word)
			}
		}
	}
	hits := make([]hit, 0, len(byDoc))
	for _, h := range byDoc {
		h.score *= x.focus(h)
		hits = append(hits, *h)
	}
	return hits
}

// focus favours titles that say little besides what was asked.
func (x *Index) focus(h *hit) float64 {
	var in int
	for _, w := range h.matched {
		if slices.Contains(x.titles[h.doc], w) {
			in++
		}
	}
	return 0.8 + 0.2*float64(in)/float64(max(1, len(x.titles[h.doc])))
}

// rank orders by score, then broad before narrow, then as the list does.
func (x *Index) rank(hits []hit) {
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(
			cmp.Compare(b.score, a.score),
			cmp.Compare(x.depth(a.doc), x.depth(b.doc)),
			cmp.Compare(a.doc, b.doc),
		)
	})
}

func (x *Index) depth(doc int) int {
	if doc < len(x.catalog.Topics) {
		return len(x.catalog.Path(x.catalog.Topics[doc].ID))
	}
	return 0
}

// cut drops the hits that are far behind the best of their own sort.
func (x *Index) cut(hits []hit) []hit {
	var bestTopic, bestResource float64
	kept := hits[:0]
	for _, h := range hits {
		best := &bestResource
		if h.doc < len(x.catalog.Topics) {
			best = &bestTopic
		}
		*best = max(*best, h.score)
		if h.score >= tail**best {
			kept = append(kept, h)
		}
	}
	return kept
}
