package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"archbot/internal/catalog"
)

// The options that several commands have.
const (
	optKind  = "kind"
	optLevel = "level"
	optYear  = "year"
	optTopic = "topic"
	optPage  = "page"

	optFor    = "for"
	optPublic = "public"
	yes       = "yes"
)

// The options that narrow resources down, as commands declare them.
func kindOption() Option {
	return Option{Name: optKind, Type: Words, Choices: words(catalog.Kinds()), Help: "resources of that kind alone, such as video"}
}

func levelOption() Option {
	return Option{Name: optLevel, Type: Words, Choices: words(catalog.Levels()), Help: "resources of that level alone, such as intro"}
}

func yearOption() Option {
	return Option{Name: optYear, Type: Years, Help: "resources of that year, or of years: 2018-2021, 2020-, -2020"}
}

func topicOption() Option {
	return Option{Name: optTopic, Type: Words, Values: Topics, Help: "only in that topic, named by title, place or id, and below it"}
}

func pageOption() Option {
	return Option{Name: optPage, Type: Number, Default: "1", Help: "which page of the answer"}
}

// The options that show an answer to others, as commands declare them.
func forOption() Option {
	return Option{Name: optFor, Type: Member, Social: true, Help: "show the answer to the channel, addressed to that one person"}
}

func publicOption() Option {
	return Option{Name: optPublic, Type: Words, Choices: []string{yes}, Social: true, Help: "show the answer to the channel"}
}

// shown reports whether options ask for an answer that others see.
func (o Options) shown() bool { return o[optFor] != "" || o[optPublic] != "" }

// understand reads the options of a call by what the command declares of them;
// what cannot be read gets a reply that says so.
func (c *call) understand() *Reply {
	c.page = 1
	for _, o := range c.command.Options {
		value := o.unhandled(c.index(), c.options[o.Name])
		if o.Rest {
			c.argument = value
		}
		if value == "" {
			if o.Required && c.ref == "" {
				return c.missing(o)
			}
			continue
		}
		if o.Social && (c.request.Channel == "" || c.request.Surface == SurfaceDirect) {
			return misuse(c.command, "Nobody else is here who could see the answer.", "Without “"+o.Name+"”:")
		}
		refusal := o.check(c.command, value)
		if refusal == nil && !o.Rest {
			refusal = c.take(o, value)
		}
		if refusal != nil {
			refusal.Field = o.Name
			return refusal
		}
	}
	return nil
}

// take puts the value of a checked option where commands look for it.
func (c *call) take(o Option, value string) *Reply {
	switch o.Name {
	case optKind:
		c.filter.Kind = catalog.Kind(strings.ToLower(value))
	case optLevel:
		c.filter.Level = catalog.Level(strings.ToLower(value))
	case optYear:
		c.filter.From, c.filter.To, _ = years(value)
	case optPage:
		c.page, _ = strconv.Atoi(value)
	case optTopic:
		found := c.index().Find(value)
		if len(found) != 1 {
			return misuse(c.command, fmt.Sprintf("%s topics are called %s.", number(len(found)), quoted(value)), "See what the list covers.")
		}
		c.filter.Topic = found[0].ID
	}
	return nil
}

// missing asks for an option that a command cannot do without.
func (c *call) missing(o Option) *Reply {
	reply := misuse(c.command, fmt.Sprintf("There is nothing to %s.", c.command.Path()), "")
	switch c.command.Name {
	case "search":
		reply.Text = "There is nothing to search for."
	case "topic":
		reply.Text = "Which topic?"
	case "add":
		reply.Text = "A digest on which topic?"
	}
	reply.Form, reply.Field = c.command.form(c.options), o.Name
	return reply
}

// check says what is wrong with a value; nothing when it can be read.
func (o Option) check(c Command, value string) *Reply {
	switch {
	case slices.Contains(o.Choices, yes) && !slices.Contains(o.Choices, strings.ToLower(value)):
		return misuse(c, "The option "+o.Name+" cannot be "+quoted(value)+".", "It can be "+strings.Join(o.Choices, " or ")+".")
	case o.Choices != nil && !slices.Contains(o.Choices, strings.ToLower(value)):
		why := "There is no " + o.Name + " " + quoted(value) + "."
		if near, ok := nearest(value, o.Choices); ok {
			why += fmt.Sprintf(" Did you mean `%s:%s`?", o.Name, near)
		}
		return misuse(c, why, "The "+o.Name+"s are "+strings.Join(o.Choices, ", ")+".")
	case o.Type == Number:
		if n, err := strconv.Atoi(value); err != nil || n < 1 {
			return misuse(c, "There is no "+o.Name+" "+quoted(value)+".", "It is a number, and the first is 1.")
		}
	case o.Type == Years:
		if _, _, ok := years(value); !ok {
			return misuse(c, quoted(value)+" is no year.", "Write 2020, 2018-2021, 2020- or -2020.")
		}
	}
	return nil
}

// years reads a year or a range of them; an end left out is open.
func years(s string) (from, to catalog.Year, ok bool) {
	first, last, isRange := strings.Cut(strings.ReplaceAll(s, "–", "-"), "-")
	if !isRange {
		last = first
	}
	from, ok = year(first)
	if !ok {
		return 0, 0, false
	}
	to, ok = year(last)
	return from, to, ok && from|to != 0 && (to == 0 || from <= to)
}

func year(s string) (catalog.Year, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return catalog.Year(n), err == nil && len(s) == 4
}

// words are values of a type of their own as plain ones.
func words[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}

func number(n int) string {
	if n == 0 {
		return "No"
	}
	return strconv.Itoa(n)
}

// line is the command line that asks for the same, without the options named and
// without showing it to others.
func (c call) line(without ...string) string {
	var b strings.Builder
	b.WriteString(c.command.Path())
	if c.argument != "" {
		b.WriteString(" " + c.argument)
	}
	for _, o := range c.command.Options {
		value := c.options[o.Name]
		if o.Rest || o.Social || value == "" || slices.Contains(without, o.Name) {
			continue
		}
		if strings.ContainsAny(value, " \"") {
			value = `"` + strings.ReplaceAll(value, `"`, "") + `"`
		}
		fmt.Fprintf(&b, " %s:%s", o.Name, value)
	}
	return b.String()
}
