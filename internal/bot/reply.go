package bot

import (
	"archbot/internal/catalog"
	"archbot/internal/search"
)

// ReplyKind says what sort of answer a Reply is, and so which of its fields to
// look at.
type ReplyKind string

// The kinds of reply.
const (
	Found   ReplyKind = "found"   // a search's Topics and Resources
	Nothing ReplyKind = "nothing" // a search, or a name, that the list has nothing for
	Tree    ReplyKind = "tree"    // the Topics at the list's top
	Place   ReplyKind = "place"   // one Topic with its Children, and its Resources
	Choice  ReplyKind = "choice"  // several Topics that a name may mean
	Help    ReplyKind = "help"    // Commands
	Misuse  ReplyKind = "misuse"  // the request cannot be answered as it stands; Text says why
	Failure ReplyKind = "failure" // the bot's fault, not the request's
)

// Reply is an answer as a value. It has no markup, and its strings may hold
// whatever a list or a person wrote: the adapter escapes, cuts and decorates.
type Reply struct {
	Kind      ReplyKind
	Text      string // the answer in a sentence; never empty
	Query     string // what was looked for, in clean text
	Topics    []TopicCard
	Related   []TopicCard // where a search's first topic is: the one above it, those below
	Resources []ResourceCard
	Commands  []CommandCard
	Notes     []Note
}

// Reason says how a word of a query was found.
type Reason = search.Reason

// TopicCard is a topic as it is shown.
type TopicCard struct {
	ID        catalog.TopicID
	Title     string
	Tier      catalog.Tier
	Path      []string // titles from the top down to the topic itself
	Below     int      // topics below it, at any depth
	Resources int      // resources in it or below it, each counted once
	Score     float64  // how well a search's hit fits; comparable within one Reply only, 0 elsewhere
	Reasons   []Reason // how a search found it
	Children  []TopicCard
}

// ResourceCard is a resource as it is shown.
type ResourceCard struct {
	Title       string
	URL         string
	Description string
	Kind        catalog.Kind  // empty when unknown
	Level       catalog.Level // empty when unknown
	Year        int           // 0 when unknown
	Topic       catalog.TopicID
	Path        []string // titles from the top down to its topic
	Reasons     []Reason
}

// CommandCard is a command as help shows it.
type CommandCard struct {
	Name     string
	Synopsis string // such as "topics [TOPIC]"
	Summary  string
	Detail   string   // empty in an overview
	Examples []string // command lines without the platform's prefix
}

// NoteKind says why a note is there.
type NoteKind string

// The kinds of note.
const (
	NoteEmpty      NoteKind = "empty"        // the list has the topic, but no resources for it
	NoteDidYouMean NoteKind = "did-you-mean" // Commands lead to what may be meant
	NoteTakenAs    NoteKind = "taken-as"     // what the request was understood as
	NoteNext       NoteKind = "next"         // Commands lead on from here
)

// Note is a remark beside an answer.
type Note struct {
	Kind     NoteKind
	Text     string
	Commands []string // command lines without the platform's prefix
}
