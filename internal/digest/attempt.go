package digest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// attempt is one worker's handling of one claimed record.
type attempt struct {
	engine *Engine
	sender Sender
	record Record
	tick   tick

	outcome *Outcome // how the edition ended, once it has
	failure *Failure // what the last try failed of
}

// run does what the record's state asks for, until it is at rest.
func (a *attempt) run(ctx context.Context) {
	zone, err := loadZone(a.record.Zone)
	if err != nil {
		a.pause(ctx, Pause{Why: Broken, Text: err.Error()})
		return
	}
	d := a.record.Decide(a.tick.when(), a.tick.atLeast(), zone, a.engine.Policy)
	if d.Action == LookUp {
		if !a.lookUp(ctx) {
			return
		}
		// It is not there: whether to post it now is asked as if it had never been tried.
		a.record.Edition.State = Planned
		d = a.record.Decide(a.tick.when(), a.tick.atLeast(), zone, a.engine.Policy)
	}
	switch d.Action {
	case Rest:
		a.step(ctx, a.record, d.Until, nil) // such as a zone whose rules have changed
	case Skip:
		next, o := a.record.skip(d.Slot, d.Missed, Outcome{Why: d.Why, At: a.tick.atLeast()})
		a.settle(ctx, next, o)
	case Send:
		a.send(ctx, d)
	}
}

// lookUp finds out what has become of an earlier try. It reports whether there was
// certainly no post, with everything else dealt with.
func (a *attempt) lookUp(ctx context.Context) (absent bool) {
	r := a.record
	since := r.Edition.Since
	if zone, err := loadZone(r.Zone); err == nil {
		if due := r.Edition.Slot.In(zone); due.Before(since) {
			since = due
		}
	}
	within, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	id, found, err := a.sender.Find(within, r.Place, r.Key(r.Edition.Slot), since.Add(-time.Minute))
	switch {
	case found && err == nil:
		next, o := r.finish(Outcome{State: Sent, Why: Recovered, At: r.Edition.Since, Message: string(id)})
		a.settle(ctx, next, o)
	case err == nil:
		return true
	case ctx.Err() != nil: // the bot is ending: somebody else may do it at once
		a.step(context.WithoutCancel(ctx), r, a.engine.Policy.settled(r.Edition), nil)
	default:
		a.notFound(ctx, failure(err))
	}
	return false
}

// giveUp is how long an edition is looked for while the platform does not answer.
const giveUp = 24 * time.Hour

// notFound is about an error of looking it up.
func (a *attempt) notFound(ctx context.Context, f *Failure) {
	r, now := a.record, a.tick.atLeast()
	if f.Class == Passing && now.Sub(r.Edition.Since) < giveUp {
		a.engine.happened(r, Sending, Untold, f.Text)
		a.step(ctx, r, now.Add(a.backOff(f)), nil)
		return
	}
	switch f.Class {
	case ChannelOff, NeedsHelp, SpaceOff:
		// Nobody reads there any more: whether it was posted makes no difference.
		next, o := r.finish(Outcome{State: Ambiguous, Why: Untold, Text: f.Text, At: a.tick.atLeast()})
		a.settle(ctx, next, o)
		a.off(ctx, f)
	default:
		next, o := r.finish(Outcome{State: Ambiguous, Why: Untold, Text: f.Text, At: a.tick.atLeast()})
		a.settle(ctx, next, o)
	}
}

