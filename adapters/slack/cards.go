package slack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"archbot/internal/bot"
)

const (
	separator = " · "
	bullet    = "• "
)

// found says where a search's topics are. What the sentence says already is not said
// again, and the rest of many topics is in the menu.
func (p *page) found(r bot.Reply) {
	const most = 3
	var lines []string
	for _, t := range r.Topics[:min(len(r.Topics), most)] {
		above := t.Path[:max(0, len(t.Path)-1)]
		if len(above) > 0 && strings.Contains(r.Text, strings.Join(above, bot.PathSeparator)) {
			continue
		}
		line := bold(text(t.Title, p.detail.title))
		for _, more := range []string{p.path(above), p.why(t.Reasons, false)} {
			line = join(line, more)
		}
		lines = append(lines, line)
	}
	if len(r.Menus) == 0 && len(r.Topics)+len(r.Resources) > 0 {
		lines = append(lines, p.named("Near it: ", r.Related))
	}
	stacked, _ := stack(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), maxText)
	p.remark(stacked)
}

// place says where one topic is, and what is below it.
func (p *page) place(r bot.Reply) {
	if len(r.Topics) == 0 {
		return
	}
	t := r.Topics[0]
	p.remark(p.path(t.Path[:max(0, len(t.Path)-1)]))
	if len(r.Resources) > 0 || r.Kind == bot.Guide {
		p.remark(p.named("Below it: ", t.Children))
		return
	}
	p.topics(t.Children)
}

// topics shows topics with how much is below each, a line each.
func (p *page) topics(topics []bot.TopicCard) {
	shown := topics[:min(len(topics), p.detail.topics)]
	var lines []string
	for _, t := range shown {
		lines = append(lines, bullet+join(bold(text(t.Title, p.detail.title)), extent(t)))
	}
	left := p.lines(lines, 2) + len(topics) - len(shown)
	if left > 0 {
		p.remark(fmt.Sprintf("and %d more", left))
	}
}

// choice shows topics that a name may mean, each with the command that asks for it,
// and returns the notes that this leaves to be shown.
func (p *page) choice(r bot.Reply) []bot.Note {
	var rest []bot.Note
	commands := make([]string, len(r.Topics))
	for _, n := range r.Notes {
		if n.Kind == bot.NoteDidYouMean && len(n.Commands) == len(r.Topics) {
			commands = n.Commands
			continue
		}
		rest = append(rest, n)
	}
	var lines []string
	for i, t := range r.Topics[:min(len(r.Topics), p.detail.topics)] {
		line := bullet + join(bold(text(t.Title, p.detail.title)), p.path(t.Path[:max(0, len(t.Path)-1)]))
		if commands[i] != "" {
			line += "\n" + p.options.command(commands[i])
		}
		lines = append(lines, line)
	}
	p.lines(lines, 2)
	return rest
}

// named shows the titles of topics in one line; nothing, where there are none.
func (p *page) named(label string, topics []bot.TopicCard) string {
	var titles []string
	for _, t := range topics[:min(len(topics), p.detail.topics)] {
		if title := clean(t.Title); visible(title) {
			titles = append(titles, title)
		}
	}
	if len(titles) == 0 {
		return ""
	}
	return label + text(strings.Join(titles, ", "), 2*p.detail.path)
}

// path is the way to a topic, in one line.
func (p *page) path(titles []string) string {
	return text(strings.Join(titles, bot.PathSeparator), p.detail.path)
}

// extent says how much is in a topic.
func extent(t bot.TopicCard) string {
	below, resources := counted(t.Below, "topic"), counted(t.Resources, "resource")
	if below == "" || resources == "" {
		return below + resources
	}
	return below + ", " + resources
}

// counted puts a number before a noun; nothing, where there is none of it.
func counted(n int, one string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

// join puts two parts of a line beside each other, or the one that there is.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + separator + b
}

