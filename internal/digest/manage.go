package digest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What cannot be done with a subscription just now; to be found with errors.Is.
var (
	// ErrUnknown says that the channel has no such subscription.
	ErrUnknown = errors.New("there is no such digest")
	// ErrBusy says that an edition is under way.
	ErrBusy = errors.New("an edition is under way")
	// ErrSoon says that an edition went out less than MinPause ago.
	ErrSoon = errors.New("an edition went out less than an hour ago")
)

// Add makes a subscription: its first edition is for the first slot after now.
func (e *Engine) Add(ctx context.Context, s Subscription) (Record, error) {
	channel, err := e.Store.Channel(ctx, s.Place)
	if err != nil {
		return Record{}, err
	}
	s.Made = channel.Now.Truncate(time.Millisecond)
	if err := s.Start(channel.Now); err != nil {
		return Record{}, err
	}
	if err := s.Check(); err != nil {
		return Record{}, err
	}
	r := Record{Subscription: s}
	r.plan()
	return r, e.Store.Step(ctx, Change{Record: r, Due: r.Due(e.Policy)})
}

// tries is how often a change is begun again because somebody else was first.
const tries = 8

// alter changes a record, on top of whatever others change at the same time.
func (e *Engine) alter(ctx context.Context, p Place, id ID, change func(r *Record, now time.Time) (*Outcome, error)) (Record, error) {
	for range tries {
		r, now, err := e.find(ctx, p, id)
		if err != nil {
			return r, err
		}
		o, err := change(&r, now)
		if err != nil {
			return r, err
		}
		err = e.Store.Step(ctx, Change{Record: r, Due: r.Due(e.Policy), Outcome: o})
		if !errors.Is(err, ErrConflict) {
			return r, err
		}
	}
	return Record{}, ErrConflict
}

// find returns a record and the store's clock.
func (e *Engine) find(ctx context.Context, p Place, id ID) (Record, time.Time, error) {
	channel, err := e.Store.Channel(ctx, p)
	if err != nil {
		return Record{}, channel.Now, err
	}
	for _, r := range channel.Records {
		if r.ID == id {
			return r, channel.Now, nil
		}
	}
	return Record{}, channel.Now, ErrUnknown
}

// Edit changes what a subscription wants. Where its days, time or zone change, the
// next edition is for the first slot from now on.
func (e *Engine) Edit(ctx context.Context, p Place, id ID, change func(*Subscription)) (Record, error) {
	return e.alter(ctx, p, id, func(r *Record, now time.Time) (*Outcome, error) {
		was := r.Subscription
		change(&r.Subscription)
		if err := r.Check(); err != nil {
			return nil, err
		}
		r.Schedule.Phase = 0
		if same := was.Schedule; same.Starting(SlotAt(now, time.UTC)) == r.Schedule.Starting(SlotAt(now, time.UTC)) && was.Zone == r.Zone {
			r.Schedule = was.Schedule
			return nil, nil
		}
		if today := DateOf(now); r.Done.After(today.Add(1)) {
			r.Done = today // what was skipped was of another schedule
		}
		return nil, r.restart(now)
	})
}

// restart has the next edition be for the first slot after now whose day has not been
// dealt with: one that was skipped does not come back.
func (r *Record) restart(now time.Time) error {
	done := r.Done
	if err := r.Start(now); err != nil {
		return err
	}
	if done.After(r.Done) {
		r.Done = done
	}
	if r.Edition.State == Planned {
		r.plan()
	}
	return nil
}

// Pause has no editions come until somebody resumes it.
func (e *Engine) Pause(ctx context.Context, p Place, id ID, by string) (Record, error) {
	return e.alter(ctx, p, id, func(r *Record, now time.Time) (*Outcome, error) {
		if r.Pause == nil {
			*r = r.paused(Pause{Why: Asked, At: now, By: by})
		}
		return nil, nil
	})
}

// Resume has editions come again, from the first slot after now.
func (e *Engine) Resume(ctx context.Context, p Place, id ID) (Record, error) {
	return e.alter(ctx, p, id, func(r *Record, now time.Time) (*Outcome, error) {
		if r.Pause == nil {
			return nil, nil
		}
		r.Pause = nil
		return nil, r.restart(now)
	})
}

