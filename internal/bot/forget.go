package bot

import "context"

const (
	optConfirm = "confirm"
	confirmed  = "yes"
)

// runForget erases what is kept about whoever asks, once they have seen what that
// is and said so again.
func runForget(ctx context.Context, c call) Reply {
	if c.bot.state == nil {
		return stateless()
	}
	if c.options[optConfirm] != "" {
		if err := c.bot.state.Forget(ctx, c.request.person()); err != nil {
			return c.trouble(ctx, err)
		}
		if d := c.bot.digests; d != nil {
			if err := d.Engine.ForgetUser(ctx, c.request.place(), string(c.request.User)); err != nil {
				return c.trouble(ctx, err)
			}
		}
		return Reply{Kind: Done, Text: "What I kept about you is erased."}
	}
	shelf, err := c.bot.state.Saved(ctx, c.request.person())
	if err != nil {
		return c.trouble(ctx, err)
	}
	return Reply{
		Kind: Confirm,
		Text: "This erases for good what I keep about you: your reading list with " + count(len(shelf), "entry", "entries") +
			", what our conversations were about, what your buttons remember, and the digests in our direct messages. " +
			"How much you asked lately is not erased; that expires by itself.",
		Buttons: []Button{{
			Kind: ButtonConfirm, Label: "Erase it", Command: "forget " + optConfirm + ":" + confirmed,
			Token: c.minter.token(action{op: opForget, minute: minuteOf(c.bot.now())}),
		}},
	}
}
