package slack

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// What the shortcuts are called, in the manifest and in what Slack delivers.
const (
	shortcutFind   = "archbot_find"   // "Find resources for this", on a message
	shortcutSearch = "archbot_search" // opens the search form
)

// interact answers what somebody pressed, chose, typed into a menu or filled in.
func (a *delivery) interact(c slack.InteractionCallback) (ack any, err error) {
	switch c.Type {
	case slack.InteractionTypeBlockSuggestion:
		return a.suggest(c), nil
	case slack.InteractionTypeViewSubmission:
		return a.submit(c)
	case slack.InteractionTypeBlockActions:
		return nil, a.press(c)
	case slack.InteractionTypeShortcut:
		if c.CallbackID == shortcutSearch {
			return nil, a.begin(teamOf(c), func(ctx context.Context) { a.showForm(ctx, c, "search") })
		}
	case slack.InteractionTypeMessageAction:
		if c.CallbackID == shortcutFind {
			return nil, a.begin(teamOf(c), func(ctx context.Context) { a.find(ctx, c) })
		}
	}
	return nil, nil
}

// teamOf is the workspace that an interaction is in.
func teamOf(c slack.InteractionCallback) bot.WorkspaceID { return bot.WorkspaceID(c.Team.ID) }

// suggest offers what may be meant by what somebody types into a menu. It comes from
// memory, at every key.
func (a *Adapter) suggest(c slack.InteractionCallback) suggestions {
	r := a.ofInteraction(c)
	r.Command, r.Focus, r.Text = "topic", topicOption, c.Value
	if command, ok := strings.CutPrefix(c.View.CallbackID, actionPrefix+kindForm+"/"); ok {
		r.Command, r.Focus = command, strings.TrimPrefix(c.ActionID, fieldPrefix)
	}
	return renderCompletions(a.bot.Complete(context.Background(), r))
}

// press carries out what a button or a menu's choice does.
func (a *delivery) press(c slack.InteractionCallback) error {
	if len(c.ActionCallback.BlockActions) == 0 {
		return nil
	}
	pressed := c.ActionCallback.BlockActions[0]
	kind, value := actionKind(pressed.ActionID), pressed.Value
	r := a.ofInteraction(c)
	r.Surface = bot.SurfaceButton
	if pressed.SelectedOption.Value != "" {
		value, r.Surface = pressed.SelectedOption.Value, bot.SurfaceMenu
	}
	if kind == "" || value == "" {
		return nil // nothing of ours, or an address, which Slack has opened
	}
	switch kind {
	case kindForm:
		return a.begin(r.Workspace, func(ctx context.Context) { a.showForm(ctx, c, value) })
	case kindSearch:
		r.Command, r.Text = "search", value
	case kindPick:
		r.Command, r.Text = "topic", value
	case string(bot.ButtonShare):
		r.Event, r.Token = sharing(r), bot.Token(value)
	default:
		r.Token = bot.Token(value)
	}
	if kind != string(bot.ButtonShare) { // what others see is shown once, come what may
		r = a.hold(r)
	}
	return a.begin(r.Workspace, func(ctx context.Context) {
		reply := a.bot.Handle(ctx, r)
		if reply.Kind == bot.Silent {
			return
		}
		defer a.bot.Settle(ctx, r)
		a.report(ctx, "what a button does cannot be shown", a.show(ctx, c, kind, reply))
		if c.View.Type != slack.VTHomeTab { // which shows the answer already
			a.followed(ctx, r, reply)
		}
	})
}

// sharing names the sharing of one answer, however often the button is pressed.
func sharing(r bot.Request) bot.EventID {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\n%s\n%s", r.Channel, r.Message, r.User)
	return bot.EventID(fmt.Sprintf("share/%x", h.Sum64()))
}

// show brings a reply to where something was pressed: beside or in place of a
// message, or in a window.
func (a *Adapter) show(ctx context.Context, c slack.InteractionCallback, kind string, reply bot.Reply) error {
	if reply.Form != nil && a.opensForm(ctx, bot.WorkspaceID(c.Team.ID), c.TriggerID, c.Channel.ID, reply) {
		return nil
	}
	if c.Container.Type == "view" {
		return a.showInView(ctx, c, reply)
	}
	channel := bot.ChannelID(c.Channel.ID)
	who := reply.For
	if isDirect(channel) && !c.Container.IsEphemeral {
		who = bot.ToAll // nobody else is there, and what is said stays
	}
	turns := kind == string(bot.ButtonNext) || kind == string(bot.ButtonOnly) || kind == string(bot.ButtonAgain)
	err := a.respond(ctx, c.ResponseURL, reply, a.spoken(), manner{
		who: who, thread: bot.MessageID(c.Container.ThreadTs),
		replaces: turns && c.Container.IsEphemeral && reply.For == bot.ToOne && !reply.Kind.Complaint(),
	})
	if err == nil || classify(err) == ambiguous || who != bot.ToAll {
		return err
	}
	return a.say(ctx, bot.WorkspaceID(c.Team.ID), place{channel: channel, thread: bot.MessageID(c.Container.ThreadTs)}, bot.UserID(c.User.ID), reply)
}

// find answers what a message is about, to whoever asked.
func (a *Adapter) find(ctx context.Context, c slack.InteractionCallback) {
	r := a.ofInteraction(c)
	r.Surface, r.Command = bot.SurfaceMenu, "ask"
	r.Text = beginning(plainText(c.Message.Text, ""), bot.MaxText)
	reply := a.bot.Handle(ctx, r)
	if reply.Kind == bot.Silent {
		return
	}
	if strings.TrimSpace(r.Text) == "" {
		reply = bot.Reply{Kind: bot.Misuse, For: bot.ToOne, Text: "There is no text in this message that I could read."}
	}
	how := manner{who: bot.ToOne, thread: bot.MessageID(c.Container.ThreadTs)}
	a.report(ctx, "an answer to a message’s shortcut did not arrive", a.respond(ctx, c.ResponseURL, reply, a.spoken(), how))
}

// beginning is as much of a text as fits in room characters, cut between words where
// there are any.
func beginning(s string, room int) string {
	if utf8.RuneCountInString(s) <= room {
		return s
	}
	s = string([]rune(s)[:room])
	if i := strings.LastIndexAny(s, " \n\t"); i > len(s)/2 {
		s = s[:i]
	}
	return s
}

// actionKind is the kind of control that an action id of ours names; empty for one
// that is not.
func actionKind(id string) string {
	rest, ok := strings.CutPrefix(id, actionPrefix)
	if !ok {
		return ""
	}
	kind, _, _ := strings.Cut(rest, "/")
	return kind
}

// spoken is how people call the bot.
func (a *Adapter) spoken() renderOptions {
	return renderOptions{Command: DefaultCommand, Name: botName}
}
