package resilient

import (
	"context"
	"sync"
	"time"
)

// tick is how much earlier than asked a deadline may end.
const tick = 25 * time.Millisecond

// deadlines are contexts that end after a time. A call is over long before, so a timer of
// its own, as context.WithTimeout has it, would be set for nothing each time: here calls
// that are to end at nearly the same time have one in common. The zero value is ready.
type deadlines struct {
	mu   sync.Mutex
	ends map[int64]chan struct{} // by ticks since 1970; closed then
}

// deadline is a context that ends with its deadline. That its parent is cancelled shows in
// Err at once, and wakes nobody up before the deadline.
type deadline struct {
	context.Context
	at   time.Time
	done <-chan struct{}
}

// after is a context that ends after d; the one that is given where that ends before.
func (s *deadlines) after(ctx context.Context, d time.Duration) context.Context {
	at := time.Now().Add(d).Truncate(tick)
	if own, ok := ctx.Deadline(); ok && own.Before(at) {
		return ctx
	}
	return deadline{ctx, at, s.end(at)}
}

// end is closed at a whole tick.
func (s *deadlines) end(at time.Time) <-chan struct{} {
	n := at.UnixNano() / int64(tick)
	s.mu.Lock()
	defer s.mu.Unlock()
	if end, ok := s.ends[n]; ok {
		return end
	}
	if s.ends == nil {
		s.ends = make(map[int64]chan struct{})
	}
	end := make(chan struct{})
	s.ends[n] = end
	time.AfterFunc(time.Until(at), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.ends, n)
		close(end)
	})
	return end
}

// Deadline is context.Context's.
func (d deadline) Deadline() (time.Time, bool) { return d.at, true }

// Done is context.Context's.
func (d deadline) Done() <-chan struct{} { return d.done }

// Err is context.Context's.
func (d deadline) Err() error {
	if err := d.Context.Err(); err != nil {
		return err
	}
	select {
	case <-d.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}
