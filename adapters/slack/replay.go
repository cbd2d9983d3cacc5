package slack

import (
	"sync"
	"time"

	"archbot/internal/bot"
)

// How long, and how many, acknowledgements are remembered.
const (
	replayMemory = time.Minute
	maxReplays   = 256
)

// replays remembers what deliveries were acknowledged with. Slack delivers again
// what it has seen no acknowledgement of, say because a socket broke: then the
// answer was lost with it, and is given again as it was. Slack takes one
// acknowledgement of each delivery, so nobody sees two.
type replays struct {
	mu    sync.Mutex
	acks  map[bot.EventID]replay
	order []bot.EventID // oldest first
}

type replay struct {
	ack any
	at  time.Time
}

func newReplays() *replays { return &replays{acks: make(map[bot.EventID]replay)} }

// keep remembers an acknowledgement.
func (r *replays) keep(id bot.EventID, ack any, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.order) > 0 && (len(r.order) >= maxReplays || now.Sub(r.acks[r.order[0]].at) > replayMemory) {
		delete(r.acks, r.order[0])
		r.order = r.order[1:]
	}
	if _, again := r.acks[id]; !again {
		r.order = append(r.order, id)
	}
	r.acks[id] = replay{ack, now}
}

// of returns what a delivery was acknowledged with lately; nil for nothing.
func (r *replays) of(id bot.EventID, now time.Time) any {
	r.mu.Lock()
	defer r.mu.Unlock()
	if kept := r.acks[id]; now.Sub(kept.at) <= replayMemory {
		return kept.ack
	}
	return nil
}
