package slackfake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"archbot/adapters/slack/slackfake"
)

type object = map[string]any

func plainText(n int) object { return object{"type": "plain_text", "text": strings.Repeat("ü", n)} }
func mrkdwn(n int) object    { return object{"type": "mrkdwn", "text": strings.Repeat("ü", n)} }
func chars(n int) string     { return strings.Repeat("x", n) }
func address(n int) string   { return "https://example.com/" + chars(n-20) }

// times is a list of n things, each made of its number.
func times(n int, make func(i int) any) []any {
	out := []any{}
	for i := range n {
		out = append(out, make(i))
	}
	return out
}

func numbered(i int) string { return fmt.Sprintf("id%d", i) }

func section(more object) object { return with(object{"type": "section", "text": plainText(1)}, more) }
func accessory(e object) object  { return section(object{"accessory": e}) }
func actions(e ...any) object    { return object{"type": "actions", "elements": e} }
func input(e object, more object) object {
	return with(object{"type": "input", "label": plainText(1), "element": e}, more)
}

func button(more object) object {
	return with(object{"type": "button", "text": plainText(1), "action_id": "b"}, more)
}

func option(i int) any { return object{"text": plainText(1), "value": numbered(i)} }

func choice(more object) object { return with(object{"text": plainText(1), "value": "v"}, more) }

func menu(more object) object {
	return with(object{"type": "static_select", "action_id": "m", "options": []any{option(0)}}, more)
}

func confirm(more object) object {
	return button(object{"confirm": with(object{"title": plainText(1), "text": plainText(1), "confirm": plainText(1), "deny": plainText(1)}, more)})
}

func with(o, more object) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	for k, v := range more {
		if v == nil {
			delete(out, k)
		} else {
			out[k] = v
		}
	}
	return out
}

func problems(t *testing.T, blocks ...any) []string {
	t.Helper()
	if blocks == nil {
		blocks = []any{}
	}
	b, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	return slackfake.Problems(b)
}

