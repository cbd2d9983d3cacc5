package slack

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"archbot/internal/bot"
)

// event takes in what happened. Messages are answered before the acknowledgement where that
// is quick (held.go), all else is worked on after it, so that Slack need not wait. What
// Slack delivers again has its effect once. What the bot has no use for is passed over.
func (a *delivery) event(e slackevents.EventsAPIEvent) error {
	if e.Type == slackevents.AppRateLimited {
		a.log.Warn("Slack keeps events back: there were too many in this hour", "workspace", e.TeamID)
		return nil
	}
	id := eventID(e)
	switch inner := e.InnerEvent.Data.(type) {
	case *slackevents.AppMentionEvent:
		return a.message(id, e.TeamID, ofMention(inner))
	case *slackevents.MessageEvent:
		if inner.IsIM() || inner.ThreadTimeStamp != "" {
			return a.message(id, e.TeamID, inner)
		}
	case *slackevents.MemberJoinedChannelEvent:
		return a.joined(e.TeamID, inner)
	case *slackevents.AppHomeOpenedEvent:
		return a.homeOpened(e.TeamID, inner)
	case *slackevents.AssistantThreadStartedEvent:
		return a.threadStarted(e.TeamID, inner)
	case *slackevents.AppUninstalledEvent:
		return a.uninstalled(e.TeamID, eventTime(e))
	case *slackevents.TokensRevokedEvent:
		return a.revoked(e.TeamID, inner)
	}
	return nil
}

// eventID is what an event is known again by.
func eventID(e slackevents.EventsAPIEvent) bot.EventID {
	outer, ok := e.Data.(*slackevents.EventsAPICallbackEvent)
	if !ok {
		return ""
	}
	return event("event", outer.EventID)
}

// eventTime is when an event happened, in whole seconds.
func eventTime(e slackevents.EventsAPIEvent) time.Time {
	outer, ok := e.Data.(*slackevents.EventsAPICallbackEvent)
	if !ok {
		return time.Time{}
	}
	return time.Unix(int64(outer.EventTime), 0)
}

// ofMention is a mention as the message that it is.
func ofMention(m *slackevents.AppMentionEvent) *slackevents.MessageEvent {
	return &slackevents.MessageEvent{
		User: m.User, Text: m.Text, TimeStamp: m.TimeStamp, ThreadTimeStamp: m.ThreadTimeStamp,
		Channel: m.Channel, BotID: m.BotID, UserTeam: m.UserTeam,
	}
}

// message answers somebody's message, where it was said. Those of bots, the bot's
// own among them, and what is no message but news about one, have no answer.
func (a *delivery) message(id bot.EventID, team string, m *slackevents.MessageEvent) error {
	switch m.SubType {
	case "", "file_share", "thread_broadcast":
	default:
		return nil
	}
	if m.BotID != "" || m.User == "" {
		return nil
	}
	_, err := a.answer(bot.WorkspaceID(team), "", nil, func(ctx context.Context) outcome {
		defer a.taken.Store(true)
		a.reply(ctx, id, team, m)
		return outcome{}
	})
	if err == nil && !a.taken.Load() {
		return errUntaken
	}
	return err
}

// reply is message, once it is clear that somebody wrote it.
func (a *delivery) reply(ctx context.Context, id bot.EventID, team string, m *slackevents.MessageEvent) {
	in, err := a.installed.of(ctx, bot.WorkspaceID(team))
	if err != nil {
		a.report(ctx, "a message cannot be answered", err)
		return
	}
	if in.user == bot.UserID(m.User) {
		return
	}
	r := a.ofMessage(in, id, team, m)
	pane := a.openPane(ctx, in, &r)
	defer pane.close(ctx)
	r = a.held(in, r)
	if r.Overheard && someoneNamed.MatchString(m.Text) {
		return // for somebody else, or for the bot by name, which is an event of its own
	}
	reply := a.bot.Handle(ctx, r)
	a.taken.Store(true)
	if reply.Kind == bot.Silent {
		return
	}
	settle := a.settle(ctx, r)
	defer settle()
	if r.Surface == bot.SurfaceDirect {
		a.introduce(ctx, r)
	}
	pane.ready(ctx)
	err = a.say(ctx, r.Workspace, place{channel: r.Channel, thread: r.Thread, to: r.Message}, r.User, reply)
	settle()
	a.report(ctx, "an answer to a message did not arrive", err)
	a.followed(ctx, r, reply)
	if err == nil {
		pane.answered(ctx, r, reply)
	}
}

