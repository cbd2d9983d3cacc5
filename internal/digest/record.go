package digest

import (
	"errors"
	"fmt"
	"time"
)

// State is how far an edition has come.
type State string

// The states. The first two are a Record's, the others an Outcome's.
const (
	Planned   State = "planned"   // nothing of it has been sent
	Sending   State = "sending"   // it may have been posted
	Sent      State = "sent"      // it was posted
	Skipped   State = "skipped"   // it was not posted, and will not be
	Ambiguous State = "ambiguous" // it may have been posted, and nobody can tell
)

// Reason says why an edition or a subscription is in a state.
type Reason string

// The reasons.
const (
	OnTime    Reason = ""
	Late      Reason = "late"      // sent, or not, after its time
	Asked     Reason = "asked"     // somebody wanted it so
	Nothing   Reason = "nothing"   // the list has nothing for it
	TopicGone Reason = "topic"     // the list has no such topic any more
	Gone      Reason = "gone"      // the channel is not there any more
	Refused   Reason = "refused"   // the platform wants a person to do something first
	Stopped   Reason = "stopped"   // the installation in the workspace is dead
	Untold    Reason = "untold"    // the platform does not tell whether it was posted
	Broken    Reason = "broken"    // the subscription itself cannot be used
	Recovered Reason = "recovered" // found by looking it up after a crash or a lost answer
)

// Edition is the one edition of a subscription that is to come or under way.
type Edition struct {
	Slot  Slot
	Extra bool // wanted at once, beside the schedule
	State State
	Tries int       // how often it was tried to post it
	After time.Time // not to be tried before that; zero for at once
	// While Sending: since when, by the store's clock; a word that no other try has;
	// Fields of the resources in it; and whether it begins the topic anew.
	Since time.Time
	Try   string
	Shown []string
	Anew  bool
	// Wrong is what the last try failed of, for people.
	Wrong string
}

// Record is all that is kept of a subscription in one piece: itself, the edition to
// come, and what the one before it still lacks.
type Record struct {
	Subscription
	Edition Edition
	// Reply is what is to come below the edition before; nil where nothing is.
	Reply *Reply
	// Version counts how often it was written. The store has it; zero is a record
	// that was never written.
	Version uint64
}

// Outcome is what has become of an edition, or of the reply to it.
type Outcome struct {
	Slot    Slot
	Reply   bool // it is the reply’s
	Extra   bool
	State   State // Sent, Skipped or Ambiguous
	Why     Reason
	Text    string // more about it, for people; may be empty
	At      time.Time
	Tries   int
	Count   int    // resources in it
	Message string // the platform's id of the post, where it is known
}

// Policy is how editions are delivered.
type Policy struct {
	// Late is how long after its time an edition is still delivered; what is older
	// is skipped.
	Late time.Duration
	// Deadline is how long a post may take; Margin what is added to it before
	// anybody looks whether it is there. Lease is how long whoever claims an edition
	// has it, which is longer than both together.
	Deadline, Margin, Lease time.Duration
}

// DefaultPolicy is what a bot has without settings.
var DefaultPolicy = Policy{Late: 24 * time.Hour, Deadline: 10 * time.Second, Margin: 5 * time.Second, Lease: 45 * time.Second}

// Check says what is wrong with a policy.
func (p Policy) Check() error {
	if p.Late < 0 || p.Deadline <= 0 || p.Margin <= 0 {
		return errors.New("a policy has times that are longer than nothing")
	}
	if p.Lease <= p.Deadline+p.Margin {
		return fmt.Errorf("a lease of %s is not longer than deadline and margin, %s", p.Lease, p.Deadline+p.Margin)
	}
	return nil
}

// settled is when nothing of a try can reach the platform any more.
func (p Policy) settled(e Edition) time.Time { return e.Since.Add(p.Deadline + p.Margin) }

// plan has the first slot after Done be the edition to come.
func (r *Record) plan() {
	r.Edition = Edition{Slot: r.Schedule.Next(r.Done), State: Planned}
}

// Due is when somebody has to look at the record: its edition, or the reply to the one
// before, is due, or is to be tried again, or to be looked up. It is zero where nothing
// is to come.
func (r Record) Due(p Policy) time.Time {
	edition, reply := r.editionDue(p), r.replyDue(p)
	if edition.IsZero() || !reply.IsZero() && reply.Before(edition) {
		return reply
	}
	return edition
}

