package bot

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"archbot/internal/dialogue"
)

const (
	// MaxText is how many characters of a query or a name are read. Nobody asks for
	// a topic in more words than fit in that.
	MaxText = 500
	// MaxMessage is the same of a message: people tell stories.
	MaxMessage = dialogue.MaxText
)

// paragraph is what parts the questions of a message that are not on one line.
var paragraph = regexp.MustCompile(`[ \t]*(?:\r?\n[ \t]*){2,}|[ \t]*\r?\n[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+`)

// garbage is the share of unprintable characters, one in so many, from which
// text is taken for binary data instead of text with a stray byte.
const garbage = 10

// readable brings an argument of up to so many characters into clean text: valid, of one
// line, with single spaces. What cannot be read at all gets a reply that says so.
func readable(argument string, most int) (clean string, refusal *Reply) {
	if isBinary(argument) {
		return "", unreadable("That is not text: it looks like binary data.", "Ask in words.")
	}
	argument = strings.ToValidUTF8(argument, "\uFFFD")
	if most > MaxText && len(argument) < 8*most {
		argument = paragraph.ReplaceAllString(argument, "; ")
	}
	argument = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\uFFFD' {
			return ' '
		}
		return r
	}, argument)
	argument = strings.Join(strings.Fields(argument), " ")
	if utf8.RuneCountInString(argument) > most {
		return "", tooLong(most)
	}
	return argument, nil
}

// most is how many characters of a request are read.
func (r Request) most() int {
	if r.Command == "" && r.conversational() || r.Command == "ask" {
		return MaxMessage
	}
	return MaxText
}

// tooLong is the reply to more than is read.
func tooLong(most int) *Reply {
	return unreadable(fmt.Sprintf("That is too long: I read up to %d characters.", most), "Name the topic in a few words.")
}

func isBinary(s string) bool {
	bad := 0
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsControl(r) && !unicode.IsSpace(r) {
			bad++
		}
	}
	return strings.ContainsRune(s, 0) || bad > 1 && bad*garbage > utf8.RuneCountInString(s)
}

// hasWords reports whether there is anything in s to look for.
func hasWords(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// unreadable is the reply to what cannot be read at all.
func unreadable(why, next string) *Reply {
	return &Reply{Kind: Misuse, Text: why, Notes: []Note{{
		Kind: NoteNext, Text: next, Commands: []string{"search circuit breaking", "topics"},
	}}}
}

// misuse is the reply to a command that cannot be carried out as it stands. It
// shows the command's own example.
func misuse(c Command, why, next string) *Reply {
	if next == "" {
		next = "For example:"
	}
	return &Reply{Kind: Misuse, Text: why, Notes: []Note{{Kind: NoteNext, Text: next, Commands: c.Examples[:1]}}}
}

// apology is the reply when the bot itself is at fault.
func apology() Reply {
	return Reply{
		Kind: Failure,
		Text: "Sorry, something went wrong here, and it is not your fault. It has been logged; please try again.",
	}
}

// quoted puts text that somebody typed into a sentence.
func quoted(s string) string { return "“" + s + "”" }
