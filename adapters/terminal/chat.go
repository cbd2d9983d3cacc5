package terminal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
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
	User   bot.UserID // who is talking
	Zone   string     // where they are, an IANA name; empty when unknown
	// Posted holds what was posted here while a line was answered; nil where nothing is.
	Posted *bytes.Buffer
	// View is asked before each answer, as a window may change its size.
	View func() View

	choices []bot.Button // of the last answer, to be chosen by number
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
	reply := c.reply(ctx, line)
	view := c.View()
	view.Numbers = true
	text := Render(view, reply)
	if keys && reply.Kind == bot.Help && len(reply.Commands) > 1 {
		p := &page{view: c.View()}
		p.text("", keyHelp)
		text += "\n" + p.String()
	}
	if c.Posted != nil {
		text = c.Posted.String() + text
		c.Posted.Reset()
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// reply answers a line, which may be the number of a choice of the last answer.
func (c *Chat) reply(ctx context.Context, line string) bot.Reply {
	r := bot.Request{Platform: Platform, User: c.User, Surface: bot.SurfaceDirect, Zone: cmp.Or(c.Zone, "Local"), Text: line}
	if n, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && len(c.choices) > 0 {
		if n < 1 || n > len(c.choices) {
			return bot.Reply{Kind: bot.Misuse, Text: fmt.Sprintf("The last answer has choices from 1 to %d.", len(c.choices))}
		}
		r.Surface, r.Text, r.Token = bot.SurfaceButton, "", c.choices[n-1].Token
	}
	reply := c.Bot.Handle(ctx, r)
	if choices := Choices(reply); len(choices) > 0 || !reply.Kind.Complaint() {
		c.choices = choices
	}
	return reply
}
