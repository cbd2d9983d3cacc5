package digest

import (
	"context"
	"errors"
	"time"
)

// What a Store answers when it cannot do as asked; to be found with errors.Is.
var (
	// ErrConflict says that somebody else has written the record meanwhile.
	ErrConflict = errors.New("somebody else has changed it meanwhile")
	// ErrFull says that a channel has as many subscriptions as it may have.
	ErrFull = errors.New("a channel has no more than 20 digests")
)

// Channel is what is kept of one place.
type Channel struct {
	Records []Record // in the order in which they were made
	Now     time.Time
}

// Change is one step of a record: all of it happens, or nothing.
type Change struct {
	// Record is to be written if the Store has the Version in it; zero says that it
	// has none. Written, its version is one more.
	Record Record
	// Due is when Claim is to hand it out next; zero for never.
	Due time.Time
	// Outcome, where it is not nil, goes to the subscription's history.
	Outcome *Outcome
	// Shown are Fields of resources that the channel has seen at ShownAt.
	Shown   []string
	ShownAt time.Time
}

// Records keeps subscriptions with their editions.
type Records interface {
	// Channel returns the records of a place, and the store's clock.
	Channel(context.Context, Place) (Channel, error)
	// Step writes a change, or answers ErrConflict, or ErrFull. Called once more with
	// the very same change after it was written, it answers as it did: an answer that
	// was lost can be asked for again.
	Step(context.Context, Change) error
	// Remove erases a subscription with its history, and reports whether there was one.
	// What the channel has seen stays.
	Remove(context.Context, Place, ID) (bool, error)
}

// Pace is how fast editions may be claimed.
type Pace struct {
	Channel   time.Duration // from one in a channel to the next
	Workspace time.Duration // from one in a workspace to the next
}

// DefaultPace is what the platforms allow: one a second in a channel, and a few for
// a workspace.
var DefaultPace = Pace{Channel: time.Second, Workspace: 200 * time.Millisecond}

// Claim asks for what is due.
type Claim struct {
	Platforms []string
	At        time.Time // what is due then; zero for the store's clock
	Lease     time.Duration
	Most      int // no more than so many
	Pace      Pace
}

// Claimed is what a Claim got.
type Claimed struct {
	Records []Record  // in the order in which they were due
	Now     time.Time // the store's clock
	// Wait is how long it takes until there may be more to claim: 0 where there is
	// more now, and less where nothing is to come.
	Wait time.Duration
}

// Queue hands out what is due.
type Queue interface {
	// Claim takes what is due longest from an index on time, no faster than the pace,
	// and keeps others from it for the lease, or until it is written. A lease saves
	// work and guards nothing: Step does.
	Claim(context.Context, Claim) (Claimed, error)
	// Due counts the subscriptions on those platforms that are due by the store's clock
	// and that nobody has claimed. It changes nothing.
	Due(ctx context.Context, platforms []string) (int, error)
}

// Past is what has been.
type Past interface {
	// Seen returns when a channel saw resources last, by Field.
	Seen(context.Context, Place) (map[string]time.Time, error)
	// History returns what became of a subscription's editions, the latest first, no
	// more than MaxHistory.
	History(context.Context, Place, ID) ([]Outcome, error)
}

// Zones keeps the time zones that were said in places.
type Zones interface {
	// Zone returns the one said last in the channel, else in its workspace; empty where
	// none was.
	Zone(context.Context, Place) (string, error)
	// KeepZone keeps one for the channel and its workspace.
	KeepZone(ctx context.Context, p Place, zone string) error
}

// Workspaces are whole.
type Workspaces interface {
	// Workspace returns all records of a workspace; the place's channel counts for
	// nothing.
	Workspace(context.Context, Place) ([]Record, error)
	// ForgetWorkspace erases everything of a workspace: subscriptions, history, what
	// was seen, zones. Called again after an error, it goes on where it failed.
	ForgetWorkspace(context.Context, Place) error
}

// Store is all of it in one. An error that is none of those above is the store's
// being out of reach, or a fault of the data; then nobody knows whether a Step has
// happened.
type Store interface {
	Records
	Queue
	Past
	Zones
	Workspaces
}
