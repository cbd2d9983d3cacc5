package slack

import (
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// message is what is sent to Slack for a reply.
type message struct {
	// Text is shown in notifications and read by screen readers, instead of the blocks.
	// It is mrkdwn, escaped like them, and never empty.
	Text   string        `json:"text"`
	Blocks []slack.Block `json:"blocks"` // none for a reply that is not shown
}

// renderOptions are how people call the bot.
type renderOptions struct {
	Command string // the slash command, such as "/arch"
	Name    string // the bot's, as people mention it, without the @
}

// detail is how much is said.
type detail struct {
	title   int // of a resource or topic, in characters
	about   int // of a description
	path    int
	address int // a longer one is not linked
	reasons bool
	cards   int // resources with all that is known of them; the others have a line each
	lines   int // at most so many of those
	topics  int
}

// details are the steps by which an answer is shortened until it fits. What helps
// least to choose goes first.
var details = []detail{
	{title: 150, about: 280, path: 300, address: 2000, reasons: true, cards: 5, lines: 10, topics: 30},
	{title: 150, about: 140, path: 300, address: 2000, reasons: true, cards: 5, lines: 10, topics: 30},
	{title: 150, about: 140, path: 200, address: 2000, cards: 5, lines: 10, topics: 20},
	{title: 100, path: 120, address: 2000, cards: 5, lines: 10, topics: 15},
	{title: 75, path: 75, address: 500, cards: 5, lines: 10, topics: 10},
	{title: 75, path: 75, address: 150, cards: 3, lines: 10, topics: 10},
}

// inFull are the steps before those for the details of an edition: whole descriptions and
// paths, as long as they fit.
var inFull = []detail{
	{title: 150, about: 1200, path: 400, address: 2000, cards: 5, lines: 10},
	{title: 150, about: 600, path: 400, address: 2000, cards: 5, lines: 10},
}

// detailsOf are the steps for a reply.
func detailsOf(r bot.Reply) []detail {
	if r.Kind == bot.Details {
		return slices.Concat(inFull, details)
	}
	return details
}

// render turns a reply into a message. It has no blocks for a reply that is Silent.
func render(r bot.Reply, o renderOptions) message {
	m := message{Text: fallback(r, o)}
	if r.Kind == bot.Silent {
		return m
	}
	for _, d := range detailsOf(r) {
		p := newPage(o, d)
		p.reply(r)
		m.Blocks = p.blocks
		if !p.refused {
			break
		}
	}
	return m
}

// reply lays a reply out. The controls come last and have their room first: an answer
// that cannot go on is worse than a shorter one.
func (p *page) reply(r bot.Reply) {
	controls := p.aside()
	controls.controls(r)
	p.room, p.spare = controls.room, controls.spare
	p.refused = controls.refused
	p.answer(r)
	p.blocks = append(p.blocks, controls.blocks...)
}

// answer lays out all of a reply but its controls.
func (p *page) answer(r bot.Reply) {
	if r.SharedBy != "" {
		p.remark("Shared by " + mention(r.SharedBy))
	}
	p.say(strings.TrimPrefix(bold(text(r.Title, p.detail.title))+"\n"+p.sentence(r), "\n"), control{})
	switch r.Kind {
	case bot.Place, bot.Guide:
		p.place(r)
	case bot.Tree:
		p.topics(r.Topics)
	case bot.Choice:
		r.Notes = p.choice(r)
	default:
		p.found(r)
	}
	p.notes(r, aboutAnswer)
	p.resources(r)
	if r.Kind == bot.Digest {
		p.digests(r.Facts)
	} else {
		p.facts(r.Facts)
	}
	p.commands(r.Commands)
	p.notes(r, leadingOn)
	if len(r.Commands) > 0 {
		p.remark(p.options.elsewhere())
	}
}

// How much room the parts have whose length does not depend on the detail.
const (
	sentenceRoom = 1200
	commandRoom  = 600
	remarkRoom   = 150
	labelRoom    = 100
	omittedRoom  = commandRoom + labelRoom
)

// nothingToSay stands for a sentence in which there is nothing to be seen.
const nothingToSay = "There is nothing to say to that."

// sentence is the answer in a sentence, with what it is about in bold.
func (p *page) sentence(r bot.Reply) string {
	s := clip(clean(r.Text), sentenceRoom)
	if !visible(s) {
		s = nothingToSay
	}
	said := p.options.prose(s)
	for _, head := range heads(r) {
		if before, after, ok := cutAround(s, head); ok {
			said = p.options.prose(before) + bold(escape(head)) + p.options.prose(after)
			break
		}
	}
	if r.Addressed != "" {
		return mention(r.Addressed) + ", " + said
	}
	return said
}

// heads are what a sentence may be about, as it would say it.
func heads(r bot.Reply) []string {
	var out []string
	if query := clean(r.Query); query != "" {
		out = append(out, "“"+query+"”")
	}
	if len(r.Topics) > 0 && r.Kind != bot.Tree {
		out = append(out, clean(r.Topics[0].Title))
	}
	return out
}

// cutAround finds words in a sentence where they may be set in bold: with a space or
// punctuation around them, as Slack wants it.
func cutAround(s, words string) (before, after string, ok bool) {
	if !visible(words) {
		return "", "", false
	}
	before, after, ok = strings.Cut(s, words)
	begins := before == "" || strings.HasSuffix(before, " ")
	ends := after == "" || strings.ContainsAny(after[:1], " ,.:;!?")
	return before, after, ok && begins && ends
}

// fallback is a reply without its blocks: what was found, in lines.
func fallback(r bot.Reply, o renderOptions) string {
	const room, line = 1500, 200
	lines := []string{nothingToSay}
	if said := clip(clean(r.Text), 2*line); visible(said) {
		lines[0] = o.prose(said)
	}
	if title := text(r.Title, line); title != "" {
		lines[0] = title + ": " + lines[0]
	}
	if r.Addressed != "" {
		lines[0] = mention(r.Addressed) + ", " + lines[0]
	}
	if r.SharedBy != "" {
		lines[0] = "Shared by " + mention(r.SharedBy) + ": " + lines[0]
	}
	for _, t := range r.Topics {
		lines = append(lines, "• "+text(trail(t.Path, t.Title), line))
	}
	for _, res := range r.Resources {
		lines = append(lines, "• "+text(res.Title, line))
	}
	for _, f := range r.Facts {
		lines = append(lines, "• "+text(f.Name+": "+f.Value, line))
	}
	for _, n := range r.Notes {
		lines = append(lines, text(n.Text, line))
		for _, c := range n.Commands {
			lines = append(lines, "• "+text(o.Command+" "+c, line))
		}
	}
	stacked, _ := stack(lines, room)
	return stacked
}

// trail is a path in one line.
func trail(path []string, title string) string {
	if len(path) == 0 {
		return title
	}
	return strings.Join(path, bot.PathSeparator)
}
