package slackfake

import (
	"unicode/utf8"
)

// Composition objects: text, options, confirmations and the like
// (https://docs.slack.dev/reference/block-kit/composition-objects).

const (
	plainType  = "plain_text"
	mrkdwnType = "mrkdwn"
)

// plain is a text object that may only be plain text.
func plain(most int) check { return textObject(most, plainType) }

// text is a text object of either type.
func text(most int) check { return textObject(most, plainType, mrkdwnType) }

func textObject(most int, types ...string) check {
	return func(c *checker, at string, v any) {
		o := c.object(at, v, fields{
			"type": must(oneOf(types...)), "text": must(str(1, most)),
			"emoji": may(boolean), "verbatim": may(boolean),
		})
		if o == nil {
			return
		}
		s, _ := o["text"].(string)
		c.text += utf8.RuneCountInString(s)
		switch o["type"] {
		case plainType:
			if _, has := o["verbatim"]; has {
				c.fail(at, "invalid additional property: verbatim")
			}
		case mrkdwnType:
			if _, has := o["emoji"]; has {
				c.fail(at, "invalid additional property: emoji")
			}
			c.mentions.find(s, o["verbatim"] != true)
		}
	}
}

// confirm is a dialog that asks again.
var confirm = shape(fields{
	"title": must(plain(maxConfirmTitle)), "text": must(text(maxConfirmText)),
	"confirm": must(plain(maxConfirmButton)), "deny": must(plain(maxConfirmButton)),
	"style": may(oneOf("primary", "danger")),
})

// option is one choice, with a text of the kind that the menu allows.
func option(label func(int) check, more fields) check {
	return shape(fields{
		"text": must(label(maxOptionText)), "value": must(str(1, maxOptionValue)),
		"description": may(label(maxOptionText)),
	}.with(more))
}

// menuOption is a choice of a menu; only an overflow menu's have an address.
var (
	menuOption   = option(plain, nil)
	choiceOption = option(text, nil)
	linkOption   = option(plain, fields{"url": may(link)})
	optionGroup  = shape(fields{
		"label": must(plain(maxGroupLabel)), "options": must(list(1, maxOptions, menuOption)),
	})
)

// oneList insists on either options or groups of them, and on distinct values, and
// that what is chosen at first is one of them.
func oneList(c *checker, at string, o map[string]any) {
	options, groups := o["options"] != nil, o["option_groups"] != nil
	if options == groups {
		c.fail(at, "must define either `options` or `option_groups`")
		return
	}
	chosenAmong(c, at, o)
}

func chosenAmong(c *checker, at string, o map[string]any) {
	all := map[string]bool{}
	for _, opt := range optionsOf(o) {
		all[canonical(opt)] = true
	}
	if initial := o["initial_option"]; initial != nil && !all[canonical(initial)] {
		c.fail(at+"/initial_option", "must be one of the provided options")
	}
	initials, _ := o["initial_options"].([]any)
	for _, initial := range initials {
		if !all[canonical(initial)] {
			c.fail(at+"/initial_options", "must be one of the provided options")
		}
	}
}

// optionsOf are all options of an element, those in groups too.
func optionsOf(o map[string]any) []any {
	options, _ := o["options"].([]any)
	groups, _ := o["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		inside, _ := group["options"].([]any)
		options = append(options[:len(options):len(options)], inside...)
	}
	return options
}

// canonical tells options apart: by value and text. Slack asks that an initial option
// equal one of the options entirely; that "emoji" is written out in one of them only
// is no difference.
func canonical(option any) string {
	o, _ := option.(map[string]any)
	label, _ := o["text"].(map[string]any)
	return string(compact([]any{o["value"], label["type"], label["text"]}))
}

var dispatchConfig = shape(fields{
	"trigger_actions_on": may(list(1, 2, oneOf("on_enter_pressed", "on_character_entered"))),
})

var conversationFilter = shape(fields{
	"include":                          may(list(1, 4, oneOf("im", "mpim", "private", "public"))),
	"exclude_external_shared_channels": may(boolean), "exclude_bot_users": may(boolean),
}, func(c *checker, at string, o map[string]any) {
	if len(o) == 0 {
		c.fail(at, "must define at least one of `include`, `exclude_external_shared_channels`, `exclude_bot_users`")
	}
})

var slackFile = shape(fields{"id": may(str(1, maxURL)), "url": may(link)}, func(c *checker, at string, o map[string]any) {
	if (o["id"] != nil) == (o["url"] != nil) {
		c.fail(at, "must define either `id` or `url`")
	}
})

// picture insists on one source.
func picture(c *checker, at string, o map[string]any) {
	if (o["image_url"] != nil) == (o["slack_file"] != nil) {
		c.fail(at, "must define either `image_url` or `slack_file`")
	}
}
