package bot

import (
	"slices"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/digest"
	"archbot/internal/search"
)

// digestGroup is the name of the command that has all about digests below it.
const digestGroup = "digest"

// The options of the digest command alone.
const (
	optWhen    = "when"
	optCount   = "count"
	optCourse  = "course"
	optDetails = "details"
	optZone    = "zone"
	optWhich   = "digest"

	optExplain = "explain"

	anyOf = "any" // a kind or level: no matter which
	no    = "no"
)

func digestCommand() Command {
	return group(Command{
		Name:    digestGroup,
		Aliases: []string{"digests"},
		Summary: "Have a few resources on a topic come to this channel, on a schedule",
		Detail: "Each channel has its own digests, in its own time zone. No resource comes twice until " +
			"the topic is used up. Without a word behind it, it shows what is set here.",
		Examples: []string{"digest", "digest add circuit breaking every monday 09:00"},
		Cost:     1, Pressable: true,
		only: isSubcommandOrEmpty,
		run:  runDigest,
	},
		digestAdd(), digestList(), digestShow(), digestEdit(), digestPause(), digestResume(),
		digestSkip(), digestRemove(), digestPreview(), digestNow(), digestHistory(),
	)
}

func digestAdd() Command {
	return Command{
		Name:    "add",
		Aliases: []string{"subscribe"},
		Summary: "Have a topic's digest come here",
		Detail: "Behind the topic, the schedule may stand as people write it, and “as a course” for easy before hard, or “with details” for more in a reply. " +
			"Without a schedule it is every Monday at 09:00.",
		Options: []Option{
			{Name: optTopic, Type: Words, Rest: true, Required: true, Values: Topics, Help: "A topic’s title, place or id"},
			whenOption(), countOption(), kindOption(), levelOption(), courseOption(), detailsOption(), zoneOption(),
		},
		Examples: []string{
			"add circuit breaking every monday 09:00", "add cloud native first tuesday of the month as a course",
			"add caching kind:video count:3 when:\"weekdays 08:30\" zone:Europe/Berlin",
		},
		Who: Administrators, Cost: 1,
		run: runDigestAdd,
	}
}

func digestList() Command {
	return Command{
		Name: "list", Summary: "Show the digests of this channel",
		Detail:   "With when each one comes next, and why one does not.",
		Examples: []string{"list"}, Cost: 1, Pressable: true, run: runDigestList,
	}
}

func digestShow() Command {
	return Command{
		Name: "show", Summary: "Show one digest with its next three dates",
		Detail:  "A digest is named by its number in the list, or by its topic.",
		Options: []Option{whichOption()}, Examples: []string{"show 1", "show circuit breaking"}, Cost: 1, Pressable: true, run: runDigestShow,
	}
}

func digestEdit() Command {
	return Command{
		Name: "edit", Summary: "Change when a digest comes, or what is in it",
		Detail: "What is not named stays. Where the schedule changes, the next edition comes at its first date from now on.",
		Options: []Option{
			whichOption(), whenOption(), countOption(),
			{Name: optKind, Type: Words, Choices: append(words(catalog.Kinds()), anyOf), Help: "resources of that kind alone, or any"},
			{Name: optLevel, Type: Words, Choices: append(words(catalog.Levels()), anyOf), Help: "resources of that level alone, or any"},
			courseOption(), detailsOption(), zoneOption(),
		},
		Examples: []string{`edit 1 when:"every friday 14:00"`, "edit 2 count:3 kind:any"},
		Who:      Administrators, Cost: 1, run: runDigestEdit,
	}
}

func digestPause() Command {
	return Command{
		Name: "pause", Summary: "Have no editions come until it is resumed",
		Detail: "Nothing is lost, and nothing piles up.", Options: []Option{whichOption()}, Examples: []string{"pause 1"},
		Who: Administrators, Cost: 1, run: runDigestPause,
	}
}

func digestResume() Command {
	return Command{
		Name: "resume", Summary: "Have editions come again",
		Detail: "From the next date on.", Options: []Option{whichOption()}, Examples: []string{"resume 1"},
		Who: Administrators, Cost: 1, run: runDigestResume,
	}
}

func digestSkip() Command {
	return Command{
		Name: "skip", Summary: "Leave the next edition out",
		Detail: "The one after it comes.", Options: []Option{whichOption()}, Examples: []string{"skip 1"},
		Who: Administrators, Cost: 1, run: runDigestSkip,
	}
}

