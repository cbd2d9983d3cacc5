package bot

import (
	"context"

	"archbot/internal/search"
)

// runWelcome answers who says nothing: three examples, and the way to search.
func runWelcome(_ context.Context, c call) Reply {
	return Reply{
		Kind: Help,
		Text: "Ask for a topic of software architecture in your own words: `search QUERY`, or just the query.",
		Notes: []Note{
			{Kind: NoteNext, Text: "For example:", Commands: []string{
				c.bot.must("search").Examples[0], c.bot.must("topic").Examples[1], "random",
			}},
			{Kind: NoteNext, Text: "All that I can do:", Commands: []string{"help"}},
		},
	}
}

// runHelp shows all commands, or one.
func runHelp(_ context.Context, c call) Reply {
	if c.argument != "" {
		if command, ok := named(c.bot.commands, c.argument); ok {
			reply := Reply{Kind: Help, Text: command.Summary + ".", Commands: []CommandCard{command.page()}}
			for _, sub := range command.Subcommands {
				reply.Commands = append(reply.Commands, sub.card())
			}
			return reply
		}
		return *c.bot.noCommand(c.argument, "")
	}
	reply := Reply{Kind: Help, Text: "Ask for a topic of software architecture in your own words, or use a command."}
	for _, command := range c.bot.commands {
		reply.Commands = append(reply.Commands, command.card())
	}
	reply.Notes = []Note{{Kind: NoteNext, Text: "For example:", Commands: []string{
		"search caching kind:video", "topic circuit breaking", "help search",
	}}}
	return reply
}

// isCommandOrEmpty reports whether an argument of help is one, or nearly.
func isCommandOrEmpty(_ *search.Index, argument string) bool {
	if argument == "" {
		return true
	}
	_, isCommand := named(Commands(), argument)
	_, nearly := nearest(argument, names(Commands()))
	return isCommand || nearly
}

func synopses(commands []Command) []string {
	var out []string
	for _, c := range commands {
		out = append(out, c.card().Synopsis)
	}
	return out
}
