package discord

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// message is what is sent to Discord for an answer, wherever it goes. Discordgo's own
// types are each for one endpoint, and send fields that components v2 forbids.
type message struct {
	Content    string                            `json:"content,omitempty"`
	Components []discordgo.MessageComponent      `json:"components,omitempty"`
	Flags      discordgo.MessageFlags            `json:"flags,omitempty"`
	Mentions   *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
}

// renderOptions are how an answer is shown.
type renderOptions struct {
	// Slash says that commands are shown as slash commands; else as they are written
	// to the bot in a message.
	Slash bool
	// Again offers to open the form once more, where a reply has one.
	Again bool
}

// The colours at the side of a card: what kind of answer it is, at a glance, in the
// light theme and in the dark one.
const (
	colourAnswer = 0x3B82F6
	colourQuiet  = 0x8A8F98
	colourDone   = 0x2E9E6B
	colourWait   = 0xE0A030
	colourFault  = 0xD9534F
)

func colour(k bot.ReplyKind) int {
	switch k {
	case bot.Nothing, bot.Stale, bot.About, bot.Help:
		return colourQuiet
	case bot.Done:
		return colourDone
	case bot.Misuse, bot.Limited, bot.Confirm, bot.Choice:
		return colourWait
	case bot.Away, bot.Failure:
		return colourFault
	}
	return colourAnswer
}

// render shows a reply as a message of components, within all of Discord's limits. Who
// may see it is for the caller to say.
func render(v renderOptions, r bot.Reply) message {
	r = trimmed(r)
	var crowded []layout // that have too many components
	for _, l := range layouts(r) {
		if slices.ContainsFunc(crowded, l.sameParts) {
			continue
		}
		m, count, letters := v.lay(l, r)
		switch {
		case count > maxComponents:
			crowded = append(crowded, l)
		case letters <= maxText:
			return m
		}
	}
	return plain(r) // not reached: the last layout has next to nothing in it
}

// plain shows a reply as text, for where Discord refuses the card.
func plain(r bot.Reply) message {
	text := cut(escapeLines(cut(r.Plain(), maxContent)), maxContent)
	return message{Content: cmp.Or(text, "…"), Flags: discordgo.MessageFlagsSuppressEmbeds, Mentions: mentions(r)}
}

func escapeLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = escape(l)
	}
	return strings.Join(lines, "\n")
}

// mentions lets nobody be pinged but who an answer is addressed to.
func mentions(r bot.Reply) *discordgo.MessageAllowedMentions {
	m := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
	if isID(string(r.Addressed)) {
		m.Users = []string{string(r.Addressed)}
	}
	return m
}

// cardFlags are those of every card. Link cards would stand below ours, one for each
// resource; ours is no embed, so it stays.
const cardFlags = discordgo.MessageFlagsIsComponentsV2 | discordgo.MessageFlagsSuppressEmbeds

// lay builds the message by a layout, and tells how many components it has, and how much
// text.
func (v renderOptions) lay(l layout, r bot.Reply) (m message, count, letters int) {
	p := &page{view: v, layout: l}
	p.header(r)
	p.topics(r)
	p.help(r)
	p.facts(r.Facts)
	p.resources(r.Resources)
	p.after(r)
	body := p.parts
	if len(body) == 0 {
		body = []discordgo.MessageComponent{discordgo.TextDisplay{Content: "…"}}
	}
	accent := colour(r.Kind)
	top := []discordgo.MessageComponent{discordgo.Container{AccentColor: &accent, Components: body}}
	top = append(top, p.rows(r)...)
	count, letters = measure(top)
	return message{Components: top, Flags: cardFlags, Mentions: mentions(r)}, count, letters
}

// page is a card being laid out.
type page struct {
	view    renderOptions
	layout  layout
	parts   []discordgo.MessageComponent
	pending []string          // lines of the text that is being written
	tokens  map[string]bool   // a message has each token once
	menus   map[string][]item // what the resources' buttons do, where a menu does it
	order   []string          // the menus' names
	at      []string          // the path that the page is about
	count   int               // of buttons
}

// write adds lines to the text that is being written.
func (p *page) write(lines ...string) {
	for _, l := range lines {
		if l != "" {
			p.pending = append(p.pending, l)
		}
	}
}

// flush ends the text that is being written.
func (p *page) flush() {
	if len(p.pending) > 0 {
		p.parts = append(p.parts, discordgo.TextDisplay{Content: strings.Join(p.pending, "\n")})
		p.pending = nil
	}
}

// divide draws a line, where there is something above it and room for it.
func (p *page) divide() {
	p.flush()
	if p.layout.lines && len(p.parts) > 0 {
		p.parts = append(p.parts, discordgo.Separator{})
	}
}

// header says who shares the answer, for whom it is, and the answer in a sentence.
func (p *page) header(r bot.Reply) {
	if isID(string(r.Addressed)) {
		p.write("<@" + string(r.Addressed) + ">, this is for you.")
	}
	if isID(string(r.SharedBy)) {
		p.write("-# Shared by <@" + string(r.SharedBy) + ">")
	}
	if r.Title != "" {
		p.write(heading(escape(cut(r.Title, maxTitle))))
	}
	sentence := prose(cut(r.Text, maxSentence))
	switch r.Kind {
	case bot.Place, bot.Guide:
		for _, t := range r.Topics {
			p.at = t.Path
			if len(t.Path) > 1 {
				p.write("-# " + trail(t.Path[:len(t.Path)-1], maxTrail))
			}
		}
		p.write(heading(sentence))
	case bot.Found, bot.Tree, bot.News, bot.Reading, bot.Choice:
		p.write(heading(sentence))
	default:
		p.write(sentence)
	}
}

