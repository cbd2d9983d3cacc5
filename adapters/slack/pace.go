package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"archbot/internal/bot"
)

// How many posts may wait for one channel, and how many channels are remembered
// before those at rest are forgotten.
const (
	maxWaiting = 20
	maxPaced   = 10_000
)

var errQueueFull = errors.New("too many posts are waiting for this channel")

// pacer keeps the posts to one channel apart: Slack takes about one a second
// (https://docs.slack.dev/apis/web-api/rate-limits#posting-messages).
type pacer struct {
	spacing time.Duration

	mu   sync.Mutex
	next map[bot.ChannelID]time.Time // when a post may go to a channel again
}

func newPacer(spacing time.Duration) *pacer {
	return &pacer{spacing: spacing, next: make(map[bot.ChannelID]time.Time)}
}

// wait returns when a post to the channel may go, in the order of calls. It fails
// when ctx ends before, and at once when too many wait.
func (p *pacer) wait(ctx context.Context, channel bot.ChannelID) error {
	delay, err := p.reserve(channel, time.Now())
	if err != nil || delay <= 0 {
		return err
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reserve takes the channel's next moment, and says how far away it is.
func (p *pacer) reserve(channel bot.ChannelID, now time.Time) (time.Duration, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now
	if next := p.next[channel]; next.After(now) {
		at = next
	}
	delay := at.Sub(now)
	if p.spacing > 0 && delay > maxWaiting*p.spacing {
		return 0, errQueueFull
	}
	if len(p.next) >= maxPaced {
		for c, next := range p.next {
			if !next.After(now) {
				delete(p.next, c)
			}
		}
	}
	p.next[channel] = at.Add(p.spacing)
	return delay, nil
}
