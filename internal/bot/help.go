package bot

// runHelp shows all commands, or one.
func runHelp(c call) Reply {
	if c.argument != "" {
		if command, ok := named(c.bot.commands, c.argument); ok {
			return Reply{Kind: Help, Text: command.Summary + ".", Commands: []CommandCard{command.page()}}
		}
		reply := Reply{Kind: Misuse, Text: "There is no command " + quoted(c.argument) + "."}
		reply.Notes = []Note{{Kind: NoteNext, Text: "These are the commands:", Commands: synopses(c.bot.commands)}}
		return reply
	}
	reply := Reply{Kind: Help, Text: "Ask for a topic of software architecture in your own words, or use a command."}
	for _, command := range c.bot.commands {
		reply.Commands = append(reply.Commands, command.card())
	}
	reply.Notes = []Note{{Kind: NoteNext, Text: "For example:", Commands: examples(c.bot.commands)}}
	return reply
}

// isCommandOrEmpty reports whether an argument of help is one.
func isCommandOrEmpty(argument string) bool {
	_, ok := named(Commands(), argument)
	return ok || argument == ""
}

func synopses(commands []Command) []string {
	var out []string
	for _, c := range commands {
		out = append(out, c.Synopsis())
	}
	return out
}

// examples takes two examples of the commands that have an argument, which is
// enough to teach the shape without repeating every page.
func examples(commands []Command) []string {
	var out []string
	for _, c := range commands {
		if len(c.Examples) > 1 {
			out = append(out, c.Examples[1])
		}
	}
	return out
}
