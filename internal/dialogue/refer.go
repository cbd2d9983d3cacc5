package dialogue

import (
	"slices"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// known puts first what the talk was about before: what was found, if it is among that,
// or else what was asked with these words, the latest first.
func (a *answerer) known(hits []search.TopicHit, named []string) []search.TopicHit {
	past := a.context.past[:max(0, len(a.context.past)-1)] // what it is about now is no way back
	was := func(id catalog.TopicID) bool {
		return slices.ContainsFunc(past, func(s subject) bool { return s.topic == id })
	}
	if len(hits) > 0 && was(hits[0].Topic.ID) {
		return hits
	}
	for _, s := range slices.Backward(past) {
		said := wordsOf(s.query + " " + a.titleOf(s.topic))
		if s.topic != "" && len(named) > 0 && !slices.ContainsFunc(named, func(w string) bool { return !hasForm(said, w) }) {
			return first(a.hit(s.topic), hits)
		}
	}
	for _, h := range hits[:min(len(hits), perPage)] {
		if was(h.Topic.ID) {
			return first(h, hits)
		}
	}
	return hits
}

// pronouns stand for what the talk is about.
var pronouns = map[string]bool{"they": true, "them": true, "it": true, "that": true, "this": true, "those": true, "these": true, "its": true, "their": true}

// added is how much better a topic must fit a question for it to be about the topic
// rather than about what its pronoun stands for.
const added = 0.15

// resolved is a question with the name of what the talk is about in place of its
// pronoun; empty where it is no such question.
func (a *answerer) resolved(r reading) string {
	now := a.context.now()
	at := slices.IndexFunc(r.tokens, func(t token) bool { return pronouns[t.word] })
	if now == nil || now.topic == "" || a.within != "" || at < 0 || !r.isQuestion() {
		return ""
	}
	return strings.Join([]string{joined(r.tokens[:at]), a.titleOf(now.topic), joined(r.tokens[at+1:])}, " ")
}

// referred answers a question that names nothing but says "they" of what the talk is
// about: after "microservices", "how do they find each other?".
func (a *answerer) referred(r reading) (Act, bool) {
	asked := a.resolved(r)
	if asked == "" {
		return Act{}, false
	}
	now := a.context.now().topic
	before := a.search(a.titleOf(now), search.Filter{}).Topics
	m := meaning{query: asked, result: a.search(asked, search.Filter{})}
	for _, h := range m.result.Topics {
		score := 0.0
		if i := slices.IndexFunc(before, func(b search.TopicHit) bool { return b.Topic.ID == h.Topic.ID }); i >= 0 {
			score = before[i].Score
		}
		if h.Topic.ID != now && h.Score >= fits && h.Score-score >= added && a.closeness(h.Topic.ID, now, false) >= itself {
			m.hits = append(m.hits, h)
		}
	}
	if len(m.hits) == 0 {
		m.hits = []search.TopicHit{a.hit(now)}
	}
	return a.find(m.hits, m, framed{}), true
}

// stillOn answers a question that says "they" of what the talk is about and has only
// words that everybody uses of everything, where these alone lead far away.
func (a *answerer) stillOn(r reading, m meaning) (Act, bool) {
	asked := a.resolved(r)
	far := func(h search.TopicHit) bool {
		now := a.context.now().topic
		return h.Topic.ID != now && a.closeness(h.Topic.ID, now, false) < itself
	}
	if asked == "" || slices.ContainsFunc(r.named(), func(w string) bool { return !search.Common(w) }) || len(m.hits) > 0 && !far(m.hits[0]) {
		return Act{}, false
	}
	m = meaning{query: asked, result: a.search(asked, search.Filter{})}
	m.hits = slices.DeleteFunc(slices.Clone(m.result.Topics), far)
	if len(m.hits) == 0 {
		m.hits = []search.TopicHit{a.hit(a.context.now().topic)}
	}
	return a.find(m.hits, m, framed{}), true
}

// otherwise answers "not that one": what else the same words are a sure name of, or else
// what the talk was about before.
func (a *answerer) otherwise(r reading) (Act, bool) {
	now := a.context.now()
	m := r.value(mean)
	if now == nil || m == nil || m.value != "other" {
		return Act{}, false
	}
	for _, h := range a.search(now.query, search.Filter{Topic: a.within}).Topics {
		said := slices.ContainsFunc(a.context.past, func(s subject) bool { return s.topic == h.Topic.ID })
		if h.Score >= sureName && !said {
			return a.find([]search.TopicHit{h}, meaning{query: now.query}, framed{}), true
		}
	}
	if len(a.context.past) > 1 {
		return a.backTo(len(a.context.past) - 2), true
	}
	return Act{}, false
}