// send chooses the resources, records that they are being posted, posts them, and
// records what came of it.
func (a *attempt) send(ctx context.Context, d Decision) {
	content, ok := a.plan(ctx, d)
	if !ok {
		return
	}
	if content.Gone {
		a.pause(ctx, Pause{Why: TopicGone, Text: fmt.Sprintf("The list has no topic “%s” any more.", content.Title)})
		return
	}
	if len(content.Picks) == 0 {
		next, o := a.record.skip(d.Slot, d.Missed, Outcome{Why: Nothing, At: a.tick.atLeast()})
		a.settle(ctx, next, o)
		return
	}
	if ctx.Err() != nil { // the bot is ending: somebody else may do it at once
		a.step(context.WithoutCancel(ctx), a.record, a.tick.atLeast(), nil)
		return
	}
	// What is begun is brought to its end, also when the bot is ending.
	ctx = context.WithoutCancel(ctx)
	began := a.record.begin(d.Slot, content, rand.Text()[:12], a.tick.atMost())
	deadline := time.Now().Add(a.engine.Policy.Deadline)
	if !a.step(ctx, began, a.engine.Policy.settled(began.Edition), nil) {
		return
	}
	posting, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	if posting.Err() != nil {
		return // the step took so long that whoever looks it up may be about it
	}
	id, err := a.sender.Post(posting, Post{Key: content.Key, Place: began.Place, Subscription: began.ID, Content: content})
	if err != nil {
		a.failed(ctx, failure(err))
		return
	}
	next, o := a.record.finish(Outcome{State: Sent, Why: d.Why, At: a.tick.atLeast(), Message: string(id)})
	if d.Missed > 0 {
		o.Text = fmt.Sprintf("%d before it were missed", d.Missed)
	}
	a.settle(ctx, next, o)
}

// plan chooses what the edition shows.
func (a *attempt) plan(ctx context.Context, d Decision) (Content, bool) {
	list, err := a.engine.List(ctx)
	if err == nil {
		var seen map[string]time.Time
		if seen, err = a.engine.Store.Seen(ctx, a.record.Place); err == nil {
			return list.Plan(a.record.Subscription, d.Slot, seen), true
		}
	}
	a.engine.Log.WarnContext(ctx, "an edition cannot be put together now", "digest", a.record.ID, "error", err)
	return Content{}, false // the lease ends, and it is tried again
}

// failed is about an error of posting.
func (a *attempt) failed(ctx context.Context, f *Failure) {
	r := a.record
	a.failure = f
	a.engine.Log.WarnContext(ctx, "an edition was not posted", "digest", r.ID, "platform", r.Place.Platform,
		"workspace", r.Place.Workspace, "channel", r.Place.Channel, "try", r.Edition.Tries, "error", f)
	switch f.Class {
	case Passing:
		after := a.tick.atLeast().Add(a.backOff(f))
		if a.step(ctx, r.retry(after, f.Text), after, nil) {
			a.engine.happened(a.record, Planned, OnTime, f.Text)
		}
	case ChannelOff, NeedsHelp, SpaceOff:
		a.record = r.retry(time.Time{}, f.Text)
		a.record.Version = r.Version
		a.off(ctx, f)
	default:
		// The record says Sending, and when it is due that it be looked up.
		a.engine.happened(r, Sending, Untold, f.Text)
	}
}

// off pauses what a failure says is off: the subscription, or the whole workspace.
func (a *attempt) off(ctx context.Context, f *Failure) {
	why := map[Class]Reason{ChannelOff: Gone, NeedsHelp: Refused, SpaceOff: Stopped}[f.Class]
	a.pause(ctx, Pause{Why: why, Text: f.Text})
	if f.Class == SpaceOff {
		a.engine.stop(ctx, a.record, f.Text)
	}
}

// backOff is how long to wait before the next try.
func (a *attempt) backOff(f *Failure) time.Duration {
	if f.After > 0 {
		return f.After
	}
	return min(time.Minute<<min(a.record.Edition.Tries, 10), time.Hour) / 2
}

// pause has no more editions come, and tells who made the subscription, once.
func (a *attempt) pause(ctx context.Context, p Pause) {
	p.At = a.tick.atLeast()
	next := a.record.paused(p)
	if next.Edition.State == Sending { // it was looked up in vain
		next.plan()
	}
	if !a.step(ctx, next, time.Time{}, nil) {
		return
	}
	a.engine.happened(a.record, Planned, p.Why, p.Text)
	if teller, ok := a.sender.(Teller); ok && a.record.By != "" && p.Why != Stopped {
		telling, cancel := context.WithTimeout(ctx, a.engine.Policy.Deadline)
		defer cancel()
		text := fmt.Sprintf("The digest on %s is paused: %s", a.record.Title, p.Text)
		if err := teller.Tell(telling, a.record.Place, a.record.By, text); err != nil {
			a.engine.Log.InfoContext(ctx, "somebody cannot be told that a digest is paused", "digest", a.record.ID, "error", err)
		}
	}
}

