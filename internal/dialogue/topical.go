package dialogue

import (
	"slices"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// topical answers a message that names something.
func (a *answerer) topical(r reading) Act {
	if act, ok := a.named(r); ok {
		return act
	}
	f := a.frame(r)
	if act, ok := a.comparison(r, f); ok {
		return act
	}
	m := a.meaning(r, f)
	if f.tie.chosen || f.placed {
		m.hits = a.choice(m.hits, f)
	}
	if f.tie.chosen && !m.sure() {
		if act, ok := a.chosen(f.core.named()); ok {
			return act
		}
	}
	if act, ok := a.afterAll(r, m); ok {
		return act
	}
	if act, ok := a.stillOn(r, m); ok {
		return act
	}
	if f.does == back {
		m.hits = a.known(m.hits, f.core.named())
	}
	switch {
	case a.within != "":
		return a.find(a.withinHit(m), m, f)
	case len(m.hits) == 0 && a.worthLeaving(m, f):
		return a.loose(m, f)
	case len(m.hits) == 0:
		return a.outside(m)
	}
	return a.find(m.hits, m, f)
}

// afterAll answers a message whose words name nothing that the list has, as far as its
// cues ask for something: "that's not enough, more".
func (a *answerer) afterAll(r reading, m meaning) (Act, bool) {
	if a.context.now() == nil || a.within != "" || len(m.hits) > 0 || len(r.tells) > few || !a.asksSomething(r) {
		return Act{}, false
	}
	for _, step := range []func(reading) (Act, bool){a.moving, a.filtering, a.looking} {
		if act, ok := step(r); ok {
			return act, true
		}
	}
	return Act{}, false
}

// meaning finds what the message is about. Where the talk is about nothing yet, it is
// read as it was typed: its small words are part of what some things are called.
func (a *answerer) meaning(r reading, f framed) meaning {
	text := f.core.text
	if a.context.now() == nil && !f.refused && f.does == noCue && !f.filter.any() {
		text = r.text
	}
	m := a.resolve(text, f.core.named(), f.tie)
	whole := r // what frames a name may be the thing: "search for an online shop"
	if f.refused {
		whole = f.core
	}
	if a.within == "" {
		m.hits = a.narrowed(whole, m.hits)
	}
	return m
}

// choice puts first what the talk is about in another place, or what is chosen among what
// was offered before.
func (a *answerer) choice(hits []search.TopicHit, f framed) []search.TopicHit {
	named := f.core.named()
	if len(named) == 0 || a.saysBest(hits, named) {
		return hits
	}
	if h, ok := a.counterpart(f.core.text); ok && f.placed {
		return first(h, hits)
	}
	if id := a.offered(named); id != "" && f.tie.chosen {
		return first(a.hit(id), hits)
	}
	return hits
}

// offered finds what was offered before and has the words in its path, where not all
// that was offered has them: "the e-commerce one". The subject itself is the last to be
// meant.
func (a *answerer) offered(named []string) catalog.TopicID {
	var have []catalog.TopicID
	for _, id := range a.context.others {
		if in := wordsOf(strings.Join(a.list.Path(id), " ")); !slices.ContainsFunc(named, func(w string) bool { return !hasForm(in, w) }) {
			have = append(have, id)
		}
	}
	if len(have) == 0 || len(have) == len(a.context.others) {
		return ""
	}
	now := a.context.now()
	if i := slices.IndexFunc(have, func(id catalog.TopicID) bool { return now == nil || id != now.topic }); i >= 0 {
		return have[i]
	}
	return have[0]
}

// saysBest reports whether the words are the best hit's own name, near what the talk is
// about: "the hot ones" are hot wallets, not what belongs to them.
func (a *answerer) saysBest(hits []search.TopicHit, named []string) bool {
	now := a.context.now()
	if len(hits) == 0 || now == nil || a.closeness(hits[0].Topic.ID, now.topic, false) < 0.9 {
		return false
	}
	title := wordsOf(hits[0].Topic.Title)
	return !slices.ContainsFunc(named, func(w string) bool { return !hasForm(title, w) })
}

// hasForm reports whether a word, or one that differs from it in its ending only, is
// among words.
func hasForm(words []string, w string) bool {
	return slices.ContainsFunc(words, func(o string) bool {
		if o == w {
			return true
		}
		same := 0
		for same < min(len(o), len(w)) && o[same] == w[same] {
			same++
		}
		return same >= 4 && len(o)-same <= 3 && len(w)-same <= 3
	})
}

// withinHit is the topic that was said apart, with what was found below it.
func (a *answerer) withinHit(m meaning) []search.TopicHit {
	t, ok := a.list.Topic(a.within)
	if !ok {
		return m.hits
	}
	hits := []search.TopicHit{{Topic: t, Score: 1}}
	for _, h := range m.hits {
		if h.Topic.ID == t.ID {
			hits[0] = h
		} else {
			hits = append(hits, h)
		}
	}
	return hits
}

// find answers with the resources of the best topic.
func (a *answerer) find(hits []search.TopicHit, m meaning, f framed) Act {
	best := hits[0].Topic.ID
	s := subject{topic: best, query: m.query, path: f.does == start}
	same := a.context.now() != nil && a.context.now().topic == best
	switch {
	case f.does == covers:
		a.context.begin(s)
		a.remember(hits)
		return a.coverage(hits)
	case same && f.does == more && a.context.page > 0 && !f.filter.any():
		return a.page(More, a.context.page+1, a.context.seen)
	}
	filter := a.filterOf(f.filter, same)
	a.context.begin(s)
	a.context.filter = filter
	a.remember(hits)
	intent := Find
	switch f.does {
	case back:
		intent = Back
	case start:
		intent = Start
	}
	if f.filter.fresh {
		a.context.filter = a.recent()
	}
	act := a.page(intent, a.pageAsked(), -1)
	act.Topics, act.Family = hits[:min(len(hits), max(a.message.Topics, a.topics))], m.result.Family
	return act
}

// shownTopics is how many topics an answer has.
const shownTopics = 3

// pageAsked is the page that a message wants of something new.
func (a *answerer) pageAsked() int {
	return max(1, a.message.Page)
}

// filterOf is the filter of an answer: what was said apart wins over what the text
// says. What held before holds on only while the talk stays with its subject.
func (a *answerer) filterOf(f filters, same bool) search.Filter {
	var was search.Filter
	if same && f.any() || a.context.now() == nil {
		was = a.context.filter // of "videos", which asked what about
	}
	now := f.on(was)
	apart := a.message.Filter
	if apart.Kind != "" {
		now.Kind = apart.Kind
	}
	if apart.Level != "" {
		now.Level = apart.Level
	}
	if apart.From != 0 || apart.To != 0 {
		now.From, now.To = apart.From, apart.To
	}
	return now
}

// remember notes which topics were offered beside the best one.
func (a *answerer) remember(hits []search.TopicHit) {
	a.context.others, a.context.offer = nil, ""
	for _, h := range hits[:min(len(hits), maxOthers)] {
		a.context.others = append(a.context.others, h.Topic.ID)
	}
}

// worthLeaving reports whether resources that no topic is about are worth leaving what
// the talk is about: a word or two that happen to stand in one are not.
func (a *answerer) worthLeaving(m meaning, f framed) bool {
	if len(m.result.Resources) == 0 {
		return false
	}
	now := a.context.now()
	return now == nil || now.topic == "" || len(f.core.tells) > 1 && m.result.Resources[0].Score >= strong
}

// loose answers with resources that no topic is quite about.
func (a *answerer) loose(m meaning, f framed) Act {
	now := a.context.now()
	same := now != nil && now.topic == "" && now.query == cut(m.query, maxQuery)
	if same && f.does == more {
		return a.page(More, a.context.page+1, a.context.seen)
	}
	filter := a.filterOf(f.filter, same)
	a.context.begin(subject{query: m.query})
	a.context.filter = filter
	a.remember(nil)
	return a.page(Find, a.pageAsked(), -1)
}

// outside says that the list has nothing on that. What the talk is about stays.
func (a *answerer) outside(m meaning) Act {
	act := Act{Intent: Outside, Query: m.query, Near: m.result.Near}
	act.Near = slices.DeleteFunc(slices.Clone(act.Near), func(h search.TopicHit) bool { return h.Score < nearby })
	a.context.offer = ""
	if len(act.Near) > 0 {
		a.context.offer = act.Near[0].Topic.ID
	}
	return a.sayOutside(act)
}

// named answers what has its own words and a name: saving by title, subscribing.
func (a *answerer) named(r reading) (Act, bool) {
	opening := r.skip(0, lead, greet, thank, small, ask)
	if opening >= len(r.tokens) {
		return Act{}, false
	}
	p := r.longest(opening, func(c cue) bool { return c == save || c == subscribe })
	switch {
	case p.to == p.from:
		return Act{}, false
	case p.cue == save:
		return a.chosenToSave(r, p)
	}
	first := r.tokens[p.from].word
	if !r.has(often) && first != "subscribe" && first != "digest" {
		return Act{}, false
	}
	return a.subscription(r, p), true
}

// skip returns where phrases with these cues end that stand one after another.
func (r reading) skip(from int, cues ...cue) int {
	for from < len(r.tokens) {
		p := r.longest(from, func(c cue) bool { return slices.Contains(cues, c) })
		if p.to == p.from {
			break
		}
		from = p.to
	}
	return from
}

// subscription answers "send me load balancing every Monday".
func (a *answerer) subscription(r reading, p found) Act {
	var name []string
	for i := p.to; i < len(r.tokens); i++ {
		if o := r.longest(i, func(c cue) bool { return c == often || c == subscribe || c == tail }); o.to > i {
			i = o.to - 1
			continue
		}
		name = append(name, r.tokens[i].word)
	}
	m := a.resolve(strings.Join(name, " "), read(strings.Join(name, " ")).named(), tie{bonus: mayGoOn})
	act := Act{Intent: Subscribe, Query: m.query}
	switch now := a.context.now(); {
	case len(m.hits) > 0:
		act.Topics = m.hits[:1]
	case now != nil && now.topic != "": // the rest says when, or where
		act.Topics = []search.TopicHit{a.hit(now.topic)}
	}
	return a.saySubscribe(act)
}

// chosen answers with the resources shown before that have all the words.
func (a *answerer) chosen(named []string) (Act, bool) {
	picks := a.shownWith(named)
	if len(picks) == 0 {
		return Act{}, false
	}
	return a.detail(picks), true
}

// chosenToSave answers "save the Netflix one".
func (a *answerer) chosenToSave(r reading, p found) (Act, bool) {
	picks := a.shownWith(r.part(p.to, len(r.tokens)).named())
	switch {
	case len(picks) == 0 && len(a.context.shown) > 0 && r.has(one):
		return a.say(Lost, a.fill(a.pick(sayNoneSuch), words{"n": number(len(a.context.shown))})), true
	case len(picks) == 0:
		return Act{}, false
	}
	return a.toSave(picks), true
}

// shownWith are those of the resources shown last that have all the words in their
// title, or else in their title and description.
func (a *answerer) shownWith(named []string) []catalog.Resource {
	if len(named) == 0 {
		return nil
	}
	for _, text := range []func(catalog.Resource) string{
		func(r catalog.Resource) string { return r.Title },
		func(r catalog.Resource) string { return r.Title + " " + r.Description },
	} {
		var out []catalog.Resource
		for _, r := range a.context.resources(a.list) {
			has := wordsOf(text(r))
			if r.URL != "" && !slices.ContainsFunc(named, func(w string) bool { return !hasForm(has, w) }) {
				out = append(out, r)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}
