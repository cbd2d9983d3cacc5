package bot

// Commands returns the table of all commands, in the order in which help shows
// them. It is what an adapter makes a platform's own declarations from, so it is
// also the description of them.
func Commands() []Command {
	return []Command{
		searchCommand(), askCommand(), topicsCommand(), topicCommand(), randomCommand(), newCommand(),
		saveCommand(), savedCommand(), unsaveCommand(), forgetCommand(), digestCommand(), helpCommand(), aboutCommand(),
	}
}

func searchCommand() Command {
	return Command{
		Name:    "search",
		Aliases: []string{"find"},
		Summary: "Find topics and resources",
		Detail: "Say it in your own words; small typos do not matter. " +
			"The word “search” may be left out: whatever is no command is a search.",
		Options: []Option{
			{Name: "query", Type: Words, Rest: true, Required: true, Values: Topics, Help: "What you want to know about"},
			kindOption(), levelOption(), yearOption(), topicOption(), pageOption(), forOption(), publicOption(),
		},
		Examples: []string{
			"search circuit breaking", "search crypto wallets", "search caching kind:video level:intro year:2020-", "cache strategies",
		},
		Cost: 1, Pressable: true,
		only:   saysSomething,
		steady: true, run: runSearch,
	}
}

func askCommand() Command {
	return Command{
		Name:    "ask",
		Summary: "Ask a question, and get a few resources",
		Detail: "The answer is a sentence and up to five resources. Go on with “more”, “any videos?” or " +
			"“what about …?”. In a direct message, whatever is no command is a question.",
		Options: []Option{
			{Name: "question", Type: Words, Rest: true, Required: true, Help: "What you want to know"},
			kindOption(), levelOption(), yearOption(), topicOption(), pageOption(), forOption(), publicOption(),
		},
		Examples: []string{"ask how do I stop calls to a failing service?", "ask what is sharding level:intro"},
		Cost:     1, Pressable: true,
		run: runAsk,
	}
}

func topicsCommand() Command {
	return Command{
		Name:    "topics",
		Aliases: []string{"browse"},
		Summary: "Show what the list covers, or what is in one topic",
		Detail: "Without a topic: the top of the tree. With one: its place, what is below it, " +
			"and its resources. A topic is named by its title, by title and place, or by id.",
		Options: []Option{{
			Name: "topic", Type: Words, Rest: true, Values: Topics,
			Help: "A topic’s title, place or id",
		}},
		Examples: []string{"topics", "topics cloud native", "topics microservices > service mesh architecture"},
		Cost:     1, Pressable: true,
		steady: true, run: runTopics,
	}
}

func topicCommand() Command {
	return Command{
		Name:    "topic",
		Summary: "Show where to start with a topic",
		Detail:  "What the topic covers, and its best entries, from easy to hard.",
		Options: []Option{
			{Name: "topic", Type: Words, Rest: true, Required: true, Values: Topics, Help: "A topic’s title, place or id"},
			forOption(), publicOption(),
		},
		Examples: []string{"topic circuit breaking", "topic cloud native"},
		Cost:     1, Pressable: true,
		steady: true, run: runTopic,
	}
}

func randomCommand() Command {
	return Command{
		Name:    "random",
		Aliases: []string{"surprise"},
		Summary: "Recommend something by chance",
		Detail:  "From the whole list, or from one topic.",
		Options: []Option{
			{Name: "topic", Type: Words, Rest: true, Values: Topics, Help: "A topic to choose from"},
			kindOption(), levelOption(), yearOption(),
		},
		Examples: []string{"random", "random fintech kind:video"},
		Cost:     1, Pressable: true,
		only: isTopicOrEmpty,
		run:  runRandom,
	}
}

func newCommand() Command {
	return Command{
		Name:    "new",
		Summary: "Show what the list gained lately",
		Detail:  "Newest first, counted from the day on which I first saw a resource in the list.",
		Options: []Option{
			{Name: "topic", Type: Words, Rest: true, Values: Topics, Help: "A topic to look at"},
			kindOption(), levelOption(), pageOption(),
		},
		Examples: []string{"new", "new cloud native kind:article"},
		Cost:     1, Pressable: true,
		only: isTopicOrEmpty,
		run:  runNew,
	}
}

func saveCommand() Command {
	return Command{
		Name:    "save",
		Summary: "Put a resource on your reading list",
		Detail:  "Only you see your reading list. A resource is named by its address or its title.",
		Options: []Option{{
			Name: "resource", Type: Words, Rest: true, Required: true, Values: Titles,
			Help: "A resource’s address or title",
		}},
		Examples: []string{"save https://martinfowler.com/bliki/CircuitBreaker.html", "save Load Balancing"},
		Surfaces: alone, Cost: 1, Private: true,
		only: isResourceOrEmpty,
		run:  runSave,
	}
}

func savedCommand() Command {
	return Command{
		Name:     "saved",
		Aliases:  []string{"shelf"},
		Summary:  "Show your reading list",
		Detail:   "In the order in which you saved it. What the list has no longer is marked.",
		Options:  []Option{kindOption(), pageOption()},
		Examples: []string{"saved", "saved kind:video"},
		Surfaces: alone, Cost: 1, Private: true, Pressable: true,
		only: isEmpty,
		run:  runSaved,
	}
}

func unsaveCommand() Command {
	return Command{
		Name:    "unsave",
		Summary: "Take a resource off your reading list",
		Detail:  "A resource is named by its address or its title; `saved` shows what is there.",
		Options: []Option{{
			Name: "resource", Type: Words, Rest: true, Required: true, Values: Titles,
			Help: "A resource’s address or title",
		}},
		Examples: []string{"unsave https://martinfowler.com/bliki/CircuitBreaker.html", "unsave Load Balancing"},
		Surfaces: alone, Cost: 1, Private: true,
		run: runUnsave,
	}
}

func forgetCommand() Command {
	return Command{
		Name:    "forget",
		Summary: "Erase what is kept about you",
		Detail:  "It first says what would go, and asks again. What went is gone for good.",
		Options: []Option{{
			Name: optConfirm, Type: Words, Choices: []string{confirmed},
			Help: "do it without asking again",
		}},
		Examples: []string{"forget", "forget confirm:yes"},
		Surfaces: alone, Cost: 1, Private: true,
		only: isEmpty,
		run:  runForget,
	}
}

func helpCommand() Command {
	return Command{
		Name:    "help",
		Aliases: []string{"?"},
		Summary: "Say what can be asked, or explain one command",
		Detail:  "Without a command: all of them. With one: what it does, what it takes, and examples.",
		Options: []Option{{
			Name: "command", Type: Words, Rest: true, Values: Names,
			Help: "The command to explain",
		}},
		Examples:  []string{"help", "help search"},
		Pressable: true,
		only:      isCommandOrEmpty,
		steady:    true, run: runHelp,
	}
}

func aboutCommand() Command {
	return Command{
		Name:      "about",
		Aliases:   []string{"version"},
		Summary:   "Say what this is: version, list, licence",
		Detail:    "The version of archbot, the list that it recommends from and when it was read, and how large it is.",
		Examples:  []string{"about"},
		Pressable: true,
		only:      isEmpty,
		run:       runAbout,
	}
}

// alone are the surfaces on which nobody else sees the answer.
var alone = []Surface{SurfaceCommand, SurfaceDirect, SurfaceButton, SurfaceMenu, SurfaceForm}
