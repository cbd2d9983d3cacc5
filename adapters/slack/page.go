package slack

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"
)

// What action ids begin with. The rest says what kind of control it is, and tells it
// from the others in the message.
const actionPrefix = "archbot/"

// page is a message being laid out. What does not fit on it any more is refused, so
// that every limit holds whatever is put on it.
type page struct {
	options renderOptions
	detail  detail
	blocks  []slack.Block
	room    int  // for text, in all blocks to come
	spare   int  // for blocks to come
	refused bool // something did not fit
	actions *int // how many action ids were given; all parts of a message share it
}

func newPage(o renderOptions, d detail) *page {
	return &page{options: o, detail: d, room: maxMessage, spare: maxMessageBlocks, actions: new(int)}
}

// aside is a page for blocks that come later on the same message.
func (p *page) aside() *page {
	return &page{options: p.options, detail: p.detail, room: p.room, spare: p.spare, actions: p.actions}
}

// put adds blocks that belong together, all or none; text is how much they have.
func (p *page) put(text int, blocks ...slack.Block) bool {
	if text > p.room || len(blocks) > p.spare {
		p.refused = true
		return false
	}
	p.blocks = append(p.blocks, blocks...)
	p.room -= text
	p.spare -= len(blocks)
	return true
}

// actionID names a control. The kind is a word.
func (p *page) actionID(kind string) string {
	*p.actions++
	return actionPrefix + kind + "/" + strconv.Itoa(*p.actions)
}

// say adds mrkdwn, if there is any. The accessory may be nil.
func (p *page) say(mrkdwn string, accessory control) bool {
	if !visible(mrkdwn) {
		return true
	}
	return p.put(length(mrkdwn)+accessory.text, section(mrkdwn, accessory))
}

// remark adds mrkdwn in small grey type, if there is any.
func (p *page) remark(mrkdwn string) {
	if visible(mrkdwn) {
		p.put(length(mrkdwn), remark(mrkdwn))
	}
}

// lines adds as many lines of mrkdwn as fit on so many sections, and returns how many
// of them there is no room for.
func (p *page) lines(lines []string, sections int) (left int) {
	for range sections {
		stacked, n := stack(lines, maxSection)
		if n == 0 || !p.say(stacked, control{}) {
			break
		}
		lines = lines[n:]
	}
	return len(lines)
}

// stack puts lines under one another as long as there is room, and tells how many.
func stack(lines []string, room int) (stacked string, n int) {
	var b strings.Builder
	for i, l := range lines {
		if room -= length(l) + 1; room < 0 {
			return b.String(), i
		}
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(l)
	}
	return b.String(), len(lines)
}

// section is a paragraph, with a control to its right where there is one.
func section(mrkdwn string, accessory control) *slack.SectionBlock {
	var right *slack.Accessory
	if accessory.element != nil {
		right = slack.NewAccessory(accessory.element)
	}
	return slack.NewSectionBlock(formatted(mrkdwn), nil, right)
}

func remark(mrkdwn string) *slack.ContextBlock { return slack.NewContextBlock("", formatted(mrkdwn)) }

// formatted is text with markup of ours in it. Verbatim, so that Slack makes no links
// and names of what only looks like one.
func formatted(mrkdwn string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, mrkdwn, false, true)
}

// plain is text without any markup, cut to room; what to say instead of nothing has
// to fit. Slack escapes it by itself.
func plain(s, instead string, room int) *slack.TextBlockObject {
	s = clip(clean(s), room)
	if !visible(s) {
		s = instead
	}
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}
