package digest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// Post is an edition on its way to a place, or the reply to one.
type Post struct {
	Key          string // names it, to be found again: put where Find will see it
	Place        Place
	Subscription ID
	Content      Content
	// To is the message of the edition that this is the reply to; empty for an edition.
	To MessageID
}

// Sought is a post that may be there.
type Sought struct {
	Key   string
	Place Place
	To    MessageID // as in the Post
	Since time.Time // it is no older
}

// MessageID is a platform's id of a message.
type MessageID string

// A Sender posts editions on one platform, and finds those that are there. It may
// be called for several places at once. Its errors are *Failure; any other is taken
// for one of Unsure.
type Sender interface {
	// Post posts an edition, or the reply to one, as one message. It heeds ctx, whose deadline is what the
	// whole protocol rests on: once that is over, nothing may be sent any more. A
	// request that was sent and has no answer is Unsure.
	Post(context.Context, Post) (MessageID, error)
	// Find looks for a post by its key among the bot's own messages. A platform that
	// cannot tell returns a Failure of Unsure; then it is never posted again.
	Find(context.Context, Sought) (id MessageID, found bool, err error)
}

// A Prober is a Sender that can say beforehand whether it will work.
type Prober interface {
	// Probe asks the platform whether the bot can post in a place and read it back. It
	// is called when somebody subscribes and waits for the answer.
	Probe(context.Context, Place) (Ability, error)
}

// Ability is what the bot can do in a place.
type Ability struct {
	Post bool
	Find bool // without it, an edition whose fate is unknown is not sent again
	// Mend says what a person can do where something is missing, such as "/invite
	// @archbot".
	Mend string
}

// A Teller is a Sender that can write to a user.
type Teller interface {
	// Tell sends a user a direct message. What fails is logged and not tried again.
	Tell(ctx context.Context, p Place, user, text string) error
}

// Class says what a Failure means for what comes next.
type Class string

// The classes.
const (
	Passing    Class = "passing"    // nothing was posted; try again, after Failure.After or a while
	NeedsHelp  Class = "needs help" // nothing was posted; a person must do something: pause the channel's subscription
	ChannelOff Class = "gone"       // nothing was posted; the channel is gone for good
	SpaceOff   Class = "stopped"    // nothing was posted; the installation is dead: stop the whole workspace
	Unsure     Class = "unsure"     // it may have been posted, or there is no telling
)

// Failure is what a Sender returns when it could not do as asked.
type Failure struct {
	Class Class
	After time.Duration // Passing: what the platform says to wait; 0 where it says nothing
	Text  string        // what is wrong and what mends it, for people
	Err   error         // the cause, for the log; may be nil
}

func (f *Failure) Error() string {
	if f.Err != nil {
		return string(f.Class) + ": " + f.Err.Error()
	}
	return string(f.Class) + ": " + f.Text
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// failure is what a Sender's error means.
func failure(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Class: Unsure, Err: err}
}

// Senders are the platforms that this process can post on. Adapters add themselves;
// the zero value has none.
type Senders struct {
	mu  sync.Mutex
	all map[string]Sender
}

// Add puts a platform's Sender in, in place of one that is there.
func (s *Senders) Add(platform string, sender Sender) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = make(map[string]Sender)
	}
	s.all[platform] = sender
}

// Of returns a platform's Sender, or false.
func (s *Senders) Of(platform string) (Sender, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sender, ok := s.all[platform]
	return sender, ok
}

// Platforms are the names of those that there are, in order.
func (s *Senders) Platforms() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.all))
}