// TestLimits takes every limit: what is at it is accepted, one more is refused, and the
// refusal says where.
func TestLimits(t *testing.T) {
	one := func(f func(n int) object) func(int) []any { return func(n int) []any { return []any{f(n)} } }
	tests := map[string]struct {
		limit int
		at    string // a part of the refusal
		make  func(n int) []any
	}{
		"blocks":       {50, "no more than 50 items allowed [json-pointer:/blocks]", func(n int) []any { return times(n, func(int) any { return object{"type": "divider"} }) }},
		"block_id":     {255, "[json-pointer:/blocks/0/block_id]", one(func(n int) object { return object{"type": "divider", "block_id": chars(n)} })},
		"header":       {150, "must be less than 151 characters [json-pointer:/blocks/0/text/text]", one(func(n int) object { return object{"type": "header", "text": plainText(n)} })},
		"section text": {3000, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]", one(func(n int) object { return section(object{"text": mrkdwn(n)}) })},
		"fields":       {10, "no more than 10 items allowed [json-pointer:/blocks/0/fields]", one(func(n int) object { return section(object{"fields": times(n, func(int) any { return mrkdwn(1) })}) })},
		"field text":   {2000, "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]", one(func(n int) object { return section(object{"fields": []any{mrkdwn(n)}}) })},
		"context": {10, "no more than 10 items allowed [json-pointer:/blocks/0/elements]", one(func(n int) object {
			return object{"type": "context", "elements": times(n, func(int) any { return mrkdwn(1) })}
		})},
		"actions": {25, "no more than 25 items allowed [json-pointer:/blocks/0/elements]", one(func(n int) object {
			return actions(times(n, func(i int) any { return button(object{"action_id": numbered(i)}) })...)
		})},
		"context acts": {5, "no more than 5 items", one(func(n int) object {
			return object{"type": "context_actions", "elements": times(n, func(i int) any {
				return object{"type": "icon_button", "icon": "trash", "text": plainText(1), "action_id": numbered(i)}
			})}
		})},
		"markdown":  {9600, "msg_blocks_too_long", one(func(n int) object { return object{"type": "markdown", "text": chars(n)} })},
		"image alt": {2000, "alt_text", one(func(n int) object { return object{"type": "image", "image_url": address(30), "alt_text": chars(n)} })},
		"image url": {3000, "image_url", one(func(n int) object { return object{"type": "image", "image_url": address(n), "alt_text": "a"} })},
		"image title": {2000, "title", one(func(n int) object {
			return object{"type": "image", "image_url": address(30), "alt_text": "a", "title": plainText(n)}
		})},
		"table rows": {100, "rows", one(func(n int) object {
			return object{"type": "table", "rows": times(n, func(int) any { return []any{object{"type": "raw_text", "text": "x"}} })}
		})},
		"table cells": {20, "rows/0", one(func(n int) object {
			return object{"type": "table", "rows": []any{times(n, func(int) any { return object{"type": "raw_text", "text": "x"} })}}
		})},
		"card title": {150, "title", one(func(n int) object { return object{"type": "card", "title": plainText(n)} })},
		"card body":  {200, "body", one(func(n int) object { return object{"type": "card", "body": mrkdwn(n)} })},
		"cards": {10, "elements", one(func(n int) object {
			return object{"type": "carousel", "elements": times(n, func(int) any { return object{"type": "card", "title": plainText(1)} })}
		})},
		"button text":  {75, "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]", one(func(n int) object { return actions(button(object{"text": plainText(n)})) })},
		"button value": {2000, "value", one(func(n int) object { return actions(button(object{"value": chars(n)})) })},
		"button url":   {3000, "url", one(func(n int) object { return actions(button(object{"url": address(n)})) })},
		"button label": {75, "accessibility_label", one(func(n int) object { return actions(button(object{"accessibility_label": chars(n)})) })},
		"action_id":    {255, "action_id", one(func(n int) object { return accessory(button(object{"action_id": chars(n)})) })},
		"placeholder":  {150, "placeholder", one(func(n int) object { return accessory(menu(object{"placeholder": plainText(n)})) })},
		"options":      {100, "no more than 100 items allowed [json-pointer:/blocks/0/accessory/options]", one(func(n int) object { return accessory(menu(object{"options": times(n, option)})) })},
		"groups": {100, "option_groups", one(func(n int) object {
			return accessory(menu(object{"options": nil, "option_groups": times(n, func(int) any { return object{"label": plainText(1), "options": []any{option(0)}} })}))
		})},
		"group label": {75, "label", one(func(n int) object {
			return accessory(menu(object{"options": nil, "option_groups": []any{object{"label": plainText(n), "options": []any{option(0)}}}}))
		})},
		"option text": {75, "options/0/text", one(func(n int) object {
			return accessory(menu(object{"options": []any{choice(object{"text": plainText(n)})}}))
		})},
		"option value": {150, "options/0/value", one(func(n int) object {
			return accessory(menu(object{"options": []any{choice(object{"value": chars(n)})}}))
		})},
		"description": {75, "description", one(func(n int) object {
			return accessory(menu(object{"options": []any{choice(object{"description": plainText(n)})}}))
		})},
		"overflow":       {5, "options", one(func(n int) object { return accessory(object{"type": "overflow", "options": times(n, option)}) })},
		"radio buttons":  {10, "options", one(func(n int) object { return accessory(object{"type": "radio_buttons", "options": times(n, option)}) })},
		"checkboxes":     {10, "options", one(func(n int) object { return accessory(object{"type": "checkboxes", "options": times(n, option)}) })},
		"confirm title":  {100, "confirm/title", one(func(n int) object { return actions(confirm(object{"title": plainText(n)})) })},
		"confirm text":   {300, "confirm/text", one(func(n int) object { return actions(confirm(object{"text": mrkdwn(n)})) })},
		"confirm button": {30, "confirm/confirm", one(func(n int) object { return actions(confirm(object{"confirm": plainText(n)})) })},
		"deny button":    {30, "confirm/deny", one(func(n int) object { return actions(confirm(object{"deny": plainText(n)})) })},
		"input label":    {2000, "label", one(func(n int) object { return input(object{"type": "plain_text_input"}, object{"label": plainText(n)}) })},
		"input hint":     {2000, "hint", one(func(n int) object { return input(object{"type": "plain_text_input"}, object{"hint": plainText(n)}) })},
		"initial value":  {3000, "initial_value", one(func(n int) object { return input(object{"type": "plain_text_input", "initial_value": chars(n)}, nil) })},
		"all text": {9600, "msg_blocks_too_long", func(n int) []any {
			return times(4, func(i int) any { return section(object{"text": mrkdwn(n*(i+1)/4 - n*i/4)}) })
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := problems(t, tt.make(tt.limit)...); got != nil {
				t.Errorf("at the limit: %q", got)
			}
			got := problems(t, tt.make(tt.limit+1)...)
			if got == nil || !strings.Contains(strings.Join(got, "\n"), tt.at) {
				t.Errorf("past the limit: %q, want something with %q", got, tt.at)
			}
		})
	}
}

