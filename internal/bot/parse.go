package bot

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"archbot/internal/search"
)

// Prefix may stand before a command where nothing else tells the bot from other
// company; it is ignored.
const Prefix = "/arch"

// parsed is a request taken apart.
type parsed struct {
	command  Command
	options  Options
	argument string
	// guess is the line that somebody may have meant whose first word is nearly a
	// command; empty where it is not.
	guess string
	moved bool // the argument is a topic that was followed to where it is now
	ref   ref  // what a button names that is not in the list, or may not be
}

// parse tells which command a request is for, and what it is given. What names no
// command is a question where people talk, and a search elsewhere.
func (b *Bot) parse(x *search.Index, r Request) (parsed, *Reply) {
	text, refusal := readable(r.Text, r.most())
	if refusal != nil {
		return parsed{}, refusal
	}
	if r.Command != "" {
		c, ok := named(b.commands, r.Command)
		if !ok {
			return parsed{}, b.noCommand(r.Command, text)
		}
		c, text = c.inner(text)
		return c.read(text, r.Options)
	}
	text = unprefixed(text)
	word, rest := firstWord(text)
	if word == "" && len(r.Options) == 0 {
		return parsed{command: b.welcome}, nil
	}
	c, ok := named(b.commands, word)
	if ok && !r.Overheard && !(c.Name == "search" && r.conversational() && isInName(x, word, rest)) {
		c, rest := c.inner(rest)
		if c.Name != "ask" && utf8.RuneCountInString(rest) > MaxText && (c.only == nil || c.only(x, rest)) {
			return parsed{command: c}, tooLong(MaxText)
		}
		p, refusal := c.read(rest, r.Options)
		if c.only == nil || refusal == nil && c.only(x, p.argument) {
			return p, refusal
		}
	}
	free := b.must("search")
	if r.conversational() {
		free = b.must("ask")
	}
	p, refusal := free.read(text, r.Options)
	if near, ok := nearest(word, names(b.commands)); ok && !strings.EqualFold(near, word) {
		p.guess = strings.TrimSpace(near + " " + rest)
	}
	return p, refusal
}

// isInName reports whether a word and the rest of its line name something together, so
// that the word is no command: "search for an online shop" is about the topic Search.
func isInName(x *search.Index, word, rest string) bool {
	if rest == "" {
		return false
	}
	hits := x.Search(search.Query{Text: word + " " + rest, Limit: 1}).Topics
	return len(hits) > 0 && slices.ContainsFunc(hits[0].Reasons, func(r search.Reason) bool {
		return r.How == search.Same && r.Typed == search.Fold(word)
	})
}

// read takes apart what follows the command's name, and adds what the platform
// said apart, which wins.
func (c Command) read(text string, apart Options) (parsed, *Reply) {
	p := parsed{command: c, options: make(Options)}
	rest, hasRest := c.rest()
	line := text
	var words []string
	for text != "" {
		word, after := firstWord(text)
		name, value, _ := strings.Cut(word, ":")
		if value == "" {
			words, text = append(words, word), after
			continue
		}
		if o, ok := c.option(name); ok && !o.Rest {
			value, text = quotedValue(text[len(name)+1:])
			if o.Type == Member {
				return p, misuse(c, "I know nobody called "+quoted(value)+" here.", "Mention the person, on Slack or Discord, or leave it out:")
			}
			p.options[o.Name] = value
			continue
		}
		if refusal := c.noOption(name, value, line); refusal != nil {
			return p, refusal
		}
		words, text = append(words, word), after
	}
	p.argument = strings.Join(words, " ")
	for name, value := range apart {
		value, refusal := readable(value, MaxText)
		if refusal != nil {
			refusal.Field = name
			return p, refusal
		}
		o, ok := c.option(name)
		switch {
		case !ok:
			return p, misuse(c, fmt.Sprintf("`%s` takes no option %s.", c.Path(), quoted(name)), "")
		case o.Rest && value != "":
			p.argument = value
		case value != "":
			p.options[o.Name] = value
		}
	}
	if hasRest {
		p.options[rest.Name] = p.argument
	}
	return p, nil
}

