package discord

import (
	"context"
	"runtime/debug"
)

// maxWork is how much is worked on at once.
const maxWork = 4096

// begin carries out do beside everything else. A panic in it harms nobody else.
func (a *Adapter) begin(do func(context.Context)) error {
	end, err := a.work.Begin("")
	if err != nil {
		return err
	}
	go func() {
		defer end()
		ctx, cancel := context.WithTimeout(context.Background(), tokenTime)
		defer cancel()
		ctx, over := a.config.Begin(ctx)
		defer over()
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
