package bot

import (
	"context"
	"errors"
	"time"
)

// What a store answers when it cannot do as asked; to be found with errors.Is.
// Whatever else it returns is a fault of the caller or of the data.
var (
	// ErrUnavailable says that the state cannot be reached or did not answer in
	// time. Whether a write has happened is not known; all of them may be done again.
	ErrUnavailable = errors.New("the state cannot be reached just now")
	// ErrFull says that somebody keeps as much as anybody may.
	ErrFull = errors.New("there is no room for more")
	// ErrTooLarge says that one thing is larger than one of its kind may be.
	ErrTooLarge = errors.New("that is too large to keep")
	// ErrNewerSchema says that a newer archbot wrote what should be read. It has
	// been left as it was.
	ErrNewerSchema = errors.New("the state was written by a newer archbot")
)

// How much is kept, and how long. Every store holds all of these.
const (
	EventMemory     = 2 * time.Hour         // how long an event is known again
	MaxHold         = time.Minute           // the longest that an event may be held
	MeetingMemory   = 400 * day             // how long the bot knows that it has introduced itself
	ShelfMemory     = 2 * 365 * day         // a shelf nobody looks at goes after that
	ArrivalMemory   = 400 * day             // a resource that left its list is new again after that
	LeaseMemory     = time.Hour             // what is left with a lease goes after that
	MaxLease        = 4 << 10               // bytes of what is left with a lease
	MaxMemory       = 31 * day              // the longest that a conversation or a token may be kept
	MaxConversation = 8 << 10               // bytes of one conversation
	MaxToken        = 4 << 10               // bytes of one token's payload
	MaxSavedID      = 2 << 10               // bytes of a saved entry's id
	MaxSavedData    = 2 << 10               // bytes of a saved entry's data
	MaxShelf        = 200                   // entries on one shelf
	MaxOwned        = 256                   // conversations and tokens of one person; those that expire first go first
	MaxArrivals     = 1000                  // resources marked by one call
	MaxKnown        = 100_000               // resources remembered of one list; those longest gone go first
	MaxBurst        = 10_000                // of a Rate
	MaxWindow       = 31 * day              // of a Rate: Every times Burst
	MinEvery        = 10 * time.Microsecond // of a Rate
)

const day = 24 * time.Hour

// Scope is the part of the state that something belongs to: a workspace, and
// for whoever writes without one, that user's direct messages. No operation but
// Forget reaches beyond one.
type Scope struct {
	Platform  Platform
	Workspace WorkspaceID
	User      UserID // counts only where Workspace is empty
}

// Person is somebody as their platform knows them.
type Person struct {
	Platform Platform
	// Workspace is the one that the user's id is from. Slack's ids belong to a
	// workspace. Discord's hold everywhere: there it stays empty, and a person has
	// one shelf in all guilds and in direct messages.
	Workspace WorkspaceID
	User      UserID
}

// Scope is where the person's own things belong.
func (p Person) Scope() Scope { return Scope(p) }

// Rate lets one unit through each Every in the long run, and Burst of them at
// once after a rest. The zero Rate lets everything through.
type Rate struct {
	Every time.Duration // at least MinEvery
	Burst int           // 1 to MaxBurst; Every times Burst is at most MaxWindow
}

// Limits are the rates that a request is held to, all at once.
type Limits struct {
	User      Rate // of one user in the scope
	Channel   Rate // of one channel
	Workspace Rate // of the whole scope
}

// Spend is what a Limiter decides about: somebody, somewhere, wants to spend Cost.
type Spend struct {
	Scope   Scope
	Channel ChannelID
	User    UserID
	Cost    int // units; 0 is free, and no more than the smallest Burst
	Limits  Limits
	// Event is what was delivered and is to be paid for; empty where it has no name. It
	// is remembered for EventMemory, and paid for once: who takes it up again pays nothing.
	Event EventID
	// Hold is how long the event is held for who asks, up to MaxHold: until it is settled,
	// nobody else may take it up, and after that, whoever it is delivered to again. 0
	// settles it at once.
	Hold time.Duration
}

// Limit names one of the Limits.
type Limit string

// The limits, in the order in which they are asked.
const (
	LimitUser      Limit = "user"
	LimitChannel   Limit = "channel"
	LimitWorkspace Limit = "workspace"
)

// Delivery says what is known of a Spend's Event.
type Delivery string

// What may be known of one.
const (
	Fresh   Delivery = ""        // it was not delivered before, as far as is known, or has no name
	Resumed Delivery = "resumed" // who held it has not settled it in time, and has died most likely
	Held    Delivery = "held"    // somebody is at it, and may settle it until Wait has passed
	Settled Delivery = "settled" // it has had its effect
)

// Verdict is a Limiter's answer.
type Verdict struct {
	Allowed  bool          // false for what is Held or Settled, too
	By       Limit         // refused by limits: the one that takes longest to let it through; else empty
	Wait     time.Duration // refused: until then all limits would let it through, if nobody else comes; Held: see there
	Delivery Delivery      // Fresh for what a limit refuses
}

// A Limiter holds requests to their rates.
type Limiter interface {
	// Take decides for user, channel and workspace in one step that no other call
	// can come between, and takes the cost from all of them or from none. In the same
	// step it tells what was delivered before. It is called for each request before it
	// has any effect, and again only for one that is Held. The error is never about the
	// state being out of reach: a store that may be gone is wrapped in one that
	// then decides by itself.
	Take(context.Context, Spend) (Verdict, error)
}

