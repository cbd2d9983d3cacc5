package terminal

import (
	"fmt"
	"strings"

	"archbot/internal/bot"
)

// Choices are the buttons of a reply, in the order of the numbers that they have
// where a View shows them.
func Choices(r bot.Reply) []bot.Button {
	var all []bot.Button
	for _, res := range r.Resources {
		all = append(all, pressable(res.Buttons)...)
	}
	all = append(all, pressable(r.Buttons)...)
	for _, m := range r.Menus {
		all = append(all, pressable(m.Choices)...)
	}
	return all
}

// pressable are the buttons that have a token.
func pressable(buttons []bot.Button) []bot.Button {
	var out []bot.Button
	for _, b := range buttons {
		if b.Token != "" {
			out = append(out, b)
		}
	}
	return out
}

// buttons shows what can be done with an answer: where a number can be typed, all
// of it; elsewhere the command that goes on.
func (p *page) buttons(r bot.Reply) {
	if !p.view.Numbers || len(Choices(r)) == 0 {
		for _, b := range r.Buttons {
			if b.Kind == bot.ButtonNext && b.Command != "" || b.Kind == bot.ButtonConfirm && b.Command != "" {
				p.commands(Clean(b.Label)+":", []string{b.Command})
			}
		}
		return
	}
	if len(Choices(r)) == p.last {
		return
	}
	p.gap()
	p.text("", "Type a number:", yellow)
	p.choices("  ", "", r.Buttons)
	for _, m := range r.Menus {
		p.choices("  ", Clean(m.Label)+": ", m.Choices)
	}
}

// choices shows buttons with their numbers, on as few lines as they fit on.
func (p *page) choices(indent, label string, buttons []bot.Button) {
	if !p.view.Numbers {
		return
	}
	line := label
	for _, b := range pressable(buttons) {
		p.last++
		choice := fmt.Sprintf("[%d] %s", p.last, Clean(b.Label))
		if line != "" && line != label && len(indent)+cells(line)+2+cells(choice) > p.view.Width {
			p.line(indent + p.view.paint(cyan, line))
			line = label[:0]
		} else if line != "" && line != label {
			line += "  "
		}
		line += choice
	}
	if line != label && line != "" {
		p.line(indent + p.view.paint(cyan, line))
	}
}

// facts shows what is known, with its names in a column.
func (p *page) facts(facts []bot.Fact) {
	widest := 0
	for _, f := range facts {
		widest = max(widest, cells(f.Name))
	}
	if len(facts) > 0 {
		p.gap()
	}
	for _, f := range facts {
		p.entry(widest, Clean(f.Name), Clean(f.Value))
	}
}

// form shows what a command takes, to be typed, with what is there already.
func (p *page) form(f *bot.Form) {
	if f == nil {
		return
	}
	var options []bot.Option
	for _, field := range f.Fields {
		if field.Value != "" {
			field.Help += " (now " + field.Value + ")"
		}
		options = append(options, field.Option)
	}
	p.options(options)
}

// options shows what a command takes.
func (p *page) options(options []bot.Option) {
	if len(options) == 0 {
		return
	}
	p.gap()
	p.text("", "It takes:", yellow)
	widest := 0
	for _, o := range options {
		widest = max(widest, cells(optionName(o)))
	}
	for _, o := range options {
		help := o.Help
		if o.Choices != nil {
			help += ": " + strings.Join(o.Choices, ", ")
		}
		if o.Required {
			help += " (needed)"
		}
		p.entry(widest, optionName(o), Clean(help))
	}
}

// optionName is what an option is typed as.
func optionName(o bot.Option) string {
	if o.Rest {
		return strings.ToUpper(o.Name)
	}
	return o.Name + ":"
}

// entry shows a name in a column of that width, and beside it what it is.
func (p *page) entry(widest int, name, what string) {
	for i, l := range wrap(what, p.view.Width-widest-4) {
		shown := pad("", widest, false)
		if i == 0 {
			shown = p.view.paint(cyan, pad(name, widest, false))
		}
		p.line("  " + shown + "  " + l)
	}
}
