package bot

import (
	"maps"
	"slices"
	"strconv"

	"archbot/internal/catalog"
	"archbot/internal/dialogue"
)

// How much can be pressed beside an answer: what two rows have room for.
const (
	maxOnly    = 3
	maxChoices = 25 // Discord's, and more than anybody reads
)

// equip adds what can be done with an answer that shows resources: save them, go
// on, narrow down, share.
func (c call) equip(r *Reply, kinds []catalog.Kind) {
	c.saveButtons(r)
	if r.More {
		r.Buttons = append(r.Buttons, c.again(ButtonNext, "More", c.filter.Kind, c.page+1, 0))
	}
	for _, k := range c.onlyKinds(kinds) {
		r.Buttons = append(r.Buttons, c.again(ButtonOnly, "Only "+dialogue.Plural(k), k, 0, 0))
	}
	if c.filter.Kind != "" {
		r.Buttons = append(r.Buttons, c.again(ButtonOnly, "All kinds", "", 0, 0))
	}
	c.share(r)
	c.topicMenu(r, "Start with a topic", slices.Concat(r.Topics, r.Related))
}

// onlyKinds are the kinds that are worth a button: there are others besides, and
// none is chosen yet.
func (c call) onlyKinds(kinds []catalog.Kind) []catalog.Kind {
	if c.filter.Kind != "" || len(kinds) < 2 {
		return nil
	}
	return kinds[:min(len(kinds), maxOnly)]
}

// again is a button that carries out the same command for another kind or page.
func (c call) again(kind ButtonKind, label string, only catalog.Kind, page int, flags byte) Button {
	a := action{op: opRun, flags: flags, kind: only, text: c.line(optKind, optPage)}
	shown := c
	shown.options = maps.Clone(c.options)
	shown.options[optKind], shown.options[optPage] = string(only), ""
	if page > 1 {
		a.page, shown.options[optPage] = page, strconv.Itoa(page)
	}
	return Button{Kind: kind, Label: label, Token: c.minter.token(a), Command: shown.line()}
}

// share offers to show the answer to the channel, where there is one that has not
// seen it.
func (c call) share(r *Reply) {
	if !c.shareable() {
		return
	}
	b := c.again(ButtonShare, "Share with the channel", c.filter.Kind, c.page, flagShared)
	b.Command = "" // there is no typing it: only what was seen is shared
	if b.Token != "" {
		r.Buttons = append(r.Buttons, b)
	}
}

// shareable reports whether somebody is there who has not seen the answer.
func (c call) shareable() bool {
	return c.request.Channel != "" && c.request.Surface != SurfaceDirect && c.to != ToAll
}

// topicMenu offers topics as places to start.
func (c call) topicMenu(r *Reply, label string, topics []TopicCard) {
	menu := Menu{Label: label}
	for _, card := range topics[:min(len(topics), maxChoices)] {
		t, ok := c.catalog().Topic(card.ID)
		if !ok {
			continue
		}
		menu.Choices = append(menu.Choices, Button{
			Kind: ButtonTopic, Label: card.Title, Command: "topic " + c.facts(t).name,
			Token: c.minter.token(action{op: opTopic, ref: c.facts(t).ref}),
		})
	}
	if len(menu.Choices) > 0 {
		r.Menus = append(r.Menus, menu)
	}
}

// saveButtons lets each resource be put on the reading list, where one is kept.
func (c call) saveButtons(r *Reply) {
	if c.bot.state == nil {
		return
	}
	for i := range r.Resources {
		card := &r.Resources[i]
		card.Buttons = append(card.Buttons, Button{
			Kind: ButtonSave, Label: "Save", Command: "save " + card.URL,
			Token: c.minter.token(action{op: opSave, ref: c.resourceRef(card.URL)}),
		})
	}
}

// unsaveButton takes a resource off the reading list again.
func (c call) unsaveButton(url, label string) Button {
	return Button{
		Kind: ButtonUnsave, Label: label, Command: "unsave " + url,
		Token: c.minter.token(action{op: opUnsave, ref: c.resourceRef(url)}),
	}
}
