package dialogue

import (
	"slices"
	"strconv"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// fixed answers a message that names nothing: its cues say what to do. What asks for
// something goes before what is only polite.
func (a *answerer) fixed(r reading) Act {
	for _, step := range []func(reading) (Act, bool){a.aboutTalk, a.keeping, a.moving, a.filtering, a.looking, a.otherwise, a.referred, a.polite} {
		if act, ok := step(r); ok {
			return act
		}
	}
	return a.lost(r)
}

// aboutTalk answers what is said about the conversation itself, and asking for help.
func (a *answerer) aboutTalk(r reading) (Act, bool) {
	switch {
	case r.has(restart):
		a.context = Context{turn: a.context.turn}
		return a.say(Talk, a.pick(sayRestarted)), true
	case r.has(where):
		return a.sayWhere(), true
	case r.has(help) && !a.meansShown(r):
		return a.sayHelp(), true
	}
	return Act{}, false
}

// meansShown reports whether "what is this" is about what was shown.
func (a *answerer) meansShown(r reading) bool {
	h := r.value(help)
	return len(a.context.shown) > 0 && r.tokens[h.to-1].word == "this"
}

// keeping answers what has to do with the reading list and with the digest.
func (a *answerer) keeping(r reading) (Act, bool) {
	switch {
	case r.has(subscribe) || r.has(often):
		act := Act{Intent: Subscribe}
		if now := a.context.now(); now != nil && now.topic != "" {
			act.Topics = []search.TopicHit{a.hit(now.topic)}
		}
		return a.saySubscribe(act), true
	case r.has(saved):
		act := a.say(Saved, a.pick(saySaved))
		act.Filter.Kind = filtersOf(r).on(search.Filter{}).Kind
		return act, true
	case r.has(save):
		return a.saving(r), true
	}
	return Act{}, false
}

// saving answers "save the second one".
func (a *answerer) saving(r reading) Act {
	shown := a.context.resources(a.list)
	picked, asked := a.pointed(r, shown)
	switch {
	case len(shown) == 0:
		return a.say(Lost, a.pick(sayNothingToSave))
	case len(picked) == 0 && asked > 0:
		return a.say(Lost, a.fill(a.pick(sayNoSuch), words{"n": number(len(shown)), "of": number(asked)}))
	case len(picked) == 0 && a.context.item > 0 && shown[a.context.item-1].URL != "":
		picked = shown[a.context.item-1 : a.context.item]
	case len(picked) == 0 && len(shown) > 1:
		return a.say(Lost, a.fill(a.pick(sayWhichToSave), words{"n": number(len(shown))}))
	case len(picked) == 0:
		picked = shown
	}
	return a.toSave(picked)
}

// pointed are the resources that a message points to, and the number that it names; -1
// for all of them.
func (a *answerer) pointed(r reading, shown []catalog.Resource) (picked []catalog.Resource, asked int) {
	take := func(from, to int) {
		for _, s := range shown[max(0, from):max(0, min(to, len(shown)))] {
			if s.URL != "" { // else the list no longer has it
				picked = append(picked, s)
			}
		}
	}
	for _, c := range r.cues {
		switch n := c.number(len(shown)); {
		case c.cue == ordinal && n > 0:
			asked = n
			take(min(n-1, len(shown)), n)
		case c.cue == all && r.tokens[c.from].word == "both":
			asked = -1
			take(0, 2)
		case c.cue == all:
			asked = -1
			take(0, len(shown))
		}
	}
	if n := r.bareNumber(); asked == 0 && n > 0 {
		asked = n
		take(min(n-1, len(shown)), n)
	}
	return picked, asked
}

// number is the number of an ordinal among so many; the last one's is theirs.
func (f found) number(of int) int {
	n, err := strconv.Atoi(f.value)
	if err != nil {
		return 0
	}
	if n < 0 {
		return of
	}
	return n
}

// bareNumber is a number that stands by itself; 0 for none.
func (r reading) bareNumber() int {
	for _, t := range r.tokens {
		if n, err := strconv.Atoi(t.word); err == nil && n > 0 && n <= maxShown {
			return n
		}
	}
	return 0
}

// moving answers what goes back, up, down, or to another page.
func (a *answerer) moving(r reading) (Act, bool) {
	now := a.context.now()
	first := r.value(ordinal) != nil && r.value(ordinal).value == "1"
	switch {
	case r.has(origin), r.has(back) && first:
		return a.backTo(0), true
	case r.has(back) && !r.has(up):
		return a.backTo(len(a.context.past) - 2), true
	case r.has(before) && now != nil && a.context.page > 1:
		return a.page(More, a.context.page-1, -1), true
	case r.page > 0 && now != nil && !filtersOf(r).any():
		return a.page(More, r.page, -1), true
	case r.has(up):
		return a.upwards(), true
	case r.has(down) && now != nil && now.topic != "":
		return a.coverage([]search.TopicHit{a.hit(now.topic)}), true
	}
	return Act{}, false
}

// backTo answers with what the talk was about before.
func (a *answerer) backTo(i int) Act {
	past := a.context.past
	if len(past) == 0 {
		return a.say(Lost, a.pick(sayBackToNothing))
	}
	i = max(i, 0)
	s := past[i]
	if i == len(past)-2 && i > 0 {
		a.context.past = slices.Clone(past[:i]) // so that the next "back" goes further
	}
	a.context.begin(s)
	a.context.others, a.context.offer = nil, ""
	return a.page(Back, 1, 0)
}

// upwards answers with the topic above.
func (a *answerer) upwards() Act {
	now := a.context.now()
	if now == nil {
		return a.say(Lost, a.pick(sayUpFromNothing))
	}
	t, _ := a.list.Topic(now.topic)
	if t.Parent == "" {
		return a.say(Lost, a.fill(a.pick(sayTop), words{"topic": t.Title}))
	}
	a.context.begin(subject{topic: t.Parent, query: a.titleOf(t.Parent)})
	a.context.others, a.context.offer = nil, ""
	return a.page(Up, 1, 0)
}

// filtering answers what narrows down, or does not any more.
func (a *answerer) filtering(r reading) (Act, bool) {
	now := a.context.now()
	f := filtersOf(r)
	switch {
	case lifted(r) && now != nil:
		a.context.filter = search.Filter{}
		return a.page(Filter, 1, 0), true
	case !f.any():
		return Act{}, false
	case now == nil:
		a.context.filter = f.on(search.Filter{})
		return a.sayFilterWhat(a.context.filter), true
	}
	if o := r.value(ordinal); o != nil && now.with != "" { // "a video on the first?"
		topic := now.topic
		if o.value == "2" {
			topic = now.with
		}
		a.context.begin(subject{topic: topic, query: a.titleOf(topic)})
	}
	filter := f.on(a.context.filter)
	if f.fresh {
		filter = a.recent()
	}
	if filter == a.context.filter && a.context.page > 0 && (r.has(more) || r.page > 0) {
		if r.page > 0 {
			return a.page(More, r.page, -1), true
		}
		return a.page(More, a.context.page+1, a.context.seen), true
	}
	a.context.filter = filter
	return a.page(Filter, max(1, r.page), -1), true
}

// recent is the filter for the newest there is on the subject.
func (a *answerer) recent() search.Filter {
	filter := a.context.filter
	filter.From, filter.To = 0, 0
	all, _ := a.resources(*a.context.now(), filter)
	if y := newest(all); y != nil {
		filter.From = y.from
	}
	return filter
}

// looking answers what asks for more, or for another look at the same.
func (a *answerer) looking(r reading) (Act, bool) {
	now := a.context.now()
	onTopic := now != nil && now.topic != ""
	switch {
	case r.has(related) && onTopic:
		return a.relatives(now.topic), true
	case r.has(start) && onTopic:
		filter := a.context.filter
		a.context.begin(subject{topic: now.topic, query: now.query, path: true})
		a.context.filter = filter
		return a.page(Start, 1, 0), true
	case r.has(covers) && onTopic:
		return a.coverage([]search.TopicHit{a.hit(now.topic)}), true
	case r.has(more) && now != nil && a.context.page > 0:
		return a.page(More, a.context.page+1, a.context.seen), true
	case (r.has(ordinal) || r.bareNumber() > 0 || r.has(all)) && (len(a.context.shown) > 0 || len(a.context.others) > 0):
		return a.offeredOrShown(r), true
	case r.has(yes) && a.context.offer != "":
		hits := []search.TopicHit{a.hit(a.context.offer)}
		return a.find(hits, meaning{query: a.titleOf(a.context.offer)}, framed{}), true
	}
	return Act{}, false
}

// offeredOrShown answers with one of what was shown: a resource, or a topic where only
// topics were.
func (a *answerer) offeredOrShown(r reading) Act {
	shown := a.context.resources(a.list)
	if len(shown) == 0 {
		n := r.bareNumber()
		if o := r.value(ordinal); o != nil {
			n = o.number(len(a.context.others))
		}
		if n < 1 || n > len(a.context.others) {
			return a.say(Lost, a.fill(a.pick(sayNoSuchTopic), words{"n": number(len(a.context.others))}))
		}
		id := a.context.others[n-1]
		return a.find([]search.TopicHit{a.hit(id)}, meaning{query: a.titleOf(id)}, framed{})
	}
	picked, asked := a.pointed(r, shown)
	if len(picked) == 0 {
		return a.say(Lost, a.fill(a.pick(sayNoSuch), words{"n": number(len(shown)), "of": number(asked)}))
	}
	return a.detail(picked)
}

// polite answers what asks for nothing.
func (a *answerer) polite(r reading) (Act, bool) {
	for _, p := range []struct {
		cue cue
		say []string
	}{{thank, sayThanks}, {bye, sayBye}, {idle, sayBeyond}, {greet, sayHello}, {small, saySmall}, {yes, sayYes}, {lead, saySmall}} {
		if r.has(p.cue) {
			return a.say(Talk, a.pick(p.say)), true
		}
	}
	return Act{}, false
}

// lost says that a message goes on from something that is not there.
func (a *answerer) lost(r reading) Act {
	now := a.context.now()
	switch {
	case len(r.tokens) == 0:
		return a.say(Lost, a.pick(sayNoWords))
	case r.has(more) && now == nil:
		return a.say(Lost, a.pick(sayMoreOfWhat))
	case now == nil && len(r.cues) > 0:
		return a.say(Lost, a.pick(sayAboutWhat))
	case now == nil:
		return a.outside(meaning{query: r.text, result: a.search(r.text, search.Filter{})})
	}
	if shown := a.context.resources(a.list); r.has(this) && a.context.item > 0 && shown[a.context.item-1].URL != "" {
		return a.detail(shown[a.context.item-1 : a.context.item])
	}
	return a.sayWhere()
}

// hit is a topic as a search would have it.
func (a *answerer) hit(id catalog.TopicID) search.TopicHit {
	t, _ := a.list.Topic(id)
	return search.TopicHit{Topic: t, Score: 1}
}
