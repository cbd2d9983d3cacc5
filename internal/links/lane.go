package links

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// giveUp is how many links of a host in a row may come to nothing before the
// host is left alone: it is down, and each link costs minutes of waiting.
const giveUp = 3

// lane is the way to one host. Whoever wants to ask the host something enters
// and leaves; in between nobody else is there.
type lane struct {
	host string
	turn chan struct{} // full while somebody is in the lane

	mu     sync.Mutex
	until  time.Time // nobody enters before
	closed string    // why nobody enters any more; empty while it is open
	silent int       // links in a row that the host had no answer for
}

// closedError is the cause when a host is left alone.
type closedError struct{ why string }

func (e *closedError) Error() string { return e.why }

func newLane(host string) *lane { return &lane{host: host, turn: make(chan struct{}, 1)} }

// enter waits until the host may be asked. It fails with a *closedError, or with
// the context's error when that is done first.
func (l *lane) enter(ctx context.Context, o *Options) error {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		wait, err := l.wait(o.Now())
		if err == nil && wait > 0 {
			err = o.Sleep(ctx, wait)
		}
		if err != nil {
			l.leave()
			return err
		}
		if wait <= 0 {
			return nil
		}
	}
}

func (l *lane) leave() { <-l.turn }

// wait is how long the host is still to be left alone.
func (l *lane) wait(now time.Time) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed != "" {
		return 0, &closedError{l.closed}
	}
	return l.until.Sub(now), nil
}

// hold keeps everybody out until then, or longer where that was said before.
func (l *lane) hold(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.until) {
		l.until = until
	}
}

// shut keeps everybody out for good. The first reason counts.
func (l *lane) shut(why string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed == "" {
		l.closed = fmt.Sprintf("not asked for, since %s %s", l.host, why)
	}
}

// heard counts the links in a row that the host had no answer for, and shuts
// the lane when they are too many.
func (l *lane) heard(answered bool) {
	l.mu.Lock()
	l.silent++
	if answered {
		l.silent = 0
	}
	tooMany := l.silent >= giveUp
	l.mu.Unlock()
	if tooMany {
		l.shut(fmt.Sprintf("had no answer for %d links in a row", giveUp))
	}
}