// StopWorkspace pauses all subscriptions of a workspace that the bot has been taken out
// of; the place's channel counts for nothing. Called again after an error, it goes on
// where it failed.
func (e *Engine) StopWorkspace(ctx context.Context, p Place, text string) error {
	all, err := e.Store.Workspace(ctx, p)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Pause != nil {
			continue
		}
		_, err := e.alter(ctx, r.Place, r.ID, func(r *Record, now time.Time) (*Outcome, error) {
			if r.Pause != nil {
				return nil, nil
			}
			next, dropped := r.paused(Pause{Why: Stopped, Text: text, At: now}).dropReply(Stopped, text, now)
			*r = next
			return dropped, nil
		})
		if err != nil && !errors.Is(err, ErrUnknown) {
			return err
		}
	}
	return nil
}

// Skip gives up the edition to come.
func (e *Engine) Skip(ctx context.Context, p Place, id ID) (skipped Slot, r Record, err error) {
	r, err = e.alter(ctx, p, id, func(r *Record, now time.Time) (*Outcome, error) {
		if r.Edition.State == Sending {
			return nil, ErrBusy
		}
		skipped = r.Edition.Slot
		next, o := r.skip(skipped, 1, Outcome{Why: Asked, At: now})
		*r = next
		return &o, nil
	})
	return skipped, r, err
}

// ForgetUser erases what says of a user that they made or paused a digest, and the
// digests in their direct messages. The place says where they are: their workspace, or
// what stands for it; the digests of its channels stay.
func (e *Engine) ForgetUser(ctx context.Context, p Place, user string) error {
	own := p
	own.Channel = "@" + user
	mine, err := e.Store.Channel(ctx, own)
	if err != nil {
		return err
	}
	for _, r := range mine.Records {
		if _, err := e.Store.Remove(ctx, own, r.ID); err != nil {
			return err
		}
	}
	if p.Workspace == "" {
		return e.Store.ForgetWorkspace(ctx, own)
	}
	all, err := e.Store.Workspace(ctx, p)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.By != user && (r.Pause == nil || r.Pause.By != user) {
			continue
		}
		_, err := e.alter(ctx, r.Place, r.ID, func(r *Record, _ time.Time) (*Outcome, error) {
			if r.By == user {
				r.By = ""
			}
			if r.Pause != nil && r.Pause.By == user {
				r.Pause.By = ""
			}
			return nil, nil
		})
		if err != nil && !errors.Is(err, ErrUnknown) {
			return err
		}
	}
	return nil
}

// Now delivers an edition at once, beside the schedule, and says what came of it. The
// outcome is empty where nobody knows yet: it was posted, or will be, or its place
// will say why not. The failure is what the try failed of.
func (e *Engine) Now(ctx context.Context, p Place, id ID) (Outcome, *Failure, error) {
	sender, ok := e.Senders.Of(p.Platform)
	if !ok {
		return Outcome{}, nil, fmt.Errorf("nothing posts on %s here", p.Platform)
	}
	before := time.Now()
	r, now, err := e.find(ctx, p, id)
	if err != nil {
		return Outcome{}, nil, err
	}
	zone, err := loadZone(r.Zone)
	switch {
	case err != nil:
		return Outcome{}, nil, err
	case r.Edition.State == Sending || r.underWay(now, e.Policy):
		return Outcome{}, nil, ErrBusy
	case !r.Last.IsZero() && now.Before(r.Last.Add(MinPause)):
		return Outcome{}, nil, ErrSoon
	}
	slot := SlotAt(now, zone)
	a := attempt{engine: e, sender: sender, record: r, tick: tick{now: now, before: before, after: time.Now()}}
	a.record.Edition = Edition{Slot: slot, Extra: slot != r.Edition.Slot, State: Planned}
	a.send(ctx, Decision{Action: Send, Slot: slot, Why: Asked})
	if a.outcome != nil {
		return *a.outcome, nil, nil
	}
	return Outcome{}, a.failure, nil
}

// Preview is the edition that would be delivered for the next slot, by the state as it
// is now.
func (e *Engine) Preview(ctx context.Context, s Subscription) (Content, error) {
	list, err := e.List(ctx)
	if err != nil {
		return Content{}, err
	}
	seen, err := e.Store.Seen(ctx, s.Place)
	if err != nil {
		return Content{}, err
	}
	return list.Plan(s, s.Schedule.Next(s.Done), seen), nil
}
