package terminal

import (
	"context"
	"fmt"
	"io"
	"sync"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// Digests posts editions of digests by printing them. What was printed cannot be looked
// up, so an edition is printed once at most.
type Digests struct {
	// Edition makes an answer of a post; bot.Bot.Edition does.
	Edition func(context.Context, digest.Post) bot.Reply
	Out     io.Writer
	View    func() View // asked before each edition

	mu sync.Mutex // so that two editions do not mix
}

var _ digest.Sender = (*Digests)(nil)

// Post is digest.Sender's.
func (d *Digests) Post(ctx context.Context, post digest.Post) (digest.MessageID, error) {
	text := Render(d.View(), d.Edition(ctx, post))
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", &digest.Failure{Class: digest.Passing, Text: "It took too long.", Err: err}
	}
	if _, err := fmt.Fprintln(d.Out, text); err != nil {
		return "", err
	}
	return digest.MessageID(post.Key), nil
}

// Find is digest.Sender's.
func (d *Digests) Find(context.Context, digest.Sought) (digest.MessageID, bool, error) {
	return "", false, &digest.Failure{Class: digest.Unsure, Text: "A terminal does not tell what was printed on it."}
}
