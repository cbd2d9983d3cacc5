package discord

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
)

// maxWork is how much is worked on at once.
const maxWork = 4096

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

// begin carries out do beside everything else. A panic in it harms nobody else.
func (a *Adapter) begin(do func(context.Context)) error {
	end, err := a.work.begin()
	if err != nil {
		return err
	}
	go func() {
		defer end()
		ctx, cancel := context.WithTimeout(context.Background(), tokenTime)
		defer cancel()
		a.guarded(ctx, do)
	}()
	return nil
}

// guarded keeps a panic in one thing from harming others.
func (a *Adapter) guarded(ctx context.Context, do func(context.Context)) {
	defer func() {
		if cause := recover(); cause != nil {
			a.log.ErrorContext(ctx, "something that came in panicked", "cause", cause, "stack", string(debug.Stack()))
		}
	}()
	do(ctx)
}

// report logs an error that nobody is told of. What came too late is no fault.
func (a *Adapter) report(ctx context.Context, message string, err error) {
	switch {
	case err == nil:
	case late(err):
		a.log.DebugContext(ctx, message, "error", err)
	default:
		a.log.WarnContext(ctx, message, "error", err)
	}
}
