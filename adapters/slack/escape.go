package slack

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"archbot/internal/bot"
)

// lookalikes stand for the signs that Slack's markup is made of, for which it has no
// escape: https://docs.slack.dev/messaging/formatting-message-text
var lookalikes = map[byte]string{
	'*': "\u2217", // asterisk operator
	'_': "\u02CD", // modifier letter low macron
	'~': "\u223C", // tilde operator
	'`': "\u02CB", // modifier letter grave accent
}

const (
	ellipsis      = "…"
	quotationMark = "›" // for a > that would begin a quotation
)

// maxRead is how much of a text is looked at, in bytes: more than is shown of any.
const maxRead = 8 << 10

// clean makes text from a list or a person fit for one line: valid, with single
// spaces, without controls, without what reorders text (an address could be made to
// look like another) and without what nobody sees. Of a very long one it is the
// beginning.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	return cleaned(s)
}

func cleaned(s string) string {
	var b strings.Builder
	b.Grow(min(len(s), maxRead) + len(ellipsis))
	space := false
	for i, r := range s {
		if i > maxRead {
			b.WriteString(ellipsis)
			break
		}
		switch {
		case unicode.IsSpace(r):
			space = true
			continue
		case unicode.IsControl(r), invisible(r):
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r) // what is not valid is U+FFFD by now
	}
	return b.String()
}

// isClean tells quickly of most text that it needs no cleaning: an answer has a hundred
// pieces of it.
func isClean(s string) bool {
	before := ' '
	for _, r := range s {
		switch {
		case r == ' ' && before == ' ', r < ' ', r >= 0x7F && unfit(r):
			return false
		}
		before = r
	}
	return s == "" || before != ' ' && len(s) <= maxRead
}

// unfit reports whether r, which is no letter of ASCII, may have to go.
func unfit(r rune) bool {
	return r == utf8.RuneError || unicode.IsSpace(r) || unicode.IsControl(r) || invisible(r)
}

// invisible reports whether r reorders text or shows nothing. The joiners are not
// among them: emoji and several scripts are written with them.
func invisible(r rune) bool {
	switch {
	case r == '\u00AD', r == '\u061C', r == '\u200B', r == '\u200E', r == '\u200F', r == '\uFEFF',
		r >= '\u2028' && r <= '\u202E',
		r >= '\u2060' && r <= '\u206F',
		r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// visible reports whether there is anything in clean text to be seen.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r)
	})
}

// size is how long clean text is once it is escaped.
func size(s string) int {
	n := 0
	for _, r := range s {
		n += runeSize(r)
	}
	return n
}

func runeSize(r rune) int {
	switch {
	case r == '&':
		return len("&amp;")
	case r == '<' || r == '>':
		return len("&lt;")
	case r > 0xFFFF:
		return 2
	}
	return 1
}

// length is how long text is that is sent as it stands.
func length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// clip shortens clean text that is longer than room once it is escaped. It cuts
// between words where one is near, else between what is seen as characters.
func clip(s string, room int) string {
	if size(s) <= room {
		return s
	}
	room -= length(ellipsis)
	end, used, word := 0, 0, 0
	var before rune
	flags := 0 // regional indicators in a row: two of them are one flag
	for i, r := range s {
		if starts(before, r, flags) {
			end = i
			if r == ' ' {
				word = i
			}
		}
		if used += runeSize(r); used > room {
			if end == 0 { // one character of any number of marks
				end = i
			}
			break
		}
		flags++
		if !regional(r) {
			flags = 0
		}
		before = r
	}
	if word > end*3/4 {
		end = word
	}
	return strings.TrimRight(s[:end], " ") + ellipsis
}

// starts reports whether r begins a character, as people see them, after before.
func starts(before, r rune, flags int) bool {
	const joiner = '\u200D'
	switch {
	case unicode.IsMark(r), r == joiner, before == joiner, r >= 0x1F3FB && r <= 0x1F3FF: // skin tones
		return false
	case regional(r):
		return flags%2 == 0
	}
	return true
}

func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// escape makes clean text mean nothing but itself in mrkdwn: no mention, link, date,
// quotation or formatting. It is not longer than size says.
func escape(s string) string {
	var b strings.Builder
	from := 0
	for i := range len(s) { // all signs are ASCII
		var instead string
		switch c := s[i]; c {
		case '>':
			if instead = "&gt;"; i == 0 {
				instead = quotationMark
			}
		case '<':
			instead = "&lt;"
		case '&':
			instead = "&amp;"
		case '*', '_', '~', '`':
			if c != '`' && insideWord(s, i) {
				continue
			}
			instead = lookalikes[c]
		default:
			continue
		}
		b.WriteString(s[from:i])
		b.WriteString(instead)
		from = i + 1
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

// insideWord reports whether the sign at i stands between letters or digits, as in
// snake_case, where it formats nothing.
func insideWord(s string, i int) bool {
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	return word(before) && word(after)
}

// text is what somebody wrote, cut to room and escaped; nothing, where there is
// nothing in it to be seen.
func text(s string, room int) string {
	s = clip(clean(s), room)
	if !visible(s) {
		return ""
	}
	return escape(s)
}

// code is what somebody wrote as code, which can be copied as it is; room is for what
// stands between the signs.
func code(s string, room int) string {
	s = clip(clean(s), room)
	if !visible(s) {
		return ""
	}
	return "`" + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", lookalikes['`']).Replace(s) + "`"
}

// bold is text in bold; nothing, where there is none.
func bold(escaped string) string {
	if escaped == "" {
		return ""
	}
	return "*" + escaped + "*"
}

// link is a label that leads to an address: plain text where that is no web address,
// or is longer than room.
func link(address, label string, room int) string {
	target, ok := linkable(address)
	if !ok || length(target) > room {
		return label
	}
	return "<" + target + "|" + label + ">"
}

// linkable writes a web address as it stands in a link; nothing in it can end the link.
// A host of other letters than ASCII's is written as its registry has it, which is also
// how it cannot be taken for another.
func linkable(address string) (target string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return "", false
	}
	if host := u.Hostname(); strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", false
		}
		u.Host = strings.Replace(u.Host, host, ascii, 1)
	}
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		switch {
		case c == '&':
			b.WriteString("&amp;")
		case c <= ' ', c > '~', strings.IndexByte("<>|\"`*\\^{}", c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// userID is how Slack's ids of people look.
var userID = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)

// mention names a person so that Slack tells them; what is no id of a person is text.
func mention(u bot.UserID) string {
	if !userID.MatchString(string(u)) {
		return text(string(u), maxButton)
	}
	return "<@" + string(u) + ">"
}
