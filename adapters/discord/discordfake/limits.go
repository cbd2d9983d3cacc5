package discordfake

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Discord's limits, of https://discord.com/developers/docs: components/reference for
// components, resources/message for messages, interactions for modals and choices.
const (
	maxContent       = 2000
	maxComponents    = 40
	maxTextOfMessage = 4000 // of all components of a message together
	maxCustomID      = 100
	maxButtonLabel   = 80
	maxButtonURL     = 512
	maxRow           = 5
	maxOptions       = 25
	maxOptionText    = 100
	maxPlaceholder   = 150
	maxSectionTexts  = 3
	maxModalTitle    = 45
	maxModalRows     = 5
	maxInputLabel    = 45
	maxInputText     = 4000
	maxInputHint     = 100
	maxNonce         = 25
	maxChoices       = 25
)

// The types of components that are known here.
const (
	typeRow       = 1
	typeButton    = 2
	typeSelect    = 3
	typeInput     = 4
	typeSection   = 9
	typeText      = 10
	typeSeparator = 14
	typeContainer = 17
	typeLabel     = 18
)

// The flags of messages.
const (
	flagSuppressEmbeds = 1 << 2
	flagEphemeral      = 1 << 6
	flagLoading        = 1 << 7
	flagComponents     = 1 << 15
)

// form collects what is wrong with a body.
type form struct{ wrong []string }

func (f *form) errorf(path, format string, a ...any) {
	f.wrong = append(f.wrong, path+": "+fmt.Sprintf(format, a...))
}

// length complains about a string that is missing, no string, or too long.
func (f *form) length(path string, v any, least, most int) string {
	s, ok := v.(string)
	if !ok {
		if v != nil || least > 0 {
			f.errorf(path, "this field is required, and is a string")
		}
		return ""
	}
	if n := utf8.RuneCountInString(s); n < least || n > most {
		f.errorf(path, "must be between %d and %d in length, and is %d", least, most, n)
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		f.errorf(path, "is no text")
	}
	return s
}

// result is the answer to a body with faults; nil without.
func (f *form) result() *apiError {
	if len(f.wrong) == 0 {
		return nil
	}
	return &apiError{status: 400, Code: 50035, Message: "Invalid Form Body", Errors: f.wrong}
}

// message checks what a message is to consist of. Flags are those that it will have.
func (f *form) message(body map[string]any, flags int) {
	content := f.length("content", body["content"], 0, maxContent)
	if raw := body["components"]; raw != nil {
		if _, ok := raw.([]any); !ok {
			f.errorf("components", "is a list")
		}
	}
	components := objects(body["components"])
	if list, ok := body["components"].([]any); ok && len(list) != len(components) {
		f.errorf("components", "holds what is no component")
	}
	switch {
	case flags&flagComponents == 0:
		f.legacy(content, components, body)
	case content != "" || len(objects(body["embeds"])) > 0 || body["poll"] != nil || strings2(body["sticker_ids"]) > 0:
		f.errorf("flags", "with IS_COMPONENTS_V2 there can be nothing but components")
	case len(components) == 0:
		f.errorf("components", "this field is required with IS_COMPONENTS_V2")
	default:
		f.components(components)
	}
	f.mentions(body["allowed_mentions"])
}

func strings2(v any) int {
	list, ok := v.([]any)
	if !ok {
		return 0
	}
	return len(list)
}

// legacy checks a message without IS_COMPONENTS_V2: text, with rows of buttons.
func (f *form) legacy(content string, components []map[string]any, body map[string]any) {
	if content == "" && len(objects(body["embeds"])) == 0 && len(components) == 0 {
		f.errorf("content", "an empty message cannot be sent (50006)")
	}
	if len(components) > maxRow {
		f.errorf("components", "must be %d or fewer in length", maxRow)
	}
	ids := map[string]bool{}
	for i, c := range components {
		path := fmt.Sprintf("components[%d]", i)
		if number(c["type"]) != typeRow {
			f.errorf(path, "needs IS_COMPONENTS_V2")
			continue
		}
		f.row(path, c, ids)
	}
}

// components checks a message of components.
func (f *form) components(top []map[string]any) {
	count, letters := 0, 0
	walk(top, func(c map[string]any) {
		count++
		letters += lettersOf(c)
	})
	if count > maxComponents {
		f.errorf("components", "a message has up to %d components, and this one has %d", maxComponents, count)
	}
	if letters > maxTextOfMessage {
		f.errorf("components", "the text of all components is up to %d in length, and this is %d", maxTextOfMessage, letters)
	}
	f.numbers(top)
	ids := map[string]bool{}
	for i, c := range top {
		f.component(fmt.Sprintf("components[%d]", i), c, ids, true)
	}
}

