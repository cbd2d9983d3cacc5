package bot

import (
	"context"
	"errors"
	"fmt"
)

// trouble turns an error of the State into words for the person; what only an
// owner can mend goes to the log as well. It is the one place that does.
func (c call) trouble(ctx context.Context, err error) Reply {
	switch {
	case errors.Is(err, ErrFull):
		reply := Reply{Kind: Away, Text: fmt.Sprintf("Your reading list is full: it holds %d. Take something off it first.", MaxShelf)}
		reply.Notes = []Note{{Kind: NoteNext, Text: "See what is on it:", Commands: []string{"saved"}}}
		return reply
	case errors.Is(err, ErrTooLarge):
		return Reply{Kind: Away, Text: "That is too large to keep: its address is longer than I can remember."}
	case errors.Is(err, ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Reply{Kind: Away, Text: "I cannot reach my memory just now, so this may not have worked. " +
			"Searching works; please try this again in a minute."}
	case errors.Is(err, ErrNewerSchema):
		c.bot.log.ErrorContext(ctx, "the state is a newer archbot’s", "command", c.command.Name, "error", err)
		return Reply{Kind: Away, Text: "I am being updated, and must not touch what the new version keeps. Please try again in a few minutes."}
	}
	c.bot.log.ErrorContext(ctx, "the state failed", "command", c.command.Name, "error", err)
	return apology()
}

// stateless is the reply where nothing is kept at all.
func stateless() Reply {
	return Reply{Kind: Away, Text: "Nothing is kept here, so that does not work. It does in `archbot chat`."}
}
