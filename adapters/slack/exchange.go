package slack

import (
	"context"
	"runtime/debug"
	"sync/atomic"
	"time"

	"archbot/internal/bot"
)

// MaxWork is how many deliveries are worked on at once. What comes beyond that is
// told to come back: Slack delivers events again, and people can.
const MaxWork = 512

// maxShare is how many of them are one workspace's where there are many: ten that do
// nothing but wait leave more than a third of the room to the others.
const maxShare = 32

// answerTime is how long an answer may take that comes after the acknowledgement.
const answerTime = time.Minute

// outcome is what comes of a delivery.
type outcome struct {
	// ack goes into the acknowledgement: a *slack.WebhookMessage, suggestions, what
	// becomes of a form; nil for nothing.
	ack any
	// late says the same when the acknowledgement is gone already; nil where ack has
	// no use then.
	late func(context.Context)
}

// answer carries out do, and returns what to acknowledge the delivery with: its
// outcome when that is there in time, meanwhile otherwise, which may be nothing. Then
// what came of it goes out by other ways as soon as it is there. What is delivered
// again is answered as it was before, or not at all. An error says that there is no
// room: Slack may deliver it again.
func (a *Adapter) answer(team bot.WorkspaceID, id bot.EventID, meanwhile any, do func(context.Context) outcome) (ack any, err error) {
	end, err := a.work.Begin(string(team))
	if err != nil {
		return nil, err
	}
	ready := make(chan outcome, 1)
	taken := make(chan bool, 1)
	go func() {
		defer end()
		ctx, done := a.working()
		defer done()
		o := a.guarded(ctx, do)
		ready <- o
		if !<-taken && o.late != nil {
			o.late(ctx)
		}
	}()
	patience := time.NewTimer(a.config.Patience)
	defer patience.Stop()
	select {
	case o := <-ready:
		taken <- true
		if o.ack != nil && id != "" {
			a.replays.keep(id, o.ack, time.Now())
		}
		return o.ack, nil
	case <-patience.C:
		taken <- false
		return meanwhile, nil
	}
}

// working is the context of what is done for a delivery, until done is called.
func (a *Adapter) working() (ctx context.Context, done func()) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	ctx, end := a.config.Begin(ctx)
	return ctx, func() { end(); cancel() }
}

// delivery is the adapter while it takes in one thing that Slack delivers.
type delivery struct {
	*Adapter
	acked chan struct{} // closed when it is acknowledged, or cannot be
	taken atomic.Bool   // a message that is this replica's to answer
	// queued says that the acknowledgement may still be in the library's queue when acked
	// is closed: it is lost where the process dies just then.
	queued bool
}

func (a *Adapter) newDelivery() *delivery {
	return &delivery{Adapter: a, acked: make(chan struct{})}
}

// begin carries out do for a workspace once the delivery is acknowledged: from then on
// Slack does not deliver it again, and before, nobody knows of it. So what a replica had
// not acknowledged when it died is another's to answer.
func (a *delivery) begin(team bot.WorkspaceID, do func(context.Context)) error {
	return a.Adapter.begin(team, func(ctx context.Context) {
		select {
		case <-a.acked:
			do(ctx)
		case <-ctx.Done():
		}
	})
}

// begin carries out do for a workspace, beside everything else.
func (a *Adapter) begin(team bot.WorkspaceID, do func(context.Context)) error {
	end, err := a.work.Begin(string(team))
	if err != nil {
		return err
	}
	go func() {
		defer end()
		ctx, done := a.working()
		defer done()
		a.guarded(ctx, func(ctx context.Context) outcome { do(ctx); return outcome{} })
	}()
	return nil
}

// guarded keeps a panic in one delivery from harming others.
func (a *Adapter) guarded(ctx context.Context, do func(context.Context) outcome) (o outcome) {
	defer func() {
		if cause := recover(); cause != nil {
			a.log.ErrorContext(ctx, "a delivery panicked", "cause", cause, "stack", string(debug.Stack()))
			o = outcome{}
		}
	}()
	return do(ctx)
}
