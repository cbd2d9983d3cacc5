package digest

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Engine delivers editions. There may be any number of them on one Store: who
// delivers what is for its steps to decide.
type Engine struct {
	Store   Store
	Senders *Senders
	// List is asked before each edition.
	List   func(context.Context) (List, error)
	Log    *slog.Logger
	Policy Policy
	Pace   Pace
	// Workers is how many editions are under way at one time, and so how many are in
	// memory.
	Workers int
	// Poll is how long it may take until what others put in is seen.
	Poll time.Duration
	// Happened, where it is not nil, is told of everything; it may be called by
	// several goroutines at once.
	Happened func(Event)
	// Begin, where it is not nil, is called before each try at an edition, and returns
	// the context of all that is done for it; end is called when it is over.
	Begin func(context.Context) (ctx context.Context, end func())
}

// What an engine has without settings: workers that keep up with a few platforms and
// bear one that is slow.
const (
	DefaultWorkers = 16
	DefaultPoll    = time.Second
)

// Event is something that has come of an edition, or of the reply to it.
type Event struct {
	Place Place
	ID    ID
	Title string // of the topic
	Slot  Slot
	Reply bool // it is the reply
	// State is Planned where it will be tried again, Sending where it is to be looked
	// up, else how it ended.
	State State
	Why   Reason
	Text  string // more, for people
	// Delay is how long after its slot it was posted, where it was Sent by its schedule;
	// else 0.
	Delay time.Duration
}

// How the engine looks for work.
const (
	patience = time.Minute      // how long a Tick waits for what is due while it runs
	outage   = 2 * time.Second  // between two looks while the store is out of reach
	lookUp   = 20 * time.Second // how long finding a post may take
)

// Run delivers what becomes due until ctx is done, then finishes what is under way.
func (e *Engine) Run(ctx context.Context) {
	start := time.Now()
	_ = e.deliver(ctx, func() time.Time { return time.Time{} }, nil)
	e.Log.DebugContext(ctx, "the digests have ended", "after", time.Since(start))
}

// Tick delivers what is due, and what becomes due while it is about it, and returns
// when there is nothing more for a while, or ctx is done. At is what time to take it to
// be; zero for what it is. The error is the store's being out of reach.
func (e *Engine) Tick(ctx context.Context, at time.Time) error {
	began := time.Now()
	clock := func() time.Time {
		if at.IsZero() {
			return at
		}
		return at.Add(time.Since(began))
	}
	enough := func(wait time.Duration) bool { return wait < 0 || wait > patience }
	return e.deliver(ctx, clock, enough)
}

// deliver claims what is due and has workers handle it. Enough says of the time until
// there may be more whether to end; without it only ctx ends it, and an outage of the
// store is waited for.
func (e *Engine) deliver(ctx context.Context, clock func() time.Time, enough func(time.Duration) bool) error {
	var work sync.WaitGroup
	defer work.Wait()
	free := make(chan struct{}, e.Workers)
	for range e.Workers {
		free <- struct{}{}
	}
	done := make(chan struct{}, 1) // somebody is
	away := false                  // the store is out of reach, and the log says so
	for ctx.Err() == nil {
		before := time.Now()
		claimed, err := e.claim(ctx, clock(), len(free))
		if err != nil && enough != nil && ctx.Err() == nil {
			return err
		}
		wait := min(claimed.Wait, e.Poll)
		switch {
		case err != nil:
			wait = outage
			if ctx.Err() == nil && !away {
				e.Log.WarnContext(ctx, "digests wait: what is due cannot be told", "error", err)
				away = true
			}
		case len(claimed.Records) > 0:
			wait = 0
		case claimed.Wait < 0:
			wait = e.Poll
		}
		if err == nil && away {
			e.Log.WarnContext(ctx, "digests go on")
			away = false
		}
		for _, r := range claimed.Records {
			<-free
			t := tick{clock(), claimed.Now, before, time.Now()}
			work.Go(func() {
				e.handle(ctx, r, t)
				free <- struct{}{}
				select {
				case done <- struct{}{}:
				default:
				}
			})
		}
		idle := len(free) == cap(free)
		if enough != nil && idle && len(claimed.Records) == 0 && enough(claimed.Wait) {
			return nil
		}
		if err := rest(ctx, wait, done, len(free) == 0); err != nil {
			break
		}
	}
	return nil
}

// rest waits, no longer than until somebody is done; without anybody free, until
// then.
func rest(ctx context.Context, wait time.Duration, done <-chan struct{}, busy bool) error {
	if wait <= 0 && !busy {
		return ctx.Err()
	}
	var timer <-chan time.Time
	if !busy {
		t := time.NewTimer(wait)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer:
	case <-done:
	}
	return nil
}

func (e *Engine) claim(ctx context.Context, at time.Time, most int) (Claimed, error) {
	platforms := e.Senders.Platforms()
	if len(platforms) == 0 || most == 0 {
		return Claimed{Wait: -1}, nil
	}
	return e.Store.Claim(ctx, Claim{Platforms: platforms, At: at, Lease: e.Policy.Lease, Most: most, Pace: e.Pace})
}

// tick is the time as somebody knows it who handles a record.
type tick struct {
	at            time.Time // what time to take it to be, when it was claimed; zero for now
	now           time.Time // the store's clock when it was asked
	before, after time.Time // this process's clock when it asked, and when it had the answer
}

// atLeast is a time that the store's clock has certainly reached: what is said to be
// over by it is over.
func (t tick) atLeast() time.Time { return t.now.Add(time.Since(t.after)) }

// atMost is a time that the store's clock has certainly not passed: what begins then
// has not begun earlier.
func (t tick) atMost() time.Time { return t.now.Add(time.Since(t.before)) }

// when is what time to take it to be.
func (t tick) when() time.Time {
	if t.at.IsZero() {
		return t.atLeast()
	}
	return t.at.Add(time.Since(t.after))
}

// handle does about a record whatever is to be done. A panic harms no other: the
// lease ends, and the next one sees what has become of it.
func (e *Engine) handle(ctx context.Context, r Record, t tick) {
	defer func() {
		if cause := recover(); cause != nil {
			e.Log.ErrorContext(ctx, "delivering a digest panicked", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()), "digest", r.ID)
		}
	}()
	sender, ok := e.Senders.Of(r.Place.Platform)
	if !ok {
		return
	}
	if e.Begin != nil {
		var end func()
		ctx, end = e.Begin(ctx)
		defer end()
	}
	a := attempt{engine: e, sender: sender, record: r, tick: t}
	a.run(ctx)
}
