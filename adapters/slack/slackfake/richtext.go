package slackfake

import (
	"unicode/utf8"
)

// Rich text (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block) and
// tables, whose cells may be rich text.

var richTextBlock = shape(base.with(fields{"elements": must(list(1, maxSectionText, richText))}))

func richText(c *checker, at string, v any) { kinds(richTextParts)(c, at, v) }

// richTextParts and inlineParts are filled in init: a list may hold sections.
var richTextParts, inlineParts map[string]check

func init() {
	inline := func(c *checker, at string, v any) { kinds(inlineParts)(c, at, v) }
	section := fields{"type": must(anything), "elements": must(list(0, maxSectionText, inline))}
	bordered := section.with(fields{"border": may(integer(0, 1))})
	richTextParts = map[string]check{
		"rich_text_section":      shape(section),
		"rich_text_preformatted": shape(bordered.with(fields{"language": may(str(1, maxActionID))})),
		"rich_text_quote":        shape(bordered),
		"rich_text_list": shape(fields{
			"type": must(anything), "style": must(oneOf("bullet", "ordered")), "indent": may(integer(0, 8)),
			"offset": may(integer(0, maxSectionText)), "border": may(integer(0, 1)),
			"elements": must(list(1, maxSectionText, kinds(map[string]check{"rich_text_section": shape(section)}))),
		}),
	}
	style := shape(fields{"bold": may(boolean), "italic": may(boolean), "strike": may(boolean), "code": may(boolean), "underline": may(boolean)})
	styled := fields{"type": must(anything), "style": may(style)}
	id := must(str(1, maxActionID))
	inlineParts = map[string]check{
		"text":      shape(styled.with(fields{"text": must(str(1, maxText))}), countText),
		"link":      shape(styled.with(fields{"url": must(link), "text": may(str(0, maxText)), "unsafe": may(boolean)}), countText),
		"emoji":     shape(styled.with(fields{"name": must(str(1, maxActionID)), "unicode": may(str(1, maxActionID)), "skin_tone": may(integer(1, 6))})),
		"date":      shape(styled.with(fields{"timestamp": must(integer(0, 1<<40)), "format": must(str(1, maxActionID)), "url": may(link), "fallback": may(str(1, maxActionID))})),
		"color":     shape(fields{"type": must(anything), "value": must(str(1, maxActionID))}),
		"user":      shape(styled.with(fields{"user_id": id}), mentioned("user_id", "<@")),
		"channel":   shape(styled.with(fields{"channel_id": id}), mentioned("channel_id", "<#")),
		"usergroup": shape(styled.with(fields{"usergroup_id": id}), mentioned("usergroup_id", "<!subteam^")),
		"broadcast": shape(styled.with(fields{"range": must(oneOf("here", "channel", "everyone"))}), mentioned("range", "<!")),
	}
}

func countText(c *checker, _ string, o map[string]any) {
	s, _ := o["text"].(string)
	c.text += utf8.RuneCountInString(s)
}

// mentioned notes a mention that rich text holds as an element.
func mentioned(key, before string) func(*checker, string, map[string]any) {
	return func(c *checker, _ string, o map[string]any) {
		if s, ok := o[key].(string); ok {
			c.mentions.real = append(c.mentions.real, before+s+">")
		}
	}
}

// table checks a table: one in a message, 100 rows of up to 20 cells.
func table(c *checker, at string, v any) {
	shape(base.with(fields{
		"rows":            must(list(1, maxTableRows, list(1, maxTableCols, tableCell))),
		"column_settings": may(list(1, maxTableCols, columnSetting)),
		"caption":         may(plain(maxSectionText)),
	}))(c, at, v)
	if c.tables++; c.tables > 1 {
		c.fail(at, "only one table is allowed in a message")
	}
}

var columnSetting = shape(fields{"align": may(oneOf("left", "center", "right")), "is_wrapped": may(boolean)})

func tableCell(c *checker, at string, v any) {
	kinds(map[string]check{
		"raw_text":  shape(fields{"type": must(anything), "text": must(str(1, maxSectionText))}, countText),
		"rich_text": shape(fields{"type": must(anything), "elements": must(list(1, maxSectionText, richText))}),
		"raw_number": shape(fields{"type": must(anything), "text": may(str(1, maxSectionText)), "value": must(func(c *checker, at string, v any) {
			if _, ok := amount(v); !ok {
				c.fail(at, "must be a number")
			}
		})}, countText),
	})(c, at, v)
}