// TestRefused are blocks that Slack does not take, each with what it says.
func TestRefused(t *testing.T) {
	tests := map[string]struct {
		want  string
		block any
	}{
		"no type":              {"missing required field: type [json-pointer:/blocks/0]", object{"text": "x"}},
		"unknown block":        {"unsupported type: sections [json-pointer:/blocks/0/type]", object{"type": "sections"}},
		"alert":                {"unsupported type: alert", object{"type": "alert", "text": plainText(1)}},
		"a file":               {"unsupported type: file", object{"type": "file", "external_id": "x", "source": "remote"}},
		"no object":            {"must be an object", "divider"},
		"unknown key":          {"invalid additional property: colour [json-pointer:/blocks/0]", section(object{"colour": "red"})},
		"empty section":        {"must define either `text` or `fields`", object{"type": "section"}},
		"no text":              {"must be more than 0 characters [json-pointer:/blocks/0/text/text]", section(object{"text": plainText(0)})},
		"header in mrkdwn":     {"[json-pointer:/blocks/0/text/type]", object{"type": "header", "text": mrkdwn(1)}},
		"button in mrkdwn":     {"[json-pointer:/blocks/0/elements/0/text/type]", actions(button(object{"text": mrkdwn(1)}))},
		"emoji in mrkdwn":      {"invalid additional property: emoji", section(object{"text": with(mrkdwn(1), object{"emoji": true})})},
		"verbatim plain":       {"invalid additional property: verbatim", section(object{"text": with(plainText(1), object{"verbatim": true})})},
		"text as a string":     {"must be an object [json-pointer:/blocks/0/text]", section(object{"text": "hello"})},
		"value as a number":    {"must be a string", actions(button(object{"value": 5}))},
		"unknown element":      {"unsupported type: buton [json-pointer:/blocks/0/elements/0/type]", actions(button(object{"type": "buton"}))},
		"input in actions":     {"unsupported type: plain_text_input", actions(object{"type": "plain_text_input", "action_id": "x"})},
		"image in actions":     {"unsupported type: image", actions(object{"type": "image", "image_url": address(30), "alt_text": "a"})},
		"button in context":    {"unsupported type: button", object{"type": "context", "elements": []any{button(nil)}}},
		"no elements":          {"no fewer than 1 items", actions([]any{}...)},
		"same action_id":       {"already exists", actions(button(nil), button(nil))},
		"style":                {"enum", actions(button(object{"style": "success"}))},
		"no alt text":          {"missing required field: alt_text", object{"type": "image", "image_url": address(30)}},
		"no image":             {"`image_url` or `slack_file`", object{"type": "image", "alt_text": "a"}},
		"no address":           {"must be a valid URL", actions(button(object{"url": "example"}))},
		"no options":           {"`options` or `option_groups`", accessory(menu(object{"options": nil}))},
		"both kinds":           {"`options` or `option_groups`", accessory(menu(object{"option_groups": []any{object{"label": plainText(1), "options": []any{option(0)}}}}))},
		"initial option":       {"must be one of the provided options", accessory(menu(object{"initial_option": option(7)}))},
		"initial options":      {"must be one of the provided options", accessory(object{"type": "checkboxes", "options": []any{option(0)}, "initial_options": []any{option(1)}})},
		"menu option's url":    {"invalid additional property: url", accessory(menu(object{"options": []any{choice(object{"url": address(30)})}}))},
		"mrkdwn option":        {"text/type", accessory(menu(object{"options": []any{choice(object{"text": mrkdwn(1)})}}))},
		"empty group":          {"no fewer than 1 items", accessory(menu(object{"options": nil, "option_groups": []any{object{"label": plainText(1), "options": []any{}}}}))},
		"confirm without deny": {"missing required field: deny", actions(confirm(object{"deny": nil}))},
		"a bad date":           {"must be of the form", accessory(object{"type": "datepicker", "initial_date": "1.2.2026"})},
		"a bad zone":           {"timezone", accessory(object{"type": "timepicker", "timezone": "Mars/Base"})},
		"min over max":         {"must not be greater", input(object{"type": "plain_text_input", "min_length": 5, "max_length": 4}, nil)},
		"file in a message":    {"unsupported type: file_input", input(object{"type": "file_input"}, nil)},
		"a card of nothing":    {"at least one of", object{"type": "card", "subtext": plainText(1)}},
		"list of text":         {"unsupported type: text", object{"type": "rich_text", "elements": []any{object{"type": "rich_text_list", "style": "bullet", "elements": []any{object{"type": "text", "text": "x"}}}}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := problems(t, tt.block); !strings.Contains(strings.Join(got, "\n"), tt.want) {
				t.Errorf("%q, want something with %q", got, tt.want)
			}
		})
	}
	twice := object{"type": "divider", "block_id": "same"}
	if got := problems(t, twice, twice); len(got) != 1 || !strings.Contains(got[0], "already exists") {
		t.Errorf("a block_id twice: %q", got)
	}
	table := object{"type": "table", "rows": []any{[]any{object{"type": "raw_text", "text": "x"}}}}
	if got := problems(t, table, table); len(got) != 1 {
		t.Errorf("two tables: %q", got)
	}
	focus := object{"type": "plain_text_input", "focus_on_load": true}
	if got := problems(t, input(focus, nil), input(focus, nil)); len(got) != 1 {
		t.Errorf("two in focus: %q", got)
	}
}