func digestRemove() Command {
	return Command{
		Name: "remove", Aliases: []string{"unsubscribe", "delete"}, Summary: "Take a digest away",
		Detail:  "With its history. What the channel has seen is remembered, so that a new digest does not repeat it.",
		Options: []Option{whichOption()}, Examples: []string{"remove 1"},
		Who: Administrators, Cost: 1, run: runDigestRemove,
	}
}

func digestPreview() Command {
	return Command{
		Name: "preview", Summary: "Show the next edition to you alone",
		Detail: "As it would come if it came now; nothing is changed by it. A topic without a digest is shown as its first edition would be. " +
			"With details:yes it shows the reply that would come with it.",
		Options: []Option{
			whichOption(), countOption(), kindOption(), levelOption(), courseOption(), detailsOption(),
			{Name: optExplain, Type: Words, Choices: []string{yes, no}, Help: "say of each resource why it is there"},
		},
		Examples: []string{"preview 1", "preview circuit breaking explain:yes"},
		Cost:     1, Private: true, Pressable: true, run: runDigestPreview,
	}
}

func digestNow() Command {
	return Command{
		Name: "now", Summary: "Post an edition at once, beside the schedule",
		Detail: "No more than one an hour.", Options: []Option{whichOption()}, Examples: []string{"now 1"},
		Who: Administrators, Cost: 5, run: runDigestNow,
	}
}

func digestHistory() Command {
	return Command{
		Name: "history", Summary: "Show what became of past editions",
		Detail:  "The latest first: what was posted, late or not, and what was left out, with the reason.",
		Options: []Option{whichOption()}, Examples: []string{"history 1"}, Cost: 1, Pressable: true, run: runDigestHistory,
	}
}

func whichOption() Option {
	return Option{Name: optWhich, Type: Words, Rest: true, Help: "A digest’s number in the list, or its topic; needless where there is one"}
}

func whenOption() Option {
	return Option{Name: optWhen, Type: Words, Values: Rhythms, Help: "on which days and at what time, such as every monday 09:00"}
}

func countOption() Option {
	return Option{Name: optCount, Type: Number, Help: "how many resources an edition has: 3 to 10"}
}

func courseOption() Option {
	return Option{Name: optCourse, Type: Words, Choices: []string{yes, no}, Help: "from easy to hard, rather than mixed"}
}

func detailsOption() Option {
	return Option{Name: optDetails, Type: Words, Choices: []string{yes, no}, Help: "a reply to each edition, with all of its descriptions and places"}
}

func zoneOption() Option {
	return Option{Name: optZone, Type: Words, Values: Zones, Help: "the time zone, such as Europe/Berlin"}
}

// isSubcommandOrEmpty reports whether an argument of the group is meant for it.
func isSubcommandOrEmpty(_ *search.Index, argument string) bool {
	word, _ := firstWord(argument)
	if word == "" {
		return true
	}
	_, nearly := nearest(word, names(digestCommand().Subcommands))
	return nearly
}

// zoneCompletions completes a time zone by any part of its name.
func zoneCompletions(before, typed string) []Completion {
	wanted := strings.ReplaceAll(strings.ToLower(typed), " ", "_")
	var first, other []Completion
	for _, zone := range digest.ZoneNames() {
		c := Completion{Text: before + zone, Label: zone, Hint: "a time zone", Value: zone}
		switch lower := strings.ToLower(zone); {
		case strings.HasPrefix(lower, wanted):
			first = append(first, c)
		case strings.Contains(lower, "/"+wanted):
			other = append(other, c)
		}
	}
	all := slices.Concat(other, first)
	if strings.Contains(typed, "/") || typed == "" {
		all = slices.Concat(first, other)
	}
	return all[:min(len(all), maxCompletions)]
}

// rhythmCompletions offers schedules, in quotes where they are one option of a line.
func rhythmCompletions(o Option, before, typed string) []Completion {
	typed = strings.ToLower(strings.TrimLeft(typed, `"`))
	var out []Completion
	for _, example := range digest.Examples() {
		if !strings.Contains(example, typed) {
			continue
		}
		text := example
		if strings.HasSuffix(before, o.Name+":") && strings.Contains(text, " ") {
			text = `"` + text + `"`
		}
		out = append(out, Completion{Text: before + text, Label: example, Hint: o.Help, Value: example})
	}
	return out
}
