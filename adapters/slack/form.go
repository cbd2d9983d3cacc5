package slack

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// fieldPrefix begins the block id and the action id of a form's field; the option's
// name follows.
const fieldPrefix = actionPrefix + "field/"

// pageOption is the option that says which page of an answer to show.
const pageOption = "page"

// topicOption is the option that names a topic. Others may be completed with topics
// too, such as a search's query, but take any words.
const topicOption = "topic"

// renderForm is a form as a modal. private comes back with what was filled in, and is
// at most 3,000 characters long. errs are by the names of options what is wrong with
// their values, where the form is shown because of that; what is wrong with a form
// that somebody has sent is formErrors'. The first field that something is wrong with,
// or the first of all, is where people begin to type.
func renderForm(f *bot.Form, private string, errs map[string]string) slack.ModalViewRequest {
	name := capital(f.Command)
	title := f.Title
	if size(clean(title)) > maxModalTitle {
		title = name
	}
	view := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: actionPrefix + kindForm + "/" + f.Command, PrivateMetadata: private,
		Title:  plain(title, "Form", maxModalTitle),
		Submit: plain(name, "Go", maxModalTitle),
		Close:  plain("Cancel", "Cancel", maxModalTitle),
	}
	fields := slices.DeleteFunc(slices.Clone(f.Fields), func(f bot.Field) bool { return !fillable(f.Option) })
	fields = fields[:min(len(fields), maxViewBlocks)]
	first := max(0, slices.IndexFunc(fields, func(f bot.Field) bool { return errs[f.Name] != "" }))
	for i, field := range fields {
		view.Blocks.BlockSet = append(view.Blocks.BlockSet, fieldBlock(field, errs[field.Name], i == first))
	}
	return view
}

// fillable reports whether an option makes sense in a form: which page, and whom to
// show it to, are asked elsewhere.
func fillable(o bot.Option) bool { return o.Name != pageOption && !o.Social }

// fieldBlock is one field. Its label is what the command's argument is, else the
// option's name with its help below.
func fieldBlock(f bot.Field, wrong string, focus bool) *slack.InputBlock {
	label, hint := f.Name, f.Help
	if f.Rest {
		label, hint = f.Help, ""
	}
	if wrong != "" {
		hint = wrong
	}
	id := fieldPrefix + f.Name
	block := slack.NewInputBlock(id, plain(capital(label), f.Name, maxInputLabel), nil, fieldElement(f, id, focus))
	if hint = clean(hint); visible(hint) {
		block.Hint = plain(capital(hint), ellipsis, maxInputHint)
	}
	return block.WithOptional(!f.Required)
}

// fieldElement is what a field is filled in with.
func fieldElement(f bot.Field, id string, focus bool) slack.BlockElement {
	switch {
	case len(f.Choices) > 0:
		e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Any", "Any", maxPlaceholder), id)
		for _, c := range f.Choices[:min(len(f.Choices), maxOptions)] {
			option := slack.NewOptionBlockObject(clip(c, maxOptionValue), plain(c, c, maxOptionText), nil)
			e.Options = append(e.Options, option)
			if strings.EqualFold(c, f.Value) {
				e.InitialOption = option
			}
		}
		e.FocusOnLoad = focus
		return e
	case f.Values == bot.Topics && f.Name == topicOption, f.Values == bot.Zones:
		placeholder := "Choose a " + f.Name
		if f.Values == bot.Topics && !f.Required {
			placeholder = "Any topic"
		}
		e := typedPicker(placeholder, id)
		if value := clean(f.Value); visible(value) && length(value) <= maxOptionValue {
			e.InitialOption = slack.NewOptionBlockObject(value, plain(value, value, maxOptionText), nil)
		}
		e.FocusOnLoad = focus
		return e
	case f.Type == bot.Number:
		e := slack.NewNumberInputBlockElement(nil, id, false)
		e.MinValue = "1"
		if n, err := strconv.Atoi(f.Value); err == nil && n >= 1 {
			e.InitialValue = strconv.Itoa(n)
		}
		e.FocusOnLoad = focus
		return e
	}
	e := slack.NewPlainTextInputBlockElement(nil, id)
	e.MaxLength = min(bot.MaxText, maxInputValue)
	e.InitialValue = clip(clean(f.Value), e.MaxLength)
	e.FocusOnLoad = focus
	return e
}

// typedPicker is a menu of what is found by typing, such as topics: Slack asks for it.
func typedPicker(placeholder, id string) *slack.SelectBlockElement {
	none := 0 // nothing typed offers what comes first, such as the top of the tree
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, plain(placeholder, "Choose", maxPlaceholder), id)
	e.MinQueryLength = &none
	return e
}

// formOptions are what somebody has filled into a form.
func formOptions(state *slack.ViewState) bot.Options {
	options := make(bot.Options)
	if state == nil {
		return options
	}
	for block, actions := range state.Values {
		name, ok := strings.CutPrefix(block, fieldPrefix)
		if !ok {
			continue
		}
		a := actions[block]
		if value := a.Value + a.SelectedOption.Value; value != "" {
			options[name] = value
		}
	}
	return options
}

// formErrors say at which field of a form that was sent something is wrong, by block
// id, as Slack wants it; nil where nothing is, or nothing that a field is there for.
func formErrors(command string, r bot.Reply) map[string]string {
	if r.Kind != bot.Misuse || r.Field == "" {
		return nil
	}
	var asked bot.Command
	for _, c := range bot.Commands() {
		if found, ok := c.At(command); ok {
			asked = found
		}
	}
	if !slices.ContainsFunc(asked.Options, func(o bot.Option) bool { return o.Name == r.Field && fillable(o) }) {
		return nil
	}
	why := clip(clean(r.Text), 2*labelRoom)
	if !visible(why) {
		why = "That cannot be read."
	}
	return map[string]string{fieldPrefix + r.Field: why}
}

// capital is a word or a sentence with a large first letter.
func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
