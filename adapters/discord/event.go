package discord

import (
	"context"
	"encoding/json"
	"time"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// The typing indicator is shown to who waits for longer than typingAfter, and anew
// before it goes out after ten seconds.
const (
	typingAfter = 300 * time.Millisecond
	typingEvery = 8 * time.Second
)

// holdTime is how long a message is held for who answers it. Where that replica dies, the
// connection that goes on from there brings the message to the next one, which waits for
// as long. That an answer may have been posted just before does no harm, as its nonce
// makes the two one.
const holdTime = 5 * time.Second

// happened takes in an event of the Gateway. It never blocks: the connection's
// heartbeats are read behind it.
func (a *Adapter) happened(s *shard, kind string, raw json.RawMessage) {
	var err error
	switch kind {
	case "INTERACTION_CREATE":
		a.came()
		err = a.begin(func(ctx context.Context) { a.interactionCame(ctx, raw) })
	case "MESSAGE_CREATE":
		err = a.messageCame(raw)
	case "GUILD_CREATE":
		err = a.guildCame(s, raw)
	case "GUILD_DELETE":
		a.guildWent(s, raw)
	}
	if err != nil {
		a.log.Warn("an event is not taken in", "kind", kind, "error", err)
	}
}

func (a *Adapter) interactionCame(ctx context.Context, raw json.RawMessage) {
	i, err := decode(raw)
	if err != nil {
		a.log.WarnContext(ctx, "an interaction cannot be read", "error", err)
		return
	}
	t := ticketOf(i)
	a.interact(ctx, i, func(ctx context.Context, r response) error {
		if r.Type == 0 {
			return nil
		}
		return a.rest.answer(ctx, t, r)
	})
}

// messageCame answers a message to the bot. Others are passed over without any work.
func (a *Adapter) messageCame(raw json.RawMessage) error {
	self := a.self.Load()
	if self == nil {
		return nil // before READY there is no telling who is meant
	}
	p, ok, err := decodePost(raw, *self)
	if err != nil || !ok {
		return err
	}
	a.came()
	r := p.request(*self)
	r.MayAdminister = func(ctx context.Context) (bool, error) { return a.mayAdminister(ctx, p) }
	r.Hold = holdTime
	return a.begin(func(ctx context.Context) { a.reply(ctx, p, r) })
}

// mayAdminister asks Discord whether who wrote a message may manage the guild: a message
// does not say. In direct messages everybody may what concerns nobody else.
func (a *Adapter) mayAdminister(ctx context.Context, p post) (bool, error) {
	if p.Guild == "" {
		return true, nil
	}
	var may int64
	err := a.rest.try(ctx, func(ctx context.Context) (err error) {
		may, err = a.rest.session.UserChannelPermissions(p.Author.ID, p.Channel, discordgo.WithContext(ctx))
		return err
	})
	return may&(discordgo.PermissionAdministrator|discordgo.PermissionManageGuild) != 0, err
}

// reply answers a message where it stands.
func (a *Adapter) reply(ctx context.Context, p post, r bot.Request) {
	stop := a.seemTyping(ctx, p.Channel)
	reply := a.bot.Handle(ctx, r)
	stop()
	if reply.Kind == bot.Silent {
		return
	}
	err := a.say(ctx, p, reply, "a"+p.ID)
	a.report(ctx, "an answer to a message did not arrive", err)
	a.bot.Settle(ctx, r)
	if r.Surface == bot.SurfaceDirect && err == nil {
		if hello, first := a.bot.Introduce(ctx, r); first {
			a.report(ctx, "an introduction did not arrive", a.say(ctx, post{Channel: p.Channel}, hello, "h"+p.ID))
		}
	}
}

// seemTyping shows that the bot is typing until the function that it returns is called, for
// who waits long enough to wonder.
func (a *Adapter) seemTyping(ctx context.Context, channel string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for wait := typingAfter; sleep(ctx, wait) == nil; wait = typingEvery {
			if err := a.rest.typing(ctx, channel); err != nil {
				return // it is only an indicator
			}
		}
	}()
	return func() { cancel(); <-done }
}

// say posts a reply to a channel, as an answer to a message where there is one. The word
// makes it happen once. Where the bot may not write, who asked is told how to let it.
func (a *Adapter) say(ctx context.Context, p post, reply bot.Reply, word string) error {
	if a.barred.has(p.Channel) {
		return a.shutOut(ctx, p)
	}
	m := render(renderOptions{}, reply)
	err := a.rest.post(ctx, p.Channel, m, word, bot.MessageID(p.ID))
	if malformed(err) {
		a.log.ErrorContext(ctx, "Discord refuses a card, and gets text instead", "error", err, "kind", reply.Kind)
		err = a.rest.post(ctx, p.Channel, plain(reply), word, bot.MessageID(p.ID))
	}
	if coded(err, discordgo.ErrCodeMissingAccess, discordgo.ErrCodeMissingPermissions, discordgo.ErrCodeCannotReplyWithoutPermissionToReadMessageHistory) {
		a.barred.add(p.Channel)
		a.report(ctx, "the bot may not write in a channel", err)
		return a.shutOut(ctx, p)
	}
	return err
}

// shutOut tells who asked, in a direct message, how to let the bot into a channel.
func (a *Adapter) shutOut(ctx context.Context, p post) error {
	if p.Guild == "" || p.Author == nil {
		return nil
	}
	channel, err := a.direct(ctx, p.Author.ID)
	if err != nil {
		return err
	}
	return a.rest.post(ctx, channel, render(renderOptions{}, bot.Reply{
		Kind: bot.Misuse, For: bot.ToOne,
		Text: "I may not write where you asked me. Somebody who manages that channel can let me: I need View Channel, Send Messages and Read Message History there. Or ask me here.",
	}), "s"+p.ID, "")
}

// guildCame greets in a guild that the bot was just added to. One that comes back after
// an outage, or as the connection begins, is known.
func (a *Adapter) guildCame(s *shard, raw json.RawMessage) error {
	var g guild
	if json.Unmarshal(raw, &g) != nil || !isID(g.ID) {
		return errMalformed
	}
	if !s.joined(g) || g.Away || !isID(g.System) {
		return nil
	}
	return a.begin(func(ctx context.Context) {
		r := bot.Request{Platform: Platform, Workspace: bot.WorkspaceID(g.ID), Channel: bot.ChannelID(g.System)}
		if hello, first := a.bot.Introduce(ctx, r); first {
			a.report(ctx, "an introduction did not arrive", a.say(ctx, post{Channel: g.System}, hello, "g"+g.ID))
		}
	})
}

// guildWent notes that a guild went away: in an outage it comes back, else the bot was
// taken out of it.
func (a *Adapter) guildWent(s *shard, raw json.RawMessage) {
	var g guild
	if json.Unmarshal(raw, &g) != nil || g.Away {
		return
	}
	s.left(g.ID)
	a.log.Info("the bot was taken out of a server", "guild", g.ID)
}
