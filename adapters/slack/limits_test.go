package slack

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// checkMessage holds a message to everything that Slack asks of one, by its JSON, and
// to what we promise: no mention but the reply's own.
func checkMessage(t testing.TB, m message, r bot.Reply) {
	t.Helper()
	c := &checker{TB: t, mentions: []string{mention(r.SharedBy), mention(r.Addressed)}, ids: make(map[string]bool)}
	if !visible(m.Text) || length(m.Text) > maxText {
		t.Errorf("the fallback text has %d characters: %.100q", length(m.Text), m.Text)
	}
	c.markup(m.Text)
	if r.Kind == bot.Silent {
		if len(m.Blocks) > 0 {
			t.Errorf("a silent reply has %d blocks", len(m.Blocks))
		}
		return
	}
	c.blocks(m.Blocks, maxMessageBlocks)
	if c.total > maxMessage {
		t.Errorf("%d characters in all blocks", c.total)
	}
	roundTrip(t, m.Blocks)
}

// checkView is checkMessage for the blocks of a view.
func checkView(t testing.TB, blocks []slack.Block, mentions ...string) {
	t.Helper()
	c := &checker{TB: t, mentions: mentions, ids: make(map[string]bool)}
	c.blocks(blocks, maxViewBlocks)
	roundTrip(t, blocks)
}

// roundTrip reads blocks back as the library does.
func roundTrip(t testing.TB, blocks []slack.Block) {
	t.Helper()
	sent := encode(t, blocks)
	if !utf8.Valid(sent) {
		t.Error("not UTF-8")
	}
	var back slack.Blocks
	if err := json.Unmarshal(sent, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(sent), string(encode(t, back.BlockSet))); diff != "" {
		t.Errorf("read back (-sent +read):\n%s", diff)
	}
}

// checker walks the JSON of blocks.
type checker struct {
	testing.TB
	mentions []string
	ids      map[string]bool
	total    int
}

type object = map[string]any

func (c *checker) blocks(blocks []slack.Block, most int) {
	c.Helper()
	var all []object
	if err := json.Unmarshal(encode(c, blocks), &all); err != nil {
		c.Fatal(err)
	}
	if len(all) == 0 || len(all) > most {
		c.Errorf("%d blocks", len(all))
	}
	for _, b := range all {
		c.block(b)
	}
}

func (c *checker) block(b object) {
	c.Helper()
	if id, ok := b["block_id"].(string); ok {
		c.most("block_id", id, 255)
	}
	switch b["type"] {
	case "section":
		if b["text"] == nil && b["fields"] == nil {
			c.Errorf("an empty section: %v", b)
		}
		c.text(b["text"], "", 3000)
		if fields := c.list(b, "fields", 10); fields != nil {
			for _, f := range fields {
				c.text(f, "", 2000)
			}
		}
		c.element(b["accessory"])
	case "context":
		if elements := c.list(b, "elements", 10); len(elements) == 0 {
			c.Error("an empty context")
		} else {
			for _, e := range elements {
				c.text(e, "", 3000)
			}
		}
	case "actions":
		elements := c.list(b, "elements", 25)
		if len(elements) == 0 {
			c.Error("an empty row of actions")
		}
		for _, e := range elements {
			c.element(e)
		}
	case "header":
		c.text(b["text"], "plain_text", 150)
	case "input":
		c.text(b["label"], "plain_text", 2000)
		c.text(b["hint"], "plain_text", 2000)
		c.element(b["element"])
	case "divider":
	default:
		c.Errorf("a block of the type %v", b["type"])
	}
}