// say posts a reply: to all, or in a channel to the one whom it concerns. Where the
// bot is not let in, it tells that person how to.
func (a *Adapter) say(ctx context.Context, team bot.WorkspaceID, at place, asker bot.UserID, reply bot.Reply) error {
	in, err := a.installed.of(ctx, team)
	if err != nil {
		return err
	}
	m := render(reply, a.spoken())
	if reply.For == bot.ToAll || isDirect(at.channel) {
		err = a.post(ctx, in, at, m)
	} else {
		err = a.whisper(ctx, in, at, asker, m)
	}
	if classify(err) == barred || classify(err) == gone {
		a.report(ctx, "somebody is told that the bot is not let in", err)
		return a.direct(ctx, in, asker, render(shutOut(err), a.spoken()))
	}
	return err
}

// shutOut says why the bot cannot answer in a channel, and how to let it in.
func shutOut(err error) bot.Reply {
	r := bot.Reply{
		Kind: bot.Misuse, For: bot.ToOne,
		Text: "I may not post where you asked me. Somebody there can let me in with `/invite @archbot`; then ask again.",
	}
	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok && answer.Err == "is_archived" {
		r.Text = "I cannot answer where you asked me, as that channel is archived. Ask me here, or in another."
	}
	return r
}

// joined introduces the bot to a channel that it was added to.
func (a *delivery) joined(team string, e *slackevents.MemberJoinedChannelEvent) error {
	return a.begin(bot.WorkspaceID(team), func(ctx context.Context) {
		in, err := a.installed.of(ctx, bot.WorkspaceID(team))
		if err != nil || in.user != bot.UserID(e.User) {
			a.report(ctx, "cannot tell who joined", err)
			return
		}
		a.introduce(ctx, bot.Request{Platform: Platform, Workspace: bot.WorkspaceID(team), Channel: bot.ChannelID(e.Channel), User: bot.UserID(e.Inviter)})
	})
}

// introduce says who the bot is, the first time that it is somewhere.
func (a *Adapter) introduce(ctx context.Context, r bot.Request) {
	if hello, first := a.bot.Introduce(ctx, r); first {
		a.report(ctx, "an introduction did not arrive", a.say(ctx, r.Workspace, place{channel: r.Channel, thread: r.Thread}, r.User, hello))
	}
}

// homeOpened brings the App Home up to date for whoever looks at it.
func (a *delivery) homeOpened(team string, e *slackevents.AppHomeOpenedEvent) error {
	if e.Tab == "messages" && a.config.View == AgentView {
		return a.begin(bot.WorkspaceID(team), func(ctx context.Context) {
			a.suggestPrompts(ctx, bot.WorkspaceID(team), bot.UserID(e.User), place{channel: bot.ChannelID(e.Channel)})
		})
	}
	if e.Tab != "home" {
		return nil
	}
	r := bot.Request{Platform: Platform, Workspace: bot.WorkspaceID(team), Home: bot.WorkspaceID(team), User: bot.UserID(e.User)}
	return a.drawHome(r)
}

// parseEvent reads what the Events API delivers. What the library does not know is
// no error: Slack sends kinds of events that are newer than it.
func parseEvent(body []byte) (slackevents.EventsAPIEvent, error) {
	e, err := slackevents.ParseEvent(body, slackevents.OptionNoVerifyToken())
	if err == nil {
		return e, nil
	}
	var outer struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(body, &outer) == nil && outer.Type == slackevents.CallbackEvent {
		return slackevents.EventsAPIEvent{Type: outer.Type}, nil
	}
	return slackevents.EventsAPIEvent{}, err
}