// numbers checks the ids of components, which are numbers that a message has once.
func (f *form) numbers(top []map[string]any) {
	seen := map[int]bool{}
	walk(top, func(c map[string]any) {
		id := number(c["id"])
		if id < 0 || id != 0 && seen[id] {
			f.errorf("components", "component id %d is used twice, or is none", id)
		}
		seen[id] = true
	})
}

// lettersOf counts the text of one component. The documentation names the sum without
// saying what is in it, so everything that people can read is.
func lettersOf(c map[string]any) int {
	n := 0
	for _, name := range []string{"content", "label", "placeholder"} {
		n += utf8.RuneCountInString(text(c[name]))
	}
	for _, o := range objects(c["options"]) {
		n += utf8.RuneCountInString(text(o["label"])) + utf8.RuneCountInString(text(o["description"]))
	}
	return n
}

func (f *form) component(path string, c map[string]any, ids map[string]bool, top bool) {
	inner := objects(c["components"])
	switch number(c["type"]) {
	case typeContainer:
		if !top {
			f.errorf(path, "a container is in no other component")
		}
		if len(inner) == 0 {
			f.errorf(path, "a container cannot be empty")
		}
		if colour := c["accent_color"]; colour != nil && (number(colour) < 0 || number(colour) > 0xFFFFFF) {
			f.errorf(path, "is no colour")
		}
		for i, c := range inner {
			f.component(fmt.Sprintf("%s.components[%d]", path, i), c, ids, false)
		}
	case typeText:
		f.length(path+".content", c["content"], 1, maxTextOfMessage)
	case typeSeparator:
	case typeRow:
		f.row(path, c, ids)
	case typeSection:
		f.section(path, c, inner, ids)
	default:
		f.errorf(path, "a component of type %v does not stand here", c["type"])
	}
}

func (f *form) section(path string, c map[string]any, inner []map[string]any, ids map[string]bool) {
	if len(inner) == 0 || len(inner) > maxSectionTexts {
		f.errorf(path, "a section has 1 to %d texts", maxSectionTexts)
	}
	for i, t := range inner {
		if number(t["type"]) != typeText {
			f.errorf(path, "a section has texts only")
			continue
		}
		f.length(fmt.Sprintf("%s.components[%d].content", path, i), t["content"], 1, maxTextOfMessage)
	}
	accessory, ok := c["accessory"].(map[string]any)
	if !ok || number(accessory["type"]) != typeButton {
		f.errorf(path+".accessory", "this field is required, and is a button here")
		return
	}
	f.button(path+".accessory", accessory, ids)
}

func (f *form) row(path string, c map[string]any, ids map[string]bool) {
	inner := objects(c["components"])
	switch {
	case len(inner) == 0 || len(inner) > maxRow:
		f.errorf(path, "must be between 1 and %d in length", maxRow)
	case number(inner[0]["type"]) == typeSelect && len(inner) > 1:
		f.errorf(path, "a row has one select menu and nothing beside it")
	}
	for i, c := range inner {
		path := fmt.Sprintf("%s.components[%d]", path, i)
		switch number(c["type"]) {
		case typeButton:
			f.button(path, c, ids)
		case typeSelect:
			f.selection(path, c, ids)
		default:
			f.errorf(path, "a component of type %v does not stand in a row", c["type"])
		}
	}
}

// custom checks a custom_id, which a message has once.
func (f *form) custom(path string, c map[string]any, ids map[string]bool) {
	id := f.length(path+".custom_id", c["custom_id"], 1, maxCustomID)
	if ids[id] {
		f.errorf(path+".custom_id", "component custom id cannot be duplicated")
	}
	ids[id] = true
}

const (
	styleLink = 5
	styleLast = 4
)

func (f *form) button(path string, c map[string]any, ids map[string]bool) {
	label := f.length(path+".label", c["label"], 0, maxButtonLabel)
	if label == "" && c["emoji"] == nil {
		f.errorf(path, "a button must have a label or an emoji")
	}
	switch style := number(c["style"]); {
	case style == styleLink:
		address := f.length(path+".url", c["url"], 1, maxButtonURL)
		if u, err := url.Parse(address); err != nil || !slices.Contains([]string{"http", "https", "discord"}, u.Scheme) || u.Host == "" {
			f.errorf(path+".url", "is not a well formed URL")
		}
		if c["custom_id"] != nil {
			f.errorf(path, "a link has no custom id")
		}
	case style < 1 || style > styleLast:
		f.errorf(path+".style", "is no style")
	default:
		if c["url"] != nil {
			f.errorf(path, "only a link has a URL")
		}
		f.custom(path, c, ids)
	}
}

