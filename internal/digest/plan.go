package digest

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// newFor is how long a resource counts as new.
const newFor = 90 * day

// Content is what an edition shows.
type Content struct {
	Key   string // names the edition: Subscription.Key
	Topic catalog.TopicID
	Title string   // of the topic
	Path  []string // titles from the list's top down to it
	Slot  Slot
	Picks []Pick
	Total int  // resources that the subscription can show
	Left  int  // of them, those that the channel will not have seen after this edition
	New   int  // picks that are new in the list
	Anew  bool // all were seen: it begins again from the start
	Moved bool // the topic is not where it was
	Gone  bool // the list has no such topic any more; nothing else is set

	anchors []string
	unseen  string // how it is said that the channel has not seen something
}

// fields are what the picks are known by.
func (c Content) fields() []string {
	fields := make([]string, len(c.Picks))
	for i, pick := range c.Picks {
		fields[i] = Field(pick.Resource.URL)
	}
	return fields
}

// unseenWord says that a resource was not shown.
func unseenWord(s Subscription) string {
	if s.Round.IsZero() {
		return "not shown here yet"
	}
	return "not shown again yet"
}

// Pick is a resource in an edition, and why it is there.
type Pick struct {
	Resource catalog.Resource
	New      time.Time // when it came into the list, where that is why
	Again    time.Time // when the channel saw it last, where it begins again
	Aspect   string    // the part of the topic that it stands for
	Reasons  []string  // all of it in words, for who asks
}

// Plan chooses what an edition shows. It is a function of what it is given and of
// nothing else: for the same subscription, slot, list and memory, the choice is the
// same. Seen is when the channel saw resources last, by Field.
//
// What is new in the list comes first, then what the channel has not seen, spread
// over the topic's parts and the kinds of resource; as a course it goes from easy to
// hard instead. What was seen is not shown again until nothing else is left.
func (l List) Plan(s Subscription, slot Slot, seen map[string]time.Time) Content {
	t, moved, ok := l.Find(s)
	if !ok {
		return Content{Key: s.Key(slot), Slot: slot, Title: s.Title, Gone: true}
	}
	all := l.within(t.ID)
	c := Content{
		Key: s.Key(slot), Topic: t.ID, Title: t.Title, Path: l.Catalog.Path(t.ID), Slot: slot, Moved: moved,
		anchors: anchors(all), unseen: unseenWord(s),
	}
	p := planner{list: l, sub: s, slot: slot, topic: t, aspects: make(map[string]int), kinds: make(map[catalog.Kind]int)}
	filter := search.Filter{Kind: s.Kind, Level: s.Level}
	for i, r := range all {
		if filter.Match(r) {
			p.consider(i, r, seen)
		}
	}
	c.Total = len(p.fresh) + len(p.news) + len(p.seen)
	c.Picks = p.choose()
	c.Anew = p.anew
	c.Left = max(0, len(p.fresh)+len(p.news)-len(c.Picks))
	if c.Anew {
		c.Left = c.Total - len(c.Picks)
	}
	for _, pick := range c.Picks {
		if !pick.New.IsZero() {
			c.New++
		}
	}
	return c
}

// details are the resources of a record's reply that the list has still, in the order
// in which the edition showed them.
func (l List) details(r Record) Content {
	slot := r.Reply.Slot
	c := Content{Key: r.ReplyKey(slot), Topic: r.Topic, Title: r.Title, Path: l.Catalog.Path(r.Topic), Slot: slot}
	listed := make(map[string]catalog.Resource, len(l.Catalog.Resources))
	for _, one := range l.Catalog.Resources {
		listed[Field(one.URL)] = one
	}
	for _, field := range r.Reply.Shown {
		if one, ok := listed[field]; ok {
			c.Picks = append(c.Picks, Pick{Resource: one})
		}
	}
	return c
}

// candidate is a resource that may be picked.
type candidate struct {
	Pick
	order int    // in the list
	lot   uint64 // decides between equals: another for each edition
	seen  time.Time
}

// planner chooses the picks of one edition.
type planner struct {
	list              List
	sub               Subscription
	slot              Slot
	topic             catalog.Topic
	news, fresh, seen []candidate
	anew              bool

	picks   []Pick
	aspects map[string]int // how often each was picked
	kinds   map[catalog.Kind]int
}

// consider puts a resource with its equals.
func (p *planner) consider(order int, r catalog.Resource, seen map[string]time.Time) {
	field := Field(r.URL)
	sum := sha256.Sum256([]byte(p.sub.Key(p.slot) + " " + field))
	c := candidate{Pick: Pick{Resource: r, Aspect: p.aspect(r)}, order: order, lot: binary.BigEndian.Uint64(sum[:])}
	last, was := seen[field]
	switch {
	case was && !last.Before(p.sub.Round):
		c.seen = last
		p.seen = append(p.seen, c)
		return
	case p.list.Arrived != nil:
		came, now := p.list.Arrived(r), p.slot.In(time.UTC)
		if !came.IsZero() && now.Sub(came) < newFor && !was {
			c.New = came
			p.news = append(p.news, c)
			return
		}
	}
	p.fresh = append(p.fresh, c)
}