func (c *checker) element(v any) {
	c.Helper()
	e, ok := v.(object)
	if !ok {
		return
	}
	id, _ := e["action_id"].(string)
	c.most("action_id", id, 255)
	if id == "" || c.ids[id] {
		c.Errorf("the action id %q is missing, or there twice", id)
	}
	c.ids[id] = true
	c.text(e["placeholder"], "plain_text", 150)
	switch e["type"] {
	case "button":
		c.text(e["text"], "plain_text", 75)
		c.value(e, "value", 2000)
		if label, ok := e["accessibility_label"].(string); ok {
			c.most("accessibility_label", label, 75)
		}
	case "overflow":
		c.choices(e, 5)
	case "static_select":
		c.choices(e, 100)
	case "external_select":
	case "plain_text_input", "number_input":
		if value, ok := e["initial_value"].(string); ok {
			c.most("initial_value", value, 500)
		}
	default:
		c.Errorf("an element of the type %v", e["type"])
	}
	if o, ok := e["initial_option"]; ok {
		c.option(o)
	}
}

func (c *checker) choices(e object, most int) {
	c.Helper()
	options := c.list(e, "options", most)
	if len(options) == 0 {
		c.Error("a menu without options")
	}
	for _, o := range options {
		c.option(o)
	}
}

func (c *checker) option(v any) {
	c.Helper()
	o, _ := v.(object)
	c.text(o["text"], "plain_text", 75)
	c.text(o["description"], "plain_text", 75)
	c.value(o, "value", 150)
}

func (c *checker) value(o object, name string, most int) {
	c.Helper()
	v, _ := o[name].(string)
	if v == "" {
		c.Errorf("no value in %v", o)
	}
	c.most(name, v, most)
}

func (c *checker) list(o object, name string, most int) []any {
	c.Helper()
	l, _ := o[name].([]any)
	if len(l) > most {
		c.Errorf("%d %s", len(l), name)
	}
	return l
}

func (c *checker) most(name, s string, most int) {
	c.Helper()
	if length(s) > most {
		c.Errorf("%s has %d characters: %.100q", name, length(s), s)
	}
}

// text checks a text object, where there is one.
func (c *checker) text(v any, kind string, most int) {
	c.Helper()
	o, ok := v.(object)
	if !ok {
		return
	}
	s, _ := o["text"].(string)
	c.total += length(s)
	c.most("a text", s, most)
	if !visible(s) {
		c.Errorf("nothing to see in %q", s)
	}
	switch {
	case kind != "" && o["type"] != kind:
		c.Errorf("a text of the type %v", o["type"])
	case o["type"] == "mrkdwn":
		if o["verbatim"] != true {
			c.Errorf("not verbatim: %q", s)
		}
		c.markup(s)
	}
}

var (
	angle   = regexp.MustCompile(`<[^>]*>`)
	ours    = regexp.MustCompile(`^<https?://[^<>|\s]+\|[^<>]+>$`)
	entity  = regexp.MustCompile(`&(amp|lt|gt);`)
	spanned = regexp.MustCompile("`[^`\n]+`")
	strong  = regexp.MustCompile(`(?m)(^|[ ,“]|• )\*[^*\n]+\*($|[ ,.:;!?])`)
	loose   = regexp.MustCompile("[*_~`]")
	inWord  = regexp.MustCompile(`[\pL\pN][*_~][\pL\pN]`)
)

// markup checks that what is in mrkdwn is ours: links, the allowed mentions, bold and
// code, and nothing else that Slack would not show as it stands.
func (c *checker) markup(s string) {
	c.Helper()
	s = angle.ReplaceAllStringFunc(s, func(m string) string {
		if slices.Contains(c.mentions, m) {
			return "someone"
		}
		if !ours.MatchString(m) {
			c.Errorf("%q in %.200q", m, s)
		}
		_, label, _ := strings.Cut(strings.TrimSuffix(m, ">"), "|")
		return label
	})
	if rest := entity.ReplaceAllString(s, ""); strings.ContainsAny(rest, "<>&") {
		c.Errorf("not escaped: %.200q", rest)
	}
	for l := range strings.SplitSeq(s, "\n") {
		if strings.HasPrefix(l, "&gt;") {
			c.Errorf("a quotation: %.100q", l)
		}
	}
	s = spanned.ReplaceAllString(s, "code")
	for inWord.MatchString(s) {
		s = inWord.ReplaceAllString(s, "word")
	}
	s = strong.ReplaceAllString(s, "$1 $2")
	if loose.MatchString(s) {
		c.Errorf("formatting that is not ours: %.300q", s)
	}
}
