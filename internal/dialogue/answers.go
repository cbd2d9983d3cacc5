package dialogue

import (
	"cmp"
	"slices"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

const (
	maxNamed     = 6 // names in a row
	maxRelatives = 5
)

// coverage answers what a topic has: the topics below it, or the kinds of resources.
func (a *answerer) coverage(hits []search.TopicHit) Act {
	t := hits[0].Topic
	act := Act{Intent: Covers, Topics: hits[:1]}
	w := a.place(t.ID, words{})
	children := a.list.Children(t.ID)
	var all []Pick
	g := gathering{seen: make(map[string]bool)}
	for _, r := range search.In(a.list, t.ID, search.Filter{}) {
		g.add(r, nil)
	}
	all = g.picks
	w["total"], w["them"] = number(len(all)), them(search.Filter{}, len(all))
	a.context.others, a.context.offer = nil, ""
	if len(children) == 0 {
		w["kinds"] = kindsRow(all)
		act.Say = a.fill(sayNone, w)
		if len(all) > 0 {
			act.Say = a.fill(a.pick(sayCoversLeaf), w)
		}
		act.Next = a.next([]string{a.fill(nextStart, nil), a.fill(nextNear, nil)})
		return act
	}
	var names []string
	for _, c := range children {
		names = append(names, c.Title)
		if len(a.context.others) < maxOthers {
			a.context.others = append(a.context.others, c.ID)
		}
	}
	a.context.show(nil)
	w["children"], w["names"] = countOf(len(children), "topic", "topics"), row(names, maxNamed)
	act.Say = a.fill(a.pick(sayCovers), w)
	if len(all) > 0 {
		act.Say += " " + a.fill(sayInAll, w)
	}
	act.Next = a.next([]string{a.fill(nextChild, words{"topic": names[a.chance("child", len(names))]}), a.fill(nextStart, nil)})
	return act
}

// relatives answers with what goes well with a topic: those that share resources with
// it, then those beside it.
func (a *answerer) relatives(topic catalog.TopicID) Act {
	shared := a.sharing(topic)
	ids := slices.Clone(shared)
	t, _ := a.list.Topic(topic)
	if t.Parent != "" {
		for _, s := range a.list.Children(t.Parent) {
			if s.ID != topic && !slices.Contains(ids, s.ID) {
				ids = append(ids, s.ID)
			}
		}
	}
	ids = ids[:min(len(ids), maxRelatives)]
	act := Act{Intent: Related}
	w := a.place(topic, words{})
	if len(ids) == 0 {
		act.Say = a.fill(a.pick(sayNoneNear), w)
		return act
	}
	for _, id := range ids {
		act.Topics = append(act.Topics, a.hit(id))
	}
	a.remember(act.Topics)
	a.context.show(nil)
	w["names"] = row(titles(act.Topics), maxNamed)
	act.Say = a.fill(a.pick(sayRelated), w)
	if n := min(len(shared), len(ids)); n > 0 {
		say := saySharesSome
		switch n {
		case 1:
			say = saySharesOne
		case len(ids):
			say = saySharesAll
		}
		act.Say += " " + a.fill(say, words{"n": number(n), "names": act.Topics[0].Topic.Title})
	}
	things := []string{a.fill(nextTopic, words{"topic": act.Topics[0].Topic.Title})}
	if len(ids) > 1 {
		things = append(things, a.fill(nextOther, words{"topic": act.Topics[1].Topic.Title}))
	}
	act.Next = a.next(things)
	return act
}

// sharing are the topics that have resources in common with one, those with most of
// them first. What stands above or below it is no neighbour.
func (a *answerer) sharing(topic catalog.TopicID) []catalog.TopicID {
	has := make(map[catalog.TopicID]int)
	var ids []catalog.TopicID
	for _, r := range search.In(a.list, topic, search.Filter{}) {
		for _, id := range append([]catalog.TopicID{r.Topic}, r.Also...) {
			if id == "" || (search.Filter{Topic: topic}).Within(id) || (search.Filter{Topic: id}).Within(topic) {
				continue
			}
			if has[id]++; has[id] == 1 {
				ids = append(ids, id)
			}
		}
	}
	slices.SortStableFunc(ids, func(x, y catalog.TopicID) int { return cmp.Compare(has[y], has[x]) })
	return ids
}

// detail answers with some of the resources shown before.
func (a *answerer) detail(resources []catalog.Resource) Act {
	act := Act{Intent: Detail, Filter: a.context.filter, Page: a.context.page}
	a.point(resources)
	for _, r := range resources {
		act.Picks = append(act.Picks, Pick{Resource: r})
	}
	act.Kinds = kindsOf(act.Picks)
	if now := a.context.now(); now != nil && now.topic != "" {
		act.Topics = []search.TopicHit{a.hit(now.topic)}
	}
	if len(resources) > 1 {
		act.Say = a.fill(a.pick(sayDetails), words{"n": number(len(resources))})
		return act
	}
	r := resources[0]
	what := them(search.Filter{Kind: r.Kind, Level: r.Level, From: r.Year, To: r.Year}, 1)
	w := a.place(r.Topic, words{"what": article(what) + " " + what})
	act.Say = a.fill(a.pick(sayDetailLoose), w)
	if r.Topic != "" {
		act.Say = a.fill(a.pick(sayDetail), w)
	}
	l := listing{act: act, all: act.Picks}
	if now := a.context.now(); now != nil {
		l.subject = *now
	}
	a.explain(&l)
	return act
}

// point notes which of what was shown is talked about.
func (a *answerer) point(resources []catalog.Resource) {
	if len(resources) == 1 {
		a.context.item = 1 + slices.Index(a.context.shown, keyOf(resources[0]))
	}
}

// toSave answers what is to be saved; doing so is not up to words.
func (a *answerer) toSave(resources []catalog.Resource) Act {
	act := Act{Intent: Save}
	a.point(resources)
	var names []string
	for _, r := range resources {
		act.Picks = append(act.Picks, Pick{Resource: r})
		names = append(names, "“"+r.Title+"”")
	}
	act.Say = a.fill(a.pick(saySave), words{"names": row(names, maxNamed)})
	return act
}

// saySubscribe answers that something is to be sent regularly; whether that can be done
// is not up to words.
func (a *answerer) saySubscribe(act Act) Act {
	act.Say = a.pick(saySubscribeAny)
	if len(act.Topics) > 0 {
		act.Say = a.fill(a.pick(saySubscribe), a.place(act.Topics[0].Topic.ID, words{}))
	}
	return act
}

// sayOutside answers that the list has nothing on that, and what is near.
func (a *answerer) sayOutside(act Act) Act {
	act.Say = a.pick(sayOutside)
	if len(act.Near) == 0 {
		return act
	}
	names := titles(act.Near)
	act.Say += " " + a.fill(a.pick(sayNear), words{"names": row(names, maxNamed)})
	act.Next = a.next([]string{a.fill(nextYes, words{"topic": names[0]})})
	return act
}

// sayWhere answers what the talk is about.
func (a *answerer) sayWhere() Act {
	now := a.context.now()
	if now == nil {
		return a.say(Talk, a.pick(sayNoTalk))
	}
	w := a.place(now.topic, words{"query": now.query})
	var said string
	switch {
	case now.with != "":
		w["other"] = a.titleOf(now.with)
		said = a.fill(a.pick(sayWherePair), w)
	case now.topic == "":
		said = a.fill(a.pick(sayWhereLoose), w)
	default:
		said = a.fill(a.pick(sayWhere), w)
	}
	if f := a.context.filter; f != (search.Filter{}) {
		said += " " + a.fill(sayWhereFilter, words{"them": them(f, 2)})
	}
	var past []string
	for _, s := range slices.Backward(a.context.past[:len(a.context.past)-1]) {
		name := a.titleOf(s.topic)
		if name == "" {
			name = "“" + s.query + "”"
		}
		if !slices.Contains(past, name) && s.topic != now.topic {
			past = append(past, name)
		}
	}
	if len(past) > 0 {
		said += " " + a.fill(sayWherePast, words{"names": row(past, 3)})
	}
	act := a.say(Talk, said)
	act.Next = a.next([]string{a.fill(nextMore, nil)})
	return act
}

// sayFilterWhat asks what a filter is to be for.
func (a *answerer) sayFilterWhat(f search.Filter) Act {
	called := them(f, 2)
	return a.say(Lost, a.fill(a.pick(sayFilterWhat), words{"them": called, "Them": titled(called)}))
}

// sayHelp says what can be asked, with the list's size.
func (a *answerer) sayHelp() Act {
	act := a.say(Help, a.fill(a.pick(sayHelp), words{"topics": number(len(a.list.Topics)), "resources": number(len(a.list.Resources))}))
	act.Next = sayHelpNext
	return act
}