// TestAccepted are blocks that Slack takes and a careless checker would not.
func TestAccepted(t *testing.T) {
	tests := map[string]any{
		"nulls":              section(object{"block_id": nil, "fields": json.RawMessage("null")}),
		"fields only":        object{"type": "section", "fields": []any{mrkdwn(1)}},
		"image and text":     object{"type": "context", "elements": []any{mrkdwn(1), plainText(1), object{"type": "image", "image_url": address(30), "alt_text": "a"}}},
		"no action_id":       actions(button(object{"action_id": nil}), button(object{"action_id": nil})),
		"input in a message": input(object{"type": "plain_text_input", "multiline": true}, object{"dispatch_action": true}),
		"overflow url":       accessory(object{"type": "overflow", "options": []any{choice(object{"url": address(30)})}}),
		"external":           accessory(object{"type": "external_select", "min_query_length": 0, "initial_option": option(0)}),
		"emoji is no matter": accessory(menu(object{"initial_option": choice(object{"value": "id0", "text": with(plainText(1), object{"emoji": true})})})),
		"rich text": object{"type": "rich_text", "elements": []any{
			object{"type": "rich_text_section", "elements": []any{object{"type": "text", "text": "x", "style": object{"bold": true}}, object{"type": "link", "url": address(30)}}},
			object{"type": "rich_text_list", "style": "ordered", "elements": []any{object{"type": "rich_text_section", "elements": []any{}}}},
		}},
	}
	for name, block := range tests {
		if got := problems(t, block); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func FuzzProblems(f *testing.F) {
	for _, seed := range []any{section(nil), actions(button(nil)), accessory(menu(nil)), input(object{"type": "number_input"}, nil)} {
		b, err := json.Marshal([]any{seed})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`[{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[1]}]},{"type":1}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := slackfake.Problems(b); got == nil && !json.Valid(b) {
			t.Errorf("accepted what is no JSON: %q", b)
		}
	})
}
