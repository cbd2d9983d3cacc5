package bot

import (
	"fmt"
	"slices"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// How much of a search is shown.
const (
	maxTopics    = 5
	maxResources = 10
)

// runSearch finds topics and resources. Where it finds only topics, their
// resources are the answer; where they have none, it says so.
func runSearch(c call) Reply {
	switch {
	case c.argument == "":
		return *misuse("There is nothing to search for.", "Say what you want to know about.")
	case !hasWords(c.argument):
		return Reply{
			Kind: Nothing, Query: c.argument,
			Text:  "There are no words in " + quoted(c.argument) + ", only signs.",
			Notes: []Note{browse("Say in words what you want to know about, or see what the list covers:")},
		}
	}
	found := c.index.Search(search.Query{Text: c.argument, Filter: c.filter, Limit: max(c.limit, maxResources), Page: c.page})
	topics := found.Topics[:min(len(found.Topics), c.limit)]
	reply := Reply{Kind: Found, Query: c.argument}
	for _, h := range topics {
		card := topicCard(c.index.Catalog(), h.Topic)
		card.Score, card.Reasons = h.Score, h.Reasons
		reply.Topics = append(reply.Topics, card)
	}
	for _, h := range found.Family[:min(len(found.Family), c.limit)] {
		card := topicCard(c.index.Catalog(), h.Topic)
		card.Score = h.Score
		reply.Related = append(reply.Related, card)
	}
	reply.Resources = searchResources(c.index.Catalog(), found, c.filter)
	if len(reply.Topics)+len(reply.Resources) == 0 {
		return nothing(c, found.Near)
	}
	reply.Text = fmt.Sprintf("%s: %s, %s.", quoted(c.argument),
		count(len(reply.Topics), "topic"), count(len(reply.Resources), "resource"))
	if len(reply.Resources) == 0 {
		reply.Notes = []Note{{Kind: NoteEmpty, Text: emptiness(reply.Topics, c.filter)}}
	}
	return reply
}

// searchResources returns the resources that were found, then those that stand
// in the topics that were, or below them where there are none.
func searchResources(c *catalog.Catalog, found search.Result, filter search.Filter) []ResourceCard {
	var cards []ResourceCard
	shown := make(map[string]bool)
	add := func(r catalog.Resource, reasons []search.Reason) {
		if key := catalog.URLKey(r.URL); !shown[key] && len(cards) < maxResources {
			shown[key] = true
			card := resourceCard(c, r)
			card.Reasons = reasons
			cards = append(cards, card)
		}
	}
	for _, h := range found.Resources {
		add(h.Resource, h.Reasons)
	}
	for _, h := range found.Topics[:min(len(found.Topics), maxTopics)] {
		for _, r := range pick(c, h.Topic.ID, filter) {
			add(r, nil)
		}
	}
	return cards
}

// pick returns what the filter lets through of a topic's own resources; of a
// topic that has none, those below it, by turns one of each topic there, so that
// a few of them show how broad it is.
func pick(c *catalog.Catalog, topic catalog.TopicID, filter search.Filter) []catalog.Resource {
	own := slices.DeleteFunc(c.In(topic), func(r catalog.Resource) bool { return !filter.Match(r) })
	if len(own) > 0 {
		return own
	}
	var below [][]catalog.Resource
	for _, child := range c.Children(topic) {
		below = append(below, pick(c, child.ID, filter))
	}
	var turns []catalog.Resource
	for turn, more := 0, true; more; turn++ {
		more = false
		for _, rs := range below {
			if turn < len(rs) {
				turns, more = append(turns, rs[turn]), true
			}
		}
	}
	return turns
}

// nothing is the honest answer when the list has none; near topics are offered,
// not passed off as a find.
func nothing(c call, near []search.TopicHit) Reply {
	reply := Reply{Kind: Nothing, Query: c.argument, Text: "The list has nothing for " + quoted(c.argument) + "."}
	if len(near) > 0 {
		note := Note{Kind: NoteDidYouMean, Text: "Did you mean one of these?"}
		for _, h := range near {
			note.Commands = append(note.Commands, "topics "+topicName(c.index, h.Topic))
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

// count puts a number before a noun.
func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
