package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// admit asks the Limiter about a request: it is answered once, however often it is
// delivered, and no faster than its limits let it. What is not answered gets a reply that
// says so; again tells that it was delivered before. A fault of the state holds nobody
// up: an answer twice is better than none.
func (b *Bot) admit(ctx context.Context, r Request, cost int) (refusal *Reply, again bool) {
	if b.limits == (Limits{}) {
		cost = 0
	}
	if b.state == nil || r.Event == "" && cost == 0 {
		return nil, false
	}
	verdict, err := b.take(ctx, Spend{
		Scope: r.scope(), Channel: r.Channel, User: r.User, Cost: cost, Limits: b.limits, Event: r.Event, Hold: r.Hold,
	})
	switch {
	case err != nil:
		b.log.WarnContext(ctx, "a request is not held to its limits, and may be answered twice", "error", err)
		return nil, false
	case verdict.Delivery == Settled, verdict.Delivery == Held, verdict.Delivery == Resumed && b.answered(ctx, r):
		return &Reply{Kind: Silent, Text: "This was answered before."}, true
	case verdict.Allowed:
		return nil, false
	}
	b.observer.Limited(ctx, r.Platform, verdict.By)
	who := map[Limit]string{
		LimitUser:      "You ask faster than I may answer.",
		LimitChannel:   "This channel asks faster than I may answer.",
		LimitWorkspace: "There are more questions here just now than I may answer.",
	}[verdict.By]
	return &Reply{Kind: Limited, Text: who + " Please try again in " + wait(verdict.Wait) + ".", RetryAfter: verdict.Wait}, false
}

// maxTurns is how often the Limiter is asked about something that somebody else is at: who
// waits for them may find the next one at it, who was waiting, too.
const maxTurns = 3

// take is the Limiter's, and waits for who is at the same until they settle it, or have
// died.
func (b *Bot) take(ctx context.Context, s Spend) (Verdict, error) {
	verdict, err := b.state.Take(ctx, s)
	for turn := 1; err == nil && verdict.Delivery == Held && turn < maxTurns; turn++ {
		timer := time.NewTimer(verdict.Wait)
		select {
		case <-timer.C:
			verdict, err = b.state.Take(ctx, s)
		case <-ctx.Done():
			timer.Stop()
			return verdict, nil
		}
	}
	return verdict, err
}

// answered reports whether a request has its answer, and settles it where it has.
func (b *Bot) answered(ctx context.Context, r Request) bool {
	if r.Answered == nil || !r.Answered(ctx) {
		return false
	}
	b.Settle(ctx, r)
	return true
}

// Settle notes that a request has its answer that an adapter has held while it answered
// it, so that nobody takes it up again.
func (b *Bot) Settle(ctx context.Context, r Request) {
	if b.state == nil || r.Event == "" || r.Hold == 0 {
		return
	}
	if err := b.state.Settle(ctx, r.scope(), r.Event); err != nil && !errors.Is(err, ErrUnavailable) {
		b.log.WarnContext(ctx, "a request that is delivered again may be answered again", "error", err)
	}
}

// wait says a time that somebody has to wait, rounded up.
func wait(d time.Duration) string {
	if d <= time.Minute {
		return count(int((d+time.Second-1)/time.Second), "second")
	}
	return count(int((d+time.Minute-1)/time.Minute), "minute")
}

// forbidden says why a command is not carried out for this user or in this place.
func (b *Bot) forbidden(ctx context.Context, r Request, c Command) *Reply {
	if r.Surface != "" && !c.worksOn(r.Surface) {
		return &Reply{Kind: Misuse, Text: fmt.Sprintf("`%s` does not work here, before others. Ask me in a direct message, or as a command.", c.Path())}
	}
	if c.Who != Administrators || c.Group == digestGroup && b.digests.anyoneIn(r) {
		return nil
	}
	refused := &Reply{Kind: Misuse, Text: fmt.Sprintf("`%s` is for those who administer this place.", c.Path())}
	if r.MayAdminister == nil {
		return refused
	}
	may, err := r.MayAdminister(ctx)
	if err != nil {
		b.log.WarnContext(ctx, "cannot tell who may administer", "error", err)
		return &Reply{Kind: Away, Text: "I cannot tell just now whether you may do that. Please try again in a moment."}
	}
	if !may {
		return refused
	}
	return nil
}
