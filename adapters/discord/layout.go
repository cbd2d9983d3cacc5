package discord

import (
	"strconv"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// How long the parts of a card may be, in characters: what reads well on a phone.
const (
	maxSentence    = 600
	maxHeading     = 70
	maxTitle       = 120
	maxTrail       = 90
	maxRemark      = 200
	maxCommandLine = 150
	maxNoted       = 15 // commands of one remark
	maxShown       = 10 // resources
	maxTopics      = 40 // likewise
)

// layout is one way to lay a card out. Which one is taken depends on what fits.
type layout struct {
	lines     bool // between the parts
	each      bool // a resource has its button beside it; else one menu has them all
	paths     bool // where things stand
	whole     bool // from the top down
	words     int  // of a description, in characters
	title     int  // of a resource, in characters
	label     int  // of a menu's choice, in characters
	resources int  // how many are shown
	topics    int  // likewise
	buttons   int  // below the card
}

// layouts are those to try for a reply, the most generous first. What is given up
// first is what is missed least: lines, then descriptions, then buttons beside each
// resource, then places, and resources themselves at the very end.
func layouts(r bot.Reply) []layout {
	full := layout{
		lines: true, each: true, paths: true, words: 220, title: maxTitle, label: maxChoiceText,
		resources: maxShown, topics: maxTopics, buttons: 2 * maxRowButtons,
	}
	var out []layout
	if r.Kind == bot.Details {
		for _, words := range []int{1000, 500} {
			l := full
			l.whole, l.words = true, words
			out = append(out, l)
		}
	}
	for _, each := range []bool{true, false} {
		for _, words := range []int{220, 150, 100} {
			l := full
			l.each, l.words = each, words
			out = append(out, l)
			l.lines = false
			out = append(out, l)
		}
	}
	l := full
	l.lines, l.each = false, false
	for _, words := range []int{60, 0} {
		l.words, l.label = words, 60
		out = append(out, l)
	}
	l.paths, l.topics, l.label, l.title = false, 15, 40, 80
	for n := min(len(r.Resources), l.resources); n >= 0; n-- {
		l.resources = n
		out = append(out, l)
	}
	l.topics, l.label, l.buttons = 3, 20, maxRowButtons
	return append(out, l)
}

// sameParts reports whether two layouts make as many components: the words of a description
// are text of one that is there without them.
func (l layout) sameParts(other layout) bool {
	l.words = other.words
	return l == other
}

// measure counts components, nested ones too, and all text that people can read in them.
func measure(components []discordgo.MessageComponent) (count, letters int) {
	add := func(inner ...discordgo.MessageComponent) {
		n, l := measure(inner)
		count, letters = count+n, letters+l
	}
	for _, c := range components {
		count++
		switch c := c.(type) {
		case discordgo.Container:
			add(c.Components...)
		case discordgo.ActionsRow:
			add(c.Components...)
		case discordgo.Section:
			add(c.Components...)
			add(c.Accessory)
		case discordgo.TextDisplay:
			letters += length(c.Content)
		case discordgo.Button:
			letters += length(c.Label)
		case discordgo.SelectMenu:
			letters += length(c.Placeholder)
			for _, o := range c.Options {
				letters += length(o.Label) + length(o.Description)
			}
		}
	}
	return count, letters
}

func digits(n int) string { return strconv.Itoa(n) }