// quotedValue takes an option's value off the text: a word, or what stands in
// quotes.
func quotedValue(text string) (value, after string) {
	for _, quote := range [][2]string{{`"`, `"`}, {"“", "”"}, {"'", "'"}} {
		if inside, ok := strings.CutPrefix(text, quote[0]); ok {
			if value, after, ok := strings.Cut(inside, quote[1]); ok {
				return strings.TrimSpace(value), strings.TrimSpace(after)
			}
		}
	}
	return firstWord(text)
}

// noOption says that a word that looks like an option is none, where that is what
// it was meant to be; else it is a word like others, such as an address.
func (c Command) noOption(name, value, line string) *Reply {
	if strings.HasPrefix(value, "/") {
		return nil
	}
	if near, ok := nearest(name, optionNames(c)); ok {
		meant := c.Path() + " " + strings.Replace(line, name+":", near+":", 1)
		return &Reply{
			Kind: Misuse, Text: fmt.Sprintf("There is no option %s. Did you mean `%s:%s`?", quoted(name), near, value),
			Notes: []Note{{Kind: NoteDidYouMean, Text: "Ask for it:", Commands: []string{meant}}},
		}
	}
	if slices.Contains([]string{optKind, optLevel, optYear, optPage}, strings.ToLower(name)) {
		return misuse(c, fmt.Sprintf("`%s` takes no option %s.", c.Path(), quoted(name)), "")
	}
	return nil
}

// optionNames are those that are typed with a colon.
func optionNames(c Command) []string {
	var out []string
	for _, o := range c.Options {
		if !o.Rest {
			out = append(out, o.Name)
		}
	}
	return out
}

// noCommand says that there is no such command, and which one may be meant.
func (b *Bot) noCommand(name, rest string) *Reply {
	reply := &Reply{Kind: Misuse, Text: "There is no command " + quoted(name) + "."}
	if near, ok := nearest(name, names(b.commands)); ok {
		reply.Text += " Did you mean `" + near + "`?"
		reply.Notes = []Note{{Kind: NoteDidYouMean, Text: "Ask for it:", Commands: []string{strings.TrimSpace(near + " " + rest)}}}
		return reply
	}
	reply.Notes = []Note{{Kind: NoteNext, Text: "These are the commands:", Commands: synopses(b.commands)}}
	return reply
}

// meant adds to an answer the command that its first word may have been meant to
// be, unless the list knows that word.
func (b *Bot) meant(guess, text string, reply Reply) Reply {
	word, rest := firstWord(unprefixed(text))
	switch {
	case guess == "":
		return reply
	case reply.Kind == Nothing:
		return *b.noCommand(word, rest)
	case reply.Kind == Found && !answered(reply, word):
		note := Note{Kind: NoteDidYouMean, Text: "There is no command " + quoted(word) + ". Did you mean this?", Commands: []string{guess}}
		reply.Notes = append([]Note{note}, reply.Notes...)
	}
	return reply
}

// answered reports whether a word of the query was found as what it is, not as a
// misspelling of something else.
func answered(reply Reply, word string) bool {
	is := func(why []Reason) bool {
		for _, w := range why {
			known := w.How != search.Slip && (w.How != search.Leaning || w.Word == w.Typed)
			if known && strings.EqualFold(w.Typed, word) {
				return true
			}
		}
		return false
	}
	for _, t := range reply.Topics {
		if is(t.Reasons) {
			return true
		}
	}
	for _, r := range reply.Resources {
		if is(r.Reasons) {
			return true
		}
	}
	return false
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

// saysSomething reports whether an argument has a word to look for, or is none; "find
// me more" is talk.
func saysSomething(_ *search.Index, argument string) bool {
	fields := strings.Fields(search.Fold(argument))
	return len(fields) == 0 || slices.ContainsFunc(fields, func(w string) bool { return !search.Silent(w) })
}

// firstWord splits text after its first word.
func firstWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}