// aspect is the part of the topic that a resource stands for: the title of the topic
// just below, or its own.
func (p *planner) aspect(r catalog.Resource) string {
	filter := search.Filter{Topic: p.topic.ID}
	for _, id := range append([]catalog.TopicID{r.Topic}, r.Also...) {
		if !filter.Within(id) {
			continue
		}
		part := p.topic
		for at, ok := p.list.Catalog.Topic(id); ok && at.ID != p.topic.ID; at, ok = p.list.Catalog.Topic(at.Parent) {
			part = at
		}
		return part.Title
	}
	return p.topic.Title
}

// choose picks as many as the subscription wants.
func (p *planner) choose() []Pick {
	unseen := len(p.news) + len(p.fresh)
	p.anew = len(p.seen) > 0 && unseen < min(MinCount, unseen+len(p.seen))
	if p.sub.Course {
		p.course()
		return p.picks
	}
	p.spread(p.news, "new in the list since")
	p.spread(p.fresh, unseenWord(p.sub))
	if p.anew {
		p.spread(p.longAgo(), "all was shown; last time on")
	}
	return p.picks
}

// longAgo are those of the seen that were seen first, but no fewer than are wanted.
func (p *planner) longAgo() []candidate {
	slices.SortStableFunc(p.seen, func(a, b candidate) int { return a.seen.Compare(b.seen) })
	old := p.seen[:min(len(p.seen), max(p.sub.Count, len(p.seen)/2))]
	for i := range old {
		old[i].Again = old[i].seen
	}
	return old
}

// spread picks one after another of the part and the kind that were picked least.
func (p *planner) spread(from []candidate, why string) {
	for len(p.picks) < p.sub.Count && len(from) > 0 {
		best := 0
		for i := range from {
			if p.before(from[i], from[best]) {
				best = i
			}
		}
		p.take(from[best], why)
		from = slices.Delete(slices.Clone(from), best, best+1)
	}
}

// before reports whether a is the better next pick.
func (p *planner) before(a, b candidate) bool {
	return cmp.Or(
		cmp.Compare(p.aspects[a.Aspect], p.aspects[b.Aspect]),
		cmp.Compare(p.kinds[a.Resource.Kind], p.kinds[b.Resource.Kind]),
		b.New.Compare(a.New),
		cmp.Compare(a.lot, b.lot),
	) < 0
}

// course picks what comes next from easy to hard, in the list's order.
func (p *planner) course() {
	rank := func(c candidate) int {
		return slices.Index(catalog.Levels(), cmp.Or(c.Resource.Level, catalog.Intermediate))
	}
	inOrder := func(all []candidate) []candidate {
		slices.SortStableFunc(all, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.order, b.order))
		})
		return all
	}
	rest := inOrder(slices.Concat(p.news, p.fresh))
	for _, c := range rest[:min(len(rest), p.sub.Count)] {
		p.take(c, "next of the course")
	}
	if p.anew {
		again := inOrder(p.longAgo())
		for _, c := range again[:min(len(again), p.sub.Count-len(p.picks))] {
			p.take(c, "the course begins again; last time on")
		}
	}
}

// take picks a candidate and says why.
func (p *planner) take(c candidate, why string) {
	for _, when := range []time.Time{c.New, c.Again} {
		if !when.IsZero() {
			why += " " + when.UTC().Format("2 January 2006")
		}
	}
	pick := c.Pick
	pick.Reasons = append(pick.Reasons, why)
	if p.sub.Course {
		pick.Reasons = append(pick.Reasons, string(cmp.Or(c.Resource.Level, catalog.Intermediate)))
	} else {
		if p.aspects[c.Aspect] == 0 && c.Aspect != p.topic.Title {
			pick.Reasons = append(pick.Reasons, "the first on "+c.Aspect)
		}
		if p.kinds[c.Resource.Kind] == 0 && c.Resource.Kind != "" {
			pick.Reasons = append(pick.Reasons, fmt.Sprintf("the first %s", c.Resource.Kind))
		}
	}
	p.aspects[c.Aspect]++
	p.kinds[c.Resource.Kind]++
	p.picks = append(p.picks, pick)
}

// Why says in a line why these.
func (c Content) Why() string {
	n := len(c.Picks)
	switch {
	case c.Gone:
		return "The list has no such topic any more."
	case n == 0:
		return "The list has nothing for it."
	case c.Anew:
		return fmt.Sprintf("You have seen all %s of it, so it begins again.", counted(c.Total, "resource"))
	case c.New == n:
		return fmt.Sprintf("%s new in the list.", verb(n, "resource"))
	case c.New > 0:
		return fmt.Sprintf("%s new in the list, and %d %s; %d more to come.", verb(c.New, "resource"), n-c.New, c.unseen, c.Left)
	case c.Left == 0:
		return fmt.Sprintf("%s %s, the last of it.", counted(n, "resource"), c.unseen)
	}
	return fmt.Sprintf("%s %s; %d more to come.", counted(n, "resource"), c.unseen, c.Left)
}

// Heading is the edition's title: the topic and the week.
func (c Content) Heading() string {
	at := time.Date(c.Slot.Date.Year, c.Slot.Date.Month, c.Slot.Date.Day, 0, 0, 0, 0, time.UTC)
	_, w := at.ISOWeek()
	return fmt.Sprintf("%s · week %d", c.Title, w)
}

// counted says a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// verb says that so many things are something.
func verb(n int, thing string) string {
	if n == 1 {
		return counted(n, thing) + " is"
	}
	return counted(n, thing) + " are"
}
