package digest

import "context"

// reply does about the record's reply whatever is to be done now. It reports whether
// there was anything, or has to be before the next edition.
func (a *attempt) reply(ctx context.Context) bool {
	p := a.engine.Policy
	a.replying = true
	d := a.record.DecideReply(a.tick.when(), a.tick.atLeast(), p)
	if d.Action == LookUp {
		if !a.lookUpReply(ctx) {
			return true
		}
		a.record = a.record.retryReply(d.Until, a.record.Reply.Wrong)
		d = a.record.DecideReply(a.tick.when(), a.tick.atLeast(), p)
	}
	switch d.Action {
	case Send:
		a.sendReply(ctx)
	case Skip:
		a.endReply(ctx, Outcome{State: Skipped, Why: d.Why, Text: a.record.Reply.Wrong})
	case Rest, LookUp:
		if !a.record.underWay(a.tick.atLeast(), p) {
			a.replying = false
			return false
		}
		a.step(ctx, a.record, p.settled(a.record.Reply.Edition), nil)
	}
	return true
}

// lookUpReply finds out what has become of an earlier try of the reply. It reports
// whether there was certainly no post, with everything else dealt with.
func (a *attempt) lookUpReply(ctx context.Context) (absent bool) {
	r := a.record
	within, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	id, found, err := a.sender.Find(within, Sought{
		Key: r.ReplyKey(r.Reply.Slot), Place: r.Place, To: r.Reply.To, Since: r.Reply.Since.Add(-lookBack),
	})
	switch {
	case found && err == nil:
		a.endReply(ctx, Outcome{State: Sent, Why: Recovered, At: r.Reply.Since, Message: string(id)})
		return false
	case err == nil:
		return true
	case ctx.Err() != nil: // the bot is ending: somebody else may do it at once
		a.step(context.WithoutCancel(ctx), r, r.Due(a.engine.Policy), nil)
		return false
	}
	now, f := a.tick.atLeast(), failure(err)
	switch f.Class {
	case Passing:
		if now.Sub(r.Reply.Since) < giveUp {
			a.laterReply(ctx, r.waitReply(now.Add(backOff(f, r.Reply.Tries))), Sending, Untold, f.Text)
			return false
		}
	case ChannelOff, SpaceOff:
		a.off(ctx, f)
		return false
	case NeedsHelp, Unsure:
	}
	a.endReply(ctx, Outcome{State: Ambiguous, Why: Untold, Text: f.Text})
	return false
}

// sendReply records that the reply is being posted, posts it, and records what came of it.
func (a *attempt) sendReply(ctx context.Context) {
	list, err := a.engine.List(ctx)
	if err != nil {
		a.engine.Log.WarnContext(ctx, "an edition’s details cannot be put together now", "digest", a.record.ID, "error", err)
		return // the lease ends, and it is tried again
	}
	content := list.details(a.record)
	if len(content.Picks) == 0 {
		a.endReply(ctx, Outcome{State: Skipped, Why: Nothing})
		return
	}
	if ctx.Err() != nil { // the bot is ending: somebody else may do it at once
		a.step(context.WithoutCancel(ctx), a.record, a.record.Due(a.engine.Policy), nil)
		return
	}
	ctx = context.WithoutCancel(ctx)
	began := a.record.beginReply(content, newTry(), a.tick.atMost())
	post := Post{Key: content.Key, Place: began.Place, Subscription: began.ID, Content: content, To: began.Reply.To}
	id, failed, sent := a.post(ctx, began, began.Reply.Edition, nil, post)
	switch {
	case !sent:
	case failed != nil:
		a.replyFailed(ctx, failed)
	default:
		a.endReply(ctx, Outcome{State: Sent, Message: string(id)})
	}
}

// replyFailed is about an error of posting the reply. Nothing of it makes the edition be
// posted again, and what a person has to mend is left for the next edition to say.
func (a *attempt) replyFailed(ctx context.Context, f *Failure) {
	r := a.record
	a.logFailure(ctx, "an edition’s details were not posted", r.Reply.Tries, f)
	switch f.Class {
	case Passing:
		after := a.tick.atLeast().Add(backOff(f, r.Reply.Tries))
		a.laterReply(ctx, r.retryReply(after, f.Text), Planned, OnTime, f.Text)
	case ChannelOff, SpaceOff:
		a.record = r.retryReply(a.tick.atLeast(), f.Text) // it is not there
		a.off(ctx, f)
	case NeedsHelp:
		a.endReply(ctx, Outcome{State: Skipped, Why: Refused, Text: f.Text})
	default:
		// The record says Sending, and when it is due that it be looked up.
		a.engine.tell(r, Event{Slot: r.Reply.Slot, Reply: true, State: Sending, Why: Untold, Text: f.Text})
	}
}

// laterReply records a reply that is to be looked at again.
func (a *attempt) laterReply(ctx context.Context, next Record, state State, why Reason, text string) {
	if a.step(ctx, next, next.Due(a.engine.Policy), nil) {
		a.engine.tell(a.record, Event{Slot: a.record.Reply.Slot, Reply: true, State: state, Why: why, Text: text})
	}
}

// endReply records the end of the reply; without a time of its own it is now.
func (a *attempt) endReply(ctx context.Context, o Outcome) {
	if o.At.IsZero() {
		o.At = a.tick.atLeast()
	}
	next, o := a.record.finishReply(o)
	if a.step(ctx, next, next.Due(a.engine.Policy), &o) {
		a.engine.ended(ctx, a.record, o)
	}
}