// settle records the end of an edition, together with what is to come.
func (a *attempt) settle(ctx context.Context, next Record, o Outcome) {
	ended := a.record
	if a.step(ctx, next, next.Due(a.engine.Policy), &o) {
		a.outcome = &o
		a.engine.happenedTo(ended, o)
	}
}

// step writes the record as it is to be. While the store is out of reach it goes on
// trying for as long as the lease lasts; then whoever claims the record next finds
// it as it was.
func (a *attempt) step(ctx context.Context, next Record, due time.Time, o *Outcome) bool {
	for {
		c := Change{Record: next, Due: due, Outcome: o}
		c.Record.Version = a.record.Version
		if o != nil && o.State != Skipped {
			c.Shown, c.ShownAt = a.record.Edition.Shown, a.record.Edition.Since
		}
		err := a.engine.Store.Step(ctx, c)
		switch {
		case err == nil:
			a.record = next
			a.record.Version = c.Record.Version + 1
			return true
		case errors.Is(err, ErrConflict):
			var again bool
			if next, due, again = a.merge(ctx, next); !again {
				return false
			}
			continue
		}
		if time.Since(a.tick.before)+retryStep > a.engine.Policy.Lease || ctx.Err() != nil {
			a.engine.Log.ErrorContext(ctx, "a step of an edition is not recorded", "digest", a.record.ID, "state", next.Edition.State, "error", err)
			return false
		}
		if rest(ctx, retryStep, nil, false) != nil {
			return false
		}
	}
}

// retryStep is how long to wait before a step is tried again.
const retryStep = 250 * time.Millisecond

// merge is about somebody having changed the record meanwhile. A try that is under
// way is the worker's own, and whatever else was changed is kept: a schedule, a
// pause. Where there is no such try, the record has gone its own way.
func (a *attempt) merge(ctx context.Context, next Record) (merged Record, due time.Time, again bool) {
	channel, err := a.engine.Store.Channel(ctx, a.record.Place)
	if err != nil || a.record.Edition.State != Sending {
		return next, due, false
	}
	for _, now := range channel.Records {
		if now.ID != a.record.ID || now.Edition.Try != a.record.Edition.Try || now.Edition.State != Sending {
			continue
		}
		a.record.Version = now.Version
		merged = now
		if next.Edition.State == Planned && next.Done != now.Done {
			merged.Done = next.Done
		}
		merged.Last, merged.Round = next.Last, next.Round
		if next.Pause != nil {
			merged.Pause = next.Pause
		}
		if merged.Edition = next.Edition; next.Edition.State == Planned && next.Edition.Tries == 0 {
			merged.plan()
		}
		return merged, merged.Due(a.engine.Policy), true
	}
	return next, due, false
}

// stop pauses all subscriptions of a workspace whose installation is dead.
func (e *Engine) stop(ctx context.Context, by Record, text string) {
	all, err := e.Store.Workspace(ctx, by.Place)
	if err != nil {
		e.Log.WarnContext(ctx, "a dead workspace is stopped one digest at a time", "workspace", by.Place.Workspace, "error", err)
		return
	}
	for _, r := range all {
		if r.Pause != nil || r.ID == by.ID && r.Place == by.Place || r.Edition.State == Sending {
			continue
		}
		next := r.paused(Pause{Why: Stopped, Text: text, At: by.Pause.At})
		if err := e.Store.Step(ctx, Change{Record: next}); err == nil {
			e.happened(next, Planned, Stopped, text)
		}
	}
}

// happenedTo tells of the end of an edition.
func (e *Engine) happenedTo(r Record, o Outcome) {
	e.happened(r, o.State, o.Why, o.Text)
	e.Log.InfoContext(context.Background(), "an edition has ended", "digest", r.ID, "platform", r.Place.Platform,
		"workspace", r.Place.Workspace, "channel", r.Place.Channel, "slot", o.Slot.String(), "state", o.State, "why", o.Why, "tries", o.Tries)
}

func (e *Engine) happened(r Record, state State, why Reason, text string) {
	if e.Happened != nil {
		e.Happened(Event{Place: r.Place, ID: r.ID, Title: r.Title, Slot: r.Edition.Slot, State: state, Why: why, Text: text})
	}
}
