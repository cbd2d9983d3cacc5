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
	Text   string
	Filter Filter
	Limit  int // at most so many topics and so many resources; 0 means DefaultLimit
	Page   int // the first is 1, or 0
}

// Result is what was found, best first; Topics and Family together are no more
// than the limit. Near is only filled when nothing was: topics that share
// something with the query but are no answer to it.
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
	Reasons []Reason // empty for a relative
}

// ResourceHit is a resource that answers a query.
type ResourceHit struct {
	Resource catalog.Resource
	Score    float64
	Reasons  []Reason
}

// maxNear is how many topics stand beside a refusal.
const maxNear = 3

// Search answers q. It never fails: a query that has no words finds nothing.
func (x *Index) Search(q Query) Result {
	limit, page := q.Limit, max(q.Page, 1)
	if limit <= 0 {
		limit = DefaultLimit
	}
	page = min(page, maxPage)
	a := x.read(q.Text)
	topics, resources, almost := x.judge(a, q.Filter, limit*page)
	found := len(topics)+len(resources) > 0
	var r Result
	for _, h := range onPage(topics, limit, page) {
		r.Topics = append(r.Topics, x.topicHit(h, a.terms))
	}
	if page == 1 {
		for _, h := range x.family(topics, limit-len(r.Topics)) {
			r.Family = append(r.Family, x.topicHit(h, a.terms))
		}
	}
	shown := onPage(resources, limit, page)
	r.Resources = slices.Grow(r.Resources, len(shown))
	for _, h := range shown {
		res := x.catalog.Resources[int(h.unit)-len(x.catalog.Topics)]
		r.Resources = append(r.Resources, ResourceHit{res, float64(h.score), x.reasons(h, a.terms)})
	}
	if !found && page == 1 {
		r.Topics = x.lettersLeftOut(a.terms, q.Filter)
	}
	if !found && len(r.Topics) == 0 {
		for _, h := range almost[:min(len(almost), maxNear)] {
			r.Near = append(r.Near, x.topicHit(h, a.terms))
		}
	}
	return r
}

// maxPage bounds how far a search looks down its hits.
const maxPage = 1000

func onPage(hits []hit, limit, page int) []hit {
	from := min(len(hits), limit*(page-1))
	return hits[from:min(len(hits), from+limit)]
}

func (x *Index) topicHit(h hit, terms []term) TopicHit {
	return TopicHit{x.catalog.Topics[h.unit], float64(h.score), x.reasons(h, terms)}
}
