// Package inflight counts what a program has begun and not ended, so that there is never
// too much of it, and that all of it can be waited for in the end.
package inflight

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrBusy says that there is no room for more, or that nothing new begins any more.
var ErrBusy = errors.New("too much is being worked on")

// Work is what has been begun and not ended. It may be used by any number of
// goroutines.
type Work struct {
	most, share int

	mu      sync.Mutex
	running int
	of      map[string]int // how much of it is whose
	idle    chan struct{}  // closed when nothing runs any more; nil while nobody waits
	closed  bool           // drained: nothing new begins
}

// New has room for so many pieces of work, and for no more than a share of them of one
// owner, so that one whose work only waits leaves room to others.
func New(most, share int) *Work { return &Work{most: most, share: share, of: make(map[string]int)} }

// Begin makes room for a piece of an owner's work, which calls end when it is done; more
// than once does no harm. What is nobody's, of an empty owner, has no share. The error
// is ErrBusy.
func (w *Work) Begin(owner string) (end func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.running >= w.most || owner != "" && w.of[owner] >= w.share {
		return nil, ErrBusy
	}
	w.running++
	w.of[owner]++
	return sync.OnceFunc(func() { w.end(owner) }), nil
}

func (w *Work) end(owner string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[owner]--; w.of[owner] == 0 {
		delete(w.of, owner)
	}
	if w.running--; w.running == 0 && w.idle != nil {
		close(w.idle)
		w.idle = nil
	}
}

// Of returns how much is running of an owner's.
func (w *Work) Of(owner string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.of[owner]
}

// Settled returns what is closed once nothing runs, be it for a moment only.
func (w *Work) Settled() <-chan struct{} {
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

// Drain lets nothing new begin and waits for the rest, for no longer than ctx; the error
// says how much of it is left.
func (w *Work) Drain(ctx context.Context) error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	select {
	case <-w.Settled():
		return nil
	case <-ctx.Done():
		w.mu.Lock()
		defer w.mu.Unlock()
		return fmt.Errorf("%w: %d left", ctx.Err(), w.running)
	}
}
