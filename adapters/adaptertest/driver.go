package adaptertest

import (
	"testing"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// A Driver does what people do on one platform, and tells what they see. It fails the
// test itself where the platform refuses what the adapter sends.
type Driver interface {
	// Command types a command line, without the platform's prefix, in a channel that
	// others read. Mentioned people are written @NAME.
	Command(t testing.TB, line string) Seen
	// Direct writes to the bot alone.
	Direct(t testing.TB, text string) Seen
	// Mention writes in the channel to the bot by name.
	Mention(t testing.TB, text string) Seen
	// Press presses the button with that label below what was seen. One that belongs to
	// a resource is named "LABEL: TITLE".
	Press(t testing.TB, s Seen, label string) Seen
	// Choose takes the choice with that label from a menu below what was seen.
	Choose(t testing.TB, s Seen, choice string) Seen
	// Fill sends the form that was seen, with values by the names of options.
	Fill(t testing.TB, s Seen, values map[string]string) Seen
	// Complete returns what is offered for an option of a command as somebody types.
	Complete(t testing.TB, command, option, typed string) []string
	// Menu uses what the platform offers on somebody's message: find resources for it.
	Menu(t testing.TB, message string) Seen
	// Again has the platform deliver the last thing once more, and tells what people see
	// besides.
	Again(t testing.TB) Seen
	// Deliver has what is due of digests posted, and tells what people see of it.
	Deliver(t testing.TB) Seen
	// Break makes every call to the platform fail from now on, as its servers do, or
	// mends them.
	Break(t testing.TB, broken bool)
	// Lacks says why the platform cannot do what a case is about, by its name; empty
	// where it can.
	Lacks(name string) string
}

// Seen is what people see of an answer.
type Seen struct {
	Text    string   // all of it, without markup
	Links   []string // addresses that can be followed
	Buttons []string // their labels, as Press takes them
	Choices []string // the labels in all menus
	Form    []string // the names of the fields of a form; nil where none is shown
	Wrong   map[string]string
	Private bool     // nobody but who asked sees it
	Thread  bool     // it hangs from what was asked
	Told    []string // people whom it notifies, by NAME, and "everybody" for groups
	Nothing bool     // there was no answer at all

	// Ref is the Driver's own, for acting on it.
	Ref any
}

// World is what stands behind an adapter in a case.
type World struct {
	Bot     *bot.Bot
	Log     *Log
	Secrets []string        // that a Driver has to give its adapter where it needs secrets
	Senders *digest.Senders // to which a Driver adds its adapter's, which digests are posted with

	engine *digest.Engine // nil where the state keeps no digests
}
