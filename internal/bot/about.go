package bot

import (
	"context"
	"strings"
)

// The licence of archbot, and where its text is.
const licence = "MIT; the list’s entries belong to those who made them"

// runAbout says what this is.
func runAbout(_ context.Context, c call) Reply {
	list := c.catalog()
	facts := []Fact{
		{"Version", c.bot.version},
		{"List", title(list)},
		{"From", strings.Join(c.list.Names, ", ")},
		{"Read on", c.request.date(c.list.Read)},
		{"Holds", count(len(list.Topics), "topic") + ", " + count(len(list.Resources), "resource")},
		{"Licence", licence},
	}
	reply := Reply{Kind: About, Text: "I am archbot, and I recommend resources on software architecture out of a curated list."}
	for _, f := range facts {
		if f.Value != "" {
			reply.Facts = append(reply.Facts, f)
		}
	}
	return reply
}