// resources shows the first resources with all that helps to choose, and the others
// with a line each.
func (p *page) resources(r bot.Reply) {
	cards, most := len(r.Resources), p.detail.cards
	if r.Kind == bot.Edition || r.Kind == bot.Details { // each of its resources was chosen to be read
		most *= 2
	}
	if cards > most+2 { // two lines more take no less room
		cards = most
	}
	p.room, p.spare = p.room-omittedRoom, p.spare-1 // to say that there are more
	shown := 0
	for _, res := range r.Resources[:cards] {
		if !p.card(res, r) {
			break
		}
		shown++
	}
	if shown == cards {
		shown += p.compact(r.Resources[cards:min(len(r.Resources), cards+p.detail.lines)])
	}
	p.room, p.spare = p.room+omittedRoom, p.spare+1
	if left := len(r.Resources) - shown; left > 0 {
		p.remark(p.omitted(left, r))
	}
}

// card is one resource with all that helps to choose it.
func (p *page) card(res bot.ResourceCard, r bot.Reply) bool {
	body := bold(p.title(res))
	if about := text(res.Description, p.detail.about); p.detail.about > 0 && about != "" {
		body += "\n" + about
	}
	accessory := p.accessory(res.Buttons, res.Title)
	facts, room := about(res), remarkRoom
	switch {
	case r.Kind == bot.Details:
		facts, room = join(facts, p.path(res.Path)), p.detail.path
	case len(res.Path) > 0 && !stands(res.Path, r):
		facts = join(facts, "in "+text(res.Path[len(res.Path)-1], p.detail.title))
	}
	facts = join(facts, text(res.Remark, room))
	if p.detail.reasons && res.Remark == "" { // one reason is enough
		facts = join(facts, p.why(res.Reasons, true))
	}
	if facts == "" {
		return p.say(body, accessory)
	}
	return p.put(length(body)+accessory.text+length(facts), section(body, accessory), remark(facts))
}

// compact shows resources with a line each, and returns how many.
func (p *page) compact(resources []bot.ResourceCard) (shown int) {
	for part := range slices.Chunk(resources, maxOverflow) {
		var lines []string
		var choices []choice
		for _, res := range part {
			line := bullet + join(p.title(res), about(res))
			if p.detail.reasons {
				line = join(line, text(res.Remark, remarkRoom))
			}
			lines = append(lines, line)
			choices = append(choices, choicesOf(res.Buttons, res.Title)...)
		}
		stacked, n := stack(lines, maxSection)
		if n == 0 || !p.say(stacked, p.overflow(choices[:min(len(choices), maxOverflow)])) {
			break
		}
		if shown += n; n < len(part) {
			p.refused = true
			break
		}
	}
	return shown
}

// title is a resource's title, linked where its address is one of the web.
func (p *page) title(res bot.ResourceCard) string {
	title := clip(clean(res.Title), p.detail.title)
	if !visible(title) {
		title = clip(clean(res.URL), p.detail.title)
	}
	if !visible(title) {
		title = "Untitled"
	}
	return link(res.URL, escape(title), p.detail.address)
}

// about says in a few words what a resource is.
func about(res bot.ResourceCard) string {
	const word = 30
	line := text(string(res.Kind), word)
	if res.Year != 0 {
		line = join(line, strconv.Itoa(res.Year))
	}
	return join(line, text(string(res.Level), word))
}

// stands reports whether the answer says of a path where it is.
func stands(path []string, r bot.Reply) bool {
	return slices.ContainsFunc(r.Topics, func(t bot.TopicCard) bool { return slices.Equal(t.Path, path) })
}

// omitted says that there are more resources than are shown, and how to see them.
func (p *page) omitted(left int, r bot.Reply) string {
	more := fmt.Sprintf("%d more", left)
	if len(r.Topics) == 1 && (r.Kind == bot.Place || r.Kind == bot.Guide) {
		t := r.Topics[0]
		return more + ": " + p.options.command(fmt.Sprintf("search %s topic:%s", t.Title, t.ID))
	}
	return more + " did not fit here. Ask for fewer, for example with " + code("kind:video", commandRoom) + "."
}
