package discord

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// replica is a process of several, which can lose the State or die.
type replica struct {
	*memory.Store
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	away atomic.Bool // the State cannot be reached
	dead atomic.Bool // nothing can
}

var errAway = errors.New("nobody is there")

func (r *replica) Hold(ctx context.Context, s bot.Scope, l bot.Lease) (held bool, left []byte, err error) {
	if r.away.Load() || r.dead.Load() {
		return false, nil, errAway
	}
	return r.Store.Hold(ctx, s, l)
}

// config has an adapter be the replica.
func (r *replica) config(c *Config) {
	r.dial = c.Dial
	c.State, c.Leases = r.Store, r
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if r.dead.Load() {
			return nil, errAway
		}
		return r.dial(ctx, network, address)
	}
}

// Replicas divide the shards. One that stops hands its shards over at once, with the
// sessions: nothing that is said meanwhile is lost, and no session is begun for it.
func TestReplicasHandOver(t *testing.T) {
	inBubble(t, discordfake.Config{Shards: 4, PerBucket: 100}, func(b *bubble) {
		t := b.t
		state := memory.New(time.Now)
		who := &echo{}
		first, stopFirst := b.start(who, (&replica{Store: state}).config)
		second, stopSecond := b.start(who, (&replica{Store: state}).config)
		b.pass(2 * time.Minute)
		one, _ := first.Ready()
		two, _ := second.Ready()
		if one+two != 4 || one == 0 || two == 0 {
			t.Fatalf("%d and %d shards are connected, want 4 in all\n%s", one, two, b.log)
		}
		if err := stopFirst(); err != nil {
			t.Error(err)
		}
		b.said(0, 3)
		stopped := time.Now()
		b.connected(second, 4)
		if took := time.Since(stopped); took > 3*lookEvery {
			t.Errorf("%d shards are handed over in %v", one, took)
		}
		b.pass(time.Second)
		b.allAnswered(3)
		if identified, resumed := b.Sessions(); identified != 4 || resumed != one {
			t.Errorf("%d sessions were begun and %d went on, want 4 and %d", identified, resumed, one)
		}
		if err := stopSecond(); err != nil {
			t.Error(err)
		}
	})
}

// The shards of a replica that dies are another's when its leases are over: what was
// said meanwhile is answered then, and what had been answered is not answered again.
func TestReplicaDies(t *testing.T) {
	inBubble(t, discordfake.Config{Shards: 2, MaxConcurrency: 2, PerBucket: 100}, func(b *bubble) {
		t := b.t
		state := memory.New(time.Now)
		who := &echo{}
		mortal := &replica{Store: state}
		first, stopFirst := b.start(who, mortal.config)
		b.connected(first, 2)
		second, stopSecond := b.start(who, (&replica{Store: state}).config)
		for from := 0; from < 30; from += 3 { // some of it after the last renewal
			b.said(from, 3)
			b.pass(700 * time.Millisecond)
		}
		mortal.dead.Store(true)
		b.Drop(0)
		b.said(30, 3)
		died := time.Now()
		b.connected(second, 2)
		if took := time.Since(died); took > leaseTime+2*lookEvery {
			t.Errorf("the shards are somebody else's after %v", took)
		}
		b.pass(time.Second)
		b.allAnswered(33)
		if identified, resumed := b.Sessions(); identified != 2 || resumed != 2 || who.often() < 2 {
			t.Errorf("%d sessions were begun, %d went on, and an event came %d times at most; want 2, 2 and more than one", identified, resumed, who.often())
		}
		if err := stopSecond(); err != nil {
			t.Error(err)
		}
		_ = stopFirst() // it is dead
	})
}

// While nobody reaches the State, who has the shards keeps them, and goes on answering;
// others get none. Who cannot reach it alone loses them, and does not fight for them.
func TestReplicasWithoutState(t *testing.T) {
	inBubble(t, discordfake.Config{Shards: 2, MaxConcurrency: 2, PerBucket: 100}, func(b *bubble) {
		t := b.t
		state := memory.New(time.Now)
		who := &echo{}
		one, two := &replica{Store: state}, &replica{Store: state}
		first, stopFirst := b.start(who, one.config)
		b.connected(first, 2)
		second, stopSecond := b.start(who, two.config)
		b.pass(time.Second)
		one.away.Store(true)
		two.away.Store(true)
		b.pass(time.Minute)
		b.said(0, 3)
		b.pass(time.Second)
		b.allAnswered(3)
		if up, all := second.Ready(); up+all > 0 {
			t.Errorf("the second has %d shards, of which %d are connected", all, up)
		}
		two.away.Store(false)
		b.pass(time.Minute)
		b.said(3, 3)
		b.pass(time.Minute)
		b.allAnswered(6)
		if _, resumed := b.Sessions(); resumed < 2 || resumed > 40 {
			t.Errorf("in two minutes of doubt sessions went on %d times", resumed)
		}
		one.away.Store(false)
		b.pass(time.Minute)
		up, _ := first.Ready()
		if more, _ := second.Ready(); up != 0 || more != 2 {
			t.Errorf("in the end the first has %d shards, and the second %d; want 0 and 2", up, more)
		}
		if err := errors.Join(stopFirst(), stopSecond()); err != nil {
			t.Error(err)
		}
	})
}

// Who goes on with another's session knows who the bot is, greets in a server that it is
// added to then, and in none that it was in before.
func TestGreetsInAnothersSession(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		state := memory.New(time.Now)
		first, stopFirst := b.start(&echo{}, (&replica{Store: state}).config)
		b.connected(first, 1)
		if err := stopFirst(); err != nil {
			t.Error(err)
		}
		who := &greeter{}
		second, stopSecond := b.start(who, (&replica{Store: state}).config)
		b.connected(second, 1)
		b.Outage(b.guild, true)
		b.Outage(b.guild, false)
		b.pass(time.Second)
		b.AddGuild("new")
		b.pass(time.Second)
		if n := who.greeted.Load(); n != 1 {
			t.Errorf("it greets in %d servers, want the new one", n)
		}
		if err := stopSecond(); err != nil {
			t.Error(err)
		}
	})
}

// greeter counts the servers that it is to greet in.
type greeter struct {
	echo
	greeted atomic.Int64
}

func (g *greeter) Introduce(context.Context, bot.Request) (bot.Reply, bool) {
	g.greeted.Add(1)
	return bot.Reply{}, false
}