// Events tells what was there before. What is delivered and paid for is the Limiter's to
// tell; FirstTime is for all else that happens once, such as an introduction.
type Events interface {
	// FirstTime reports whether the event is there for the first time, and
	// remembers that it was for as long as said, at most MeetingMemory. It is called
	// before the event has any effect: a crash in between loses the event, and never
	// repeats it.
	FirstTime(ctx context.Context, s Scope, id EventID, keep time.Duration) (bool, error)
	// Settle notes that what Take holds has had its effect, or is not to have it any more,
	// so that nobody takes it up again. It is remembered for EventMemory from then.
	Settle(context.Context, Scope, EventID) error
}

// Lease is something that one replica at a time has, such as a connection that there may
// be only one of.
type Lease struct {
	Name   string        // of what is had
	Holder string        // who asks, by a word that no other replica has
	For    time.Duration // until then it is the holder's; 0 lets go of it
	// Leave is what the next one who has it is to know, up to MaxLease; nil leaves what is
	// there. It counts only where the holder has had the lease before the call.
	Leave []byte
}

// Leases divides among replicas what one at a time may have. Unlike what else a State
// does, it is nothing to decide without the others: an error means that nobody knows.
type Leases interface {
	// Hold gives the holder what nobody has, or goes on giving it what it has; held is
	// false where another has it. Left is what was left with it last, within LeaseMemory;
	// nil for nothing. Asked again with the same, it answers the same.
	Hold(ctx context.Context, s Scope, l Lease) (held bool, left []byte, err error)
}

// ConversationID names a conversation: a channel of direct messages, or with
// Thread the thread below that message.
type ConversationID struct {
	Scope   Scope
	Channel ChannelID
	Thread  MessageID
}

// Conversations keeps what conversations are about just now.
type Conversations interface {
	// LoadConversation returns what was kept last; nil when there is nothing, or
	// not any more.
	LoadConversation(context.Context, ConversationID) ([]byte, error)
	// KeepConversation keeps data, up to MaxConversation, in place of what was
	// there, for as long as said, at most MaxMemory. By is who spoke, so that Forget
	// finds it. Of two calls at once, the last one counts.
	KeepConversation(ctx context.Context, id ConversationID, by Person, data []byte, keep time.Duration) error
	// EndConversation erases what was kept, if anything.
	EndConversation(context.Context, ConversationID) error
}

// TokenID is what a button carries in place of something longer: 16 letters,
// digits, "-" and "_".
type TokenID string

// Tokens keeps what is too long for a button.
type Tokens interface {
	// KeepToken keeps a payload, up to MaxToken, for as long as said, at most
	// MaxMemory, and returns its id. The same payload in the same scope has the same
	// id, and is kept as the last call said. By is whose request it holds, so that
	// Forget finds it; whoever is in the scope may load it.
	KeepToken(ctx context.Context, s Scope, by Person, payload []byte, keep time.Duration) (TokenID, error)
	// LoadToken returns the payload; nil when there is none, or not any more.
	LoadToken(context.Context, Scope, TokenID) ([]byte, error)
}

// Saved is an entry on a person's shelf.
type Saved struct {
	ID   string // what the entry is known by, such as a resource's URL; 1 to MaxSavedID bytes
	Data []byte // whatever the core wants to know of it later, up to MaxSavedData
	At   time.Time
}

// Shelf keeps what people saved for themselves.
type Shelf interface {
	// Save puts an entry at the shelf's end; one with the same id is replaced where
	// it stands. ErrFull is its answer to one more than MaxShelf.
	Save(context.Context, Person, Saved) error
	// Saved returns the shelf in the order of saving, with times in whole
	// milliseconds.
	Saved(context.Context, Person) ([]Saved, error)
	// Unsave takes an entry off and reports whether it was there.
	Unsave(ctx context.Context, p Person, id string) (bool, error)
}

// ListID names a list of resources, such as by where it comes from.
type ListID string

// Arrivals remembers when a list's resources were first seen.
type Arrivals interface {
	// Arrived returns when each URL was first seen in the list, in whole seconds
	// and in the order of urls; those never seen before are, from now on, seen at
	// the time given. It is called with all of a list's resources whenever the list
	// was loaded, MaxArrivals of them at a time: which ones still are there is how
	// it knows which to let go.
	Arrived(ctx context.Context, list ListID, urls []string, at time.Time) ([]time.Time, error)
}

// Keyring keeps the key that buttons are signed with.
type Keyring interface {
	// SigningKey returns 32 random bytes: always the same ones, made at the first
	// call of all, and the same for every replica on this state.
	SigningKey(context.Context) ([]byte, error)
}

// Forgetter erases.
type Forgetter interface {
	// Forget erases everything kept about a person, in all scopes: shelf,
	// conversations that they spoke in, tokens. What is kept of rate limits stays,
	// or it would be a way around them, and expires within their windows; seen
	// events name nobody. Called again after an error, it takes up where it failed.
	Forget(context.Context, Person) error
}

// State is all of it in one.
type State interface {
	Limiter
	Events
	Conversations
	Tokens
	Shelf
	Arrivals
	Keyring
	Forgetter
	Installations
	Workspaces
}

// Check says what is wrong with a Spend as it was written; nothing when a
// Limiter can decide it.
func (s Spend) Check() error {
	switch {
	case s.Cost < 0:
		return errors.New("a request cannot cost less than nothing")
	case s.Hold < 0 || s.Hold > MaxHold:
		return errors.New("an event is held for too long")
	}
	for _, r := range []Rate{s.Limits.User, s.Limits.Channel, s.Limits.Workspace} {
		switch {
		case r == Rate{}:
		case r.Every < MinEvery || r.Burst < 1 || r.Burst > MaxBurst || r.Every > MaxWindow/time.Duration(r.Burst):
			return errors.New("a rate is out of bounds")
		case s.Cost > r.Burst:
			return errors.New("a request that costs more than a burst is never let through")
		}
	}
	return nil
}
