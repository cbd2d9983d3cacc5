package bot

import (
	"context"
	"fmt"
	"strings"
)

// How much an answer to a question shows: what a person reads in a message.
const (
	askedTopics    = 3
	askedResources = 5
)

// runAsk answers a question in a sentence, with a few resources. What measures the
// search sees all of what it found.
func runAsk(_ context.Context, c call) Reply {
	found, refusal := c.find()
	if refusal != nil {
		return *refusal
	}
	reply := Reply{Kind: Found, Query: c.argument, Page: c.page, More: found.more}
	reply.Topics, reply.Related, reply.Resources = found.topics, found.related, found.resources
	if c.request.Limit == 0 {
		reply.More = found.more || len(reply.Resources) > askedResources
		reply.Topics = reply.Topics[:min(len(reply.Topics), askedTopics)]
		reply.Resources = reply.Resources[:min(len(reply.Resources), askedResources)]
		reply.Related = nil
	}
	reply.Text = sentence(reply, c)
	c.command = c.bot.must("search") // where its buttons lead on
	c.page = 0
	c.equip(&reply, found.kinds)
	return reply
}

// sentence says what was found, and no more than that.
func sentence(r Reply, c call) string {
	var b strings.Builder
	if len(r.Topics) > 0 {
		best := r.Topics[0]
		fmt.Fprintf(&b, "That is about %s", best.Title)
		if above := best.Path[:max(0, len(best.Path)-1)]; len(above) > 0 {
			fmt.Fprintf(&b, ", in %s", strings.Join(above, PathSeparator))
		}
	} else {
		b.WriteString("No topic is quite about that")
	}
	switch n := len(r.Resources); {
	case n == 0:
		b.WriteString(". " + emptiness(r.Topics, c.filter))
	case n == 1:
		b.WriteString(". Here is a resource:")
	case r.More:
		fmt.Fprintf(&b, ". Here are %d resources, of more:", n)
	default:
		fmt.Fprintf(&b, ". Here are %d resources:", n)
	}
	return b.String()
}
