package slack

import (
	"context"
	"errors"
	"sync"

	"archbot/internal/bot"
)

// maxWork is how many deliveries are worked on at once. What comes beyond that is
// told to come back: Slack delivers events again, and people can.
const maxWork = 512

var errBusy = errors.New("too much is being worked on")

// maxShare is how many of them are one workspace's where there are many: ten that do
// nothing but wait leave more than a third of the room to the others.
const maxShare = 32

// work is what has been begun and not ended.
type work struct {
	share int

	mu      sync.Mutex
	running int
	of      map[bot.WorkspaceID]int // how much of it is whose
	idle    chan struct{}           // closed when nothing runs any more; nil while nobody waits
	closed  bool                    // drained: nothing new begins
}

// newWork has room for maxWork, and for no more than a share of one workspace.
func newWork(share int) *work { return &work{share: share, of: make(map[bot.WorkspaceID]int)} }

// begin makes room for a piece of a workspace's work, which calls end when it is done.
// What is no workspace's has no share.
func (w *work) begin(team bot.WorkspaceID) (end func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.running >= maxWork || team != "" && w.of[team] >= w.share {
		return nil, errBusy
	}
	w.running++
	w.of[team]++
	return sync.OnceFunc(func() { w.end(team) }), nil
}

func (w *work) end(team bot.WorkspaceID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[team]--; w.of[team] == 0 {
		delete(w.of, team)
	}
	if w.running--; w.running == 0 && w.idle != nil {
		close(w.idle)
		w.idle = nil
	}
}

// settled returns what is closed once nothing runs, be it for a moment only.
func (w *work) settled() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	idle := w.idle
	if idle == nil {
		idle = make(chan struct{})
	}
	if w.running == 0 {
		close(idle)
	} else {
		w.idle = idle
	}
	return idle
}

// drain lets nothing new begin and waits for the rest, for no longer than ctx.
func (w *work) drain(ctx context.Context) error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	select {
	case <-w.settled():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
