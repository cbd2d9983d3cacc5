package slack

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
	"archbot/internal/inflight"
)

// A message is acknowledged once it is answered, or when Slack would not wait any longer.
// Until then its event is held and not settled: where the replica that is at it dies,
// Slack delivers it to another one, which takes it up. That one first looks whether there
// is an answer, as it may have been posted just before.
//
// Commands, buttons and forms are acknowledged over HTTP before, or with, what comes of
// them. Over a socket nobody is told when an acknowledgement is on its way, and Slack may
// deliver them again as well: there a command and a button are held, too.

// holdTime is how long something is held for who answers it: longer than Slack waits for
// its acknowledgement.
const holdTime = 5 * time.Second

// seekTime is how long it may take to find out whether there is an answer: it has to end
// within the time for which the message is held meanwhile.
const seekTime = 2 * time.Second

// errUntaken leaves a message unacknowledged while it waits for another replica that is at
// it. Slack delivers it again later, when it is settled.
var errUntaken = fmt.Errorf("%w: another replica may be at it", inflight.ErrBusy)

// answerEvent is the metadata's type of an answer to a message, and answerKey the field
// with that message (https://docs.slack.dev/messaging/message-metadata).
const (
	answerEvent = "archbot_answer"
	answerKey   = "to"
)

// held is a request that a message makes, as it is held until it is settled.
func (a *Adapter) held(in *installation, r bot.Request) bot.Request {
	at := place{channel: r.Channel, thread: r.Thread}
	r.Hold = holdTime
	r.Answered = func(ctx context.Context) bool {
		ctx, cancel := context.WithTimeout(ctx, seekTime)
		defer cancel()
		answered, err := in.answers(ctx, at, r.Message)
		a.report(ctx, "a message may be answered again", err)
		return answered
	}
	return r
}

// answers reports whether there is an answer to a message among those that follow it. One
// that only the person sees is in no history, and without the scope to read it there is no
// telling.
func (in *installation) answers(ctx context.Context, at place, to bot.MessageID) (bool, error) {
	messages, _, err := in.history(ctx, in.once, at, string(to), "")
	if err != nil {
		return false, in.answered(err)
	}
	return slices.ContainsFunc(messages, func(m slack.Message) bool {
		return m.Metadata.EventType == answerEvent && m.Metadata.EventPayload[answerKey] == string(to) && m.User == string(in.user)
	}), nil
}

// hold is a request that no message makes, held where its acknowledgement may be lost with
// the process.
func (a *delivery) hold(r bot.Request) bot.Request {
	if a.queued {
		r.Hold = holdTime
	}
	return r
}

// settleOnceAcked settles what is answered in its acknowledgement, if it is held.
func (a *delivery) settleOnceAcked(ctx context.Context, r bot.Request) {
	if r.Hold > 0 {
		go func() {
			<-a.acked
			a.bot.Settle(context.WithoutCancel(ctx), r)
		}()
	}
}

// settle settles what is held once it is acknowledged, as Slack does not deliver it
// again then, or once answered is called, whichever comes first.
func (a *delivery) settle(ctx context.Context, r bot.Request) (answered func()) {
	once := sync.OnceFunc(func() { a.bot.Settle(context.WithoutCancel(ctx), r) })
	go func() {
		select {
		case <-a.acked:
			once()
		case <-ctx.Done():
		}
	}()
	return once
}
