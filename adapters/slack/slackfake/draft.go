package slackfake

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// draft is what a call or an answer wants to be a message.
type draft struct {
	text     string
	blocks   []any           // as sent; nil: none were passed
	raw      json.RawMessage // the same in canonical form
	metadata json.RawMessage
	mentions mentions
	warnings []string
}

// readDraft reads and checks what is to be shown.
func (c *call) readDraft() (*draft, *apiError) {
	d := &draft{text: c.str("text")}
	v, present, err := c.value("blocks")
	if err != nil {
		return nil, fail("invalid_blocks_format")
	}
	if present {
		list, ok := v.([]any)
		if !ok {
			return nil, fail("invalid_blocks_format")
		}
		d.blocks, d.raw = list, compact(list)
	}
	if refused := d.checkBlocks(); refused != nil {
		return nil, refused
	}
	if c.has("markdown_text") {
		if d.text != "" || present {
			return nil, fail("markdown_text_conflict")
		}
		if d.text = c.str("markdown_text"); utf8.RuneCountInString(d.text) > maxMarkdown {
			return nil, fail("msg_too_long")
		}
	}
	if c.has("attachments") {
		return nil, refuse("invalid_attachments", []string{"this fake has no legacy attachments [json-pointer:/attachments]"})
	}
	d.mentions.find(d.text, c.str("parse") == "full" || c.flag("link_names"))
	var refused *apiError
	d.metadata, refused = c.metadata()
	return d, refused
}

func (d *draft) checkBlocks() *apiError {
	if d.blocks == nil {
		return nil
	}
	check := newChecker(inMessage)
	check.blockList("/blocks", d.blocks, maxBlocks)
	if check.problems != nil {
		return refuse("invalid_blocks", check.problems)
	}
	if check.text > maxBlockText {
		return fail("msg_blocks_too_long")
	}
	d.mentions = check.mentions
	return nil
}

// empty tells that nothing is to be seen.
func (d *draft) empty() bool { return strings.TrimSpace(d.text) == "" && len(d.blocks) == 0 }

// truncate cuts text that is too long, as chat.postMessage does.
func (d *draft) truncate() {
	if utf8.RuneCountInString(d.text) > maxText {
		d.text = string([]rune(d.text)[:maxText])
		d.warnings = append(d.warnings, "message_truncated")
	}
	if d.text == "" {
		d.warnings = append(d.warnings, "missing_text_in_message")
	}
}

// add makes the draft a message; the lock must be held.
func (s *Server) add(d *draft, m Message) *Message {
	m.TS = s.ts()
	m.Text, m.Metadata = d.text, d.metadata
	s.show(&m, d)
	if string(m.Metadata) == "{}" {
		m.Metadata = nil
	}
	s.messages[m.Channel] = append(s.messages[m.Channel], &m)
	s.touch()
	return &m
}

// show gives a message the blocks of a draft.
func (s *Server) show(m *Message, d *draft) {
	m.Blocks, m.filled = d.raw, nil
	if len(d.blocks) > 0 {
		again, err := decode(d.raw) // a copy, so that the ids made up stay out of what was sent
		if err != nil {
			panic("slackfake: " + err.Error())
		}
		m.filled, _ = again.([]any)
		s.fill(m.filled)
	}
	m.Mentions, m.MayMention = slices.Compact(d.mentions.real), d.mentions.perhaps
}

func withWarnings(out object, warnings []string) object {
	if warnings != nil {
		out["warning"] = strings.Join(warnings, ",")
		out["response_metadata"] = object{"warnings": warnings}
	}
	return out
}
