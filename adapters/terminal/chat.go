package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"archbot/internal/bot"
)

// Chat is a conversation: on a terminal with prompt, history and completion, on
// a pipe line by line.
type Chat struct {
	Bot    Bot
	In     io.Reader
	Out    io.Writer
	Logs   *Logs
	Getenv func(string) string
	// View is asked before each answer, as a window may change its size.
	View func() View
}

const (
	prompt   = "archbot> "
	greeting = "I recommend resources on software architecture. Ask in your own words; `help` says more, Ctrl-D leaves."
	keyHelp  = "Tab completes commands and topics, ↑ and ↓ go through what you asked before, Ctrl-C drops what you typed, Ctrl-D leaves."
)

// errLeft ends a conversation that somebody has left.
var errLeft = errors.New("left")

// Run talks until the input ends, somebody leaves, or ctx is done, and returns
// the cause only in that last case. It does not wait for a read that is still
// blocked then, as nothing can interrupt it.
func (c *Chat) Run(ctx context.Context) error {
	in, inIsTTY := terminalFile(c.In)
	out, outIsTTY := terminalFile(c.Out)
	if inIsTTY && outIsTTY && !isDumb(c.Getenv) {
		return c.interactive(ctx, in, out)
	}
	shown := ""
	if inIsTTY && outIsTTY {
		shown = prompt
	}
	return c.plain(ctx, shown)
}

// answer replies to one line; errLeft when the line says goodbye.
func (c *Chat) answer(ctx context.Context, line string, w io.Writer, keys bool) error {
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "exit", "quit", "bye":
		return errLeft
	}
	reply := c.Bot.Handle(ctx, bot.Request{Platform: Platform, Surface: bot.SurfaceMessage, Text: line})
	text := Render(c.View(), reply)
	if keys && reply.Kind == bot.Help && len(reply.Commands) > 1 {
		p := &page{view: c.View()}
		p.text("", keyHelp)
		text += "\n" + p.String()
	}
	_, err := fmt.Fprintln(w, text)
	return err
}
