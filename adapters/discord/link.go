package discord

import (
	"fmt"
	"time"

	"archbot/internal/checkup"
)

// came notes that something came that somebody did.
func (a *Adapter) came() { a.event.Store(time.Now().UnixNano()) }

// Link is how Discord reaches the bot: all shards of this process are connected and not
// deaf, or there is no token, and it posts interactions. A process that found none free
// stands by for another's.
func (a *Adapter) Link() checkup.Link {
	link := checkup.Link{Event: timeOf(a.event.Load())}
	if a.config.Token == "" {
		link.Up, link.Text = true, "over HTTP"
		return link
	}
	hearing, shards, looked, heard := a.gateway.hearing(time.Now())
	link.Heard = heard
	switch {
	case shards == 0 && looked && a.leases.shared != nil:
		link.Up, link.Text = true, "the Gateway, standing by: others have all shards"
	case shards == 0:
		link.Text = "the Gateway, not connected"
	default:
		link.Up = hearing == shards
		link.Text = fmt.Sprintf("the Gateway, shards connected: %d of %d", hearing, shards)
	}
	return link
}

// timeOf is a time in nanoseconds since 1970; the zero time for 0.
func timeOf(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds)
}

// hasLooked notes whether it is known who has the shards.
func (g *gateway) hasLooked(known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.looked = known
}

// hearing tells how many shards are connected and not deaf, how many there are, whether
// all were asked for yet, and of which time the oldest last sign of life is.
func (g *gateway) hearing(now time.Time) (hearing, shards int, looked bool, heard time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.shards {
		at := timeOf(s.heard.Load())
		if heard.IsZero() || at.Before(heard) {
			heard = at
		}
		if s.hearing(now) {
			hearing++
		}
	}
	return hearing, len(g.shards), g.looked, heard
}

// hearing reports whether the shard is connected, and something came since the last
// heartbeat should have been acknowledged.
func (s *shard) hearing(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up && now.Sub(timeOf(s.heard.Load())) < time.Duration(s.every.Load())+writeTime
}
