package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// How much of a search is shown.
const (
	maxTopics    = 5
	maxResources = 10
	maxPage      = 1000
	// deepest is how many of a search's own hits there are pages of; those after them
	// are guesses.
	deepest = 100
)

// runSearch finds topics and resources. Where it finds only topics, their
// resources are the answer; where they have none, it says so.
func runSearch(ctx context.Context, c call) Reply {
	found, refusal := c.find(ctx)
	if refusal != nil {
		return *refusal
	}
	reply := Reply{Kind: Found, Query: c.argument, Page: c.page, More: found.more}
	if c.page == 1 {
		reply.Topics, reply.Related = found.topics, found.related
	}
	reply.Resources = found.resources
	reply.Text = fmt.Sprintf("%s: %s, %s.", quoted(c.argument),
		count(len(reply.Topics), "topic"), count(len(reply.Resources), "resource"))
	switch {
	case c.page > 1 && len(reply.Resources) == 0:
		reply.Text = quoted(c.argument) + ": that was all; there is no page " + fmt.Sprint(c.page) + "."
	case c.page > 1:
		reply.Text = fmt.Sprintf("%s, page %d.", quoted(c.argument), c.page)
	case len(reply.Resources) == 0:
		reply.Notes = []Note{{Kind: NoteEmpty, Text: emptiness(reply.Topics, c.filter)}}
	}
	c.equip(&reply, found.kinds)
	return reply
}

// finding is what a search came to.
type finding struct {
	topics    []TopicCard
	related   []TopicCard
	resources []ResourceCard // of the page
	kinds     []catalog.Kind // that there are among all that was found, the most frequent first
	more      bool
}

// find searches for what a call asks for; nothing found gets a reply that says so.
func (c call) find(ctx context.Context) (finding, *Reply) {
	if refusal := c.wordless(); refusal != nil {
		return finding{}, refusal
	}
	found := c.search(ctx)
	var f finding
	for _, h := range found.Topics[:min(len(found.Topics), c.limit)] {
		card := c.facts(h.Topic).card
		card.Score, card.Reasons = h.Score, h.Reasons
		f.topics = append(f.topics, card)
	}
	for _, h := range found.Family[:min(len(found.Family), c.limit)] {
		card := c.facts(h.Topic).card
		card.Score = h.Score
		f.related = append(f.related, card)
	}
	all := c.candidates(found)
	if len(f.topics)+len(all) == 0 {
		refusal := nothing(c, found.Near)
		return f, &refusal
	}
	from := min(len(all), (c.page-1)*maxResources)
	to := min(len(all), from+maxResources)
	f.more, f.kinds = to < len(all), kindsOf(all)
	for _, h := range all[from:to] {
		card := resourceCard(c.catalog(), h.Resource)
		card.Reasons = h.Reasons
		f.resources = append(f.resources, card)
	}
	return f, nil
}

// search asks the index; where a page of resources is full, for those of further pages.
func (c call) search(ctx context.Context) search.Result {
	began := time.Now()
	q := search.Query{Text: c.argument, Filter: c.filter, Limit: max(c.limit, maxResources)}
	found := c.index().Search(q)
	if len(found.Resources) == q.Limit {
		q.Limit = deepest
		found.Resources = c.index().Search(q).Resources
	}
	c.bot.observer.Searched(ctx, began)
	return found
}

// wordless is the answer where there is nothing to look for but signs.
func (c call) wordless() *Reply {
	if hasWords(c.argument) {
		return nil
	}
	return &Reply{
		Kind: Nothing, Query: c.argument,
		Text:  "There are no words in " + quoted(c.argument) + ", only signs.",
		Notes: []Note{browse("Say in words what you want to know about, or see what the list covers:")},
	}
}

// candidates returns the resources that were found, then those that stand in the
// topics that were, or below them where there are none.
func (c call) candidates(found search.Result) []search.ResourceHit {
	var all []search.ResourceHit
	shown := make(map[string]bool)
	add := func(h search.ResourceHit) {
		if key := catalog.URLKey(h.Resource.URL); !shown[key] {
			shown[key] = true
			all = append(all, h)
		}
	}
	for _, h := range found.Resources {
		add(h)
	}
	for _, h := range found.Topics[:min(len(found.Topics), maxTopics)] {
		for _, r := range search.In(c.catalog(), h.Topic.ID, c.filter) {
			add(search.ResourceHit{Resource: r})
		}
	}
	return all
}

// kindsOf counts the kinds of resources, the most frequent first.
func kindsOf(hits []search.ResourceHit) []catalog.Kind {
	has := make(map[catalog.Kind]int)
	for _, h := range hits {
		has[h.Resource.Kind]++
	}
	kinds := slices.DeleteFunc(catalog.Kinds(), func(k catalog.Kind) bool { return has[k] == 0 })
	slices.SortStableFunc(kinds, func(a, b catalog.Kind) int { return has[b] - has[a] })
	return kinds
}

// nothing is the honest answer when the list has none; near topics are offered,
// not passed off as a find.
func nothing(c call, near []search.TopicHit) Reply {
	reply := Reply{Kind: Nothing, Query: c.argument, Text: "The list has nothing for " + quoted(c.argument) + "."}
	if len(near) > 0 {
		note := Note{Kind: NoteDidYouMean, Text: "Did you mean one of these?"}
		for _, h := range near {
			note.Commands = append(note.Commands, "topics "+c.facts(h.Topic).name)
		}
		reply.Notes = append(reply.Notes, note)
	}
	reply.Notes = append(reply.Notes, browse("See what the list covers:"))
	return reply
}

func browse(text string) Note {
	return Note{Kind: NoteNext, Text: text, Commands: []string{"topics"}}
}

// emptiness says that the list names topics and links to nothing there.
func emptiness(topics []TopicCard, filter search.Filter) string {
	if filter != (search.Filter{}) {
		return "Nothing here is of that kind, level or year."
	}
	below := 0
	for _, t := range topics {
		below += t.Resources
	}
	switch {
	case below > 0:
		return "No resources stand here directly; there are some further down."
	case len(topics) == 1:
		return "The list has this topic, but links to nothing for it yet."
	default:
		return "The list has these topics, but links to nothing for them yet."
	}
}

// count puts a number before a noun, whose plural may be given.
func count(n int, one string, many ...string) string {
	several := one + "s"
	if len(many) > 0 {
		several = many[0]
	}
	switch n {
	case 0:
		return "no " + several
	case 1:
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}