func (f *form) selection(path string, c map[string]any, ids map[string]bool) {
	f.custom(path, c, ids)
	f.length(path+".placeholder", c["placeholder"], 0, maxPlaceholder)
	options := objects(c["options"])
	if len(options) == 0 || len(options) > maxOptions {
		f.errorf(path+".options", "must be between 1 and %d in length", maxOptions)
	}
	values := map[string]bool{}
	for i, o := range options {
		path := fmt.Sprintf("%s.options[%d]", path, i)
		f.length(path+".label", o["label"], 1, maxOptionText)
		f.length(path+".description", o["description"], 0, maxOptionText)
		value := f.length(path+".value", o["value"], 1, maxOptionText)
		if values[value] {
			f.errorf(path+".value", "the specified option value is already used")
		}
		values[value] = true
	}
}

// mentions checks allowed_mentions.
func (f *form) mentions(v any) {
	if v == nil {
		return
	}
	allowed, ok := v.(map[string]any)
	if !ok {
		f.errorf("allowed_mentions", "is an object")
		return
	}
	parse := list(allowed["parse"])
	for _, p := range parse {
		if !slices.Contains([]string{"users", "roles", "everyone"}, p) {
			f.errorf("allowed_mentions.parse", "%q is no type of mention", p)
		}
	}
	if slices.Contains(parse, "users") && len(list(allowed["users"])) > 0 {
		f.errorf("allowed_mentions", `parse:["users"] and users: [ids...] are mutually exclusive`)
	}
}

func list(v any) []string {
	all, ok := v.([]any)
	if !ok {
		return nil
	}
	var out []string
	for _, one := range all {
		out = append(out, text(one))
	}
	return out
}

// modal checks a form that opens in front of somebody.
func (f *form) modal(data map[string]any) {
	f.length("data.title", data["title"], 1, maxModalTitle)
	ids := map[string]bool{}
	f.custom("data", data, ids)
	rows := objects(data["components"])
	if len(rows) == 0 || len(rows) > maxModalRows {
		f.errorf("data.components", "must be between 1 and %d in length", maxModalRows)
	}
	for i, r := range rows {
		path := fmt.Sprintf("data.components[%d]", i)
		var input map[string]any
		switch number(r["type"]) {
		case typeRow:
			inner := objects(r["components"])
			if len(inner) != 1 || number(inner[0]["type"]) != typeInput {
				f.errorf(path, "a row of a modal has one text input")
				continue
			}
			input = inner[0]
			f.length(path+".label", input["label"], 1, maxInputLabel)
		case typeLabel:
			f.length(path+".label", r["label"], 1, maxInputLabel)
			f.length(path+".description", r["description"], 0, maxInputHint)
			inner, ok := r["component"].(map[string]any)
			if !ok {
				f.errorf(path+".component", "this field is required")
				continue
			}
			input = inner
		case typeText:
			f.length(path+".content", r["content"], 1, maxTextOfMessage)
			continue
		default:
			f.errorf(path, "a component of type %v does not stand in a modal", r["type"])
			continue
		}
		f.field(path, input, ids)
	}
}

// field checks what is filled in in a modal.
func (f *form) field(path string, c map[string]any, ids map[string]bool) {
	switch number(c["type"]) {
	case typeSelect:
		f.selection(path, c, ids)
	case typeInput:
		f.custom(path, c, ids)
		if style := number(c["style"]); style != 1 && style != 2 {
			f.errorf(path+".style", "is no style")
		}
		f.length(path+".placeholder", c["placeholder"], 0, maxInputHint)
		f.length(path+".value", c["value"], 0, maxInputText)
		least, most := number(c["min_length"]), number(c["max_length"])
		if least < 0 || least > maxInputText || most < 0 || most > maxInputText || most > 0 && least > most {
			f.errorf(path, "the bounds of its length are wrong")
		}
	default:
		f.errorf(path, "a component of type %v is not filled in", c["type"])
	}
}

// choices checks the answer to an autocompletion.
func (f *form) choices(data map[string]any) {
	if _, ok := data["choices"].([]any); !ok {
		f.errorf("data.choices", "this field is required")
	}
	choices := objects(data["choices"])
	if len(choices) > maxChoices {
		f.errorf("data.choices", "must be %d or fewer in length", maxChoices)
	}
	for i, c := range choices {
		path := fmt.Sprintf("data.choices[%d]", i)
		f.length(path+".name", c["name"], 1, maxOptionText)
		f.length(path+".value", c["value"], 1, maxOptionText)
	}
}

// CheckMessage says what Discord would refuse of a message, as the bot sends it in
// JSON with the flags that it will have; nothing when it is fine.
func CheckMessage(body map[string]any) []string {
	f := &form{}
	f.message(body, number(body["flags"]))
	return f.wrong
}

// CheckModal says what Discord would refuse of a modal's data.
func CheckModal(data map[string]any) []string {
	f := &form{}
	f.modal(data)
	return f.wrong
}

// CheckChoices says what Discord would refuse of the data of an autocompletion.
func CheckChoices(data map[string]any) []string {
	f := &form{}
	f.choices(data)
	return f.wrong
}
