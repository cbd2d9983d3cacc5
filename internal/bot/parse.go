package bot

import (
	"strings"
	"unicode"
)

// Prefix may stand before a command where nothing else tells the bot from other
// company; it is ignored.
const Prefix = "/arch"

// parse tells which command a request is for, and its argument. What names no
// command is a search for all of it.
func (b *Bot) parse(r Request) (Command, string) {
	if r.Command != "" {
		if c, ok := named(b.commands, r.Command); ok {
			return c, r.Text
		}
		return b.must("search"), r.Text
	}
	text := unprefixed(r.Text)
	word, rest := firstWord(text)
	if word == "" {
		return b.must("help"), ""
	}
	if c, ok := named(b.commands, word); ok && c.takes(rest) {
		return c, rest
	}
	return b.must("search"), text
}

// takes reports whether what follows the command's name can be its argument.
func (c Command) takes(argument string) bool {
	return c.only == nil || c.only(strings.TrimSpace(argument))
}

// must returns a command that the table is known to have.
func (b *Bot) must(name string) Command {
	c, ok := named(b.commands, name)
	if !ok {
		panic("no command " + name)
	}
	return c
}

// unprefixed drops the Prefix, if text begins with it.
func unprefixed(text string) string {
	if word, rest := firstWord(text); strings.EqualFold(word, Prefix) {
		return rest
	}
	return text
}

// firstWord splits text after its first word.
func firstWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}
