package discord

import (
	"net/url"
	"strings"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// What custom ids of our own begin with. A button's is the core's token, which has no
// colon.
const (
	menuID  = "menu:"
	modalID = "form:"
)

// modal is a form that opens in front of somebody:
// https://discord.com/developers/docs/interactions/receiving-and-responding.
type modal struct {
	ID         string                       `json:"custom_id"`
	Title      string                       `json:"title"`
	Components []discordgo.MessageComponent `json:"components"`
}

// makeModalID says which command a modal fills in, and the options that are filled in
// already and not shown. They are as good as what people type: nothing trusts them.
func makeModalID(command string, fixed url.Values) string {
	if len(fixed) == 0 {
		return modalID + command
	}
	return modalID + command + "?" + fixed.Encode()
}

// parseModalID reads what makeModalID wrote.
func parseModalID(id string) (command string, fixed bot.Options, ok bool) {
	rest, ok := strings.CutPrefix(id, modalID)
	if !ok || len(id) > maxCustomID {
		return "", nil, false
	}
	command, query, _ := strings.Cut(rest, "?")
	values, err := url.ParseQuery(query)
	if err != nil || command == "" {
		return "", nil, false
	}
	fixed = make(bot.Options)
	for name := range values {
		if name != optFor || !isID(values.Get(name)) {
			return "", nil, false
		}
		fixed[name] = values.Get(name)
	}
	return command, fixed, true
}

// recommend asks what to recommend to somebody.
func recommend(id string, to *user) *modal {
	name := "them"
	if to != nil {
		if n := clean(to.Global); n != "" {
			name = n
		} else if n := clean(to.Name); n != "" {
			name = n
		}
	}
	return &modal{
		ID: makeModalID("search", url.Values{optFor: {id}}), Title: label(recommendName+" "+name, maxModalTitle),
		Components: []discordgo.MessageComponent{inputRow(discordgo.TextInput{
			CustomID: optQuery, Label: "What about?", Style: discordgo.TextInputShort, Required: true,
			Placeholder: "circuit breaking", MaxLength: bot.MaxText,
		})},
	}
}

// formModal is the modal of a core's form: a text input for each option, as many as a
// modal has. What can be chosen stands in the hint.
func formModal(f bot.Form) *modal {
	m := &modal{ID: makeModalID(f.Command, nil), Title: label(f.Title, maxModalTitle)}
	if len(m.ID) > maxCustomID {
		return nil
	}
	for _, field := range f.Fields {
		if len(m.Components) == maxModalFields || field.Name == optFor {
			break
		}
		hint := field.Help
		if len(field.Choices) > 0 {
			hint = strings.Join(field.Choices, ", ")
		}
		m.Components = append(m.Components, inputRow(discordgo.TextInput{
			CustomID: field.Name, Label: label(sentence(field.Name), maxFieldLabel), Style: discordgo.TextInputShort,
			Required: field.Required, Placeholder: cut(clean(hint), maxFieldHint), Value: cut(clean(field.Value), bot.MaxText), MaxLength: bot.MaxText,
		}))
	}
	if len(m.Components) == 0 {
		return nil
	}
	return m
}

func inputRow(i discordgo.TextInput) discordgo.ActionsRow {
	return discordgo.ActionsRow{Components: []discordgo.MessageComponent{i}}
}
