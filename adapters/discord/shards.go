package discord

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"archbot/internal/bot"
)

// This file divides the bot's shards among the processes that run it, and lets them
// begin sessions one after the other. Both are kept in the State; without one, this
// process is the only one and has all shards.
//
// A lease is a row of terms. Whoever marks a term first has the shard in it
// (bot.Events: one of many sees an event first). The holder marks the next term half a
// term before it begins; others try only once a term has begun, so they get a shard
// whose holder is gone, after a term and a half at the most. Should two hold a shard
// after all, because their clocks differ by more than half a term or the State lost its
// memory, both get its events, and the core answers each event once.

// term is how long a lease is held at a time.
const term = 10 * time.Second

// lookEvery is how often a process looks for shards that nobody has. It takes one at a
// time, so that processes that start together each get some.
const lookEvery = 5 * time.Second

// leases are the shards of this process.
type leases struct {
	events bot.Events // nil: all are ours
	now    func() time.Time
}

func termOf(t time.Time) int64 { return t.UnixMilli() / term.Milliseconds() }

// mark tries to be the first to mark a term of a shard.
func (l *leases) mark(ctx context.Context, shard, of int, n int64) (bool, error) {
	id := bot.EventID(fmt.Sprintf("shard/%d/%d/%d", of, shard, n))
	return l.events.FirstTime(ctx, bot.Scope{Platform: Platform, Workspace: shardScope}, id, 4*term)
}

// claim tries to get a shard that nobody has; until is the end of what it got.
func (l *leases) claim(ctx context.Context, shard, of int) (until time.Time, ok bool) {
	if l.events == nil {
		return time.Time{}, true
	}
	n := termOf(l.now())
	first, err := l.mark(ctx, shard, of, n)
	return endOf(n), err == nil && first
}

func endOf(n int64) time.Time { return time.UnixMilli((n + 1) * term.Milliseconds()) }

// errLost ends a shard that somebody else has now.
var errLost = errors.New("another process has the shard now")

// hold keeps a shard until ctx is done; it returns errLost when it is somebody else's.
// While the State cannot be reached, the shard is kept: nobody else can get it either.
func (l *leases) hold(ctx context.Context, shard, of int, until time.Time) error {
	if l.events == nil {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	for {
		if err := sleep(ctx, max(0, until.Sub(l.now())-term/2)); err != nil {
			return err
		}
		n := termOf(until.Add(time.Millisecond))
		first, err := l.mark(ctx, shard, of, n)
		switch {
		case err == nil && !first:
			return errLost
		case err != nil && l.now().Before(until):
			// Once more before the term ends; it may be that the mark was made.
			if sleep(ctx, time.Second) != nil {
				return context.Cause(ctx)
			}
			continue
		}
		until = endOf(n)
	}
}

// turns lets shards identify when it is their turn: one in five seconds of each key of
// Discord's, over all processes.
type turns struct {
	limiter bot.Limiter

	mu          sync.Mutex
	concurrency int
	pause       time.Time // until then no session may be begun at all
}

// identifyRate is one identify in five seconds, and a little more for clocks that differ.
var identifyRate = bot.Rate{Every: 5500 * time.Millisecond, Burst: 1}

// heed takes over what Discord says of the sessions that may be begun.
func (t *turns) heed(concurrency, remaining int, resetAfter time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.concurrency = max(concurrency, 1)
	if remaining < 1 {
		t.pause = time.Now().Add(resetAfter)
	}
}

// await waits for a shard's turn.
func (t *turns) await(ctx context.Context, shard int) error {
	t.mu.Lock()
	key := fmt.Sprintf("identify/%d", shard%max(t.concurrency, 1))
	pause := time.Until(t.pause)
	t.mu.Unlock()
	if pause > 0 {
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
	for {
		v, err := t.limiter.Take(ctx, spend(shardScope, key, identifyRate))
		switch {
		case err != nil: // it cannot be told: Discord refuses what comes too early
			return sleep(ctx, identifyRate.Every)
		case v.Allowed:
			return nil
		}
		if err := sleep(ctx, v.Wait); err != nil {
			return err
		}
	}
}
