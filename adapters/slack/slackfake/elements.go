package slackfake

import (
	"encoding/json"
	"regexp"
	"strconv"
	"time"
)

// Block elements (https://docs.slack.dev/reference/block-kit/block-elements).

// interactive are the fields of whatever sends an action.
var interactive = fields{"type": must(anything), "action_id": may(str(1, maxActionID))}

// choosing are those of whatever can ask for confirmation and be focused first.
var choosing = interactive.with(fields{"confirm": may(confirm), "focus_on_load": may(boolean)})

// menu are those of select menus.
var menu = choosing.with(fields{"placeholder": may(plain(maxPlaceholder))})

// typing are those of inputs that one types in.
var typing = interactive.with(fields{
	"placeholder": may(plain(maxPlaceholder)), "focus_on_load": may(boolean), "dispatch_action_config": may(dispatchConfig),
})

// several are those of menus where one picks more than one thing.
var several = fields{"max_selected_items": may(integer(1, maxOptions))}

var menuLists = fields{
	"options": may(list(1, maxOptions, menuOption)), "option_groups": may(list(1, maxGroups, optionGroup)),
}

var conversationMenu = menu.with(fields{
	"default_to_current_conversation": may(boolean), "filter": may(conversationFilter),
})

// image is a picture within another block.
var image = shape(fields{
	"type": must(anything), "image_url": may(link), "slack_file": may(slackFile), "alt_text": must(str(1, maxAltText)),
}, picture)

// elements are all kinds; which block takes which is in blocks.go.
var elements = map[string]check{
	"image": image,
	"button": element(interactive.with(fields{
		"text": must(plain(maxButtonText)), "value": may(str(1, maxButtonValue)), "url": may(link),
		"style": may(oneOf("primary", "danger")), "confirm": may(confirm),
		"accessibility_label": may(str(1, maxLabel)), "agent_prompt": may(str(1, maxSectionText)),
		"agent_prompt_display": may(str(1, maxButtonText)), "visible_to_user_ids": may(list(1, maxOptions, str(1, maxActionID))),
	})),
	"overflow": element(interactive.with(fields{
		"options": must(list(1, maxOverflow, linkOption)), "confirm": may(confirm),
	})),
	"static_select": element(menu.with(menuLists).with(fields{"initial_option": may(menuOption)}), oneList),
	"external_select": element(menu.with(fields{
		"initial_option": may(menuOption), "min_query_length": may(integer(0, maxSectionText)),
	})),
	"users_select": element(menu.with(fields{"initial_user": may(str(1, maxActionID))})),
	"channels_select": element(menu.with(fields{
		"initial_channel": may(str(1, maxActionID)), "response_url_enabled": may(boolean),
	})),
	"conversations_select": element(conversationMenu.with(fields{
		"initial_conversation": may(str(1, maxActionID)), "response_url_enabled": may(boolean),
	})),
	"multi_static_select": element(menu.with(menuLists).with(several).with(fields{
		"initial_options": may(list(1, maxOptions, menuOption)),
	}), oneList),
	"multi_external_select": element(menu.with(several).with(fields{
		"initial_options": may(list(1, maxOptions, menuOption)), "min_query_length": may(integer(0, maxSectionText)),
	})),
	"multi_users_select": element(menu.with(several).with(fields{
		"initial_users": may(list(1, maxOptions, str(1, maxActionID))),
	})),
	"multi_channels_select": element(menu.with(several).with(fields{
		"initial_channels": may(list(1, maxOptions, str(1, maxActionID))),
	})),
	"multi_conversations_select": element(conversationMenu.with(several).with(fields{
		"initial_conversations": may(list(1, maxOptions, str(1, maxActionID))),
	})),
	"radio_buttons": element(choosing.with(fields{
		"options": must(list(1, maxChoices, choiceOption)), "initial_option": may(choiceOption),
	}), chosenAmong),
	"checkboxes": element(choosing.with(fields{
		"options": must(list(1, maxChoices, choiceOption)), "initial_options": may(list(1, maxChoices, choiceOption)),
	}), chosenAmong),
	"datepicker": element(menu.with(fields{"initial_date": may(written(time.DateOnly))})),
	"timepicker": element(menu.with(fields{"initial_time": may(written("15:04")), "timezone": may(zone)})),
	"datetimepicker": element(choosing.with(fields{
		"initial_date_time": may(integer(1_000_000_000, 9_999_999_999)),
	})),
	"plain_text_input": element(typing.with(fields{
		"initial_value": may(str(0, maxInput)), "multiline": may(boolean),
		"min_length": may(integer(0, maxInput)), "max_length": may(integer(1, maxInput)),
	}), minMax("min_length", "max_length")),
	"email_text_input": element(typing.with(fields{"initial_value": may(str(1, maxInput))})),
	"url_text_input":   element(typing.with(fields{"initial_value": may(link)})),
	"number_input": element(typing.with(fields{
		"is_decimal_allowed": must(boolean), "initial_value": may(number), "min_value": may(number), "max_value": may(number),
	}), minMax("min_value", "max_value")),
	"rich_text_input": element(typing.with(fields{
		"initial_value": may(richTextBlock), "min_lines": may(integer(1, 100)), "max_lines": may(integer(1, 100)),
	}), minMax("min_lines", "max_lines")),
	"file_input": element(interactive.with(fields{
		"filetypes": may(list(1, maxOptions, str(1, maxActionID))), "max_files": may(integer(1, 10)),
	})),
	"feedback_buttons": element(interactive.with(fields{
		"positive_button": must(feedback), "negative_button": must(feedback),
	})),
	"icon_button": element(interactive.with(fields{
		"icon": must(oneOf("trash")), "text": must(plain(maxButtonText)), "value": may(str(1, maxButtonValue)),
		"confirm": may(confirm), "accessibility_label": may(str(1, maxLabel)),
		"visible_to_user_ids": may(list(1, maxOptions, str(1, maxActionID))),
	})),
}

