package slack

import (
	"slices"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// How much can be pressed below an answer.
const (
	rowLength = 5 // buttons beside each other, which a laptop has room for
	rows      = 3
	menus     = 2
)

// The kinds of control that no bot.ButtonKind names.
const (
	kindMenu   = "menu"   // a choice with tokens
	kindForm   = "form"   // opens the form of the command that is its value
	kindPick   = "pick"   // a topic that is found by typing; its value names it
	kindSearch = "search" // the App Home's search box
)

// control is something to press, with how much text it has.
type control struct {
	element slack.BlockElement
	text    int
}

// choice is one thing of several that a control offers.
type choice struct {
	label string
	token bot.Token
}

// controls lays out what can be done with an answer: buttons, then menus.
func (p *page) controls(r bot.Reply) {
	var all []control
	if r.Form != nil {
		all = append(all, p.formButton("Fill in a form", r.Form.Command))
	}
	for _, b := range r.Buttons {
		switch {
		case b.Token != "":
			all = append(all, p.button(b, ""))
		case b.Command != "" && (b.Kind == bot.ButtonNext || b.Kind == bot.ButtonConfirm):
			// There is no other way to go on.
			p.remark(text(b.Label, labelRoom) + ": " + p.options.command(b.Command))
		}
	}
	for row := range slices.Chunk(all[:min(len(all), rows*rowLength)], rowLength) {
		p.row(row)
	}
	var selects []control
	for _, m := range r.Menus[:min(len(r.Menus), menus)] {
		if c, ok := p.menu(m); ok {
			selects = append(selects, c)
		}
	}
	p.row(selects)
}

// row adds controls beside each other, if there are any.
func (p *page) row(controls []control) {
	if len(controls) == 0 {
		return
	}
	var elements []slack.BlockElement
	n := 0
	for _, c := range controls[:min(len(controls), maxActions)] {
		elements = append(elements, c.element)
		n += c.text
	}
	p.put(n, slack.NewActionBlock("", elements...))
}

// button is a button with its token; of is what it is about, for who does not see
// what it stands beside.
func (p *page) button(b bot.Button, of string) control {
	label := plain(b.Label, "Do it", maxButton)
	e := slack.NewButtonBlockElement(p.actionID(string(b.Kind)), string(b.Token), label)
	if b.Kind == bot.ButtonConfirm {
		e.WithStyle(slack.StyleDanger)
	}
	n := length(label.Text)
	if of = clean(of); visible(of) {
		e.AccessibilityLabel = clip(label.Text+": "+of, maxAccessibilityLabel)
		n += length(e.AccessibilityLabel)
	}
	return control{e, n}
}

// formButton opens the form of a command.
func (p *page) formButton(label, command string) control {
	e := slack.NewButtonBlockElement(p.actionID(kindForm), clip(clean(command), maxOptionValue), plain(label, "Form", maxButton))
	return control{e, length(e.Text.Text)}
}

// accessory is what can be done with one resource, to its right: a button, or a menu
// where there are several.
func (p *page) accessory(buttons []bot.Button, of string) control {
	var usable []bot.Button
	for _, b := range buttons {
		if b.Token != "" {
			usable = append(usable, b)
		}
	}
	switch len(usable) {
	case 0:
		return control{}
	case 1:
		return p.button(usable[0], of)
	}
	choices := choicesOf(buttons, "")
	return p.overflow(choices[:min(len(choices), maxOverflow)])
}

// choicesOf are buttons as choices of a menu; of is what they are about, where the
// menu is about several things.
func choicesOf(buttons []bot.Button, of string) []choice {
	var out []choice
	for _, b := range buttons {
		if b.Token == "" {
			continue
		}
		label := clean(b.Label)
		if of = clean(of); of != "" {
			label += ": " + of
		}
		out = append(out, choice{label, b.Token})
	}
	return out
}

// overflow is a small menu behind three dots; nothing, where there is nothing to
// choose.
func (p *page) overflow(choices []choice) control {
	options, n := optionsOf(choices)
	if len(options) == 0 {
		return control{}
	}
	return control{slack.NewOverflowBlockElement(p.actionID(kindMenu), options...), n}
}

// menu is a menu with its choices; none, where none of them can be pressed.
func (p *page) menu(m bot.Menu) (control, bool) {
	choices := choicesOf(m.Choices, "")
	options, n := optionsOf(choices[:min(len(choices), maxMenu)])
	if len(options) == 0 {
		return control{}, false
	}
	label := plain(m.Label, "Choose one", maxPlaceholder)
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, label, p.actionID(kindMenu), options...)
	return control{e, n + length(label.Text)}, true
}

// maxMenu is how many choices a menu of ours has: Slack would take 100, which are too
// much text for one message.
const maxMenu = 25

// optionsOf are the options of a menu, and how much text they have. A token that is
// there already is not offered again.
func optionsOf(choices []choice) (options []*slack.OptionBlockObject, n int) {
	seen := make(map[bot.Token]bool)
	for _, c := range choices {
		if seen[c.token] {
			continue
		}
		seen[c.token] = true
		label := plain(c.label, "This one", maxOptionText)
		n += length(label.Text)
		options = append(options, slack.NewOptionBlockObject(string(c.token), label, nil))
	}
	return options, n
}
