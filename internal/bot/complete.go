package bot

import (
	"strings"

	"archbot/internal/search"
)

// maxCompletions is how many completions are offered; Discord shows no more
// than 25, and nobody reads as many.
const maxCompletions = 20

// Completion is one way to go on with what is being typed.
type Completion struct {
	Text  string // what replaces the Request's Text
	Label string // what to show for it
	Hint  string // what it is: a topic's place, a command's summary
}

// complete offers commands for a first word, and for what follows it whatever
// the command's last option takes. What can be no command may become a topic.
func (b *Bot) complete(r Request) []Completion {
	x := b.library.Current()
	if r.Command != "" {
		if c, ok := named(b.commands, r.Command); ok {
			return b.argument(x, c, "", r.Text)
		}
		return nil
	}
	typed := strings.TrimLeft(unprefixed(r.Text), " \t")
	word, rest, inArgument := strings.Cut(typed, " ")
	if c, ok := named(b.commands, word); ok && inArgument {
		return b.argument(x, c, word+" ", strings.TrimLeft(rest, " \t"))
	}
	if names := b.names("", typed); len(names) > 0 {
		return names
	}
	return topicCompletions(x, "", typed)
}

// argument completes what follows a command; before is kept as it was typed.
func (b *Bot) argument(x *search.Index, c Command, before, typed string) []Completion {
	if len(c.Options) == 0 {
		return nil
	}
	switch c.Options[len(c.Options)-1].Values {
	case Topics:
		return topicCompletions(x, before, typed)
	case Names:
		return b.names(before, typed)
	}
	return nil
}

// names completes a command's name. A name that takes an argument is followed
// by the space before it.
func (b *Bot) names(before, typed string) []Completion {
	var out []Completion
	for _, c := range b.commands {
		if len(typed) > len(c.Name) || !strings.EqualFold(c.Name[:len(typed)], typed) {
			continue
		}
		text := before + c.Name
		if before == "" && len(c.Options) > 0 {
			text += " "
		}
		out = append(out, Completion{Text: text, Label: c.Name, Hint: c.Summary})
	}
	return out
}

func topicCompletions(x *search.Index, before, typed string) []Completion {
	if len(typed) > MaxText {
		return nil
	}
	var out []Completion
	for _, t := range x.Complete(typed, maxCompletions) {
		path := x.Catalog().Path(t.ID)
		out = append(out, Completion{
			Text:  before + topicName(x, t),
			Label: t.Title,
			Hint:  strings.Join(path[:len(path)-1], PathSeparator),
		})
	}
	return out
}
