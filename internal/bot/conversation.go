package bot

import (
	"context"
	"errors"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/dialogue"
)

// DefaultConversation is how long a conversation is remembered after its last message.
const DefaultConversation = 24 * time.Hour

// aside is what stands before a user's id in place of a thread: outside of threads
// everybody has a conversation of their own, so that two people in one channel do not
// mix. No platform's message has such an id.
const aside = "@"

// conversation names the conversation that a request belongs to; ok tells whether
// there is one. Nobody's is not remembered.
func (r Request) conversation() (id ConversationID, ok bool) {
	if r.User == "" {
		return ConversationID{}, false
	}
	id = ConversationID{Scope: r.scope(), Channel: r.Channel, Thread: r.Thread}
	if id.Thread == "" {
		id.Thread = MessageID(aside + string(r.User))
	}
	return id, true
}

// begins reports whether the request is the message that its thread hangs from: it goes on
// from nothing.
func (r Request) begins() bool {
	return r.conversational() && r.Thread != "" && r.Thread == r.Message
}

// talk is a conversation as it was before a request.
type talk struct {
	id      ConversationID
	kept    bool // it can be kept
	away    bool // what was kept cannot be had just now
	known   bool // something was kept
	context dialogue.Context
}

// talk loads the conversation that a call belongs to. What cannot be read, such as
// what another archbot wrote, is as good as nothing.
func (c call) talk(ctx context.Context) talk {
	id, ok := c.request.conversation()
	if !ok || c.bot.state == nil || c.bot.remember <= 0 {
		return talk{}
	}
	t := talk{id: id, kept: true}
	if c.request.begins() {
		return t
	}
	data, err := c.bot.state.LoadConversation(ctx, id)
	switch {
	case err != nil:
		t.kept, t.away = false, true // what is there is not to be overwritten
		if !errors.Is(err, ErrUnavailable) {
			c.bot.log.WarnContext(ctx, "a conversation is not known", "error", err)
		}
	case data != nil:
		data = contextFor(c.request.Event, data)
		if len(data) == 0 {
			return t
		}
		if t.context, err = dialogue.Decode(data); err != nil {
			c.bot.log.DebugContext(ctx, "a conversation begins anew", "error", err)
		}
		t.known = err == nil
	}
	return t
}

// keep keeps what the conversation is about now.
func (c call) keep(ctx context.Context, t talk, now dialogue.Context) {
	if !t.kept {
		return
	}
	err := c.bot.state.KeepConversation(ctx, t.id, c.request.person(), c.request.turnOf(t, now).encode(), min(c.bot.remember, MaxMemory))
	if err != nil && !errors.Is(err, ErrUnavailable) {
		c.bot.log.WarnContext(ctx, "a conversation is not kept", "error", err)
	}
}

// overhears decides about a message that may be for somebody else: it is answered when
// it goes on with what the thread and the bot are about. One that is about something
// else ends that, so that the bot stays out of what people say to each other from then
// on.
func (c call) overhears(ctx context.Context, t talk, acts []dialogue.Act) (answers bool) {
	for _, a := range acts {
		switch a.Intent {
		case dialogue.Outside:
			if t.known {
				c.drop(ctx, t)
			}
			return false
		case dialogue.Talk, dialogue.Lost, dialogue.Help:
			return false
		}
	}
	return t.known
}

// drop forgets a conversation.
func (c call) drop(ctx context.Context, t talk) {
	if err := c.bot.state.EndConversation(ctx, t.id); err != nil && !errors.Is(err, ErrUnavailable) {
		c.bot.log.WarnContext(ctx, "a conversation is not ended", "error", err)
	}
}

// heed lets the conversation know what a command or a button has shown in it, so that
// "any videos?" goes on from there.
func (c call) heed(ctx context.Context, r Reply) {
	switch c.request.Surface {
	case SurfaceDirect, SurfaceMention, SurfaceThread, SurfaceButton, SurfaceMenu:
	default:
		return
	}
	var topic catalog.TopicID
	switch r.Kind {
	case Found, Place, Guide, News:
		if len(r.Topics) > 0 {
			topic = r.Topics[0].ID
		}
	default:
		return
	}
	t := c.talk(ctx)
	if !t.kept {
		return
	}
	var shown []catalog.Resource
	for _, card := range r.Resources {
		shown = append(shown, catalog.Resource{URL: card.URL})
	}
	query := r.Query
	if topic != "" && query == "" {
		query = r.Topics[0].Title
	}
	seen := len(shown)
	if r.Page > 1 {
		seen += (r.Page - 1) * maxResources
	}
	c.keep(ctx, t, t.context.Saw(dialogue.Sight{Topic: topic, Query: query, Shown: shown, Page: r.Page, Seen: seen, Filter: c.filter}))
}
