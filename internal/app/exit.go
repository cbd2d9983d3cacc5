package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"archbot/adapters/terminal"
)

// The exit statuses besides 0. A signal's is 128 and its number.
const (
	statusNothing = 1 // nothing found; errors in a list that was checked
	statusUsage   = 2 // wrong usage, or what was asked for could not be done
)

// Error ends the program with a status.
type Error struct {
	Status int
	Err    error  // what is wrong; nil when it has been said already
	Hint   string // what to do, where Err does not say it
}

func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Status)
	}
	return e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// said ends the program with a status when everything has been printed.
func said(status int) error { return &Error{Status: status} }

// failed gives an error the status of what could not be done. When the program
// was interrupted meanwhile, that is the reason and not what it led to.
func failed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if i, ok := errors.AsType[*interruption](context.Cause(ctx)); ok {
		return i
	}
	return &Error{Status: statusUsage, Err: err}
}

// Exit prints what there is to say about how command ended, and returns the
// exit status. An error that is none of this package's is one of usage.
func (p *Program) Exit(command string, err error) int {
	if err == nil {
		return 0
	}
	if i, ok := errors.AsType[*interruption](err); ok {
		return 128 + int(i.signal)
	}
	status, hint := statusUsage, "See "+command+" --help."
	if e, ok := errors.AsType[*Error](err); ok {
		if e.Err == nil {
			return e.Status
		}
		status, hint = e.Status, e.Hint
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if line = terminal.Clean(line); line != "" {
			fmt.Fprintln(p.Err, "archbot: "+line)
		}
	}
	if hint != "" {
		fmt.Fprintln(p.Err, hint)
	}
	return status
}

// interruption is the cause with which a signal ends a context.
type interruption struct{ signal syscall.Signal }

func (i *interruption) Error() string { return "interrupted by " + i.signal.String() }

// Interruptible returns a context that Ctrl-C and SIGTERM cancel. A second
// signal ends the process at once, should winding up take too long.
func Interruptible(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			number, _ := s.(syscall.Signal)
			cancel(&interruption{number})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(context.Canceled)
	}
}
