package slack

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"archbot/internal/inflight"
)

// maxConnections is how many sockets Slack gives an app
// (https://docs.slack.dev/apis/events-api/using-socket-mode).
const maxConnections = 10

// maxUnacked is how many deliveries may wait for their acknowledgement: one for which
// there is no room for work is among them for a moment.
const maxUnacked = 2 * MaxWork

// reconnectTime lies between two attempts to open a connection that Slack refused.
const reconnectTime = 5 * time.Second

// How long an acknowledgement may be waited for, of what was received before the end:
// longer than Slack waits. The library takes it into a queue, and says of none that it
// is written; flushTime is enough for that.
const (
	ackTime   = 4 * time.Second
	flushTime = 100 * time.Millisecond
)

// sockets are the connections of Socket Mode. Slack sends each delivery to one of
// them, and refreshes them now and then: while one reconnects, the others receive.
type sockets struct {
	adapter *Adapter
	absence *absence
	unacked *inflight.Work // deliveries that were received and not acknowledged yet
}

// run keeps the connections open until ctx ends: then they receive no more, and stay
// until what they received is acknowledged, and no longer, as Slack goes on sending to
// them what others could answer. What is to be done after that is finished without
// them. An error says that Slack does not want the app, which no further attempt mends.
func (s *sockets) run(ctx context.Context) error {
	open, closeAll := context.WithCancel(context.WithoutCancel(ctx))
	defer closeAll()
	ctx, receiveNoMore := context.WithCancel(ctx)
	defer receiveNoMore()
	connections := s.adapter.config.Connections
	failed := make(chan error, connections)
	var running sync.WaitGroup
	for i := range connections {
		running.Go(func() {
			if wait(ctx, time.Duration(i)*s.adapter.config.Stagger) != nil {
				return
			}
			if err := s.keepOpen(ctx, open, i); err != nil {
				failed <- err
			}
		})
	}
	defer running.Wait()
	select {
	case err := <-failed:
		receiveNoMore()
		closeAll()
		return err
	case <-ctx.Done():
	}
	left, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.adapter.config.DrainTime)
	defer cancel()
	s.acknowledgeAll(left)
	closeAll()
	_ = s.adapter.Drain(left) // whoever else drains it says what is left
	return nil
}

// acknowledgeAll waits until what was received is acknowledged, and receives no more.
func (s *sockets) acknowledgeAll(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	if s.unacked.Drain(ctx) == nil {
		_ = wait(ctx, flushTime)
	}
}

// keepOpen opens one connection again and again. The library does so by itself when
// one breaks; what it gives up on, and what is not for good, is tried anew.
func (s *sockets) keepOpen(ctx, open context.Context, i int) error {
	for ctx.Err() == nil {
		err := s.connect(ctx, open, i)
		if mend := refused(err); mend != "" {
			return errors.New(mend)
		}
		if ctx.Err() == nil {
			s.absence.failed(i, err)
			_ = wait(ctx, reconnectTime)
		}
	}
	return nil
}

// refused says what to do where Slack refuses the app for good; nothing otherwise.
func refused(err error) string {
	answer, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok {
		return ""
	}
	switch answer.Err {
	case "invalid_auth", "not_authed", "token_revoked", "account_inactive", "not_allowed_token_type":
		return "Slack does not accept SLACK_APP_TOKEN (" + answer.Err + "): make a new app-level token under Basic Information"
	case "missing_scope":
		return "SLACK_APP_TOKEN lacks the scope connections:write: make a new app-level token that has it, under Basic Information"
	case "socket_mode_not_enabled", "forbidden_team", "feature_not_enabled":
		return "Socket Mode is not switched on for this app (" + answer.Err + "): switch it on under Socket Mode"
	}
	return ""
}

// connect opens one connection and takes in what it brings. Reading never waits for
// an answer.
func (s *sockets) connect(ctx, open context.Context, i int) error {
	open, stop := context.WithCancel(open)
	defer stop()
	api := newClient(s.adapter.config, s.adapter.http, s.adapter.config.BotToken, retries)
	wire := s.adapter.life.newWire()
	defer wire.close()
	client := socketmode.New(api, socketmode.OptionReadLimit(maxBody), socketmode.OptionLog(libraryLog{s.adapter.log}),
		socketmode.OptionDialer(wire.dialer()))
	done := make(chan error, 1)
	go func() { done <- client.RunContext(open) }()
	for {
		select {
		case err := <-done:
			return err
		case e := <-client.Events:
			wire.note(e.Type)
			if ctx.Err() != nil { // what comes now goes to another replica, unacknowledged
				continue
			}
			if err := s.heard(i, e); err != nil {
				return err
			}
			if e.Request != nil {
				s.take(client, e)
			}
		}
	}
}

// take takes in one thing that a connection brings. What it does outlives the
// connection, which Slack may end at any time.
func (s *sockets) take(client *socketmode.Client, e socketmode.Event) {
	switch e.Type {
	case socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive, socketmode.EventTypeEventsAPI:
		acknowledged, err := s.unacked.Begin("")
		if err != nil {
			return // it is the end: another replica gets it
		}
		go func() {
			defer acknowledged()
			s.handle(client, e)
		}()
	}
}

// handle answers a delivery and acknowledges it. Where there is no room for it, it is
// not acknowledged, so that Slack delivers it again.
func (s *sockets) handle(client *socketmode.Client, e socketmode.Event) {
	d := s.adapter.newDelivery()
	d.queued = true
	defer close(d.acked)
	ack, err := d.delivered(e)
	if errors.Is(err, inflight.ErrBusy) {
		return
	}
	if err != nil {
		s.adapter.log.Warn("a delivery cannot be read", "error", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTime)
	defer cancel()
	if err := client.AckCtx(ctx, e.Request.EnvelopeID, ack); err != nil {
		s.adapter.log.Warn("a delivery cannot be acknowledged", "error", err)
	}
}

// delivered answers a delivery of whichever kind.
func (a *delivery) delivered(e socketmode.Event) (ack any, err error) {
	a.life.came()
	switch data := e.Data.(type) {
	case slack.SlashCommand:
		return a.command(data)
	case slack.InteractionCallback:
		return a.interact(data)
	case slackevents.EventsAPIEvent:
		return nil, a.event(data)
	}
	return nil, nil
}

// wait returns after a while, or earlier with an error when ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// libraryLog has the library's log lines go where ours do. They may hold what people
// wrote, so they are for finding faults only.
type libraryLog struct{ log *slog.Logger }

func (l libraryLog) Output(_ int, line string) error {
	l.log.Debug("slack-go", "line", line)
	return nil
}
