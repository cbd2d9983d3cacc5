// Package bot is the command core: it turns a Request from any platform into a
// Reply, which is a value that the platform's adapter renders.
//
// Every command is declared once, in commands.go; the parser, the help and the
// completion are made from that table. Whatever is no command is a search.
// Nothing here knows a platform's markup, limits or library.
package bot

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"archbot/internal/search"
)

// Library is where a Bot finds the list that is current just now.
type Library interface {
	// Current returns the index to answer from. It is called once for each
	// request, must not block, and never returns nil.
	Current() *search.Index
}

// Bot answers requests. It keeps nothing between them and may be used by any
// number of goroutines.
type Bot struct {
	library  Library
	log      *slog.Logger
	commands []Command
}

// New returns a Bot that answers from what library holds at the time and tells
// log what went wrong.
func New(library Library, log *slog.Logger) *Bot {
	return &Bot{library: library, log: log, commands: Commands()}
}

// Handle answers one request. It never panics: a command that does gets an
// apology as its reply and the cause in the log, and others are not harmed.
func (b *Bot) Handle(ctx context.Context, r Request) (reply Reply) {
	defer func() {
		if cause := recover(); cause != nil {
			b.report(ctx, "a command panicked", r, cause)
			reply = apology()
		}
	}()
	command, argument := b.parse(r)
	argument, refusal := readable(argument)
	if refusal != nil {
		return *refusal
	}
	limit := maxTopics
	if r.Limit > 0 {
		limit = r.Limit
	}
	index := b.library.Current()
	filter, refusal := r.Options.filter(index)
	if refusal != nil {
		return *refusal
	}
	return command.run(call{bot: b, index: index, argument: argument, limit: limit, filter: filter, page: r.Options.Page})
}

// Complete returns what may be meant by a request that is still being typed,
// best first; an adapter may call it at every key.
func (b *Bot) Complete(ctx context.Context, r Request) (completions []Completion) {
	defer func() {
		if cause := recover(); cause != nil {
			b.report(ctx, "completion panicked", r, cause)
			completions = nil
		}
	}()
	return b.complete(r)
}

// report logs a panic with everything that helps to find it but the text, which
// may be private.
func (b *Bot) report(ctx context.Context, message string, r Request, cause any) {
	b.log.ErrorContext(ctx, message,
		"cause", fmt.Sprint(cause), "stack", string(debug.Stack()),
		"platform", r.Platform, "workspace", r.Workspace, "channel", r.Channel, "user", r.User,
		"surface", r.Surface, "locale", r.Locale, "command", r.Command, "text_bytes", len(r.Text))
}
