package search

import (
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

// Result is what was found, best first; Topics and Family together are no more
// than the limit. Near is only filled when nothing was:
// topics that share something with the query but are no answer to it.
type Result struct {
	Topics    []TopicHit
	Family    []TopicHit // the topic above the first hit and those below it, unless they are hits
	Resources []ResourceHit
	Near      []TopicHit
}

// TopicHit is a topic that answers a query, or belongs to one that does.
type TopicHit struct {
	Topic   catalog.Topic
	Score   float64  // above 0, at most 1; comparable within one Result only
	Matched []string // words of the list that answered, folded; empty for a relative
}

// ResourceHit is a resource that answers a query.
type ResourceHit struct {
	Resource catalog.Resource
	Score    float64
	Matched  []string
}

// maxNear is how many topics stand beside a refusal.
const maxNear = 3

// Search answers q. It never fails: a query that has no words finds nothing.
func (x *Index) Search(q Query) Result {
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	terms, spoken := x.terms(q.Text)
	topics, resources, almost := x.judge(terms, spoken, limit)
	var r Result
	topics = topics[:min(len(topics), limit)]
	for _, h := range topics {
		r.Topics = append(r.Topics, x.topicHit(h, terms))
	}
	for _, h := range x.family(topics, limit-len(topics)) {
		r.Family = append(r.Family, x.topicHit(h, terms))
	}
	for _, h := range resources[:min(len(resources), limit)] {
		res := x.catalog.Resources[int(h.unit)-len(x.catalog.Topics)]
		r.Resources = append(r.Resources, ResourceHit{res, float64(h.score), x.matched(h, terms)})
	}
	if len(r.Topics) == 0 && len(r.Resources) == 0 {
		r.Topics = x.lettersLeftOut(terms)
	}
	if len(r.Topics) == 0 && len(r.Resources) == 0 {
		for _, h := range almost[:min(len(almost), maxNear)] {
			r.Near = append(r.Near, x.topicHit(h, terms))
		}
	}
	return r
}

func (x *Index) topicHit(h hit, terms []term) TopicHit {
	return TopicHit{x.catalog.Topics[h.unit], float64(h.score), x.matched(h, terms)}
}

// matched names the words of the list that answered.
func (x *Index) matched(h hit, terms []term) []string {
	var ws []string
	for i, t := range terms {
		if h.mask&(1<<i) == 0 {
			continue
		}
		for _, s := range t.senses {
			if x.has(h.unit, s.word) {
				ws = append(ws, x.lexicon.text[s.word])
				break
			}
		}
	}
	return ws
}

// has reports whether a unit's title, one of its aliases or its description has
// the word.
func (x *Index) has(unit int32, word uint32) bool {
	list := x.postings[word]
	own := uint32(unit) // a topic's title
	if topics := len(x.catalog.Topics); int(unit) >= topics {
		own = uint32(len(x.texts) - x.units + int(unit)) // resources come last
	}
	if at, _ := slices.BinarySearch(list, own<<1); at < len(list) && list[at]>>1 == own {
		return true
	}
	at, _ := slices.BinarySearch(list, uint32(len(x.catalog.Topics))<<1)
	for _, p := range list[at:] {
		if t := x.texts[p>>1]; t.kind == entry {
			return false
		} else if t.unit == unit {
			return true
		}
	}
	return false
}
