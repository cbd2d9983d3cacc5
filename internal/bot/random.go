package bot

import (
	"context"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// runRandom recommends one resource by chance.
func runRandom(_ context.Context, c call) Reply {
	if refusal := c.within(); refusal != nil {
		return *refusal
	}
	var from []catalog.Resource
	for _, r := range c.catalog().Resources {
		if c.filter.Match(r) {
			from = append(from, r)
		}
	}
	if len(from) == 0 {
		return Reply{Kind: Nothing, Query: c.argument, Text: "There is nothing to choose from.", Notes: []Note{browse("See what the list covers:")}}
	}
	one := from[c.bot.pick(len(from))]
	reply := Reply{
		Kind: Found, Query: c.argument, Text: "By chance, out of " + count(len(from), "resource") + ":",
		Resources: []ResourceCard{resourceCard(c.catalog(), one)},
	}
	c.saveButtons(&reply)
	reply.Buttons = append(reply.Buttons, c.again(ButtonAgain, "Another", c.filter.Kind, 0, 0))
	if t, ok := c.catalog().Topic(one.Topic); ok {
		c.topicMenu(&reply, "Start with its topic", []TopicCard{c.facts(t).card})
	}
	return reply
}

// within narrows a call down to the topic that its argument names, if any.
func (c *call) within() *Reply {
	if c.argument == "" {
		return nil
	}
	switch found := c.index().Find(c.argument); len(found) {
	case 0:
		reply := nothing(*c, nil)
		reply.Text = "No topic is called " + quoted(c.argument) + "."
		return &reply
	case 1:
		c.filter.Topic = found[0].ID
		return nil
	default:
		reply := choice(*c, found)
		return &reply
	}
}

// isTopicOrEmpty reports whether an argument names a topic; "random forest" is a
// question.
func isTopicOrEmpty(x *search.Index, argument string) bool {
	return argument == "" || len(x.Find(argument)) > 0
}

// isEmpty reports whether there is no argument.
func isEmpty(_ *search.Index, argument string) bool { return argument == "" }
