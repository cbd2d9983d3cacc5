package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// Who sees what is sent to a response URL
// (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses).
const (
	toOne = "ephemeral"
	toAll = "in_channel"
)

// response is a message as acknowledgements of commands and response URLs take it.
// No link in it is unfolded into a card.
func response(m message, who bot.Audience) *slack.WebhookMessage {
	no := false
	r := &slack.WebhookMessage{
		ResponseType: toOne, Text: m.Text, Blocks: &slack.Blocks{BlockSet: m.Blocks}, UnfurlLinks: &no, UnfurlMedia: &no,
	}
	if who == bot.ToAll {
		r.ResponseType = toAll
	}
	return r
}

// respond sends to a response URL: five times at most, within 30 minutes of what it
// came with. An error says nothing of the address, which is a secret.
func (a *Adapter) respond(ctx context.Context, url string, r *slack.WebhookMessage) error {
	if url == "" {
		return errNoAddress
	}
	return redacted(slack.PostWebhookCustomHTTPContext(ctx, url, a.http, r))
}

var errNoAddress = fmt.Errorf("the delivery has no response_url")

// post says something in a channel, and below a message where thread names one.
// Posts to one channel keep their distance.
func (a *Adapter) post(ctx context.Context, in *installation, at place, m message) error {
	if err := a.pace.wait(ctx, at.channel); err != nil {
		return err
	}
	_, _, err := in.client.PostMessageContext(ctx, string(at.channel), at.options(m)...)
	return in.answered(err)
}

// whisper says something in a channel that one person sees.
func (a *Adapter) whisper(ctx context.Context, in *installation, at place, to bot.UserID, m message) error {
	at.to = "" // it is in no history
	_, err := in.client.PostEphemeralContext(ctx, string(at.channel), string(to), at.options(m)...)
	return in.answered(err)
}

// direct says something to one person alone.
func (a *Adapter) direct(ctx context.Context, in *installation, to bot.UserID, m message) error {
	channel, _, _, err := in.client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{string(to)}})
	if err != nil {
		return in.answered(err)
	}
	return a.post(ctx, in, place{channel: bot.ChannelID(channel.ID)}, m)
}

// place is where something is said.
type place struct {
	channel bot.ChannelID
	thread  bot.MessageID // empty outside of one
	to      bot.MessageID // the message that is answered, which the answer notes; empty for none
}

func (p place) options(m message) []slack.MsgOption {
	options := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if p.thread != "" {
		options = append(options, slack.MsgOptionTS(string(p.thread)))
	}
	if p.to != "" {
		options = append(options, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: answerEvent, EventPayload: map[string]any{answerKey: string(p.to)}}))
	}
	return options
}
