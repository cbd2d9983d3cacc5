package dialogue

import (
	"cmp"
	"slices"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// What a topic's place beside what the talk is about adds to how well it fits, at most:
// the plainer a message says that it goes on, the more.
const (
	stays    = 0.8  // "the inventory part", "security for that"
	goesOn   = 0.4  // "and inventory?"
	mayGoOn  = 0.2  // "inventory"
	isAnew   = 0.03 // a whole sentence of its own
	few      = 3    // words that name something, up to which a message may go on
	closest  = 0.25 // the least that a near topic must fit to be meant by a message that goes on
	nearby   = 0.4  // the least that a near topic must fit to be offered beside a refusal
	nearness = 0.8  // what fit of a near topic counts
	retold   = 1.05 // what is found with the words of before as well, where the message puts them right
	fits     = 0.6  // from it on a topic fits well
	itself   = 0.5  // what the subject itself counts, where a part of it is asked for
	refusing = 1.3  // what is found with the words of before that were not refused
	found10  = 10
)

// tie says how much a message goes on from what the talk is about.
type tie struct {
	bonus   float64
	chosen  bool     // it chooses among what was offered, or puts right what was meant
	refused []string // words that it refuses
}

// meaning is what a text was taken to be about.
type meaning struct {
	hits   []search.TopicHit // best first; empty where no topic is about it
	result search.Result     // of the text by itself
	query  string
}

// sure reports whether the best topic fits well.
func (m meaning) sure() bool { return len(m.hits) > 0 && m.hits[0].Score >= fits }

// candidate is a topic that a text may mean.
type candidate struct {
	hit  search.TopicHit
	rank float64
}

// resolve finds what a text means where the talk is about c's subject.
func (a *answerer) resolve(text string, named []string, t tie) meaning {
	m := meaning{query: text, result: a.search(text, search.Filter{Topic: a.within})}
	m.hits = m.result.Topics
	now := a.context.now()
	if now == nil || now.topic == "" || len(named) == 0 {
		slices.SortStableFunc(m.hits, func(x, y search.TopicHit) int {
			return cmp.Compare(y.Score*a.wanted(y.Topic.ID, t.refused), x.Score*a.wanted(x.Topic.ID, t.refused))
		})
		return m
	}
	var all []candidate
	add := func(h search.TopicHit, worth float64) {
		if h.Topic.ID == now.topic && (t.bonus >= stays || t.chosen) {
			worth *= itself
		}
		rank := h.Score * worth * a.wanted(h.Topic.ID, t.refused) * (1 + t.bonus*a.closeness(h.Topic.ID, now.topic, t.bonus >= stays))
		i := slices.IndexFunc(all, func(c candidate) bool { return c.hit.Topic.ID == h.Topic.ID })
		switch {
		case i < 0:
			all = append(all, candidate{h, rank})
		case rank > all[i].rank:
			all[i].rank = rank
		}
	}
	for _, h := range m.hits {
		add(h, 1)
	}
	if t.bonus >= mayGoOn && len(named) <= few+2 {
		a.lookAround(text, *now, add)
	}
	switch {
	case len(t.refused) > 0:
		a.retellWithout(text, named, t.refused, *now, add)
	case t.chosen && (t.bonus >= stays || !m.sure()), t.bonus >= stays && !slices.ContainsFunc(all, func(c candidate) bool { return c.hit.Score >= fits && under(c.hit.Topic.ID, now.topic) }):
		a.retell(text, named, *now, add)
	}
	if len(all) == 0 && t.bonus >= mayGoOn {
		a.retell(text, named, *now, func(h search.TopicHit, worth float64) {
			if a.closeness(h.Topic.ID, now.topic, false) >= 0.9 {
				add(h, worth)
			}
		})
	}
	slices.SortStableFunc(all, func(x, y candidate) int { return cmp.Compare(y.rank, x.rank) })
	m.hits = nil
	for _, c := range all[:min(len(all), found10)] {
		m.hits = append(m.hits, c.hit)
	}
	return m
}

// lookAround adds what a text means below and beside what the talk is about.
func (a *answerer) lookAround(text string, now subject, add func(search.TopicHit, float64)) {
	for _, scope := range a.scopes(now.topic) {
		r := a.search(text, search.Filter{Topic: scope})
		for _, h := range r.Topics {
			add(h, 1)
		}
		if len(r.Topics) > 0 {
			continue
		}
		for _, h := range r.Near {
			if h.Score >= closest {
				add(h, nearness)
			}
		}
	}
}

// scopes are the topics to look below: what the talk is about, and what is above it.
func (a *answerer) scopes(topic catalog.TopicID) []catalog.TopicID {
	var out []catalog.TopicID
	if len(a.list.Children(topic)) > 0 {
		out = append(out, topic)
	}
	for range 2 {
		t, ok := a.list.Topic(topic)
		if !ok || t.Parent == "" {
			break
		}
		topic = t.Parent
		out = append(out, topic)
	}
	return out
}

// retell adds what a text means together with what was asked before, as far as it has
// something of the text itself.
func (a *answerer) retell(text string, named []string, now subject, add func(search.TopicHit, float64)) {
	for _, before := range []string{now.query, a.titleOf(now.topic)} {
		if before == "" || before == text {
			continue
		}
		for _, h := range a.search(before+" "+text, search.Filter{Topic: a.within}).Topics {
			if h.Topic.ID != now.topic && tells(h, named) {
				add(h, retold)
			}
		}
	}
}

// retellWithout adds what a text means together with what was asked before, without the
// words that are refused.
func (a *answerer) retellWithout(text string, named, refused []string, now subject, add func(search.TopicHit, float64)) {
	var kept []string
	for _, t := range tokensOf(now.query) {
		if !hasForm(refused, t.word) {
			kept = append(kept, t.word)
		}
	}
	for _, h := range a.search(strings.Join(kept, " ")+" "+text, search.Filter{Topic: a.within}).Topics {
		if h.Topic.ID != now.topic && tells(h, named) {
			add(h, refusing*a.alike(h.Topic.ID, now.topic))
		}
	}
}

// alike favours a topic that is as far down as another: what puts right an aspect is an
// aspect.
func (a *answerer) alike(id, to catalog.TopicID) float64 {
	if strings.Count(string(id), "/") == strings.Count(string(to), "/") {
		return 1.08
	}
	return 1
}

// tells reports whether a hit has one of the words.
func tells(h search.TopicHit, named []string) bool {
	return slices.ContainsFunc(h.Reasons, func(r search.Reason) bool {
		return r.How != search.Leaning && slices.Contains(named, r.Typed)
	})
}

// closeness says how near a topic is to another, from 0 to 1; where a message plainly
// goes on, what was offered is near.
func (a *answerer) closeness(id, to catalog.TopicID, goesOn bool) float64 {
	switch {
	case id == to:
		return 0.4
	case strings.HasPrefix(string(id), string(to)+"/"):
		return 1
	case parentOf(id) == parentOf(to), goesOn && slices.Contains(a.context.others, id):
		return 0.9
	case strings.HasPrefix(string(to), string(id)+"/"):
		return 0.4
	case under(id, parentOf(parentOf(to))):
		return 0.6
	case slices.ContainsFunc(a.context.past, func(s subject) bool { return s.topic == id }):
		return 0.5
	case domainOf(id) == domainOf(to):
		return 0.2
	}
	return 0
}

func under(id, above catalog.TopicID) bool {
	return above != "" && strings.HasPrefix(string(id), string(above)+"/")
}

// parentOf is the id above; a topic's id is its parent's with its own behind it.
func parentOf(id catalog.TopicID) catalog.TopicID {
	i := strings.LastIndexByte(string(id), '/')
	return id[:max(0, i)]
}

func domainOf(id catalog.TopicID) catalog.TopicID {
	if i := strings.IndexByte(string(id), '/'); i >= 0 {
		return id[:i]
	}
	return id
}

func (a *answerer) titleOf(id catalog.TopicID) string {
	t, _ := a.list.Topic(id)
	return t.Title
}

// search asks the index once for each text and filter of a message.
func (a *answerer) search(text string, f search.Filter) search.Result {
	key := asked{text, f}
	if r, ok := a.searched[key]; ok {
		return r
	}
	r := a.index.Search(search.Query{Text: text, Filter: f, Limit: found10})
	a.searched[key] = r
	return r
}

// asked is a search that was made.
type asked struct {
	text   string
	filter search.Filter
}
