package slack

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// Who sees what is sent to a response URL
// (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses).
const (
	toOne = "ephemeral"
	toAll = "in_channel"
)

// manner is how a response is shown.
type manner struct {
	who      bot.Audience
	thread   bot.MessageID // empty outside of one
	replaces bool          // the message that it responds to
}

// response is a message as acknowledgements of commands and response URLs take it.
// No link in it is unfolded into a card.
func response(m message, how manner) *slack.WebhookMessage {
	no := false
	r := &slack.WebhookMessage{
		ResponseType: toOne, Text: m.Text, Blocks: &slack.Blocks{BlockSet: m.Blocks}, UnfurlLinks: &no, UnfurlMedia: &no,
		ThreadTimestamp: string(how.thread), ReplaceOriginal: how.replaces,
	}
	if how.who == bot.ToAll {
		r.ResponseType = toAll
	}
	return r
}

// respond sends a reply to a response URL: five times at most, within 30 minutes of what
// it came with. An error says nothing of the address, which is a secret.
func (a *Adapter) respond(ctx context.Context, url string, reply bot.Reply, o renderOptions, how manner) error {
	if url == "" {
		return errNoAddress
	}
	said, err := a.written.response(reply, o, how)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(said)) //nolint:gosec // the address is Slack’s own, out of a delivery
	if err != nil {
		return redacted(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := a.http.Do(r) //nolint:gosec // likewise
	if err != nil {
		return redacted(err)
	}
	defer answer.Body.Close()
	return statusError(answer)
}

// statusError is the error of an answer that is no 200, as the library has it, whose own call
// takes nothing that is written already.
func statusError(answer *http.Response) error {
	wait, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	switch {
	case answer.StatusCode == http.StatusOK:
		return nil
	case answer.StatusCode == http.StatusTooManyRequests && err == nil:
		return &slack.RateLimitedError{RetryAfter: time.Duration(wait) * time.Second}
	}
	return slack.StatusCodeError{Code: answer.StatusCode, Status: answer.Status}
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
