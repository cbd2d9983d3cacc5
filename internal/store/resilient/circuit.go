package resilient

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"archbot/internal/bot"
)

// How an outage is watched.
const (
	firstProbe = 100 * time.Millisecond // after it began
	lastProbe  = 2 * time.Second        // between two probes, after doubling
	settled    = 10 * time.Second       // without another one, it has ended
)

// circuit remembers that the remote store is out of reach, so that only probes in
// the background wait for it. It logs the beginning of an outage and its end; one
// that comes back before it has settled is the same.
type circuit struct {
	probe func(context.Context, bot.Scope) error
	log   *slog.Logger

	mu     sync.Mutex
	broken bool
	closed bool          // for good
	began  time.Time     // of the outage that has not settled; zero when there is none
	calls  int           // answered without the remote store since then
	pause  time.Duration // before the next probe
	timer  *time.Timer   // the next probe, or the settling
	work   sync.WaitGroup
}

// open reports whether the remote store is out of reach, and counts who asked.
func (c *circuit) open() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken {
		c.calls++
	}
	return c.broken
}

// trip says that a call has failed, and where.
func (c *circuit) trip(ctx context.Context, scope bot.Scope, cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if c.broken || c.closed {
		return
	}
	c.broken = true
	if c.began.IsZero() {
		c.began, c.pause = time.Now(), firstProbe
		c.log.WarnContext(ctx, "the state is out of reach: limits are this process’s own, and nothing is saved", "error", cause)
	}
	c.after(c.pause, func() { c.look(scope) })
}

// after sets the timer; the lock is held.
func (c *circuit) after(d time.Duration, do func()) {
	if c.timer != nil {
		c.timer.Stop()
	}
	c.timer = time.AfterFunc(d, func() {
		c.mu.Lock()
		if c.closed {
			c.mu.Unlock()
			return
		}
		c.work.Add(1)
		c.mu.Unlock()
		defer c.work.Done()
		do()
	})
}

// look probes the remote store, and does so again until it answers. A probe asks
// where the call that failed was: in a cluster, another server may be well.
func (c *circuit) look(scope bot.Scope) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	err := c.probe(ctx, scope)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.pause = min(2*c.pause, lastProbe)
	if err != nil {
		c.after(c.pause, func() { c.look(scope) })
		return
	}
	c.broken = false
	c.after(settled, c.settle)
}

// settle ends an outage that has not come back.
func (c *circuit) settle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken || c.began.IsZero() {
		return
	}
	c.log.Warn("the state is back", "away", (time.Since(c.began) - settled).Round(time.Millisecond), "calls_without_it", c.calls)
	c.began, c.calls = time.Time{}, 0
}

// close ends the probing and waits for it.
func (c *circuit) close() {
	c.mu.Lock()
	c.closed = true
	if c.timer != nil {
		c.timer.Stop()
	}
	c.mu.Unlock()
	c.work.Wait()
}
