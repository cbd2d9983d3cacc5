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
	running sync.WaitGroup
	closed  bool // drained: nothing new begins
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
	w.running.Add(1)
	return sync.OnceFunc(func() {
		<-w.room
		w.running.Done()
	}), nil
}

// drain lets nothing new begin and waits for the rest, for no longer than ctx.
func (w *work) drain(ctx context.Context) error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	done := make(chan struct{})
	go func() {
		w.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
