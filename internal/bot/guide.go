package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// How many entries of each level make a place to start, and of all.
var guided = map[catalog.Level]int{catalog.Intro: 3, catalog.Intermediate: 2, catalog.Advanced: 2}

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
	for _, r := range start(pick(c.catalog(), t.ID, search.Filter{})) {
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

// start takes some of each level, easy before hard, in the list's order; what says
// nothing of its level stands in the middle.
func start(all []catalog.Resource) []catalog.Resource {
	left := make(map[catalog.Level]int)
	for level, n := range guided {
		left[level] = n
	}
	var out, others []catalog.Resource
	for _, r := range all {
		if level := levelOf(r); left[level] > 0 {
			left[level]--
			out = append(out, r)
		} else {
			others = append(others, r)
		}
	}
	out = append(out, others[:min(len(others), maxGuided-len(out))]...)
	order := catalog.Levels()
	slices.SortStableFunc(out, func(a, b catalog.Resource) int {
		return cmp.Compare(slices.Index(order, levelOf(a)), slices.Index(order, levelOf(b)))
	})
	return out
}

func levelOf(r catalog.Resource) catalog.Level { return cmp.Or(r.Level, catalog.Intermediate) }

// run is a button that carries out a command line.
func (c call) run(kind ButtonKind, label, line string) Button {
	return Button{Kind: kind, Label: label, Command: line, Token: c.minter.token(action{op: opRun, text: line})}
}
