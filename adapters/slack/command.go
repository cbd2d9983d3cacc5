package slack

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// command answers a slash command.
func (a *delivery) command(c slack.SlashCommand) (ack any, err error) {
	r := a.hold(a.ofCommand(c))
	return a.answer(r.Workspace, r.Event, nil, func(ctx context.Context) outcome {
		reply := a.bot.Handle(ctx, r)
		if reply.Kind == bot.Silent {
			return outcome{ack: a.replays.of(r.Event, time.Now())}
		}
		a.settleOnceAcked(ctx, r)
		a.followed(ctx, r, reply)
		if reply.Form != nil && a.opensForm(ctx, r.Workspace, c.TriggerID, c.ChannelID, reply) {
			return outcome{}
		}
		o := renderOptions{Command: c.Command, Name: botName}
		said, err := a.written.response(reply, o, manner{who: reply.For})
		if err != nil {
			a.report(ctx, "an answer cannot be written", err)
			return outcome{}
		}
		return outcome{ack: said, late: func(ctx context.Context) {
			a.report(ctx, "an answer to a command did not arrive", a.respond(ctx, c.ResponseURL, reply, o, manner{who: reply.For}))
		}}
	})
}

// report logs an error that nobody is told of.
func (a *Adapter) report(ctx context.Context, message string, err error) {
	if err != nil {
		a.fails(err)
		a.log.WarnContext(ctx, message, "error", err, "class", classify(err).String())
	}
}

// fails counts an error of a call.
func (a *Adapter) fails(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		a.config.Failed(classify(err).String())
	}
}
