package dialogue

import (
	"cmp"
	"slices"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

const (
	// perPage is how many resources an answer shows: what a person reads in a message.
	perPage = 5
	// deepest is how many of a search's own hits there are pages of.
	deepest = 100
	// strong is how well a resource of another topic must fit to come first.
	strong = 0.75
)

// Pick is a resource that an answer shows.
type Pick struct {
	Resource catalog.Resource
	Reasons  []search.Reason // how a search found it
	Why      string          // what speaks for it, in a sentence that is true of the list
}

// resources are all that there is on a subject, in the order in which they are shown,
// and how many of them belong to its topic.
func (a *answerer) resources(s subject, f search.Filter) (all []Pick, own int) {
	g := gathering{seen: make(map[string]bool)}
	switch {
	case s.with != "":
		g.alternate(search.In(a.list, s.topic, f), search.In(a.list, s.with, f))
		return g.picks, len(g.picks)
	case s.path:
		for _, r := range Path(search.In(a.list, s.topic, f), perPage) {
			g.add(r, nil)
		}
		return g.picks, len(g.picks)
	}
	hits := a.hits(s.query, f)
	if s.topic == "" {
		g.addHits(hits)
		return g.picks, 0
	}
	belongs := f
	belongs.Topic = s.topic
	in := search.In(a.list, s.topic, f)
	g.picks = make([]Pick, 0, len(hits)+len(in))
	for _, h := range hits {
		if belongs.Match(h.Resource) || h.Score >= strong {
			g.add(h.Resource, h.Reasons)
		}
	}
	for _, r := range in {
		g.add(r, nil)
	}
	for i := range g.picks {
		if belongs.Match(g.picks[i].Resource) {
			own++
		}
	}
	return g.picks, own
}

// hits are the resources that a search finds, up to the deepest. Where the message was
// looked for already and few were found, there are no others.
func (a *answerer) hits(text string, f search.Filter) []search.ResourceHit {
	if r, ok := a.searched[asked{text, f}]; ok && len(r.Resources) < found10 {
		return r.Resources
	}
	return a.index.Search(search.Query{Text: text, Filter: f, Limit: deepest}).Resources
}

// gathering collects resources, each once.
type gathering struct {
	picks []Pick
	seen  map[string]bool
}

func (g *gathering) add(r catalog.Resource, why []search.Reason) {
	if key := catalog.URLKey(r.URL); !g.seen[key] {
		g.seen[key] = true
		g.picks = append(g.picks, Pick{Resource: r, Reasons: why})
	}
}

func (g *gathering) addHits(hits []search.ResourceHit) {
	for _, h := range hits {
		g.add(h.Resource, h.Reasons)
	}
}

func (g *gathering) alternate(x, y []catalog.Resource) {
	for i := range max(len(x), len(y)) {
		if i < len(x) {
			g.add(x[i], nil)
		}
		if i < len(y) {
			g.add(y[i], nil)
		}
	}
}

// Path orders resources as a way into what they are about. The first n are a good
// start by themselves: some of each level, most of them easy. All are from easy to hard
// within those n, and within the rest; what says nothing of its level stands in the
// middle.
func Path(all []catalog.Resource, n int) []catalog.Resource {
	left := map[catalog.Level]int{catalog.Intro: (n + 2) / 3, catalog.Advanced: n / 3}
	left[catalog.Intermediate] = n - left[catalog.Intro] - left[catalog.Advanced]
	var first, rest []catalog.Resource
	known := make(map[string]bool)
	for _, r := range all {
		key := catalog.URLKey(r.URL)
		if known[key] {
			continue
		}
		known[key] = true
		if level := levelOf(r); left[level] > 0 {
			left[level]--
			first = append(first, r)
		} else {
			rest = append(rest, r)
		}
	}
	fill := min(len(rest), n-len(first))
	first, rest = append(first, rest[:fill]...), rest[fill:]
	order := catalog.Levels()
	for _, part := range [][]catalog.Resource{first, rest} {
		slices.SortStableFunc(part, func(a, b catalog.Resource) int {
			return cmp.Compare(slices.Index(order, levelOf(a)), slices.Index(order, levelOf(b)))
		})
	}
	return append(first, rest...)
}

func levelOf(r catalog.Resource) catalog.Level { return cmp.Or(r.Level, catalog.Intermediate) }
