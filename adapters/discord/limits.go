package discord

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Discord's limits, in characters where nothing else is said. Messages and components:
// https://discord.com/developers/docs/components/reference and
// https://discord.com/developers/docs/resources/message#create-message.
const (
	maxContent     = 2000 // a message without components v2
	maxComponents  = 40   // of a message, nested ones too
	maxText        = 4000 // of a message: all text that people can read in its components
	maxCustomID    = 100
	maxButtonLabel = 80
	maxURL         = 512 // of a link that we show; a button takes no longer one
	maxRowButtons  = 5
	maxMenu        = 25 // choices of a select menu
	maxChoiceText  = 100
	maxPlaceholder = 150
	maxModalTitle  = 45
	maxModalFields = 5
	maxFieldLabel  = 45
	maxFieldHint   = 100
)

// Limits of commands: https://discord.com/developers/docs/interactions/application-commands.
const (
	maxOptionHelp  = 100
	maxCompletions = 25
	maxOptions     = 25
)

// length counts as Discord's clients do, in UTF-16. Its servers may count characters,
// of which there are no more.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// cut shortens text to a length, between words where one is near and never inside what
// is seen as one character; what was cut ends in "…".
func cut(s string, most int) string {
	// No character has more bytes than three times its units, so what follows need not
	// be looked at to know that it is too much.
	if len(s) <= most || len(s) <= 3*most && length(s) <= most {
		return s
	}
	if most < 1 {
		return ""
	}
	n, end, word := 1, 0, 0 // 1 for the sign
	for i, r := range s {
		if unicode.IsSpace(r) {
			word = i
		}
		if n += max(1, utf16.RuneLen(r)); n > most {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	if word >= end/2 {
		end = word
	}
	return strings.TrimRightFunc(s[:whole(s, end)], func(r rune) bool { return unicode.IsSpace(r) || r == ',' }) + "…"
}

// whole moves an end of a text back to where a character begins that is whole: a
// family of joined emoji is one picture and half of it another, and half a flag is a
// letter.
func whole(s string, end int) int {
	for end > 0 {
		next, _ := utf8.DecodeRuneInString(s[end:])
		last, size := utf8.DecodeLastRuneInString(s[:end])
		if !joins(next) && last != joiner && !(isFlag(next) && flags(s[:end])%2 == 1) {
			return end
		}
		end -= size
	}
	return 0
}

const joiner = '\u200d'

// joins reports whether r belongs to the character before it.
func joins(r rune) bool {
	return r == joiner || unicode.Is(unicode.Mn, r) || r == '\ufe0f' || r >= 0x1F3FB && r <= 0x1F3FF
}

func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// flags counts the letters of flags that a text ends in.
func flags(s string) int {
	n := 0
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if !isFlag(r) {
			break
		}
		n++
		s = s[:len(s)-size]
	}
	return n
}
