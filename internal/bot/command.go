package bot

import (
	"context"
	"slices"
	"strings"

	"archbot/internal/search"
)

// Command is one command, declared once: parser, help, completion, forms, and
// whatever a platform needs to be told beforehand, are made from it.
type Command struct {
	Name     string
	Aliases  []string // accepted, not advertised
	Summary  string   // one line
	Detail   string   // what help says beyond that
	Options  []Option
	Examples []string  // command lines without the platform's prefix; the first shows the name
	Surfaces []Surface // where it works; nil for everywhere
	Who      Who
	Cost     int  // what it takes of the rate limits
	Private  bool // the answer concerns nobody but who asks
	// Pressable says that a button may carry a line of it: it changes nothing.
	Pressable bool
	// Subcommands make it a group: each is a command of its own, typed after the
	// group's name, and a platform declares it as its groups go. What the group itself
	// declares is help, and what it does without one of them.
	Subcommands []Command
	Group       string // the name of the group that it is in; empty for none
	// The same line has the same answer for as long as the list stays.
	steady bool

	// Words that may follow without being an argument make a line free text:
	// "help me with caching" is no request for help.
	only func(x *search.Index, argument string) bool
	run  func(context.Context, call) Reply
}

// Who says who may use a command.
type Who string

// Who may use a command.
const (
	Everyone       Who = ""
	Administrators Who = "administrators" // those for whom Request.MayAdminister says so
)

// Option is something that a command takes. The one that is Rest is what is
// typed after the command's name; the others are typed as name:value.
type Option struct {
	Name     string
	Help     string
	Type     OptionType
	Rest     bool
	Required bool
	Choices  []string // the only values; nil for no such bound
	Values   Values   // what completes it
	Default  string   // what leaving it out means, where that is a value
	// Social says that it concerns who else sees the answer, so it works only where
	// there are others, and no button repeats it.
	Social bool
}

// OptionType is what an option's value must be.
type OptionType string

// The types of options.
const (
	Words  OptionType = "words"  // anything
	Number OptionType = "number" // a whole number, 1 or more
	Years  OptionType = "years"  // a year, or a range of years
	Member OptionType = "member" // a UserID, which the platform says apart: never what somebody typed
)

// Values names a source of completions.
type Values string

// The sources of completions.
const (
	Anything Values = ""
	Topics   Values = "topics"
	Zones    Values = "zones"     // names of time zones
	Rhythms  Values = "schedules" // schedules as people write them
	Names    Values = "commands"  // the commands' names
	Titles   Values = "resources" // the titles of resources
)

// Synopsis returns the command's name with its options, as help shows it.
func (c Command) Synopsis() string {
	var b strings.Builder
	b.WriteString(c.Path())
	for _, o := range c.Options {
		b.WriteString(" " + o.synopsis())
	}
	if len(c.Subcommands) > 0 {
		b.WriteString(" " + strings.Join(names(c.Subcommands), "|"))
	}
	return b.String()
}

// Path is what is typed to name the command: its name, in a group behind the group's.
func (c Command) Path() string {
	if c.Group == "" {
		return c.Name
	}
	return c.Group + " " + c.Name
}

// At is the command at a path: itself, or one of its subcommands.
func (c Command) At(path string) (Command, bool) { return named([]Command{c}, path) }

// inner is the subcommand that a text begins with, and the text behind its name; the
// command itself with all of the text where it begins with none.
func (c Command) inner(text string) (Command, string) {
	if len(c.Subcommands) == 0 {
		return c, text
	}
	word, rest := firstWord(text)
	if sub, ok := named(c.Subcommands, word); ok {
		return sub, rest
	}
	return c, text
}

// group has commands be subcommands of one.
func group(c Command, subs ...Command) Command {
	for i := range subs {
		subs[i].Group = c.Name
		for j, example := range subs[i].Examples {
			subs[i].Examples[j] = c.Name + " " + example
		}
	}
	c.Subcommands = subs
	return c
}

// synopsis shows how the option is typed: QUERY, [TOPIC], [kind:KIND], [public:yes].
func (o Option) synopsis() string {
	shown := strings.ToUpper(o.Name)
	switch {
	case o.Type == Member:
		shown = "@SOMEONE"
	case len(o.Choices) == 1:
		shown = o.Choices[0]
	}
	if !o.Rest {
		shown = o.Name + ":" + shown
	}
	if !o.Required {
		shown = "[" + shown + "]"
	}
	return shown
}

// is reports whether word names the command.
func (c *Command) is(word string) bool {
	return strings.EqualFold(word, c.Name) ||
		slices.ContainsFunc(c.Aliases, func(a string) bool { return strings.EqualFold(word, a) })
}

// worksOn reports whether the command may be used on a surface.
func (c Command) worksOn(s Surface) bool { return c.Surfaces == nil || slices.Contains(c.Surfaces, s) }

// option finds an option by its name.
func (c Command) option(name string) (Option, bool) {
	i := slices.IndexFunc(c.Options, func(o Option) bool { return strings.EqualFold(name, o.Name) })
	if i < 0 {
		return Option{}, false
	}
	return c.Options[i], true
}

// rest is the option that takes what is typed after the command's name.
func (c Command) rest() (Option, bool) {
	i := slices.IndexFunc(c.Options, func(o Option) bool { return o.Rest })
	if i < 0 {
		return Option{}, false
	}
	return c.Options[i], true
}

// Usage is the synopsis in short: with no option but what follows the name.
func (c Command) Usage() string {
	if o, ok := c.rest(); ok {
		return c.Path() + " " + o.synopsis()
	}
	if len(c.Subcommands) > 0 {
		return c.Path() + " …"
	}
	return c.Path()
}

// card is the command as help shows it among others.
func (c Command) card() CommandCard {
	return CommandCard{Name: c.Path(), Synopsis: c.Usage(), Summary: c.Summary}
}

// page is the command as help shows it alone.
func (c Command) page() CommandCard {
	return CommandCard{
		Name: c.Path(), Synopsis: c.Synopsis(), Summary: c.Summary,
		Detail: c.Detail, Options: c.Options, Examples: c.Examples,
	}
}

// form is the command to be filled in, with what is there already.
func (c Command) form(given Options) *Form {
	f := &Form{Command: c.Path(), Title: c.Summary}
	for _, o := range c.Options {
		if o.Social { // a form is filled in by one, and answered to one
			continue
		}
		f.Fields = append(f.Fields, Field{Option: o, Value: given[o.Name]})
	}
	return f
}

// named finds the command of that name, or path, in a table.
func named(commands []Command, path string) (Command, bool) {
	word, rest := firstWord(path)
	for i := range commands {
		c := &commands[i]
		if !c.is(word) {
			continue
		}
		if rest == "" {
			return *c, true
		}
		if sub, after := c.inner(rest); after == "" {
			return sub, true
		}
	}
	return Command{}, false
}
