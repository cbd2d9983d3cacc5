package bot

// Commands returns the table of all commands, in the order in which help shows
// them. It is what an adapter makes a platform's own declarations from.
func Commands() []Command {
	return []Command{
		{
			Name:    "search",
			Aliases: []string{"find"},
			Summary: "Find topics and resources",
			Detail: "Say it in your own words; small typos do not matter. " +
				"The word “search” may be left out: whatever is no command is a search.",
			Options: []Option{{
				Name: "query", Required: true, Values: Topics,
				Help: "What you want to know about",
			}},
			Examples: []string{"search circuit breaking", "search crypto wallets", "cache strategies"},
			run:      runSearch,
		},
		{
			Name:    "topics",
			Aliases: []string{"topic", "browse"},
			Summary: "Show what the list covers, or one topic of it",
			Detail: "Without a topic: the top of the tree. With one: its place, what is below it, " +
				"and its resources. A topic is named by its title, by title and place, or by id.",
			Options: []Option{{
				Name: "topic", Values: Topics,
				Help: "A topic’s title, place or id",
			}},
			Examples: []string{"topics", "topics cloud native", "topics microservices > service mesh architecture"},
			run:      runTopics,
		},
		{
			Name:    "help",
			Aliases: []string{"?"},
			Summary: "Say what can be asked, or explain one command",
			Detail:  "Without a command: all of them. With one: what it does, and examples.",
			Options: []Option{{
				Name: "command", Values: Names,
				Help: "The command to explain",
			}},
			Examples: []string{"help", "help search"},
			only:     isCommandOrEmpty,
			run:      runHelp,
		},
	}
}
