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

	replying bool // it is about the reply, and not about the edition

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
	if a.reply(ctx) {
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
		a.step(ctx, a.record, a.record.Due(a.engine.Policy), nil) // such as a zone whose rules have changed
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
	id, found, err := a.sender.Find(within, Sought{Key: r.Key(r.Edition.Slot), Place: r.Place, Since: since.Add(-lookBack)})
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

// How long an edition is looked for while the platform does not answer, and how much
// further back than it can be, as clocks differ.
const (
	giveUp   = 24 * time.Hour
	lookBack = time.Minute
)

// notFound is about an error of looking it up.
func (a *attempt) notFound(ctx context.Context, f *Failure) {
	r, now := a.record, a.tick.atLeast()
	if f.Class == Passing && now.Sub(r.Edition.Since) < giveUp {
		a.engine.happened(r, Sending, Untold, f.Text)
		a.step(ctx, r, now.Add(backOff(f, r.Edition.Tries)), nil)
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
	began, dropped := a.record.begin(d.Slot, content, newTry(), a.tick.atMost()).
		dropReply(Late, "the next edition comes first", a.tick.atLeast())
	post := Post{Key: content.Key, Place: began.Place, Subscription: began.ID, Content: content}
	id, failed, sent := a.post(ctx, began, began.Edition, dropped, post)
	if !sent {
		return
	}
	if failed != nil {
		a.failed(ctx, failed)
		return
	}
	next, o := a.record.finish(Outcome{State: Sent, Why: d.Why, At: a.tick.atLeast(), Message: string(id)})
	if d.Missed > 0 {
		o.Text = fmt.Sprintf("%d before it were missed", d.Missed)
	}
	a.settle(ctx, next, o)
}

// post records that a try begins, of an edition or of the reply to one, together with
// what that ends, and posts it; sent is false where the try has not begun.
func (a *attempt) post(ctx context.Context, began Record, e Edition, ends *Outcome, p Post) (id MessageID, failed *Failure, sent bool) {
	deadline := time.Now().Add(a.engine.Policy.Deadline)
	if !a.step(ctx, began, a.engine.Policy.settled(e), ends) {
		return "", nil, false
	}
	if ends != nil {
		a.engine.ended(ctx, began, *ends)
	}
	posting, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	if posting.Err() != nil {
		return "", nil, false // the step took so long that whoever looks it up may be about it
	}
	id, err := a.sender.Post(posting, p)
	if err != nil {
		return "", failure(err), true
	}
	return id, nil, true
}

// newTry is a word that no other try has.
func newTry() string { return rand.Text()[:12] }

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
	a.logFailure(ctx, "an edition was not posted", r.Edition.Tries, f)
	switch f.Class {
	case Passing:
		after := a.tick.atLeast().Add(backOff(f, r.Edition.Tries))
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

func (a *attempt) logFailure(ctx context.Context, message string, try int, f *Failure) {
	p := a.record.Place
	a.engine.Log.WarnContext(ctx, message, "digest", a.record.ID, "platform", p.Platform, "workspace", p.Workspace,
		"channel", p.Channel, "try", try, "error", f)
}

// off pauses what a failure says is off: the subscription, or the whole workspace.
func (a *attempt) off(ctx context.Context, f *Failure) {
	why := map[Class]Reason{ChannelOff: Gone, NeedsHelp: Refused, SpaceOff: Stopped}[f.Class]
	a.pause(ctx, Pause{Why: why, Text: f.Text})
	if f.Class == SpaceOff {
		a.engine.stop(ctx, a.record, f.Text)
	}
}

// backOff is how long to wait before the next of so many tries.
func backOff(f *Failure, tries int) time.Duration {
	if f.After > 0 {
		return f.After
	}
	return min(time.Minute<<min(tries, 10), time.Hour) / 2
}

// pause has no more editions come, and tells who made the subscription, once.
func (a *attempt) pause(ctx context.Context, p Pause) {
	p.At = a.tick.atLeast()
	next := a.record.paused(p)
	if next.Edition.State == Sending { // it was looked up in vain
		next.plan()
	}
	next, dropped := next.dropReply(p.Why, p.Text, p.At)
	if !a.step(ctx, next, time.Time{}, dropped) {
		return
	}
	if dropped != nil {
		a.engine.ended(ctx, a.record, *dropped)
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
	if a.step(ctx, next, next.Due(a.engine.Policy), &o) {
		a.outcome = &o
		a.engine.ended(ctx, a.record, o)
	}
}

// step writes the record as it is to be. While the store is out of reach it goes on
// trying for as long as the lease lasts; then whoever claims the record next finds
// it as it was.
func (a *attempt) step(ctx context.Context, next Record, due time.Time, o *Outcome) bool {
	for {
		c := Change{Record: next, Due: due, Outcome: o}
		c.Record.Version = a.record.Version
		if o != nil && o.State != Skipped && !o.Reply {
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
	if err != nil {
		return next, due, false
	}
	for _, now := range channel.Records {
		switch {
		case now.ID != a.record.ID:
			continue
		case !a.replying && a.record.Edition.sameTry(now.Edition):
			merged = mergeEdition(now, next)
		case a.replying && a.record.Reply != nil && now.Reply != nil && a.record.Reply.sameTry(now.Reply.Edition):
			merged = now
			if merged.Reply = next.Reply; a.record.Pause == nil && next.Pause != nil {
				merged = merged.paused(*next.Pause)
			}
		default:
			return next, due, false
		}
		a.record.Version = now.Version
		return merged, merged.Due(a.engine.Policy), true
	}
	return next, due, false
}

// sameTry reports whether a try that is under way is so still.
func (e Edition) sameTry(now Edition) bool {
	return e.State == Sending && now.State == Sending && e.Try == now.Try
}

// mergeEdition is the record as it is now, with what has become of its edition.
func mergeEdition(now, next Record) Record {
	merged := now
	if next.Edition.State == Planned && next.Done != now.Done {
		merged.Done = next.Done
	}
	merged.Last, merged.Round, merged.Reply = next.Last, next.Round, next.Reply
	if next.Pause != nil {
		merged.Pause = next.Pause
	}
	if merged.Edition = next.Edition; next.Edition.State == Planned && next.Edition.Tries == 0 {
		merged.plan()
	}
	return merged
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
		next, dropped := r.paused(Pause{Why: Stopped, Text: text, At: by.Pause.At}).dropReply(Stopped, text, by.Pause.At)
		if err := e.Store.Step(ctx, Change{Record: next, Outcome: dropped}); err == nil {
			e.happened(next, Planned, Stopped, text)
		}
	}
}

// ended tells of the end of an edition, or of the reply to one.
func (e *Engine) ended(ctx context.Context, r Record, o Outcome) {
	e.tell(r, Event{Slot: o.Slot, Reply: o.Reply, State: o.State, Why: o.Why, Text: o.Text, Delay: r.delay(o)})
	what := "an edition has ended"
	if o.Reply {
		what = "an edition’s details have ended"
	}
	e.Log.InfoContext(ctx, what, "digest", r.ID, "platform", r.Place.Platform,
		"workspace", r.Place.Workspace, "channel", r.Place.Channel, "slot", o.Slot.String(), "state", o.State, "why", o.Why, "tries", o.Tries)
}

// delay is how long after its slot an edition was posted, where it was posted by its
// schedule; else 0.
func (r Record) delay(o Outcome) time.Duration {
	zone, err := loadZone(r.Zone)
	if err != nil || o.State != Sent || o.Reply || o.Extra || o.Why == Asked {
		return 0
	}
	return max(0, o.At.Sub(o.Slot.In(zone)))
}

// happened tells what has come of the record's edition.
func (e *Engine) happened(r Record, state State, why Reason, text string) {
	e.tell(r, Event{Slot: r.Edition.Slot, State: state, Why: why, Text: text})
}

// tell tells whoever wants to know of what has come of a record's edition or reply.
func (e *Engine) tell(r Record, happened Event) {
	if e.Happened != nil {
		happened.Place, happened.ID, happened.Title = r.Place, r.ID, r.Title
		e.Happened(happened)
	}
}
