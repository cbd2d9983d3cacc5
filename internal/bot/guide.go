package bot

import (
	"context"
	"fmt"

	"archbot/internal/catalog"
	"archbot/internal/dialogue"
	"archbot/internal/search"
)

// maxGuided is how many entries make a place to start.
const maxGuided = 7

// runTopic shows one topic as a place to start: what it covers, and its best
// entries from easy to hard.
func runTopic(_ context.Context, c call) Reply {
	t, takenAs, refusal := c.theTopic()
	if refusal != nil {
		return *refusal
	}
	card := c.facts(t).card
	for _, child := range c.catalog().Children(t.ID) {
		card.Children = append(card.Children, c.facts(child).card)
	}
	reply := Reply{Kind: Guide, Topics: []TopicCard{card}}
	for _, r := range guided(search.In(c.catalog(), t.ID, search.Filter{})) {
		reply.Resources = append(reply.Resources, resourceCard(c.catalog(), r))
	}
	switch n := len(reply.Resources); n {
	case 0:
		reply.Text = t.Title + ": " + emptiness(reply.Topics, search.Filter{})
	case card.Resources:
		reply.Text = fmt.Sprintf("%s: %s, from easy to hard.", t.Title, count(n, "resource"))
	default:
		reply.Text = fmt.Sprintf("%s: %d of its %d resources to start with, from easy to hard.", t.Title, n, card.Resources)
	}
	if takenAs != nil {
		reply.Query, reply.Notes = c.argument, []Note{*takenAs}
	}
	c.saveButtons(&reply)
	if card.Resources > len(reply.Resources) {
		reply.Buttons = append(reply.Buttons, c.run(ButtonNext, "All of it", "topics "+c.facts(t).name))
	}
	c.share(&reply)
	c.topicMenu(&reply, "Go further into", card.Children)
	return reply
}

// theTopic is the one topic that the argument names, or nearly names.
func (c call) theTopic() (catalog.Topic, *Note, *Reply) {
	called := c.index().Find(c.argument)
	if len(called) == 1 && c.moved {
		return called[0], &Note{Kind: NoteTakenAs, Text: "That topic has moved; this is where its resources stand now."}, nil
	}
	if len(called) == 1 {
		return called[0], nil, nil
	}
	hits, refusal := c.nearTopics(called)
	if refusal != nil {
		return catalog.Topic{}, nil, refusal
	}
	return hits[0].Topic, &Note{
		Kind: NoteTakenAs, Text: "No topic is called " + quoted(c.argument) + "; this is the nearest.",
	}, nil
}

// guided are the first steps into what resources are about.
func guided(all []catalog.Resource) []catalog.Resource {
	path := dialogue.Path(all, maxGuided)
	return path[:min(len(path), maxGuided)]
}

// run is a button that carries out a command line.
func (c call) run(kind ButtonKind, label, line string) Button {
	return Button{Kind: kind, Label: label, Command: line, Token: c.minter.token(action{op: opRun, text: line})}
}
