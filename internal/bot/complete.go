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
	// Value is for platforms that hand back the choice itself as the option's value:
	// it means the same as Text does, in at most MaxValue bytes.
	Value string
}

// MaxValue is how long a Completion's Value may be, in bytes: what Discord takes
// (https://discord.com/developers/docs/interactions/application-commands).
const MaxValue = 100

// complete offers commands for a first word, and for what follows it whatever
// the command's options take. What can be no command may become a topic.
func (b *Bot) complete(r Request) []Completion {
	if len(r.Text) > MaxText {
		return nil
	}
	x := b.library.Current().Index
	if r.Command != "" {
		c, ok := named(b.commands, r.Command)
		if o, has := c.option(r.Focus); ok && has {
			return b.values(x, o, "", r.Text)
		}
		if ok && r.Focus == "" {
			return b.following(x, c, "", r.Text)
		}
		return nil
	}
	typed := strings.TrimLeft(unprefixed(r.Text), " \t")
	word, rest, inArgument := strings.Cut(typed, " ")
	if c, ok := named(b.commands, word); ok && inArgument {
		return b.following(x, c, word+" ", strings.TrimLeft(rest, " \t"))
	}
	if names := b.names("", typed); len(names) > 0 {
		return names
	}
	return b.argument(x, b.must("search"), "", typed)
}

// following completes what follows a command's name: a subcommand's, where it has
// some, and then what that takes.
func (b *Bot) following(x *search.Index, c Command, before, typed string) []Completion {
	if len(c.Subcommands) == 0 {
		return b.argument(x, c, before, typed)
	}
	word, rest, inArgument := strings.Cut(typed, " ")
	if sub, ok := named(c.Subcommands, word); ok && inArgument {
		return b.argument(x, sub, before+word+" ", strings.TrimLeft(rest, " \t"))
	}
	return commandNames(c.Subcommands, before, typed)
}

// argument completes what follows a command; before is kept as it was typed. A last
// word that begins an option is completed as one.
func (b *Bot) argument(x *search.Index, c Command, before, typed string) []Completion {
	kept, last := "", typed
	if i := strings.LastIndexAny(typed, " \t"); i >= 0 {
		kept, last = typed[:i+1], typed[i+1:]
	}
	if name, value, ok := strings.Cut(last, ":"); ok {
		if o, ok := c.option(name); ok && !o.Rest {
			return b.values(x, o, before+kept+o.Name+":", value)
		}
	}
	var out []Completion
	if o, ok := c.rest(); ok {
		out = b.values(x, o, before, typed)
	}
	if len(out) > 0 || last == "" && kept != "" {
		return out
	}
	for _, o := range c.Options {
		if !o.Rest && begins(o.Name, last) && (last != "" || kept == "") {
			out = append(out, Completion{Text: before + kept + o.Name + ":", Label: o.Name + ":", Hint: o.Help, Value: o.Name + ":"})
		}
	}
	return out
}

// values completes an option's value.
func (b *Bot) values(x *search.Index, o Option, before, typed string) []Completion {
	switch {
	case o.Choices != nil:
		return choices(o, before, typed)
	case o.Values == Topics:
		return topicCompletions(x, o, before, typed)
	case o.Values == Names:
		return b.names(before, typed)
	case o.Values == Zones:
		return zoneCompletions(before, typed)
	case o.Values == Rhythms:
		return rhythmCompletions(o, before, typed)
	case o.Values == Titles:
		return titles(x, before, typed)
	}
	return nil
}

func choices(o Option, before, typed string) []Completion {
	var out []Completion
	for _, choice := range o.Choices {
		if begins(choice, typed) {
			out = append(out, Completion{Text: before + choice, Label: choice, Hint: o.Help, Value: choice})
		}
	}
	return out
}

// names completes a command's name. A name that takes an argument is followed
// by the space before it.
func (b *Bot) names(before, typed string) []Completion {
	return commandNames(b.commands, before, typed)
}

func commandNames(commands []Command, before, typed string) []Completion {
	var out []Completion
	for _, c := range commands {
		if !begins(c.Name, typed) {
			continue
		}
		text := before + c.Name
		if (before == "" || c.Group != "") && len(c.Options)+len(c.Subcommands) > 0 {
			text += " "
		}
		out = append(out, Completion{Text: text, Label: c.Name, Hint: c.Summary, Value: c.Name})
	}
	return out
}

func topicCompletions(x *search.Index, o Option, before, typed string) []Completion {
	var out []Completion
	for _, t := range x.Complete(strings.TrimLeft(typed, `"`), maxCompletions) {
		path := x.Catalog().Path(t.ID)
		name := topicName(x, t)
		value := valueOf(name, topicRef(x.Catalog(), t))
		if !o.Rest && strings.HasSuffix(before, ":") && strings.Contains(name, " ") {
			name = `"` + name + `"`
		}
		out = append(out, Completion{
			Text:  before + name,
			Label: t.Title,
			Hint:  strings.Join(path[:len(path)-1], PathSeparator),
			Value: value,
		})
	}
	return out
}

// titles completes the title of a resource; by its address where several have it.
func titles(x *search.Index, before, typed string) []Completion {
	var out []Completion
	for _, r := range x.Catalog().Resources {
		if len(out) == maxCompletions {
			break
		}
		if typed == "" || !begins(r.Title, typed) {
			continue
		}
		name := r.Title
		if _, ok := listed(x.Catalog(), name); !ok {
			name = r.URL
		}
		out = append(out, Completion{Text: before + name, Label: r.Title, Hint: r.URL, Value: valueOf(name, resourceRef(r.URL))})
	}
	return out
}

// begins reports whether whole begins with what was typed, whatever the case.
func begins(whole, typed string) bool {
	return len(typed) <= len(whole) && strings.EqualFold(whole[:len(typed)], typed)
}
