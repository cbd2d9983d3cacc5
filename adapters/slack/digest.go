package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// editionEvent is the metadata's type of an edition's message, and editionKey the field
// with its key (https://docs.slack.dev/messaging/message-metadata).
const (
	editionEvent = "archbot_edition"
	editionKey   = "edition"
)

// Digests posts editions in Slack, and finds them there by their metadata.
type Digests struct{ adapter *Adapter }

var (
	_ digest.Sender = Digests{}
	_ digest.Prober = Digests{}
	_ digest.Teller = Digests{}
)

// Digests is what delivers editions through the adapter.
func (a *Adapter) Digests() Digests { return Digests{a} }

// Post is digest.Sender's. It is one request, which nothing sends again: a 429 comes
// back as a Failure that says when to try.
func (d Digests) Post(ctx context.Context, post digest.Post) (_ digest.MessageID, err error) {
	defer func() { d.adapter.fails(err) }()
	in, channel, err := d.place(ctx, post.Place)
	if err != nil {
		return "", err
	}
	m := render(d.adapter.bot.Edition(ctx, post), d.adapter.spoken())
	options := append(place{channel: channel, thread: bot.MessageID(post.To)}.options(m), slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: editionEvent, EventPayload: map[string]any{editionKey: post.Key},
	}))
	_, ts, err := in.once.PostMessageContext(ctx, string(channel), options...)
	if err != nil {
		return "", failure(in.answered(err))
	}
	return digest.MessageID(ts), nil
}

// historyPage is how many messages are asked for at a time.
const historyPage = 200

// Find is digest.Sender's. Without a scope to read the channel there is no telling.
func (d Digests) Find(ctx context.Context, s digest.Sought) (id digest.MessageID, found bool, err error) {
	defer func() { d.adapter.fails(err) }()
	in, channel, err := d.place(ctx, s.Place)
	if err != nil {
		return "", false, err
	}
	for cursor, more := "", true; more; {
		messages, next, err := in.history(ctx, in.client, place{channel: channel, thread: bot.MessageID(s.To)}, stamp(s.Since), cursor)
		if err != nil {
			return "", false, untold(failure(in.answered(err)))
		}
		for _, m := range messages {
			if m.Metadata.EventType == editionEvent && m.Metadata.EventPayload[editionKey] == s.Key && m.User == string(in.user) {
				return digest.MessageID(m.Timestamp), true, nil
			}
		}
		cursor, more = next, next != ""
	}
	return "", false, nil
}

// history is a page of what was posted in a place after a message's time stamp: in the
// channel, or in the thread, as a channel's history has no replies. Next is empty where
// there are no more (https://docs.slack.dev/reference/methods/conversations.replies).
func (in *installation) history(ctx context.Context, by *slack.Client, at place, after, cursor string) (page []slack.Message, next string, err error) {
	about := slack.GetConversationHistoryParameters{
		ChannelID: string(at.channel), Cursor: cursor, Oldest: after, Limit: historyPage, IncludeAllMetadata: true,
	}
	if at.thread != "" {
		page, more, next, err := by.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: about.ChannelID, Timestamp: string(at.thread), Cursor: cursor, Oldest: about.Oldest, Limit: about.Limit, IncludeAllMetadata: true,
		})
		if !more {
			next = ""
		}
		return page, next, err
	}
	h, err := by.GetConversationHistoryContext(ctx, &about)
	if err != nil {
		return nil, "", err
	}
	if h.HasMore {
		next = h.ResponseMetaData.NextCursor
	}
	return h.Messages, next, nil
}

