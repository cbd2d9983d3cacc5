package dialogue

import "archbot/internal/catalog"

// All that the bot says in a conversation by itself is here; the rest of an answer is
// the list's. Of several ways to say a thing, a hash of the conversation and the turn
// picks one (say.go). In braces stands what is filled in:
//
//	{topic} {above} {path}   a topic's title; the titles above it; both
//	{n} {total}              how many resources are shown, and how many there are
//	{them}                   what they are called: "advanced videos since 2020"
//	{query}                  what was looked for
//
// A translation is another set of these.
var (
	sayFind = []string{
		"That is about {topic}, in {above}.",
		"The list has that under {path}.",
		"{topic} is the topic for that, in {above}.",
		"You will find that under {path}.",
	}
	sayFindTop = []string{ // of a topic with none above it
		"That is about {topic}.",
		"The list has that under {topic}.",
		"{topic} is the topic for that.",
	}
	sayLoose = []string{
		"No topic of the list is quite about that.",
		"The list has no topic for that, but it has resources.",
	}

	sayAll = []string{
		"Here are {n} {them}:",
		"These {n} {them} are all that stand there:",
	}
	saySome = []string{
		"Here are {n} of {total} {them}:",
		"These are {n} of the {total} {them} there:",
		"There are {total} {them}; the first {n}:",
	}
	sayOne = []string{
		"There is one {them}:",
		"It has one {them}:",
	}
	sayNone     = "The list names it, but has no {them} there yet."
	sayNoneKind = []string{
		"The list has no {them} on {topic}.",
		"There are no {them} on {topic} in the list.",
	}
	sayHasInstead = "What it has there: {kinds}."
	sayNoneLoose  = []string{"The list has no {them} on that."}

	sayMore = []string{
		"More on {topic}: {from} to {to} of {total} {them}.",
		"{n} more {them} on {topic}, of {total}:",
		"Page {page} on {topic}, with {n} of {total} {them}:",
	}
	sayMoreOne  = []string{"One more on {topic}, of {total} {them}:"}
	sayMoreEnd  = []string{"That was all that the list has on {topic}: {total} {them}.", "There is no more on {topic}: the list has {total} {them}, and you have seen them."}
	sayMoreNone = []string{"There is no page {page}: on {topic} the list has {total} {them}."}

	sayFilter = []string{
		"{topic}, only {them}: {n} of {total}.",
		"Of {topic} the list has {total} {them}; here are {n}:",
		"{n} of {total} {them} on {topic}:",
	}
	sayFilterAll = []string{
		"{topic}: the list has {total} {them}.",
		"The {total} {them} on {topic}:",
	}
	sayFilterOne = []string{
		"The list has one {them} on {topic}:",
		"There is one {them} on {topic}:",
	}
	sayLifted = []string{
		"All of {topic} again: {n} of {total} resources.",
		"Without the filter {topic} has {total} resources; here are {n}:",
	}
	sayLiftedAll = []string{"All of {topic} again, {total} in number:"}

	sayBack = []string{
		"Back to {topic}, in {above}.",
		"{topic} again, under {above}.",
	}
	sayBackTop = []string{"Back to {topic}.", "{topic} again."}
	sayUp      = []string{
		"One level up is {topic}, with {children}.",
		"Above that is {topic}, with {children}.",
	}
	sayStart = []string{
		"A way into {topic}, from easy to hard: {levels}.",
		"To start with {topic}, in {above}: {levels}, easy ones first.",
	}
	sayCompare = []string{
		"{topic} and {other} both stand under {above}.",
		"Both {topic} and {other} belong to {above}.",
	}
	sayCompareApart = []string{"{topic} stands under {above}, and {other} under {otherabove}."}
	sayCompareSizes = []string{"The list has {total} {them} on the first and {othertotal} on the second{both}. By turns:"}
	sayShared       = ", {n} of them on both"
	sayCovers       = []string{
		"{topic} covers {children}: {names}.",
		"Below {topic} stand {children}: {names}.",
	}
	sayCoversLeaf = []string{
		"{topic} has {total} resources: {kinds}.",
		"On {topic} the list has {total} resources: {kinds}.",
	}
	sayInAll   = "In all that is {total} {them}."
	sayRelated = []string{
		"Beside {topic} the list has {names}.",
		"Near {topic} stand {names}.",
	}
	saySharesAll    = "All of them have resources in common with it."
	saySharesSome   = "The first {n} have resources in common with it."
	saySharesOne    = "{names} has resources in common with it."
	sayNoneNear     = []string{"Nothing stands beside {topic} in the list."}
	sayDetail       = []string{"That one is {what}, under {path}:", "That is {what}. It stands under {path}:"}
	sayDetailLoose  = []string{"That one is {what}:"}
	sayDetails      = []string{"Those are {n}:"}
	sayOutside      = []string{"The list has nothing on that.", "On that the list has nothing.", "That is not in the list, I am afraid."}
	sayNear         = []string{"The nearest that it has is {names}.", "What comes nearest is {names}."}
	saySave         = []string{"To be saved: {names}."}
	saySaved        = []string{"What you have saved:"}
	saySubscribe    = []string{"You would like {topic} to be sent regularly."}
	saySubscribeAny = []string{"You would like something to be sent regularly."}

	sayWhere       = []string{"We are talking about {path}.", "This is about {path}."}
	sayWhereLoose  = []string{"We are talking about “{query}”, for which the list has no topic of its own."}
	sayWherePair   = []string{"We are comparing {topic} and {other}."}
	sayWhereFilter = "Only {them} are shown."
	sayWherePast   = "Before that it was {names}."
	sayNoTalk      = []string{"About nothing yet. Name a topic of software architecture, or describe a problem.", "We have not begun. Ask about a topic, or describe a problem."}
	sayRestarted   = []string{"Done, that is forgotten. What shall we talk about?", "A fresh start. What would you like to know about?"}

	sayHelp = []string{
		"I recommend resources on software architecture out of a curated list: {topics} topics, {resources} resources. Ask in your own words, or describe a problem.",
		"Ask me about software architecture in your own words: I answer with resources from a curated list of {resources}, on {topics} topics.",
	}
	sayHelpNext = "Then go on with “more”, “any videos?”, “for beginners”, “newer than 2020”, “one level up”, “compare it with …”, “where do I start?”, “what goes well with this?”, “save the second one”, “go back” or “start over”."

	sayHello = []string{
		"Hello! What would you like to read about?",
		"Hi! Name a topic of software architecture, or describe a problem.",
		"Hello! Ask me about a topic, or tell me what you are building.",
	}
	sayThanks = []string{"You are welcome.", "Glad to help.", "Any time.", "With pleasure."}
	sayBye    = []string{"See you!", "Goodbye, and good reading.", "Until next time."}
	saySmall  = []string{
		"All right. I am here when there is something to look up.",
		"Good. Ask away when you need something to read.",
		"Fine. I know the list best: ask me about any topic of it.",
	}
	sayBeyond = []string{
		"That is beyond me: I know one list, on software architecture.",
		"I only know the list, on software architecture. Ask me about that.",
	}
	sayYes = []string{"To what? Tell me a topic, or say “more”.", "Gladly, but what? Name a topic, or say “help”."}

	sayMoreOfWhat    = []string{"More of what? Tell me a topic first.", "Of what? Name a topic, and I go on from there."}
	sayAboutWhat     = []string{"About what? Name a topic first.", "On which topic? Name one, and I go on from there."}
	sayFilterWhat    = []string{"{Them} on what? Name a topic.", "On which topic shall they be, the {them}?"}
	sayBackToNothing = []string{"There is nothing to go back to yet. Name a topic.", "We have not talked about anything before that."}
	sayUpFromNothing = []string{"Up from where? Name a topic first."}
	sayTop           = []string{"{topic} stands at the top of the list; there is nothing above it.", "There is nothing above {topic}."}
	sayNothingToSave = []string{"There is nothing to save yet. Ask for something first.", "I have not shown you anything yet that could be saved."}
	sayNoSuch        = []string{"There is no such one: I showed {n}.", "I showed {n} only."}
	sayNoneSuch      = []string{"None of the {n} that I showed is called so.", "Of the {n} that I showed, none is called so."}
	sayNoSuchTopic   = []string{"There is no such one: I named {n}."}
	sayWhichToSave   = []string{"Which one? Say “save the first one”, or any of the {n}.", "I showed {n}. Which one, the first?"}
	sayNoWords       = []string{"There are no words in that, only signs. Say in words what you want to know about."}

	sayNumbered = "{n}. {say}"

	sayNextOne = []string{"Say {one}.", "You can say {one}."}
	sayNextTwo = []string{"Say {one}, or {two}.", "You can say {one}, or {two}.", "Next: {one}, or {two}."}
)

