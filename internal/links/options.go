package links

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// Options say how to visit. Defaults has values for all that need one.
type Options struct {
	// Concurrency is how many requests may be under way at one time, to all
	// hosts together; at least 1.
	Concurrency int
	// Pause is the time between the end of a request to a host and the next one
	// to it; 0 for none.
	Pause time.Duration
	// Timeout bounds one request, the reading of its answer included; more than 0.
	Timeout time.Duration
	// Slow is how long an answer may take, over all its redirects, before its
	// link is Slow; more than 0.
	Slow time.Duration
	// Retries is how often a visit is tried again that failed for a reason that
	// may pass; 0 for never.
	Retries int
	// UserAgent is how servers see the visitor.
	UserAgent string
	// Dial makes connections; with nil it is a guard.Dialer that refuses private
	// addresses. Whatever is put here has to guard itself.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Sleep waits for d, or until ctx is done and then returns its error; with
	// nil it really does.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Defaults returns Options that no host has to complain of.
func Defaults() Options {
	return Options{
		Concurrency: 8,
		Pause:       time.Second,
		Timeout:     20 * time.Second,
		Slow:        5 * time.Second,
		Retries:     2,
		UserAgent:   "archbot/dev (link check)",
	}
}

// check says which options cannot be used.
func (o Options) check() error {
	var wrong []error
	need := func(ok bool, format string, got any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, got))
		}
	}
	need(o.Concurrency >= 1, "the concurrency is %d: it must be at least 1", o.Concurrency)
	need(o.Pause >= 0, "the pause is %s: it must be 0 or more", o.Pause)
	need(o.Timeout > 0, "the time limit is %s: it must be more than 0", o.Timeout)
	need(o.Slow > 0, "the time after which an answer is slow is %s: it must be more than 0", o.Slow)
	need(o.Retries >= 0, "the number of retries is %d: it must be 0 or more", o.Retries)
	return errors.Join(wrong...)
}

// sleep is what Options.Sleep does when it is nil.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
