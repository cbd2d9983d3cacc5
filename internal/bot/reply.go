package bot

import (
	"time"

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
	Guide   ReplyKind = "guide"   // one Topic as a place to start: its Children, and Resources from easy to hard
	Reading ReplyKind = "reading" // what somebody has saved, as Resources; or that it was changed
	News    ReplyKind = "news"    // Resources that are new in the list
	Confirm ReplyKind = "confirm" // nothing is done yet; a Button does it
	Done    ReplyKind = "done"    // what was asked for is done; Text says what
	About   ReplyKind = "about"   // Facts
	Help    ReplyKind = "help"    // Commands
	Digest  ReplyKind = "digest"  // what is subscribed to, or what became of it, as Facts
	Edition ReplyKind = "edition" // a digest's edition: Title, and Resources
	Details ReplyKind = "details" // the reply to an Edition: all of its Resources' descriptions and places
	Misuse  ReplyKind = "misuse"  // the request cannot be answered as it stands; Text says why
	Stale   ReplyKind = "stale"   // a button that does nothing any more
	Limited ReplyKind = "limited" // too much at once: RetryAfter
	Away    ReplyKind = "away"    // what keeps the state cannot do it; Text says whether to try again
	Failure ReplyKind = "failure" // the bot's fault, not the request's
	Talk    ReplyKind = "talk"    // said in a conversation: only Text and Notes
	Silent  ReplyKind = "silent"  // delivered before, or said to somebody else: nothing is shown
)

// Complaint reports whether a reply says why there is no answer.
func (k ReplyKind) Complaint() bool {
	switch k {
	case Misuse, Stale, Limited, Away, Failure:
		return true
	}
	return false
}

// Audience says who may see a reply.
type Audience string

// The audiences.
const (
	ToOne Audience = "one" // who asked, and nobody else
	ToAll Audience = "all" // everybody in the channel
)

// Reply is an answer as a value. It has no markup, and its strings may hold
// whatever a list or a person wrote: the adapter escapes, cuts and decorates.
type Reply struct {
	Kind      ReplyKind
	Title     string // of an Edition or its Details; empty elsewhere
	Text      string // the answer in a sentence; never empty
	Query     string // what was looked for, in clean text
	Topics    []TopicCard
	Related   []TopicCard // where a search's first topic is: the one above it, those below
	Resources []ResourceCard
	Commands  []CommandCard
	Facts     []Fact
	Notes     []Note

	// Same is the same in replies that differ in their tokens alone, whoever asked; an
	// adapter may keep what it has made of one. Empty where that is not known.
	Same       string
	For        Audience
	SharedBy   UserID   // who shows this to all; empty unless somebody does
	Addressed  UserID   // the one person that an answer to all is addressed to; empty unless asked for
	Filter     Filter   // what the Resources were narrowed down to
	Page       int      // of them; 0 where there are no pages
	More       bool     // there is a page after this one
	Buttons    []Button // besides those of the resources
	Menus      []Menu
	Form       *Form         // what to fill in, where something was missing
	Field      string        // of a Misuse: the option that cannot be read; empty where it is none
	RetryAfter time.Duration // until then a Limited request is refused again
	Changed    bool          // the digests in the asker's direct messages are others now, wherever they are shown
}

// Tokens returns the tokens of all buttons that have one, always in the same order.
func (r Reply) Tokens() []Token {
	all := make([]Token, 0, 32)
	add := func(buttons []Button) {
		for _, b := range buttons {
			if b.Token != "" {
				all = append(all, b.Token)
			}
		}
	}
	for _, res := range r.Resources {
		add(res.Buttons)
	}
	add(r.Buttons)
	for _, m := range r.Menus {
		add(m.Choices)
	}
	return all
}

// Button is something that can be done with an answer.
type Button struct {
	Kind  ButtonKind
	Label string
	// Token is for the platform to hand back when the button is pressed. Without
	// one there is no way to do it with a button just now.
	Token Token
	// Command is a command line that does the same, without the platform's prefix;
	// empty where there is none.
	Command string
}

// ButtonKind says what a button does.
type ButtonKind string

// The kinds of button.
const (
	ButtonNext    ButtonKind = "next"    // the next page
	ButtonOnly    ButtonKind = "only"    // the same of one kind of resource
	ButtonTopic   ButtonKind = "topic"   // a topic as a place to start
	ButtonSave    ButtonKind = "save"    // puts a resource on the reading list
	ButtonUnsave  ButtonKind = "unsave"  // takes it off
	ButtonShare   ButtonKind = "share"   // shows the answer to the channel
	ButtonAgain   ButtonKind = "again"   // the same once more
	ButtonConfirm ButtonKind = "confirm" // does what a Confirm reply is about
	ButtonPause   ButtonKind = "pause"   // pauses a digest
)

// Menu is a choice of one among several.
type Menu struct {
	Label   string
	Choices []Button
}

// Form is what a platform may show to have a command's options filled in; what
// comes back is a Request for that Command with Options.
type Form struct {
	Command string
	Title   string
	Fields  []Field
}

// Field is one option in a Form.
type Field struct {
	Option
	Value string // what it has already
}

// Fact is something that is known, with its name.
type Fact struct {
	Name  string
	Value string
}

// Reason says how a word of a query was found.
type Reason = search.Reason

// Filter narrows resources down.
type Filter = search.Filter

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
	Remark      string   // why it is shown, when it was saved, or that the list has it no longer
	Buttons     []Button // what can be done with this one
}

// CommandCard is a command as help shows it.
type CommandCard struct {
	Name     string
	Synopsis string // such as "topics [TOPIC]"
	Summary  string
	Detail   string   // empty in an overview
	Options  []Option // likewise
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
