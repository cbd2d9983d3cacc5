package adaptertest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"archbot/internal/bot"
	"archbot/internal/catalog"
)

// Chance makes replies by lot, of parts that are meant to break a platform's markup and
// limits. All of it is drawn from the Rand, so that a seed says what there is.
type Chance struct {
	*rand.Rand
	Nasty     []string // what a list or a person may write
	Huge      []string // more than anybody writes; now and then
	Addresses []string // where an address is expected
	Users     []bot.UserID
}

// Word is a piece of text.
func (c Chance) Word() string {
	switch c.IntN(30) {
	case 0:
		return oneOf(c, c.Huge)
	case 1, 2, 3, 4, 5:
		return oneOf(c, c.Nasty) + " " + oneOf(c, c.Nasty)
	}
	return oneOf(c, c.Nasty)
}

// Reply is a reply of any kind with anything in it.
func (c Chance) Reply() bot.Reply {
	r := bot.Reply{
		Kind: oneOf(c, append(bot.ReplyKinds(), bot.Details)), Title: c.Word(), Text: c.Word(), Query: c.Word(),
		Topics: c.topics(oneOf(c, []int{1, 5, 60}), 1), Related: c.topics(5, 0), Resources: c.resources(oneOf(c, []int{0, 3, 10, 60})),
		SharedBy: c.user(), Addressed: c.user(), Buttons: c.buttons(30), More: c.IntN(2) == 0,
	}
	if c.IntN(2) == 0 {
		r.Text = "“" + r.Query + "”: " + r.Text
	}
	for range c.IntN(4) {
		r.Menus = append(r.Menus, bot.Menu{Label: c.Word(), Choices: c.buttons(40)})
		r.Notes = append(r.Notes, bot.Note{
			Kind: oneOf(c, []bot.NoteKind{bot.NoteEmpty, bot.NoteDidYouMean, bot.NoteTakenAs, bot.NoteNext}),
			Text: c.Word(), Commands: c.words(20),
		})
	}
	for range c.IntN(40) {
		r.Facts = append(r.Facts, bot.Fact{Name: c.Word(), Value: c.Word()})
		r.Commands = append(r.Commands, bot.CommandCard{
			Name: c.Word(), Synopsis: c.Word(), Summary: c.Word(), Detail: c.Word(), Examples: c.words(5),
			Options: []bot.Option{{Name: c.Word(), Help: c.Word(), Choices: c.words(3), Rest: c.IntN(2) == 0}},
		})
	}
	if c.IntN(2) == 0 {
		r.Form = c.form()
	}
	return r
}

func oneOf[T any](c Chance, all []T) T { return all[c.IntN(len(all))] }

func (c Chance) words(most int) []string {
	var out []string
	for range c.IntN(most + 1) {
		out = append(out, c.Word())
	}
	return out
}

func (c Chance) url() string {
	if c.IntN(4) == 0 {
		return c.Word()
	}
	return oneOf(c, c.Addresses)
}

func (c Chance) token() bot.Token {
	if c.IntN(4) == 0 {
		return ""
	}
	return bot.Token(strings.Repeat("T", c.IntN(bot.MaxTokenText-1)+1) + fmt.Sprint(c.IntN(10)))
}

func (c Chance) user() bot.UserID {
	if c.IntN(5) == 0 {
		return bot.UserID(c.Word())
	}
	return oneOf(c, c.Users)
}

func (c Chance) buttons(most int) []bot.Button {
	kinds := []bot.ButtonKind{
		bot.ButtonNext, bot.ButtonOnly, bot.ButtonTopic, bot.ButtonSave, bot.ButtonUnsave, bot.ButtonShare, bot.ButtonAgain, bot.ButtonConfirm, bot.ButtonPause,
	}
	var out []bot.Button
	for range c.IntN(most + 1) {
		out = append(out, bot.Button{Kind: oneOf(c, kinds), Label: c.Word(), Token: c.token(), Command: c.Word()})
	}
	return out
}

func (c Chance) topics(most, depth int) []bot.TopicCard {
	var out []bot.TopicCard
	for range c.IntN(most + 1) {
		t := bot.TopicCard{
			ID: catalog.TopicID(c.Word()), Title: c.Word(), Path: c.words(6), Below: c.IntN(3) * 1000, Resources: c.IntN(3),
			Reasons: []bot.Reason{{Typed: c.Word(), Word: c.Word()}},
		}
		if depth > 0 {
			t.Children = c.topics(oneOf(c, []int{2, 2, 2, 60}), depth-1)
		}
		out = append(out, t)
	}
	return out
}

func (c Chance) resources(most int) []bot.ResourceCard {
	var out []bot.ResourceCard
	for range c.IntN(most + 1) {
		out = append(out, bot.ResourceCard{
			Title: c.Word(), URL: c.url(), Description: c.Word(), Kind: catalog.Kind(c.Word()), Level: catalog.Level(c.Word()), Year: c.IntN(3000),
			Path: c.words(6), Remark: c.Word(), Buttons: c.buttons(7), Reasons: []bot.Reason{{Typed: c.Word(), Word: c.Word()}, {Typed: "a", Word: "a"}},
		})
	}
	return out
}

func (c Chance) form() *bot.Form {
	return &bot.Form{Command: "search", Title: c.Word(), Fields: []bot.Field{
		{Option: bot.Option{Name: "query", Rest: true, Required: true, Values: bot.Topics, Help: c.Word()}, Value: c.Word()},
		{Option: bot.Option{Name: "topic", Values: bot.Topics, Help: c.Word()}, Value: c.Word()},
		{Option: bot.Option{Name: "kind", Choices: []string{"video"}, Help: c.Word()}, Value: c.Word()},
		{Option: bot.Option{Name: "zone", Values: bot.Zones, Help: c.Word()}, Value: c.Word()},
		{Option: bot.Option{Name: "count", Type: bot.Number, Help: c.Word()}, Value: oneOf(c, []string{c.Word(), "0", "7"})},
	}}
}
