package bot

import (
	"context"
	"fmt"
	"time"
)

// seen reports whether the request was delivered before. Where that cannot be
// told, it was not: an answer twice is better than none.
func (b *Bot) seen(ctx context.Context, r Request) bool {
	if b.state == nil || r.Event == "" {
		return false
	}
	first, err := b.state.FirstTime(ctx, r.scope(), r.Event, EventMemory)
	if err != nil {
		b.log.WarnContext(ctx, "an event may be answered twice", "error", err)
		return false
	}
	return !first
}

// limited asks the Limiter, and turns its no into words. A fault of it holds nobody up.
func (b *Bot) limited(ctx context.Context, r Request, cost int) *Reply {
	if b.state == nil || cost == 0 || b.limits == (Limits{}) {
		return nil
	}
	verdict, err := b.state.Take(ctx, Spend{Scope: r.scope(), Channel: r.Channel, User: r.User, Cost: cost, Limits: b.limits})
	if err != nil {
		b.log.WarnContext(ctx, "a request is not held to its limits", "error", err)
		return nil
	}
	if verdict.Allowed {
		return nil
	}
	b.observer.Limited(ctx, r.Platform, verdict.By)
	who := map[Limit]string{
		LimitUser:      "You ask faster than I may answer.",
		LimitChannel:   "This channel asks faster than I may answer.",
		LimitWorkspace: "There are more questions here just now than I may answer.",
	}[verdict.By]
	return &Reply{Kind: Limited, Text: who + " Please try again in " + wait(verdict.Wait) + ".", RetryAfter: verdict.Wait}
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