// heading shows a short sentence as one; a longer one reads better as what it is.
func heading(sentence string) string {
	if length(sentence) > maxHeading {
		return sentence
	}
	return "### " + sentence
}

// topics shows the topics of an answer, each with its place; of a topic as a place, what
// is below it.
func (p *page) topics(r bot.Reply) {
	switch r.Kind {
	case bot.Place, bot.Guide:
		for _, t := range r.Topics {
			p.listed(t.Children, tally)
		}
	case bot.Tree:
		p.listed(r.Topics, tally)
	default:
		p.listed(r.Topics, func(t bot.TopicCard) string {
			if len(t.Path) < 2 || !p.layout.paths {
				return ""
			}
			return trail(t.Path[:len(t.Path)-1], maxTrail)
		})
	}
}

// tally says how much is in a topic.
func tally(t bot.TopicCard) string {
	switch t.Resources {
	case 0:
		return "nothing yet"
	case 1:
		return "1 resource"
	}
	return digits(t.Resources) + " resources"
}

func (p *page) listed(topics []bot.TopicCard, beside func(bot.TopicCard) string) {
	shown := min(len(topics), p.layout.topics)
	for _, t := range topics[:shown] {
		line := "- **" + cmp.Or(escape(cut(t.Title, maxTitle)), "…") + "**"
		if more := beside(t); more != "" {
			line += " · " + more
		}
		p.write(line)
	}
	p.more(len(topics)-shown, "topic")
}

// more says that some were left out.
func (p *page) more(n int, what string) {
	switch {
	case n == 1:
		p.write("-# and 1 " + what + " more")
	case n > 1:
		p.write("-# and " + digits(n) + " " + what + "s more")
	}
}

// trail shows a path.
func trail(path []string, most int) string {
	return escape(cut(strings.Join(path, bot.PathSeparator), most))
}

// resources shows what to read, watch or listen to.
func (p *page) resources(all []bot.ResourceCard) {
	if len(all) == 0 {
		return
	}
	p.divide()
	shown := min(len(all), p.layout.resources)
	for _, r := range all[:shown] {
		p.resource(r)
	}
	p.flush()
	p.more(len(all)-shown, "resource")
}

func (p *page) resource(r bot.ResourceCard) {
	title, linked := link(cut(r.Title, p.layout.title), r.URL)
	lines := []string{title}
	if !linked && r.URL != "" {
		lines = append(lines, "-# Its address cannot be a link here.")
	}
	if about := p.about(r); about != "" {
		lines = append(lines, "-# "+about)
	}
	if p.layout.words > 0 && r.Description != "" {
		lines = append(lines, escape(cut(clean(r.Description), p.layout.words)))
	}
	if r.Remark != "" {
		lines = append(lines, "*"+escape(cut(r.Remark, maxRemark))+"*")
	}
	text := discordgo.TextDisplay{Content: strings.Join(lines, "\n")}
	p.flush()
	if b, ok := p.beside(r); ok {
		p.parts = append(p.parts, discordgo.Section{Components: []discordgo.MessageComponent{text}, Accessory: b})
		return
	}
	p.parts = append(p.parts, text)
}

// about says in a few words what a resource is, and where it stands.
func (p *page) about(r bot.ResourceCard) string {
	var parts []string
	for _, s := range []string{string(r.Kind), string(r.Level)} {
		if s != "" {
			parts = append(parts, escape(cut(s, maxTitle)))
		}
	}
	if r.Year != 0 {
		parts = append(parts, digits(r.Year))
	}
	if n := len(r.Path); p.layout.paths && n > 0 && strings.Join(r.Path, "\x00") != strings.Join(p.at, "\x00") {
		shown, room := r.Path[max(0, n-2):], maxTrail
		if p.layout.whole {
			shown, room = r.Path, 3*maxTrail
		}
		parts = append(parts, trail(shown, room))
	}
	return strings.Join(parts, " · ")
}

// after shows what follows the resources: what is near, and remarks.
func (p *page) after(r bot.Reply) {
	if len(r.Related) > 0 && len(r.Resources)+len(r.Topics) > 0 {
		var near []string
		for _, t := range r.Related[:min(len(r.Related), p.layout.topics)] {
			near = append(near, escape(cut(t.Title, maxTitle)))
		}
		p.write("-# Near it: " + strings.Join(near, " · "))
	}
	if len(r.Notes) > 0 && len(r.Resources) > 0 {
		p.divide()
	}
	for _, n := range r.Notes {
		p.note(n.Text, n.Commands)
	}
	for _, b := range r.Buttons {
		if b.Token == "" && b.Command != "" && (b.Kind == bot.ButtonNext || b.Kind == bot.ButtonConfirm) {
			p.note(b.Label+":", []string{b.Command})
		}
	}
	if r.Form != nil {
		p.form(*r.Form)
	}
	p.flush()
}

// note shows a remark with the commands that go with it.
func (p *page) note(remark string, commands []string) {
	p.write(prose(cut(remark, maxRemark)))
	for _, c := range commands[:min(len(commands), maxNoted)] {
		p.write("- " + code(cut(p.view.command(c), maxCommandLine)))
	}
}
