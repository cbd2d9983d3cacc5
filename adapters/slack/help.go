package slack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// command is a command line as it is typed in Slack, as code to be copied.
func (o renderOptions) command(line string) string { return code(o.Command+" "+line, commandRoom) }

// codeSpan is what the core may mark as code in a sentence: commands and options. It
// can be nothing that links or formats.
var codeSpan = regexp.MustCompile(`^[\pL\pN][\pL\pN :._/-]*$`)

// prose escapes a clean sentence of the core's. What it marks as code becomes code,
// with the slash command before a command's name; what it quotes stays text whatever
// it is, as somebody else wrote that.
func (o renderOptions) prose(s string) string {
	const most = 4 // spans; more than that the core does not write
	var b strings.Builder
	for range most {
		before, rest, ok := strings.Cut(s, "`")
		inside, after, closed := strings.Cut(rest, "`")
		quoted := strings.Count(before, "“") > strings.Count(before, "”")
		if !ok || !closed || quoted || !codeSpan.MatchString(inside) && inside != o.invitation() {
			break
		}
		b.WriteString(escape(before))
		b.WriteString(o.span(inside))
		s = after
	}
	b.WriteString(escape(s))
	return b.String()
}

// invitation is what somebody types to let the bot into a channel.
func (o renderOptions) invitation() string { return "/invite @" + o.Name }

// span is what the core marks as code, as code of Slack's.
func (o renderOptions) span(inside string) string {
	name, _, _ := strings.Cut(inside, " ")
	if slices.ContainsFunc(bot.Commands(), func(c bot.Command) bool { return c.Name == name }) {
		return o.command(inside)
	}
	return code(inside, commandRoom)
}

// placing says which notes are shown: those on the answer itself, above it, or those
// that lead on from it, below.
type placing bool

const (
	aboutAnswer placing = true
	leadingOn   placing = false
)

// notes shows remarks with the commands that go with them. What may be meant instead
// stands out, where that is all that there is.
func (p *page) notes(r bot.Reply, where placing) {
	const most = 15 // as many commands as there are
	for _, n := range r.Notes {
		about := n.Kind == bot.NoteEmpty || n.Kind == bot.NoteTakenAs
		if about != bool(where) {
			continue
		}
		lines := []string{p.options.prose(clip(clean(n.Text), 2*labelRoom))}
		for _, c := range n.Commands[:min(len(n.Commands), most)] {
			lines = append(lines, p.options.command(c))
		}
		if len(lines) == 2 && !strings.HasSuffix(lines[0], ".") { // it leads to the command
			lines = []string{strings.TrimSpace(lines[0] + " " + lines[1])}
		}
		stacked, _ := stack(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), maxText)
		if n.Kind == bot.NoteDidYouMean {
			p.say(stacked, control{})
		} else {
			p.remark(stacked)
		}
	}
}

// commands shows what can be asked: a line for each command, or a page for one.
func (p *page) commands(commands []bot.CommandCard) {
	var lines []string
	for _, c := range commands {
		if c.Detail == "" {
			lines = append(lines, p.options.command(c.Synopsis)+"  "+text(c.Summary, labelRoom))
			continue
		}
		p.manual(c)
	}
	p.lines(lines, 2)
}

// manual explains one command.
func (p *page) manual(c bot.CommandCard) {
	p.say(p.options.command(c.Synopsis)+"\n"+p.options.prose(clip(clean(c.Detail), sentenceRoom)), control{})
	var options []string
	for _, o := range c.Options {
		options = append(options, option(o))
	}
	p.lines(options, 1)
	examples := []string{"For example:"}
	for _, e := range c.Examples {
		examples = append(examples, p.options.command(e))
	}
	if len(c.Examples) > 0 {
		p.lines(examples, 1)
	}
}

// option explains what a command takes.
func option(o bot.Option) string {
	name := o.Name + ":"
	if o.Rest {
		name = strings.ToUpper(o.Name)
	}
	line := code(name, labelRoom) + "  " + text(o.Help, 2*labelRoom)
	if len(o.Choices) > 0 {
		line += ": " + text(strings.Join(o.Choices, ", "), 2*labelRoom)
	}
	if o.Required {
		line += " (needed)"
	}
	return line
}

// elsewhere says how to ask where slash commands do not work.
func (o renderOptions) elsewhere() string {
	return "Slack has no slash commands in threads: mention me there, " +
		code("@"+o.Name+" circuit breaking", commandRoom) + ", or write me a direct message."
}

// digests shows what is known of digests, a line each: there may be many.
func (p *page) digests(facts []bot.Fact) {
	var lines []string
	for _, f := range facts {
		value := p.options.prose(clip(clean(f.Value), 3*labelRoom))
		lines = append(lines, join(bold(text(f.Name, labelRoom)), value))
	}
	if left := p.lines(lines, 4); left > 0 {
		p.remark(fmt.Sprintf("and %d more", left))
	}
}

// facts shows what is known, in two columns.
func (p *page) facts(facts []bot.Fact) {
	var fields []*slack.TextBlockObject
	n := 0
	for _, f := range facts[:min(len(facts), maxFields)] {
		value := text(f.Value, 2*labelRoom)
		if value == "" {
			continue
		}
		field := strings.TrimPrefix(bold(text(f.Name, labelRoom))+"\n"+value, "\n")
		fields = append(fields, formatted(field))
		n += length(field)
	}
	if len(fields) > 0 {
		p.put(n, slack.NewSectionBlock(nil, fields, nil))
	}
}