// What may be said next, and what it does.
const (
	nextMore  = "“more” for the next ones"
	nextOnly  = "“only {kind}” for those alone"
	nextLift  = "“all kinds” to drop the filter"
	nextUp    = "“one level up” for {topic}"
	nextChild = "“{topic}” to go into that"
	nextStart = "“where do I start?” for a path from easy to hard"
	nextOther = "“what about {topic}?”"
	nextNear  = "“what goes well with this?” for what is near"
	nextYes   = "“yes” for {topic}"
	nextTopic = "“{topic}”"
)

// Why a resource is shown.
const (
	whyWords    = "Speaks of {words}."
	whyIntro    = "A good start: introductory."
	whyEasy     = "Introductory."
	whyHard     = "For later: advanced."
	whyOnly     = "The only {kind} among the {total}."
	whyNewest   = "The newest of these, from {year}."
	whyOldest   = "The oldest of these, from {year}."
	whyAlso     = "Counts for {topic} as well."
	whyChild    = "On {topic}."
	whyKind     = "{A} {kind}."
	whyTurn     = "On {topic}."
	whyNumbered = "To {n}. {why}"
	whyOther    = "Stands elsewhere, under {topic}."
)

// kindWords are what one and several of a kind are called.
var kindWords = map[catalog.Kind][2]string{
	"":                {"resource", "resources"},
	catalog.Article:   {"article", "articles"},
	catalog.Video:     {"video", "videos"},
	catalog.Pattern:   {"pattern", "patterns"},
	catalog.Principle: {"principle", "principles"},
	catalog.Paper:     {"paper", "papers"},
	catalog.Book:      {"book", "books"},
	catalog.Course:    {"course", "courses"},
	catalog.Docs:      {"docs page", "docs"},
	catalog.Repo:      {"repo", "repos"},
	catalog.Podcast:   {"podcast", "podcasts"},
}

// levelWords are what stands before what has a level.
var levelWords = map[catalog.Level]string{
	catalog.Intro:        "introductory",
	catalog.Intermediate: "intermediate",
	catalog.Advanced:     "advanced",
}

// How a range of years is said, behind what is of it.
const (
	yearsFrom = "from {from} on"
	yearsTo   = "up to {to}"
	yearsOf   = "of {from}"
	yearsIn   = "from {from} to {to}"
)

// How names stand in a row.
const (
	rowComma = ", "
	rowAnd   = " and "
	rowRest  = "{n} more"
)

// Plural is a kind as several of it are called.
func Plural(k catalog.Kind) string {
	if w, ok := kindWords[k]; ok {
		return w[1]
	}
	return string(k)
}
