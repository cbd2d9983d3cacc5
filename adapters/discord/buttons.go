package discord

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// item is a choice of a menu.
type item struct{ label, about, token string }

// take reports whether a token can be used: a message has each of them once.
func (p *page) take(t bot.Token) bool {
	token := string(t)
	if token == "" || length(token) > maxCustomID || p.tokens[token] {
		return false
	}
	if p.tokens == nil {
		p.tokens = make(map[string]bool)
	}
	p.tokens[token] = true
	return true
}

// beside is the button that stands beside a resource, where there is one. Where a menu
// is to have them all, or there are several, they are noted for it.
func (p *page) beside(r bot.ResourceCard) (discordgo.Button, bool) {
	var kept []bot.Button
	for _, b := range r.Buttons {
		if p.take(b.Token) {
			kept = append(kept, b)
		}
	}
	if p.layout.each && len(kept) > 0 {
		shown := kept[0]
		p.collect(r.Title, kept[1:])
		return p.button(shown), true
	}
	p.collect(r.Title, kept)
	return discordgo.Button{}, false
}

// collect puts buttons of a resource into the menus below the card.
func (p *page) collect(title string, buttons []bot.Button) {
	for _, b := range buttons {
		if p.menus == nil {
			p.menus = make(map[string][]item)
		}
		if _, ok := p.menus[b.Label]; !ok {
			p.order = append(p.order, b.Label)
		}
		p.menus[b.Label] = append(p.menus[b.Label], item{label: title, token: string(b.Token)})
	}
}

// kinds are those of buttons, in the order in which their numbers count them. Messages
// out there have these numbers: new kinds go to the end.
var kinds = []bot.ButtonKind{
	bot.ButtonNext, bot.ButtonOnly, bot.ButtonTopic, bot.ButtonSave, bot.ButtonUnsave, bot.ButtonShare, bot.ButtonAgain, bot.ButtonConfirm,
	bot.ButtonPause,
}

// kindStep lies between the numbers of one kind and of the next: more than a message has
// components.
const kindStep = 100

// buttonID is the number of the nth button of a message: it says of what kind it is, for
// which its token has no room.
func buttonID(k bot.ButtonKind, n int) int { return kindStep*(slices.Index(kinds, k)+1) + n }

// buttonOf is the kind that a number says; empty where it says none.
func buttonOf(id int) bot.ButtonKind {
	if at := id/kindStep - 1; at >= 0 && at < len(kinds) {
		return kinds[at]
	}
	return ""
}

// button is a button as it is shown.
func (p *page) button(b bot.Button) discordgo.Button {
	p.count++
	style := discordgo.SecondaryButton
	switch b.Kind {
	case bot.ButtonNext:
		style = discordgo.PrimaryButton
	case bot.ButtonConfirm:
		style = discordgo.DangerButton
	case bot.ButtonOnly, bot.ButtonTopic, bot.ButtonSave, bot.ButtonUnsave, bot.ButtonShare, bot.ButtonAgain, bot.ButtonPause:
	}
	return discordgo.Button{Label: label(b.Label, maxButtonLabel), Style: style, CustomID: string(b.Token), ID: buttonID(b.Kind, p.count)}
}

// label is text that is shown without markup; it is never empty.
func label(s string, most int) string {
	if s = cut(clean(s), most); s == "" {
		return "…"
	}
	return s
}

// rows are what can be done with an answer, below the card: buttons first, then menus.
func (p *page) rows(r bot.Reply) []discordgo.MessageComponent {
	var out []discordgo.MessageComponent
	var row []discordgo.MessageComponent
	for _, b := range r.Buttons[:min(len(r.Buttons), p.layout.buttons)] {
		if !p.take(b.Token) {
			continue
		}
		if row = append(row, p.button(b)); len(row) == maxRowButtons {
			out, row = append(out, discordgo.ActionsRow{Components: row}), nil
		}
	}
	if len(row) > 0 {
		out = append(out, discordgo.ActionsRow{Components: row})
	}
	for _, name := range p.order {
		out = append(out, p.menu(name+" one of them", p.menus[name], len(out))...)
	}
	for _, m := range r.Menus {
		var items []item
		for _, c := range m.Choices {
			if p.take(c.Token) {
				items = append(items, item{label: c.Label, about: c.Command, token: string(c.Token)})
			}
		}
		out = append(out, p.menu(m.Label, items, len(out))...)
	}
	if p.view.Again && r.Form != nil && len(makeModalID(r.Form.Command, nil)) <= maxCustomID {
		again := discordgo.Button{Label: "Fill it in again", Style: discordgo.PrimaryButton, CustomID: makeModalID(r.Form.Command, nil)}
		out = append(out, discordgo.ActionsRow{Components: []discordgo.MessageComponent{again}})
	}
	return out
}

// alike counts the items that are called the same, which have to be told apart.
func alike(items []item, as item) int {
	n := 0
	for _, i := range items {
		if i.label == as.label {
			n++
		}
	}
	return n
}

// menu is a select menu in a row of its own; none where there is nothing to select. Its
// id says no more than which one it is: what it does is in the choice.
func (p *page) menu(name string, items []item, n int) []discordgo.MessageComponent {
	if len(items) == 0 {
		return nil
	}
	m := discordgo.SelectMenu{
		MenuType: discordgo.StringSelectMenu, CustomID: fmt.Sprintf("%s%d", menuID, n), Placeholder: label(name, maxPlaceholder),
	}
	for _, i := range items[:min(len(items), maxMenu)] {
		o := discordgo.SelectMenuOption{Label: label(i.label, p.layout.label), Value: i.token}
		if i.about != "" && alike(items, i) > 1 {
			_, o.Description, _ = strings.Cut(i.about, " ")
			o.Description = cut(clean(o.Description), p.layout.label)
		}
		m.Options = append(m.Options, o)
	}
	return []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{m}}}
}
