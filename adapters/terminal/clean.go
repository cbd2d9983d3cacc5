package terminal

import (
	"strings"
	"unicode"
)

// Clean makes text from a list or a person fit to be printed on one line.
// Escape sequences lose the character that makes them one, line breaks and tabs
// become spaces, and the controls that reorder text are dropped: with them an
// address can be made to look like another.
func Clean(s string) string {
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

// reorders reports whether r is a bidirectional control, a line separator or an
// invisible tag character.
func reorders(r rune) bool {
	switch {
	case r == '\u061C', r == '\u200E', r == '\u200F',
		r >= '\u2028' && r <= '\u202E',
		r >= '\u2066' && r <= '\u2069',
		r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

func cleaned(ss []string) []string {
	out := make([]string, len(ss))
	for i, s := range ss {
		out[i] = Clean(s)
	}
	return out
}
