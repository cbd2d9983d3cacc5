package discord

import (
	"slices"
	"strings"

	"archbot/internal/bot"
)

// help shows commands: all in a line each, or one with what it takes.
func (p *page) help(r bot.Reply) {
	for _, c := range r.Commands {
		if c.Detail == "" {
			p.write("- " + code(p.view.synopsis(c)) + " " + escape(cut(c.Summary, maxRemark)))
			continue
		}
		p.write(code(p.view.synopsis(c)), prose(cut(c.Detail, maxSentence)))
		p.options(c.Options)
		p.note("Examples:", c.Examples)
	}
}

// synopsis is a command with what follows it.
func (v renderOptions) synopsis(c bot.CommandCard) string {
	if v.Slash {
		return "/" + rootName + " " + c.Name
	}
	return c.Synopsis
}

// options shows what a command takes.
func (p *page) options(options []bot.Option) {
	for _, o := range options[:min(len(options), maxOptions)] {
		help := o.Help
		if len(o.Choices) > 1 {
			help += ": " + strings.Join(o.Choices, ", ")
		}
		if o.Required {
			help += " (needed)"
		}
		p.write("- **" + escape(o.Name) + "** " + escape(cut(help, maxRemark)))
	}
}

// form shows what a command takes where no form can be opened.
func (p *page) form(f bot.Form) {
	var options []bot.Option
	for _, field := range f.Fields {
		options = append(options, field.Option)
	}
	p.write("It takes:")
	p.options(options)
}

// facts shows what is known.
func (p *page) facts(facts []bot.Fact) {
	for _, f := range facts {
		p.write("**" + escape(cut(f.Name, maxTitle)) + "** " + escape(cut(f.Value, maxRemark)))
	}
}

// command shows a command line of the core as people type it here: as a slash command
// the argument has its option's name, and options stand behind it.
func (v renderOptions) command(line string) string {
	if !v.Slash {
		return line
	}
	name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	c, ok := at(name)
	if !ok {
		c, _ = at("search")
		rest = line
	}
	if len(c.Subcommands) > 0 {
		inner, behind, _ := strings.Cut(rest, " ")
		if c, ok = at(name + " " + inner); !ok { // a group by itself is what its list shows
			c, _ = at(name + " list")
		}
		rest = behind
	}
	shown := "/" + rootName + " " + c.Path()
	argument, options := split(c, rest)
	for _, o := range c.Options {
		if o.Rest && argument != "" {
			shown += " " + o.Name + ":" + argument
		}
	}
	return strings.TrimSpace(shown + " " + strings.Join(options, " "))
}

// split takes the options out of what follows a command's name; a value in quotes loses
// them, as the option's field has its own end.
func split(c bot.Command, rest string) (argument string, options []string) {
	var words []string
	fields := strings.Fields(rest)
	for i := 0; i < len(fields); i++ {
		name, value, ok := strings.Cut(fields[i], ":")
		known := slices.ContainsFunc(c.Options, func(o bot.Option) bool { return o.Name == name && !o.Rest })
		if !ok || !known {
			words = append(words, fields[i])
			continue
		}
		for strings.HasPrefix(value, `"`) && (len(value) == 1 || !strings.HasSuffix(value, `"`)) && i+1 < len(fields) {
			i++
			value += " " + fields[i]
		}
		options = append(options, name+":"+strings.Trim(value, `"`))
	}
	return strings.Join(words, " "), options
}