// editionDue is when somebody has to look at the edition.
func (r Record) editionDue(p Policy) time.Time {
	if r.Edition.State == Sending {
		return p.settled(r.Edition)
	}
	if r.Pause != nil {
		return time.Time{}
	}
	due := r.Made // where the zone cannot be used: at once, to be paused
	if zone, err := loadZone(r.Zone); err == nil {
		due = r.Edition.Slot.In(zone)
	}
	if r.Edition.After.After(due) {
		due = r.Edition.After
	}
	if rested := r.Last.Add(MinPause); !r.Last.IsZero() && rested.After(due) {
		due = rested
	}
	return due
}

// Action is what is to be done about an edition.
type Action string

// The actions.
const (
	Rest   Action = "rest"   // nothing, until Decision.Until
	Send   Action = "send"   // post it
	LookUp Action = "lookup" // see whether an earlier try was posted
	Skip   Action = "skip"   // it is too late
)

// Decision is what Decide says, with its reasons.
type Decision struct {
	Action Action
	Until  time.Time // Rest: when to look again; zero for never
	Slot   Slot      // Send: the slot to deliver, the latest that is due
	Missed int       // Send, Skip: slots before that one that are too late
	Why    Reason    // Send: Late, where it is
}

// late is how much after its time an edition is called late, and so what even a policy
// without any lateness allows.
const late = 5 * time.Minute

// Decide says what to do about the edition at a time; now is the store's clock,
// which times of tries are by. Missed slots never pile up: of those that are due it
// is the latest one that counts.
func (r Record) Decide(at, now time.Time, zone *time.Location, p Policy) Decision {
	if r.Edition.State == Sending {
		if until := p.settled(r.Edition); now.Before(until) {
			return Decision{Action: Rest, Until: until}
		}
		return Decision{Action: LookUp}
	}
	due := r.editionDue(p)
	if due.IsZero() || at.Before(due) {
		return Decision{Action: Rest, Until: due}
	}
	d := Decision{Action: Send, Slot: r.Edition.Slot}
	for !r.Edition.Extra {
		next := r.Schedule.Next(d.Slot.Date)
		if next.In(zone).After(at) {
			break
		}
		d.Slot, d.Missed = next, d.Missed+1
	}
	switch age := at.Sub(d.Slot.In(zone)); {
	case age > max(p.Late, late):
		d.Action, d.Missed, d.Why = Skip, d.Missed+1, Late
	case age > late:
		d.Why = Late
	}
	return d
}

// begin is the record while a try is under way.
func (r Record) begin(slot Slot, c Content, try string, now time.Time) Record {
	r.Edition = Edition{
		Slot: slot, Extra: r.Edition.Extra, State: Sending, Tries: r.Edition.Tries + 1, Since: now, Try: try, Shown: c.fields(), Anew: c.Anew,
	}
	r.Topic, r.Title = c.Topic, c.Title
	r.Anchors, r.Size = c.anchors, c.Total
	return r
}

// finish is the record after its edition has come to an end, with what became of it.
func (r Record) finish(o Outcome) (Record, Outcome) {
	e := r.Edition
	o.Slot, o.Extra, o.Tries, o.Count = e.Slot, e.Extra, e.Tries, len(e.Shown)
	r.Reply = r.replyTo(o)
	if o.State != Skipped {
		r.Last = e.Since
		if e.Anew {
			r.Round = e.Since.Truncate(time.Second) // as what was seen is kept
		}
	}
	if !e.Extra {
		r.Done = e.Slot.Date
	}
	r.plan()
	return r, o
}

// skip is the record without the edition to come, nor those missed before a slot.
func (r Record) skip(slot Slot, missed int, o Outcome) (Record, Outcome) {
	o.State, o.Slot, o.Extra, o.Tries = Skipped, r.Edition.Slot, r.Edition.Extra, r.Edition.Tries
	if missed > 1 {
		o.Text = fmt.Sprintf("%d editions up to %s", missed, slot)
	}
	if r.Edition.Wrong != "" {
		o.Text += " " + r.Edition.Wrong
	}
	if !r.Edition.Extra {
		r.Done = slot.Date
	}
	r.plan()
	return r, o
}

// retry is the record after a try that certainly did not post anything.
func (r Record) retry(after time.Time, wrong string) Record {
	e := r.Edition
	r.Edition = Edition{Slot: e.Slot, Extra: e.Extra, State: Planned, Tries: e.Tries, After: after, Wrong: wrong}
	return r
}

// paused is the record while no editions come; one that was planned is given up.
func (r Record) paused(p Pause) Record {
	r.Pause = &p
	if r.Edition.State == Planned {
		r.plan()
	}
	return r
}
