package bot

import (
	"strings"

	"archbot/internal/search"
)

// Command is one command, declared once: parser, help, completion, and whatever
// a platform needs to be told beforehand, are made from it.
type Command struct {
	Name     string
	Aliases  []string // accepted, not advertised
	Summary  string   // one line
	Detail   string   // what help says beyond that
	Options  []Option
	Examples []string // command lines without the platform's prefix

	// Words that may follow without being an argument make a line free text:
	// "help me with caching" is no request for help.
	only func(argument string) bool
	run  func(call) Reply
}

// Option is an argument of a command. The last one takes the rest of the line.
type Option struct {
	Name     string
	Help     string
	Required bool
	Values   Values // what completes it
}

// Values names a source of completions.
type Values string

// The sources of completions.
const (
	Anything Values = ""
	Topics   Values = "topics"
	Names    Values = "commands" // the commands' names
)

// call is one command being carried out.
type call struct {
	bot      *Bot
	index    *search.Index // the same for the whole of a call, whatever is reloaded meanwhile
	argument string
	limit    int // how many topics a search answers with; positive
	filter   search.Filter
	page     int // of a search; the first is 1, or 0
}

// Synopsis returns the command's name with its options, as help shows it.
func (c Command) Synopsis() string {
	var b strings.Builder
	b.WriteString(c.Name)
	for _, o := range c.Options {
		name := strings.ToUpper(o.Name)
		if !o.Required {
			name = "[" + name + "]"
		}
		b.WriteString(" " + name)
	}
	return b.String()
}

// is reports whether word names the command.
func (c Command) is(word string) bool {
	if strings.EqualFold(word, c.Name) {
		return true
	}
	for _, a := range c.Aliases {
		if strings.EqualFold(word, a) {
			return true
		}
	}
	return false
}

// card is the command as help shows it among others.
func (c Command) card() CommandCard {
	return CommandCard{Name: c.Name, Synopsis: c.Synopsis(), Summary: c.Summary}
}

// page is the command as help shows it alone.
func (c Command) page() CommandCard {
	card := c.card()
	card.Detail, card.Examples = c.Detail, c.Examples
	return card
}

// named finds the command of that name in a table.
func named(commands []Command, word string) (Command, bool) {
	for _, c := range commands {
		if c.is(word) {
			return c, true
		}
	}
	return Command{}, false
}
