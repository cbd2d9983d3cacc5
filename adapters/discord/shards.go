package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"archbot/internal/bot"
)

// This file divides the bot's shards among the processes that run it, and lets them
// begin sessions one after the other. Both are kept in the State; without leases, this
// process is the only one and has all shards.
//
// Who has a shard's lease is connected for it, and leaves with the lease where its session
// is. Whoever has the shard next resumes that session, and is sent what came meanwhile: so
// nothing is lost when a process stops, which hands its shards over at once, nor when it
// dies, after which its leases expire. What is sent a second time the core knows again.
// Should two be connected for a shard after all, because one slept through the end of its
// lease, Discord closes the older connection of a session.

// How long a lease is had at a time, how often it is renewed, and how often a process
// looks for shards that nobody has. So the shards of a process that dies are somebody
// else's after leaseTime and lookEvery at the most, and those of one that stops after
// lookEvery: soon enough for the three seconds that an interaction has.
const (
	leaseTime  = 6 * time.Second
	renewEvery = 2 * time.Second
	lookEvery  = time.Second
	// shareTime lies between two shards that a process takes, so that others that start
	// together with it each get some.
	shareTime = 200 * time.Millisecond
)

// askTime is how long the State may take over a lease: three attempts fit into one.
const askTime = time.Second

// leases are the shards of this process.
type leases struct {
	shared bot.Leases // nil: all are ours
	holder string     // this process, by a word that no other has
}

// claim tries to get a shard, for nobody else; left is the session to go on with. An
// error says that it cannot be told who has it.
func (l *leases) claim(ctx context.Context, shard, of int) (left session, ok bool, err error) {
	if l.shared == nil {
		return session{}, true, nil
	}
	held, raw, err := l.ask(ctx, shard, of, leaseTime, session{})
	if err != nil || !held {
		return session{}, false, err
	}
	if json.Unmarshal(raw, &left) != nil {
		left = session{} // there is none, or it is another version's
	}
	return left, true, nil
}

// ask asks for a lease, or gives it up, and leaves a session with it, where it is one.
func (l *leases) ask(ctx context.Context, shard, of int, lasts time.Duration, s session) (held bool, left []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	lease := bot.Lease{Name: fmt.Sprintf("shard/%d/%d", of, shard), Holder: l.holder, For: lasts}
	if s.ID != "" {
		if lease.Leave, err = json.Marshal(s); err != nil {
			return false, nil, err
		}
	}
	return l.shared.Hold(ctx, bot.Scope{Platform: Platform, Workspace: shardScope}, lease)
}

// errLost ends a shard that somebody else has now.
var errLost = errors.New("another process has the shard now")

// hold keeps a shard until ctx is done; it returns errLost when it is somebody else's.
// While the State cannot be reached, the shard is kept: nobody else can get it either, if
// that is so for all, and if not, two do not take the session from each other at once.
//
// What it leaves is the session as it was at the last renewal: what has come since then
// may be in work, and is sent again to whoever takes over from a process that dies. A
// session that has just begun is left at once.
func (l *leases) hold(ctx context.Context, s *shard) error {
	if l.shared == nil {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	before, sure := s.session(), time.Now()
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
	for {
		select {
		case <-renew.C:
		case <-s.fresh:
			before = s.session()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		held, _, err := l.ask(ctx, s.id, s.of, leaseTime, before)
		if err == nil && !held {
			return errLost
		}
		if err == nil {
			sure = time.Now()
		}
		s.believe(time.Since(sure) < leaseTime)
		before = s.session()
	}
}

// release hands a shard over: from where this process has left its session.
func (l *leases) release(ctx context.Context, s *shard) error {
	if l.shared == nil {
		return nil
	}
	_, _, err := l.ask(context.WithoutCancel(ctx), s.id, s.of, 0, s.session())
	return err
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
