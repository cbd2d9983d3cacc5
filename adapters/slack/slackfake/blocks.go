package slackfake

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Blocks (https://docs.slack.dev/reference/block-kit/blocks).

// base are the fields of every block.
var base = fields{"type": must(anything), "block_id": may(str(1, maxBlockID))}

// Which elements go where.
var (
	menus = []string{
		"static_select", "external_select", "users_select", "channels_select", "conversations_select",
		"multi_static_select", "multi_external_select", "multi_users_select", "multi_channels_select", "multi_conversations_select",
	}
	pickers      = []string{"checkboxes", "radio_buttons", "datepicker", "timepicker"}
	inSection    = slices.Concat([]string{"image", "button", "overflow"}, menus, pickers)
	inActions    = slices.Concat([]string{"button", "overflow", "datetimepicker"}, menus, pickers)
	inInput      = slices.Concat([]string{"plain_text_input", "datetimepicker", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}, menus, pickers)
	inContextAct = []string{"feedback_buttons", "icon_button"}
)

// block is a kind of block and where it may be shown.
type block struct {
	where surface
	check check
}

// blocks are the kinds that an app may send. What only Slack itself makes (such as
// file), what only streamed messages take (alert, task_card, plan) and what is not
// in Slack's reference is an unsupported type here.
var blocks = map[string]block{
	"section": {everywhere, shape(base.with(fields{
		"text": may(text(maxSectionText)), "fields": may(list(1, maxFields, text(maxFieldText))),
		"accessory": may(kinds(elements, inSection...)), "expand": may(boolean),
	}), func(c *checker, at string, o map[string]any) {
		if o["text"] == nil && o["fields"] == nil {
			c.fail(at, "must define either `text` or `fields`")
		}
	})},
	"header":  {everywhere, shape(base.with(fields{"text": must(plain(maxHeader)), "level": may(integer(1, 4))}))},
	"divider": {everywhere, shape(base)},
	"image": {everywhere, shape(base.with(fields{
		"image_url": may(link), "slack_file": may(slackFile), "alt_text": must(str(1, maxAltText)),
		"title": may(plain(maxImageTitle)),
	}), picture)},
	"context": {everywhere, shape(base.with(fields{"elements": must(list(1, maxContext, contextElement))}))},
	"actions": {everywhere, shape(base.with(fields{"elements": must(list(1, maxActions, kinds(elements, inActions...)))}))},
	"context_actions": {inMessage, shape(base.with(fields{
		"elements": must(list(1, maxContextActs, kinds(elements, inContextAct...))),
	}))},
	"markdown":  {inMessage, shape(base.with(fields{"text": must(str(1, maxMarkdown))}), markdownText)},
	"rich_text": {everywhere, richTextBlock},
	"table":     {inMessage, table},
	"card":      {everywhere, card},
	"carousel": {everywhere, shape(base.with(fields{
		"elements": must(list(1, maxCards, kinds(map[string]check{"card": card}))),
	}))},
	"video": {everywhere, shape(base.with(fields{
		"alt_text": must(str(1, maxAltText)), "title": must(plain(200)), "thumbnail_url": must(link), "video_url": must(link),
		"author_name": may(str(1, 50)), "description": may(plain(maxFieldText)), "provider_icon_url": may(link),
		"provider_name": may(str(1, maxActionID)), "title_url": may(link),
	}))},
	"input": {everywhere, shape(base.with(fields{
		"label": must(plain(maxInputLabel)), "element": must(kinds(elements, inInput...)), "hint": may(plain(maxInputLabel)),
		"optional": may(boolean), "dispatch_action": may(boolean),
	}), inputBlock)},
}

var card = shape(base.with(fields{
	"hero_image": may(kinds(elements, "image")), "icon": may(kinds(elements, "image")),
	"slack_icon": may(shape(fields{"type": must(oneOf("icon")), "name": must(str(1, maxActionID))})),
	"title":      may(text(maxCardTitle)), "subtitle": may(text(maxCardTitle)), "body": may(text(maxCardBody)),
	"subtext": may(text(maxCardBody)), "actions": may(list(1, maxActions, kinds(elements, "button"))),
}), func(c *checker, at string, o map[string]any) {
	if o["hero_image"] == nil && o["title"] == nil && o["actions"] == nil && o["body"] == nil {
		c.fail(at, "must define at least one of `hero_image`, `title`, `actions` or `body`")
	}
	if o["icon"] != nil && o["slack_icon"] != nil {
		c.fail(at, "must define only one of `icon` and `slack_icon`")
	}
})

func contextElement(c *checker, at string, v any) {
	o, _ := v.(map[string]any)
	switch o["type"] {
	case plainType, mrkdwnType:
		text(maxSectionText)(c, at, v)
	default:
		kinds(elements, "image")(c, at, v)
	}
}

func markdownText(c *checker, at string, o map[string]any) {
	s, _ := o["text"].(string)
	n := utf8.RuneCountInString(s)
	c.text += n
	c.markdown += n
	c.mentions.find(s, true)
	if c.markdown > maxMarkdown && n <= maxMarkdown {
		c.fail(at+"/text", "must be less than %d characters in all markdown blocks", maxMarkdown+1)
	}
}

func inputBlock(c *checker, at string, o map[string]any) {
	c.inputs = append(c.inputs, at)
	e, _ := o["element"].(map[string]any)
	if e["type"] == "file_input" && c.where != inModal {
		c.fail(at+"/element/type", "unsupported type: file_input")
	}
}

// blockList checks an array of blocks, which begins at a pointer.
func (c *checker) blockList(at string, v any, most int) {
	list(0, most, func(c *checker, at string, v any) {
		c.actions = map[string]bool{}
		o, ok := v.(map[string]any)
		if !ok {
			c.fail(at, "must be an object")
			return
		}
		kind, _ := o["type"].(string)
		b, known := blocks[kind]
		switch {
		case o["type"] == nil:
			c.fail(at, "missing required field: type")
			return
		case !known || b.where&c.where == 0:
			c.fail(at+"/type", "unsupported type: %v", o["type"])
			return
		}
		b.check(c, at, v)
		if id, ok := o["block_id"].(string); ok {
			if c.blockIDs[id] {
				c.fail(at+"/block_id", "`block_id` %s already exists", id)
			}
			c.blockIDs[id] = true
		}
	})(c, at, v)
}

// Problems says what Slack would refuse in the blocks of a message, which are a JSON
// array; nothing for what it would accept.
func Problems(blocks []byte) []string {
	v, err := decode(blocks)
	if err != nil {
		return []string{"invalid JSON: " + err.Error()}
	}
	c := newChecker(inMessage)
	c.blockList("/blocks", v, maxBlocks)
	if c.text > maxBlockText {
		c.fail("/blocks", "msg_blocks_too_long: %d characters", c.text)
	}
	return c.problems
}

// fill gives blocks and elements the ids that they do not have, as Slack does; the
// lock must be held.
func (s *Server) fill(blocks []any) {
	for _, b := range blocks {
		o, _ := b.(map[string]any)
		if o["block_id"] == nil {
			o["block_id"] = strings.ToLower(s.id("b"))
		}
		for _, e := range elementsOf(o) {
			if kind, _ := e["type"].(string); elements[kind] != nil && kind != "image" && e["action_id"] == nil {
				e["action_id"] = strings.ToLower(s.id("a"))
			}
		}
	}
}

// elementsOf are the elements of a block, wherever it has them.
func elementsOf(block map[string]any) []map[string]any {
	var out []map[string]any
	add := func(v any) {
		if e, ok := v.(map[string]any); ok {
			out = append(out, e)
		}
	}
	for _, key := range []string{"accessory", "element"} {
		add(block[key])
	}
	for _, key := range []string{"elements", "actions"} {
		list, _ := block[key].([]any)
		for _, v := range list {
			add(v)
			if card, _ := v.(map[string]any); card["type"] == "card" {
				out = append(out, elementsOf(card)...)
			}
		}
	}
	return out
}