// Probe is digest.Prober's.
func (d Digests) Probe(ctx context.Context, p digest.Place) (digest.Ability, error) {
	in, channel, err := d.place(ctx, p)
	if err != nil {
		return digest.Ability{}, err
	}
	if isDirect(channel) {
		return digest.Ability{Post: true, Find: true}, nil
	}
	c, err := in.client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: string(channel)})
	if class := classify(err); err != nil && (class == barred || class == gone) || err == nil && !c.IsMember {
		return digest.Ability{Mend: "I am not in this channel: type `/invite @" + botName + "`, then try again."}, nil
	}
	if err != nil {
		return digest.Ability{}, failure(in.answered(err))
	}
	_, err = in.client.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: string(channel), Limit: 1})
	able := digest.Ability{Post: true, Find: err == nil}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok && refused.Err == "missing_scope" {
		able.Mend, err = "I may not read this channel: give the app the scopes channels:history and groups:history, and install it again.", nil
	}
	if err != nil {
		return digest.Ability{}, failure(err)
	}
	return able, nil
}

// Tell is digest.Teller's.
func (d Digests) Tell(ctx context.Context, p digest.Place, user, text string) (err error) {
	defer func() { d.adapter.fails(err) }()
	in, err := d.adapter.installed.of(ctx, bot.WorkspaceID(p.Workspace))
	if err != nil {
		return failure(err)
	}
	m := render(bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: text}, d.adapter.spoken())
	if channelID.MatchString(p.Channel) {
		m.Blocks = append(m.Blocks, remark("It comes in <#"+p.Channel+">."))
	}
	if err := d.adapter.direct(ctx, in, bot.UserID(user), m); err != nil {
		return failure(err)
	}
	return nil
}

// channelID is how Slack's ids of channels look, other than those of direct messages.
var channelID = regexp.MustCompile(`^[CG][A-Z0-9]{1,30}$`)

// place is the channel of a Place, with the installation that reaches it. Somebody's
// direct messages are opened first.
func (d Digests) place(ctx context.Context, p digest.Place) (*installation, bot.ChannelID, error) {
	in, err := d.adapter.installed.of(ctx, bot.WorkspaceID(p.Workspace))
	if err != nil {
		return nil, "", certain(failure(err))
	}
	user, direct := strings.CutPrefix(p.Channel, "@")
	if !direct {
		return in, bot.ChannelID(p.Channel), nil
	}
	c, _, _, err := in.client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err != nil {
		return nil, "", certain(failure(in.answered(err)))
	}
	return in, bot.ChannelID(c.ID), nil
}

// stamp is a time as Slack numbers messages.
func stamp(t time.Time) string { return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000) }

// failure is what an error of Slack's means for an edition.
func failure(err error) *digest.Failure {
	f := &digest.Failure{Err: redacted(err), Text: "Slack says: " + redacted(err).Error() + "."}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		f.After = limited.RetryAfter
	}
	switch classify(redacted(err)) {
	case passing:
		f.Class = digest.Passing
	case ambiguous:
		f.Class = digest.Unsure
		if call, ok := errors.AsType[*net.OpError](err); ok && call.Op == "dial" { // nothing was sent
			f.Class = digest.Passing
		}
	case barred:
		f.Class = digest.NeedsHelp
		f.Text = "I may not post here: type `/invite @" + botName + "`, or let apps post, then resume it."
	case gone:
		f.Class, f.Text = digest.ChannelOff, "The channel is not there any more, or archived."
	case dead:
		f.Class, f.Text = digest.SpaceOff, "The app is not installed any more."
	case faulty:
		f.Class = digest.NeedsHelp
	}
	return f
}

// certain is a failure of a call that came before the post: nothing was posted.
func certain(f *digest.Failure) *digest.Failure {
	if f.Class == digest.Unsure {
		f.Class = digest.Passing
	}
	return f
}

// untold is a failure of a look-up: one that has no answer is made again, one that the
// app may not make never will have one.
func untold(f *digest.Failure) *digest.Failure {
	answer, ok := errors.AsType[slack.SlackErrorResponse](f.Err)
	switch {
	case ok && answer.Err == "missing_scope":
		f.Class, f.Text = digest.Unsure, "I may not read this channel."
	case ok && answer.Err == "thread_not_found":
		f.Class, f.Text = digest.Unsure, "The edition is not there any more."
	case f.Class == digest.Unsure:
		f.Class = digest.Passing
	}
	return f
}
