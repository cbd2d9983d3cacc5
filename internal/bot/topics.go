package bot

import (
	"archbot/internal/catalog"
	"archbot/internal/search"
)

// lead is how far the best fuzzy find must be ahead of the next to be taken for
// what a name means.
const lead = 1.05

// runTopics shows the tree's top, or the topic that the argument names.
func runTopics(c call) Reply {
	if c.argument == "" {
		return tree(c.index.Catalog())
	}
	switch called := c.index.Find(c.argument); len(called) {
	case 0:
	case 1:
		return place(c.index.Catalog(), called[0])
	default:
		return choice(c, called)
	}
	found := c.index.Search(search.Query{Text: c.argument})
	hits := found.Topics
	switch {
	case len(hits) == 0 && len(found.Resources) > 0:
		return Reply{
			Kind: Nothing, Query: c.argument,
			Text:  "No topic is called " + quoted(c.argument) + ", but there are resources on it.",
			Notes: []Note{{Kind: NoteNext, Text: "Search for them:", Commands: []string{"search " + c.argument}}},
		}
	case len(hits) == 0:
		return nothing(c, found.Near)
	case len(hits) == 1 || hits[0].Score >= lead*hits[1].Score:
		reply := place(c.index.Catalog(), hits[0].Topic)
		reply.Query = c.argument
		reply.Notes = append([]Note{{
			Kind: NoteTakenAs, Text: "No topic is called " + quoted(c.argument) + "; this is the nearest.",
		}}, reply.Notes...)
		return reply
	}
	var topics []catalog.Topic
	for _, h := range hits[:min(len(hits), maxTopics)] {
		topics = append(topics, h.Topic)
	}
	return choice(c, topics)
}

// tree is the list's top with how much is below.
func tree(c *catalog.Catalog) Reply {
	reply := Reply{Kind: Tree}
	for _, t := range c.Children("") {
		reply.Topics = append(reply.Topics, topicCard(c, t))
	}
	if len(reply.Topics) == 0 {
		reply.Text = "The list has no topics."
		return reply
	}
	reply.Text = title(c) + ": " + count(len(c.Topics), "topic") + ", " + count(len(c.Resources), "resource") + "."
	reply.Notes = []Note{{
		Kind: NoteNext, Text: "Look into one:", Commands: []string{"topics " + reply.Topics[0].Title},
	}}
	return reply
}

func title(c *catalog.Catalog) string {
	if c.Title == "" {
		return "The list"
	}
	return c.Title
}

// place is one topic: where it is, what is below it, what it links to.
func place(c *catalog.Catalog, t catalog.Topic) Reply {
	card := topicCard(c, t)
	for _, child := range c.Children(t.ID) {
		card.Children = append(card.Children, topicCard(c, child))
	}
	reply := Reply{Kind: Place, Topics: []TopicCard{card}}
	for _, r := range c.In(t.ID) {
		reply.Resources = append(reply.Resources, resourceCard(c, r))
	}
	reply.Text = t.Title + ": " + count(card.Below, "topic") + " below, " + count(card.Resources, "resource") + "."
	if len(reply.Resources) == 0 {
		reply.Notes = []Note{{Kind: NoteEmpty, Text: emptiness(reply.Topics, search.Filter{})}}
	}
	return reply
}

// choice asks which of several topics is meant.
func choice(c call, topics []catalog.Topic) Reply {
	reply := Reply{Kind: Choice, Query: c.argument, Text: quoted(c.argument) + " may mean several topics. Which one?"}
	note := Note{Kind: NoteDidYouMean, Text: "Ask for one of them:"}
	for _, t := range topics {
		reply.Topics = append(reply.Topics, topicCard(c.index.Catalog(), t))
		note.Commands = append(note.Commands, "topics "+topicName(c.index, t))
	}
	reply.Notes = []Note{note}
	return reply
}

// topicName is the shortest way to name a topic that leads to it alone: its
// title, or its id where several have that title.
func topicName(x *search.Index, t catalog.Topic) string {
	if found := x.Find(t.Title); len(found) == 1 && found[0].ID == t.ID {
		return t.Title
	}
	return string(t.ID)
}
