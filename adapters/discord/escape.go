package discord

import (
	"cmp"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes text of a list or a person fit for one line: valid, without controls, and
// without the characters that reorder text.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	return cleaned(s)
}

func cleaned(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), reorders(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
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
	return s == "" || before != ' '
}

// unfit reports whether r, which is no letter of ASCII, may have to go.
func unfit(r rune) bool {
	return r == utf8.RuneError || unicode.IsSpace(r) || unicode.IsControl(r) || reorders(r)
}

// reorders reports whether r is a bidirectional control, a line separator, or invisible.
func reorders(r rune) bool {
	switch {
	case r == '\u061C', r == '\u200B', r == '\u200E', r == '\u200F', r == '\uFEFF',
		r >= '\u2028' && r <= '\u202E',
		r >= '\u2066' && r <= '\u2069',
		r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// breaker stands where a mention or an address would begin, is not seen, and keeps it
// from being one.
const breaker = "\u200b"

// escape has text of a list or a person show as it is: no markup, no mention, no link.
// https://support.discord.com/hc/en-us/articles/210298617 has the markup.
func escape(s string) string {
	s = clean(s)
	var b strings.Builder
	from := 0
	for i := range len(s) { // all signs are ASCII
		at, with := i, `\`
		switch s[i] {
		case '\\', '*', '_', '~', '|', '`', '[', ']', '(', ')', '<', '>':
		case '#', '-', '+':
			if i > 0 { // else a heading, small print, an item of a list
				continue
			}
		case '.':
			if i == 0 || strings.Trim(s[:i], "0123456789") != "" { // else an item with a number
				continue
			}
		case '@':
			at, with = i+1, breaker
		case ':':
			if !strings.HasPrefix(s[i:], "://") {
				continue
			}
			at, with = i+1, breaker
		default:
			continue
		}
		if b.Len() == 0 {
			b.Grow(len(s) + len(s)/8)
		}
		b.WriteString(s[from:at])
		b.WriteString(with)
		from = at
	}
	if b.Len() == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

// prose escapes a sentence of the core, in which what stands between backticks is to be
// typed.
func prose(s string) string {
	parts := strings.Split(s, "`")
	if len(parts)%2 == 0 {
		return escape(s)
	}
	var b strings.Builder
	for i, part := range parts {
		if i%2 == 1 {
			b.WriteString(code(part))
			continue
		}
		// Spaces beside what is to be typed are not the sentence's ends.
		if strings.HasPrefix(part, " ") && i > 0 {
			b.WriteByte(' ')
		}
		inside := escape(part)
		b.WriteString(inside)
		if strings.HasSuffix(part, " ") && i < len(parts)-1 && inside != "" {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// code shows text as what is to be typed.
func code(s string) string {
	s = strings.ReplaceAll(clean(s), "`", "'")
	if s == "" {
		return ""
	}
	s = strings.ReplaceAll(s, "@", "@"+breaker)
	return "`" + s + "`"
}

// link is a title that leads to an address, in bold. Where the address cannot be one, or
// is too long to be shown, it is the title alone, and not linked.
func link(title, address string) (shown string, linked bool) {
	shown = escape(title)
	if shown == "" {
		shown = cmp.Or(escape(cut(address, maxChoiceText)), "…")
	}
	target, ok := linkable(address)
	if !ok {
		return "**" + shown + "**", false
	}
	return "**[" + shown + "](" + target + ")**", true
}

// inTarget escapes what would end an address too early, or be read as markup.
var inTarget = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "`", "%60", "@", "%40", "*", "%2A", "|", "%7C", `\`, "%5C")

// linkable brings an address into a form that ends where it should; ok is false for what
// is no web address, or is longer than maxURL.
func linkable(address string) (target string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "", false
	}
	target = inTarget.Replace(u.String())
	if strings.ContainsFunc(target, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || reorders(r) }) {
		return "", false
	}
	return target, length(target) <= maxURL
}