var feedback = shape(fields{
	"text": must(plain(maxButtonText)), "value": must(str(1, maxButtonValue)), "accessibility_label": may(str(1, maxLabel)),
})

// element checks an interactive element: its fields, that its action_id is not that
// of another one in the block, that only one is focused first.
func element(spec fields, whole ...func(*checker, string, map[string]any)) check {
	return shape(spec, append(whole, func(c *checker, at string, o map[string]any) {
		if id, ok := o["action_id"].(string); ok {
			if c.actions[id] {
				c.fail(at+"/action_id", "`action_id` %s already exists for another element", id)
			}
			c.actions[id] = true
		}
		if o["focus_on_load"] == true {
			if c.focus {
				c.fail(at+"/focus_on_load", "only one element may have `focus_on_load`")
			}
			c.focus = true
		}
	})...)
}

// written checks a time of day or a date in its one form.
func written(layout string) check {
	return func(c *checker, at string, v any) {
		s, _ := v.(string)
		if _, err := time.Parse(layout, s); err != nil {
			c.fail(at, "must be of the form %s", layout)
		}
	}
}

func zone(c *checker, at string, v any) {
	s, _ := v.(string)
	if _, err := time.LoadLocation(s); err != nil || s == "" {
		c.fail(at, "must be a valid timezone")
	}
}

var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// number checks a number written as text, as number inputs have them.
func number(c *checker, at string, v any) {
	if s, ok := v.(string); !ok || !decimal.MatchString(s) {
		c.fail(at, "must be a number as a string")
	}
}

func minMax(least, most string) func(*checker, string, map[string]any) {
	return func(c *checker, at string, o map[string]any) {
		low, lowOK := amount(o[least])
		high, highOK := amount(o[most])
		if lowOK && highOK && low > high {
			c.fail(at, "`%s` must not be greater than `%s`", least, most)
		}
	}
}

func amount(v any) (float64, bool) {
	var s string
	switch n := v.(type) {
	case json.Number:
		s = n.String()
	case string:
		s = n
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
