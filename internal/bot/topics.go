package bot

import (
	"context"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// lead is how far the best fuzzy find must be ahead of the next to be taken for
// what a name means.
const lead = 1.05

// runTopics shows the tree's top, or the topic that the argument names.
func runTopics(_ context.Context, c call) Reply {
	if c.argument == "" {
		return c.tree()
	}
	called := c.index().Find(c.argument)
	if len(called) == 1 {
		return c.place(called[0])
	}
	hits, refusal := c.nearTopics(called)
	if refusal != nil {
		return *refusal
	}
	reply := c.place(hits[0].Topic)
	reply.Query = c.argument
	reply.Notes = append([]Note{{
		Kind: NoteTakenAs, Text: "No topic is called " + quoted(c.argument) + "; this is the nearest.",
	}}, reply.Notes...)
	return reply
}

// nearTopics returns the topics that come nearest to a name that none of them, or
// several, have; the first is ahead of the others. Where none is, the reply asks.
func (c call) nearTopics(called []catalog.Topic) ([]search.TopicHit, *Reply) {
	if len(called) > 1 {
		reply := choice(c, called)
		return nil, &reply
	}
	found := c.index().Search(search.Query{Text: c.argument})
	hits := found.Topics
	switch {
	case len(hits) == 0 && len(found.Resources) > 0:
		return nil, &Reply{
			Kind: Nothing, Query: c.argument,
			Text:  "No topic is called " + quoted(c.argument) + ", but there are resources on it.",
			Notes: []Note{{Kind: NoteNext, Text: "Search for them:", Commands: []string{"search " + c.argument}}},
		}
	case len(hits) == 0:
		reply := nothing(c, found.Near)
		return nil, &reply
	case len(hits) == 1 || hits[0].Score >= lead*hits[1].Score:
		return hits, nil
	}
	var topics []catalog.Topic
	for _, h := range hits[:min(len(hits), maxTopics)] {
		topics = append(topics, h.Topic)
	}
	reply := choice(c, topics)
	return nil, &reply
}

// tree is the list's top with how much is below.
func (c call) tree() Reply {
	list := c.catalog()
	reply := Reply{Kind: Tree}
	for _, t := range list.Children("") {
		reply.Topics = append(reply.Topics, c.facts(t).card)
	}
	if len(reply.Topics) == 0 {
		reply.Text = "The list has no topics."
		return reply
	}
	reply.Text = title(list) + ": " + count(len(list.Topics), "topic") + ", " + count(len(list.Resources), "resource") + "."
	reply.Notes = []Note{{
		Kind: NoteNext, Text: "Look into one:", Commands: []string{"topics " + reply.Topics[0].Title},
	}}
	c.topicMenu(&reply, "Start with a topic", reply.Topics)
	return reply
}

func title(c *catalog.Catalog) string {
	if c.Title == "" {
		return "The list"
	}
	return c.Title
}

// place is one topic: where it is, what is below it, what it links to.
func (c call) place(t catalog.Topic) Reply {
	list := c.catalog()
	card := c.facts(t).card
	for _, child := range list.Children(t.ID) {
		card.Children = append(card.Children, c.facts(child).card)
	}
	reply := Reply{Kind: Place, Topics: []TopicCard{card}}
	for _, r := range list.In(t.ID) {
		reply.Resources = append(reply.Resources, resourceCard(list, r))
	}
	reply.Text = t.Title + ": " + count(card.Below, "topic") + " below, " + count(card.Resources, "resource") + "."
	if len(reply.Resources) == 0 {
		reply.Notes = []Note{{Kind: NoteEmpty, Text: emptiness(reply.Topics, search.Filter{})}}
	}
	c.saveButtons(&reply)
	c.share(&reply)
	c.topicMenu(&reply, "Start with a topic", append([]TopicCard{card}, card.Children...))
	return reply
}

// choice asks which of several topics is meant.
func choice(c call, topics []catalog.Topic) Reply {
	reply := Reply{Kind: Choice, Query: c.argument, Text: quoted(c.argument) + " may mean several topics. Which one?"}
	note := Note{Kind: NoteDidYouMean, Text: "Ask for one of them:"}
	for _, t := range topics {
		reply.Topics = append(reply.Topics, c.facts(t).card)
		note.Commands = append(note.Commands, "topics "+c.facts(t).name)
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
