package dialogue

import (
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// page answers with a page of the resources on what the talk is about, from the one
// numbered; -1 for where that page begins.
func (a *answerer) page(i Intent, number, from int) Act {
	s := *a.context.now()
	all, own := a.resources(s, a.context.filter)
	number = min(number, maxPage)
	if from < 0 {
		from = (number - 1) * perPage
	}
	from = min(from, len(all))
	to := min(len(all), from+a.most)
	a.context.page, a.context.seen = number, to
	act := Act{
		Intent: i, Query: s.query, Picks: all[from:to], Kinds: kindsOf(all), Filter: a.context.filter, Page: number, More: to < len(all),
	}
	for _, id := range []catalog.TopicID{s.topic, s.with} {
		if id != "" {
			act.Topics = append(act.Topics, a.hit(id))
		}
	}
	var shown []catalog.Resource
	for _, p := range act.Picks {
		shown = append(shown, p.Resource)
	}
	if len(shown) > 0 { // else what stands above is still what "the first one" is among
		a.context.show(shown)
	}
	if len(a.context.others) == 0 && s.topic != "" {
		a.remember(act.Topics)
	}
	l := listing{act: act, subject: s, all: all, own: own, from: from, to: to}
	a.explain(&l)
	act.Say, act.Next = a.introduce(l), a.suggest(l)
	return act
}

// listing is a page with what it is one of.
type listing struct {
	act      Act
	subject  subject
	all      []Pick
	own      int
	from, to int
}

// words are what is filled into what is said of a page.
func (a *answerer) words(l listing) words {
	n, total := l.to-l.from, len(l.all)
	w := words{
		"n": number(n), "total": number(total), "page": number(l.act.Page), "from": number(l.from + 1), "to": number(l.to),
		"them": them(l.act.Filter, total), "query": l.subject.query, "topic": "“" + l.subject.query + "”",
	}
	return a.place(l.subject.topic, w)
}

// introduce says what a page is.
func (a *answerer) introduce(l listing) string {
	w := a.words(l)
	n, total := l.to-l.from, len(l.all)
	switch {
	case n == 0:
		return a.introduceNone(l, w)
	case l.subject.with != "" && l.act.Intent != More:
		return a.introducePair(l, w)
	}
	switch l.act.Intent {
	case More:
		if l.subject.with != "" {
			w["topic"] += rowAnd + a.titleOf(l.subject.with)
		}
		if n == 1 {
			return a.fill(a.pick(sayMoreOne), w)
		}
		return a.fill(a.pick(sayMore), w)
	case Filter:
		return a.introduceFilter(l, w)
	case Start:
		w["levels"] = levelsRow(l.act.Picks)
		return a.topped(sayStart, sayStart[:1], w)
	case Back:
		return a.topped(sayBack, sayBackTop, w) + " " + a.counted(n, total, w)
	case Up:
		w["children"] = countOf(len(a.list.Children(l.subject.topic)), "topic below", "topics below")
		return a.fill(a.pick(sayUp), w) + " " + a.counted(n, total, w)
	}
	if l.subject.topic == "" {
		return a.fill(a.pick(sayLoose), w) + " " + a.counted(n, total, w)
	}
	return a.topped(sayFind, sayFindTop, w) + " " + a.counted(n, total, w)
}

// counted says how many resources follow.
func (a *answerer) counted(n, total int, w words) string {
	switch {
	case total == 1:
		return a.fill(a.pick(sayOne), w)
	case n == total:
		return a.fill(a.pick(sayAll), w)
	}
	return a.fill(a.pick(saySome), w)
}

// introduceNone says that there is nothing to show, and what there is instead.
func (a *answerer) introduceNone(l listing, w words) string {
	if len(l.all) > 0 {
		if l.act.Page > 1+(len(l.all)+perPage-1)/perPage {
			return a.fill(a.pick(sayMoreNone), w)
		}
		return a.fill(a.pick(sayMoreEnd), w)
	}
	if l.act.Filter == (search.Filter{}) {
		return a.topped(sayFind, sayFindTop, w) + " " + a.fill(sayNone, w)
	}
	if l.subject.topic == "" {
		return a.fill(a.pick(sayNoneLoose), w)
	}
	said := a.fill(a.pick(sayNoneKind), w)
	if instead, _ := a.resources(l.subject, search.Filter{}); len(instead) > 0 {
		said += " " + a.fill(sayHasInstead, words{"kinds": kindsRow(instead)})
	}
	return said
}

// introduceFilter says what came of narrowing down, or of not doing so any more.
func (a *answerer) introduceFilter(l listing, w words) string {
	n, total := l.to-l.from, len(l.all)
	switch {
	case l.act.Filter == (search.Filter{}) && n == total:
		return a.fill(a.pick(sayLiftedAll), w)
	case l.act.Filter == (search.Filter{}):
		return a.fill(a.pick(sayLifted), w)
	case total == 1:
		return a.fill(a.pick(sayFilterOne), w)
	case n == total:
		return a.fill(a.pick(sayFilterAll), w)
	}
	return a.fill(a.pick(sayFilter), w)
}

// introducePair says where two topics stand, and how much there is on each.
func (a *answerer) introducePair(l listing, w words) string {
	other := a.place(l.subject.with, words{})
	w["other"], w["otherabove"] = other["topic"], other["above"]
	said := a.fill(a.pick(sayCompareApart), w)
	switch {
	case w["above"] == other["above"] && w["above"] != "":
		said = a.fill(a.pick(sayCompare), w)
	case w["above"] == "" || other["above"] == "":
		said = a.fill(a.pick(sayWherePair), w)
	}
	x, y := a.count(l.subject.topic, l.act.Filter), a.count(l.subject.with, l.act.Filter)
	w["total"], w["othertotal"] = number(x), number(y)
	w["them"] = them(l.act.Filter, x)
	if both := x + y - len(l.all); both > 0 {
		w["both"] = strings.ReplaceAll(sayShared, "{n}", number(both))
	}
	return said + " " + a.fill(a.pick(sayCompareSizes), w)
}

// count is how many resources a topic has that pass.
func (a *answerer) count(topic catalog.TopicID, f search.Filter) int {
	seen := make(map[string]bool)
	for _, r := range search.In(a.list, topic, f) {
		seen[catalog.URLKey(r.URL)] = true
	}
	return len(seen)
}

// suggest says what could be said next. Whatever it names is understood.
func (a *answerer) suggest(l listing) string {
	f := l.act.Filter
	var first, second []string
	add := func(to *[]string, saying string, w words) { *to = append(*to, a.fill(saying, w)) }
	if l.act.More {
		add(&first, nextMore, nil)
	}
	if f != (search.Filter{}) {
		add(&second, nextLift, nil)
	} else if kinds := l.act.Kinds; len(kinds) > 1 {
		add(&second, nextOnly, words{"kind": Plural(kinds[a.chance("kind", len(kinds))])})
	}
	t, known := a.list.Topic(l.subject.topic)
	if children := a.list.Children(l.subject.topic); known && len(children) > 0 {
		add(&second, nextChild, words{"topic": children[a.chance("child", len(children))].Title})
	}
	if known && t.Parent != "" && l.subject.with == "" {
		add(&second, nextUp, words{"topic": a.titleOf(t.Parent)})
		add(&second, nextNear, nil)
	}
	if known && !l.subject.path && l.act.Page == 1 && len(l.all) > perPage {
		add(&second, nextStart, nil)
	}
	if len(second) > 0 {
		i := a.chance("next", len(second))
		first = append(first, second[i])
		if len(first) == 1 && len(second) > 1 {
			first = append(first, second[(i+1)%len(second)])
		}
	}
	return a.next(first)
}

// next is the sentence that names one or two things to say.
func (a *answerer) next(things []string) string {
	switch {
	case len(things) == 0:
		return ""
	case len(things) == 1:
		return a.fill(a.pick(sayNextOne), words{"one": things[0]})
	}
	return a.fill(a.pick(sayNextTwo), words{"one": things[0], "two": things[1]})
}
