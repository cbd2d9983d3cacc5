package discord

import (
	"context"
	"fmt"
	"time"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// How long an interaction's token is good for, with some to spare of the 15 minutes:
// https://discord.com/developers/docs/interactions/receiving-and-responding. What comes
// in otherwise has no more time either.
const tokenTime = 14*time.Minute + 30*time.Second

// settleTime is how long Discord may take to make the placeholder of an answer that
// was deferred over HTTP: until then, it knows of none that could be edited.
const settleTime = 500 * time.Millisecond

// answerer gives the first answer to an interaction, the way it came.
type answerer func(context.Context, response) error

// interact answers what somebody typed, pressed, chose or filled in.
func (a *Adapter) interact(ctx context.Context, i *interaction, first answerer) {
	q, err := i.read()
	switch {
	case err != nil:
		a.log.InfoContext(ctx, "an interaction cannot be read", "error", err, "type", int(i.Type))
		a.report(ctx, "a refusal did not arrive", first(ctx, a.shown(i, q, misread(), true)))
	case q.complete:
		a.report(ctx, "completions did not arrive", first(ctx, completions(a.bot.Complete(ctx, q.request))))
	case q.modal != nil:
		a.report(ctx, "a form cannot be shown", first(ctx, response{discordgo.InteractionResponseModal, q.modal}))
	case q.form:
		a.openForm(ctx, i, q, first)
	default:
		a.converse(ctx, i, q, first)
	}
}

// misread answers what a newer or older version of the bot would know.
func misread() bot.Reply {
	return bot.Reply{
		Kind: bot.Misuse, For: bot.ToOne, Text: "I do not know that one. It may be of another version of me: look at my commands anew.",
		Notes: []bot.Note{{Kind: bot.NoteNext, Text: "All that I can do:", Commands: []string{"help"}}},
	}
}

// openForm shows the form that a button is for.
func (a *Adapter) openForm(ctx context.Context, i *interaction, q asked, first answerer) {
	f := a.bot.Form(q.request)
	if f == nil {
		a.report(ctx, "a refusal did not arrive", first(ctx, a.shown(i, q, misread(), true)))
		return
	}
	a.report(ctx, "a form cannot be shown", first(ctx, response{discordgo.InteractionResponseModal, formModal(*f)}))
}

// converse asks the core, and shows its reply: at once where it is there in time, else
// in the place of a deferred one.
func (a *Adapter) converse(ctx context.Context, i *interaction, q asked, first answerer) {
	replied := make(chan bot.Reply, 1)
	go func() { replied <- a.bot.Handle(ctx, q.request) }()
	patience := time.NewTimer(a.config.Patience)
	defer patience.Stop()
	select {
	case reply := <-replied:
		a.show(ctx, i, q, reply, first)
		return
	case <-patience.C:
	}
	public := q.public || i.alone()
	placeholder := response{discordgo.InteractionResponseDeferredChannelMessageWithSource, map[string]any{"flags": privacy(public)}}
	if err := first(ctx, placeholder); err != nil {
		a.report(ctx, "an answer cannot be deferred", err)
		return
	}
	select {
	case reply := <-replied:
		a.finish(ctx, i, reply, public)
	case <-ctx.Done():
		a.log.WarnContext(ctx, "an answer took longer than its interaction lasts", "command", q.request.Command)
	}
}

// privacy is the flag that hides an answer from others.
func privacy(public bool) discordgo.MessageFlags {
	if public {
		return 0
	}
	return discordgo.MessageFlagsEphemeral
}

// show gives a reply as the first answer. Where Discord refuses the card, it is text.
func (a *Adapter) show(ctx context.Context, i *interaction, q asked, reply bot.Reply, first answerer) {
	err := first(ctx, a.shown(i, q, reply, false))
	if malformed(err) {
		a.log.ErrorContext(ctx, "Discord refuses a card, and gets text instead", "error", err, "kind", reply.Kind)
		err = first(ctx, a.shown(i, q, reply, true))
	}
	a.report(ctx, "an answer did not arrive", err)
}

// shown is the first answer that shows a reply; inText as text and not as a card.
func (a *Adapter) shown(i *interaction, q asked, reply bot.Reply, inText bool) response {
	if reply.Kind == bot.Silent {
		return silence(i)
	}
	if i.Type != discordgo.InteractionModalSubmit && reply.Form != nil && !inText {
		if m := formModal(*reply.Form); m != nil {
			return response{discordgo.InteractionResponseModal, m}
		}
	}
	public := reply.For == bot.ToAll || i.alone()
	private := !public && q.ephemeral || i.alone()
	kind, flags := discordgo.InteractionResponseChannelMessageWithSource, privacy(public)
	switch {
	case inText:
		m := plain(reply)
		m.Flags |= flags
		return response{kind, m}
	case q.turns() && private && reply.For != bot.ToAll && !reply.Kind.Complaint():
		kind, flags = discordgo.InteractionResponseUpdateMessage, 0
	}
	return response{kind, a.written.message(renderOptions{Slash: true, Again: i.Type == discordgo.InteractionModalSubmit}, flags, reply)}
}

// silence is the answer to what was answered before. Something pressed is acknowledged
// without a change; for the rest there is no answer that shows nothing.
func silence(i *interaction) response {
	if i.Type == discordgo.InteractionMessageComponent {
		return response{Type: discordgo.InteractionResponseDeferredMessageUpdate}
	}
	return response{}
}

// finish puts a reply in the place of a deferred answer. Who sees that one cannot be
// changed any more, so a reply for others is a message of its own.
func (a *Adapter) finish(ctx context.Context, i *interaction, reply bot.Reply, public bool) {
	t := ticketOf(i)
	m := render(renderOptions{Slash: true}, reply)
	var err error
	switch toAll := reply.For == bot.ToAll || i.alone(); {
	case reply.Kind == bot.Silent:
		err = a.rest.withdraw(ctx, t)
	case toAll == public:
		err = a.replace(ctx, t, m, reply)
	case toAll:
		done := bot.Reply{Kind: bot.Done, Text: "Here it is, for all to see."}
		if err = a.replace(ctx, t, render(renderOptions{Slash: true}, done), done); err == nil {
			err = a.rest.followUp(ctx, t, m)
		}
	default:
		m.Flags |= discordgo.MessageFlagsEphemeral
		if err = a.rest.withdraw(ctx, t); err == nil {
			err = a.rest.followUp(ctx, t, m)
		}
	}
	a.report(ctx, "an answer did not arrive", err)
}

// replace edits the deferred answer. Over HTTP it may not be there for a moment.
func (a *Adapter) replace(ctx context.Context, t *ticket, m message, reply bot.Reply) error {
	err := a.rest.edit(ctx, t, m)
	if coded(err, discordgo.ErrCodeUnknownWebhook, discordgo.ErrCodeUnknownMessage) {
		if sleep(ctx, settleTime) == nil {
			err = a.rest.edit(ctx, t, m)
		}
	}
	if malformed(err) {
		a.log.ErrorContext(ctx, "Discord refuses a card, and gets text instead", "error", err, "kind", reply.Kind)
		err = a.rest.edit(ctx, t, plain(reply))
	}
	return err
}

// completions are what is offered while somebody types.
func completions(all []bot.Completion) response {
	choices := []map[string]string{}
	seen := make(map[string]bool)
	for _, c := range all {
		if len(choices) == maxCompletions {
			break
		}
		if c.Value == "" || length(c.Value) > maxChoiceText || seen[c.Value] {
			continue
		}
		seen[c.Value] = true
		name := clean(c.Label)
		if hint := clean(c.Hint); hint != "" {
			name = fmt.Sprintf("%s · %s", name, hint)
		}
		choices = append(choices, map[string]string{"name": label(name, maxChoiceText), "value": c.Value})
	}
	return response{discordgo.InteractionApplicationCommandAutocompleteResult, map[string]any{"choices": choices}}
}
