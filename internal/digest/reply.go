package digest

import "time"

// Reply is what is still to be posted below an edition: the details of its resources,
// where the subscription wants them. It is a record of its own within the
// subscription's, with its own key, tries and end. The step that ends its edition as
// Sent plans it, so that no crash comes between the two.
type Reply struct {
	// To is the edition's message, and Posted when it went out, by the store's clock.
	To     MessageID
	Posted time.Time
	// Edition is the edition that it belongs to, with the reply's own State, tries and
	// times. It begins nothing anew.
	Edition
}

// replyMark is behind the key of an edition in the key of its reply.
const replyMark = "-d"

// ReplyKey names the reply to the edition of a slot, as Key does the edition itself: 25
// letters, digits and "-".
func (s Subscription) ReplyKey(slot Slot) string { return s.Key(slot) + replyMark }

// replyTo is the reply to an edition that ended so; nil where there is none to be: nobody
// wants it, or it is not known which message to reply to.
func (r Record) replyTo(o Outcome) *Reply {
	if !r.Details || o.State != Sent || o.Message == "" {
		return nil
	}
	e := r.Edition
	return &Reply{
		To: MessageID(o.Message), Posted: e.Since, Edition: Edition{Slot: e.Slot, Extra: e.Extra, State: Planned, Shown: e.Shown},
	}
}

// replyDue is when somebody has to look at the reply: at once, or when it is to be tried
// again or looked up. It is zero where there is none.
func (r Record) replyDue(p Policy) time.Time {
	if r.Reply == nil {
		return time.Time{}
	}
	due := r.Made // where the zone cannot be used
	if r.Reply.State == Sending {
		due = p.settled(r.Reply.Edition)
	} else if zone, err := loadZone(r.Zone); err == nil {
		due = r.Reply.Slot.In(zone) // its edition was due then, so it is
	}
	if r.Reply.After.After(due) {
		due = r.Reply.After
	}
	return due
}

// underWay reports whether a try of the reply may reach the platform still.
func (r Record) underWay(now time.Time, p Policy) bool {
	return r.Reply != nil && r.Reply.State == Sending && now.Before(p.settled(r.Reply.Edition))
}

// DecideReply says what to do about the reply at a time; now is the store's clock.
func (r Record) DecideReply(at, now time.Time, p Policy) Decision {
	due := r.replyDue(p)
	switch {
	case r.Reply == nil || r.underWay(now, p) || at.Before(due):
		return Decision{Action: Rest, Until: due}
	case r.Reply.State == Sending:
		return Decision{Action: LookUp}
	case !r.Details:
		return Decision{Action: Skip, Why: Asked}
	case now.Sub(r.Reply.Posted) > max(p.Late, late):
		return Decision{Action: Skip, Why: Late}
	}
	return Decision{Action: Send}
}

// beginReply is the record while a try of its reply is under way.
func (r Record) beginReply(c Content, try string, now time.Time) Record {
	reply := *r.Reply
	reply.State, reply.Shown, reply.Tries, reply.After, reply.Wrong = Sending, c.fields(), reply.Tries+1, time.Time{}, ""
	reply.Since, reply.Try = now, try
	r.Reply = &reply
	return r
}

// retryReply is the record after a try of its reply that certainly did not post anything.
func (r Record) retryReply(after time.Time, wrong string) Record {
	reply := *r.Reply
	reply.State, reply.After, reply.Since, reply.Try, reply.Wrong = Planned, after, time.Time{}, "", wrong
	r.Reply = &reply
	return r
}

// waitReply is the record whose reply is to be looked up then, and not earlier.
func (r Record) waitReply(until time.Time) Record {
	reply := *r.Reply
	reply.After = until
	r.Reply = &reply
	return r
}

// finishReply is the record after its reply has come to an end, with what became of it.
func (r Record) finishReply(o Outcome) (Record, Outcome) {
	o.Reply, o.Slot, o.Extra, o.Tries = true, r.Reply.Slot, r.Reply.Extra, r.Reply.Tries
	if o.State != Skipped {
		o.Count = len(r.Reply.Shown)
	}
	r.Reply = nil
	return r, o
}

// dropReply is the record without its reply, where there is one, with what became of it:
// one that was being posted may be there.
func (r Record) dropReply(why Reason, text string, at time.Time) (Record, *Outcome) {
	if r.Reply == nil {
		return r, nil
	}
	state := Skipped
	if r.Reply.State == Sending {
		state, why = Ambiguous, Untold
	}
	next, o := r.finishReply(Outcome{State: state, Why: why, Text: text, At: at})
	return next, &o
}
