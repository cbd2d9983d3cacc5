package discord

import (
	"slices"

	"archbot/internal/bot"
)

// maxWords is how much of any one text is looked at: more than a card shows of it.
const maxWords = 700

// trimmed is a reply without what no card shows, so that one with very long texts costs
// no more than others, however often it is laid out.
func trimmed(r bot.Reply) bot.Reply {
	r.Title, r.Text, r.Query = cut(r.Title, maxWords), cut(r.Text, maxWords), ""
	r.Topics, r.Related = trimmedTopics(r.Topics), trimmedTopics(r.Related)
	r.Resources = slices.Clone(r.Resources)
	for i := range r.Resources[:min(len(r.Resources), maxShown)] {
		c := &r.Resources[i]
		c.Title, c.Description, c.Remark = cut(c.Title, maxWords), cut(c.Description, maxWords), cut(c.Remark, maxWords)
		c.Path = trimmedTexts(c.Path)
		c.Buttons = trimmedButtons(c.Buttons)
	}
	r.Buttons = trimmedButtons(r.Buttons)
	r.Menus = slices.Clone(r.Menus)
	for i := range r.Menus {
		r.Menus[i].Label, r.Menus[i].Choices = cut(r.Menus[i].Label, maxWords), trimmedButtons(r.Menus[i].Choices)
	}
	r.Notes = slices.Clone(r.Notes)
	for i := range r.Notes {
		r.Notes[i].Text, r.Notes[i].Commands = cut(r.Notes[i].Text, maxWords), trimmedTexts(r.Notes[i].Commands)
	}
	return r
}

func trimmedTopics(all []bot.TopicCard) []bot.TopicCard {
	all = slices.Clone(all)
	for i := range all[:min(len(all), maxTopics)] {
		all[i].Title, all[i].Path = cut(all[i].Title, maxWords), trimmedTexts(all[i].Path)
		all[i].Children = trimmedTopics(all[i].Children)
	}
	return all
}

func trimmedTexts(all []string) []string {
	all = slices.Clone(all[:min(len(all), maxTopics)])
	for i := range all {
		all[i] = cut(all[i], maxWords)
	}
	return all
}

func trimmedButtons(all []bot.Button) []bot.Button {
	all = slices.Clone(all[:min(len(all), maxTopics)])
	for i := range all {
		all[i].Label, all[i].Command = cut(all[i].Label, maxWords), cut(all[i].Command, maxWords)
	}
	return all
}
