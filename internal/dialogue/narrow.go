package dialogue

import (
	"slices"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

const (
	sureName   = 0.8 // how well a topic must fit for words to be its name
	maxNarrow  = 10  // words of a name that is looked at for a thing and its place
	maxPlaces  = 3   // topics that the words for a place may mean
	leastPlace = 0.7 // how well "the one in …" must fit a place, and what it is there
)

// narrowed puts first what a name means within its place, where it was found by the
// place alone: "search for an online shop" is about the search, not about the shop.
func (a *answerer) narrowed(r reading, hits []search.TopicHit) []search.TopicHit {
	n := len(r.tokens)
	if len(hits) == 0 || n < 2 || n > maxNarrow || !a.isPlace(hits[0].Topic.ID) {
		return hits
	}
	for i := 1; i < n-1; i++ {
		if places[r.tokens[i].word] {
			if part, ok := a.partOf(joined(r.tokens[:i]), joined(r.tokens[i+1:]), hits[0]); ok {
				return first(part, hits)
			}
		}
	}
	if len(r.tells) > few || r.isQuestion() {
		return hits
	}
	for i := 1; i < n; i++ {
		before, behind := joined(r.tokens[:i]), joined(r.tokens[i:])
		for _, way := range [][2]string{{behind, before}, {before, behind}} { // thing, place
			if part, ok := a.partOf(way[0], way[1], hits[0]); ok {
				return first(part, hits)
			}
		}
	}
	return hits
}

// places are the words between a thing and where it is.
var places = map[string]bool{
	"for": true, "in": true, "of": true, "on": true, "within": true, "inside": true, "at": true, "with": true,
	"fur": true, "im": true, "bei": true, "pour": true, "dans": true, "en": true, "para": true, "em": true, "per": true, "в": true, "для": true, "voor": true,
}

// partOf finds a thing within a topic that place, by itself, is a sure name of. What the
// topic's own title says is no thing in it.
func (a *answerer) partOf(thing, place string, of search.TopicHit) (search.TopicHit, bool) {
	names := func(w string) bool { return !search.Common(w) }
	if !slices.ContainsFunc(wordsOf(place), names) || !slices.ContainsFunc(wordsOf(thing), func(w string) bool { return names(w) && !inTitle(of, w) }) {
		return search.TopicHit{}, false
	}
	where := a.search(place, search.Filter{}).Topics
	if len(where) == 0 || where[0].Topic.ID != of.Topic.ID || where[0].Score < sureName {
		return search.TopicHit{}, false
	}
	found := a.search(thing, search.Filter{Topic: of.Topic.ID}).Topics
	if len(found) == 0 || found[0].Topic.ID == of.Topic.ID || found[0].Score < sureName {
		return search.TopicHit{}, false
	}
	return found[0], true
}

// inTitle reports whether a hit's title has a word, as it stands or as it was understood.
func inTitle(h search.TopicHit, w string) bool {
	title := wordsOf(h.Topic.Title)
	return hasForm(title, w) || slices.ContainsFunc(h.Reasons, func(r search.Reason) bool { return r.Typed == w && slices.Contains(title, r.Word) })
}

// isPlace reports whether there are topics below a topic.
func (a *answerer) isPlace(id catalog.TopicID) bool { return len(a.list.Children(id)) > 0 }

// counterpart finds what the talk is about in another place: after "inventory", "the
// one in order management".
func (a *answerer) counterpart(place string) (best search.TopicHit, ok bool) {
	now := a.context.now()
	if now == nil || now.topic == "" {
		return best, false
	}
	worth := 0.0
	where := a.search(place, search.Filter{}).Topics
	for _, p := range where[:min(len(where), maxPlaces)] {
		if p.Score < leastPlace || !a.isPlace(p.Topic.ID) || a.closeness(p.Topic.ID, now.topic, false) >= 0.9 {
			continue
		}
		for _, before := range []string{now.query, a.titleOf(now.topic)} {
			found := a.search(before, search.Filter{Topic: p.Topic.ID}).Topics
			if len(found) > 0 && found[0].Score >= leastPlace && p.Score*found[0].Score > worth && tells(found[0], wordsOf(before)) {
				best, worth = found[0], p.Score*found[0].Score
			}
		}
	}
	return best, worth > 0
}

// first puts a hit before the others.
func first(h search.TopicHit, hits []search.TopicHit) []search.TopicHit {
	rest := slices.DeleteFunc(slices.Clone(hits), func(o search.TopicHit) bool { return o.Topic.ID == h.Topic.ID })
	return append([]search.TopicHit{h}, rest...)
}
