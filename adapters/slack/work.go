package slack

import (
	"context"
	"errors"
	"sync"
)

// maxWork is how many deliveries are worked on at once. What comes beyond that is
// told to come back: Slack delivers events again, and people can.
const maxWork = 512

var errBusy = errors.New("too much is being worked on")

// work is what has been begun and not ended.
type work struct {
	room chan struct{}

	mu      sync.Mutex
	running int
	idle    chan struct{} // closed when nothing runs any more; nil while nobody waits
	closed  bool          // drained: nothing new begins
}

func newWork() *work { return &work{room: make(chan struct{}, maxWork)} }

// begin makes room for a piece of work, which calls end when it is done.
func (w *work) begin() (end func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, errBusy
	}
	select {
	case w.room <- struct{}{}:
	default:
		return nil, errBusy
	}
	w.running++
	return sync.OnceFunc(w.end), nil
}

func (w *work) end() {
	<-w.room
	w.mu.Lock()
	defer w.mu.Unlock()
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
