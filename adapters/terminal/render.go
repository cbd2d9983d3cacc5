package terminal

import (
	"fmt"
	"slices"
	"strings"

	"archbot/internal/bot"
)

// Render shows a reply as text for people, ending in a line break.
func Render(v View, r bot.Reply) string {
	p := &page{view: v}
	if r.SharedBy != "" {
		p.text("", "Shared with everybody by "+Clean(string(r.SharedBy))+".", dim)
	}
	if r.Title != "" {
		p.text("", Clean(r.Title), bold)
	}
	switch r.Kind {
	case bot.Silent:
		return ""
	case bot.Place, bot.Guide:
		p.place(r)
	case bot.Tree:
		p.text("", Clean(r.Text))
		p.gap()
		p.table("", r.Topics)
	case bot.Help:
		p.help(r)
	default:
		p.text("", Clean(r.Text))
		p.hits("Topics", r.Topics)
	}
	p.resources(r.Resources)
	if len(r.Resources) > 0 || len(r.Topics) > 0 {
		p.hits("Near it", r.Related)
	}
	p.facts(r.Facts)
	p.notes(r.Notes)
	p.form(r.Form)
	p.buttons(r)
	return p.String()
}

// page is an answer being laid out. What is put on it is clean.
type page struct {
	strings.Builder
	view View
	at   []string // the path that the page is about, so that nothing repeats it
	last int      // the number of the last choice on the page
}

func (p *page) line(s string) { p.WriteString(s + "\n") }

// gap separates what follows from what stands above it.
func (p *page) gap() {
	if p.Len() > 0 {
		p.line("")
	}
}

func (p *page) heading(s string) {
	p.gap()
	p.line(p.view.paint(bold, s))
}

// text puts a wrapped paragraph on the page.
func (p *page) text(indent, s string, styles ...style) {
	for _, l := range wrap(s, p.view.Width-len(indent)) {
		for _, st := range styles {
			l = p.view.paint(st, l)
		}
		p.line(indent + l)
	}
}

// trail shows a path, broken between titles rather than inside one.
func (p *page) trail(indent string, path []string, styles ...style) {
	room := p.view.Width - len(indent)
	line := ""
	for i, title := range cleaned(path) {
		step := title
		if i < len(path)-1 {
			step += " ›"
		}
		if line != "" && cells(line)+1+cells(step) > room {
			p.text(indent, line, styles...)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+step, " ")
	}
	p.text(indent, line, styles...)
}

// hits shows the topics that were found, each with its place.
func (p *page) hits(heading string, topics []bot.TopicCard) {
	if len(topics) == 0 {
		return
	}
	p.heading(heading)
	for _, t := range topics {
		p.text("  ", Clean(t.Title), cyan)
		p.trail("    ", t.Path, dim)
		p.reasons(t.Reasons)
	}
}

// reasons says how a search found something, where that was asked for.
func (p *page) reasons(why []bot.Reason) {
	if !p.view.Explain || len(why) == 0 {
		return
	}
	p.text("    ", "because of: "+Clean(strings.Join(reasons(why), ", ")), dim)
}

// place shows one topic: the way to it, what is below.
func (p *page) place(r bot.Reply) {
	for _, t := range r.Topics {
		p.at = t.Path
		if len(t.Path) > 1 {
			p.trail("", t.Path, bold)
		}
		p.text("", Clean(r.Text))
		if len(t.Children) > 0 {
			p.gap()
			p.table("Below it", t.Children)
		}
	}
}

func (p *page) help(r bot.Reply) {
	p.text("", Clean(r.Text))
	widest := 0
	for _, c := range r.Commands {
		widest = max(widest, cells(c.Synopsis))
	}
	if len(r.Commands) > 0 {
		p.gap()
	}
	for _, c := range r.Commands {
		if c.Detail != "" {
			p.text("  ", p.view.Prefix+c.Synopsis, cyan)
			p.gap()
			p.text("", c.Detail)
			p.options(c.Options)
			p.commands("Examples:", c.Examples)
			continue
		}
		p.entry(widest, c.Synopsis, c.Summary)
	}
}

// resources shows what to read, watch or listen to.
func (p *page) resources(resources []bot.ResourceCard) {
	if len(resources) == 0 {
		return
	}
	p.heading("Resources")
	for i, r := range resources {
		if i > 0 {
			p.gap()
		}
		p.resource(r)
	}
}

func (p *page) resource(r bot.ResourceCard) {
	for _, l := range wrap(Clean(r.Title), p.view.Width-2) {
		p.line("  " + p.view.link(r.URL, p.view.paint(cyan, l)))
	}
	p.address(r.URL)
	if about := about(r); about != "" {
		p.text("    ", about, dim)
	}
	if !slices.Equal(r.Path, p.at) {
		p.trail("    ", r.Path, dim)
	}
	if r.Description != "" {
		p.text("    ", Clean(r.Description))
	}
	if r.Remark != "" {
		p.text("    ", Clean(r.Remark), yellow)
	}
	p.reasons(r.Reasons)
	p.choices("    ", "", r.Buttons)
}

// address shows a URL whole, on a line of its own, even where it is longer than
// the line: cut, it could be neither copied nor clicked. Where links are
// clickable anyway it is cut.
func (p *page) address(url string) {
	shown := Clean(url)
	if p.view.Links {
		shown = shorten(shown, p.view.Width-4)
	}
	p.line("    " + p.view.link(url, shown))
}

// about says in a few words what a resource is.
func about(r bot.ResourceCard) string {
	var parts []string
	if r.Kind != "" {
		parts = append(parts, string(r.Kind))
	}
	if r.Level != "" {
		parts = append(parts, string(r.Level))
	}
	if r.Year != 0 {
		parts = append(parts, fmt.Sprint(r.Year))
	}
	return strings.Join(cleaned(parts), " · ")
}

func (p *page) notes(notes []bot.Note) {
	for _, n := range notes {
		p.commands(Clean(n.Text), n.Commands)
	}
}

// commands shows a remark with the commands that go with it, each in one piece,
// to be copied.
func (p *page) commands(remark string, commands []string) {
	p.gap()
	p.text("", remark, yellow)
	for _, c := range commands {
		p.line("  " + p.view.Prefix + p.view.argument(Clean(c)))
	}
}

// argument quotes what a shell would take apart, where a command is to be typed
// into one.
func (v View) argument(command string) string {
	name, rest, ok := strings.Cut(command, " ")
	if v.Prefix == "" || !ok || !strings.ContainsAny(rest, "()[]{}<>&;|*?!$`'\"\\~#") {
		return command
	}
	return name + " '" + strings.ReplaceAll(rest, "'", `'\''`) + "'"
}
