package slack

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"archbot/internal/bot"
)

// isDirect reports whether a channel is somebody's direct messages with the bot.
func isDirect(channel bot.ChannelID) bool { return strings.HasPrefix(string(channel), "D") }

// ofCommand is what a slash command asks.
func (a *Adapter) ofCommand(c slack.SlashCommand) bot.Request {
	r := bot.Request{
		Platform: Platform, Workspace: bot.WorkspaceID(c.TeamID), Home: bot.WorkspaceID(c.TeamID),
		Channel: bot.ChannelID(c.ChannelID), User: bot.UserID(c.UserID), Surface: bot.SurfaceCommand,
		Event: event("command", c.TriggerID),
	}
	text, someone := addressee(c.Text)
	r.Text = plainText(text, "")
	if someone != "" {
		r.Options = bot.Options{"for": string(someone)}
	}
	return a.asked(r)
}

// forSomeone matches the option that names a person, as Slack escapes it.
var forSomeone = regexp.MustCompile(`(?i)(^|\s)for:\s*<@([UW][A-Z0-9]+)(?:\|[^>]*)?>`)

// addressee takes the person that an answer is for out of a command's text.
func addressee(text string) (rest string, someone bot.UserID) {
	if !strings.Contains(text, "<@") {
		return text, ""
	}
	found := forSomeone.FindStringSubmatchIndex(text)
	if found == nil {
		return text, ""
	}
	return text[:found[0]] + " " + text[found[1]:], bot.UserID(text[found[4]:found[5]])
}

// ofMessage is what a message asks: in direct messages, in a channel that names the
// bot, or in a thread there.
func (a *Adapter) ofMessage(in *installation, id bot.EventID, team string, m *slackevents.MessageEvent) bot.Request {
	r := bot.Request{
		Platform: Platform, Workspace: bot.WorkspaceID(team), Home: bot.WorkspaceID(team), Channel: bot.ChannelID(m.Channel),
		User: bot.UserID(m.User), Message: bot.MessageID(m.TimeStamp), Thread: bot.MessageID(m.ThreadTimeStamp),
		Event: id, Text: plainText(m.Text, in.user), Surface: bot.SurfaceMention,
	}
	if m.IsChannel() || m.IsGroup() {
		r.Surface, r.Overheard = bot.SurfaceThread, true
	}
	if m.UserTeam != "" {
		r.Home = bot.WorkspaceID(m.UserTeam)
	}
	switch {
	case isDirect(r.Channel):
		r.Surface = bot.SurfaceDirect
	case r.Thread == "":
		r.Thread = r.Message
	}
	return a.asked(r)
}

// someoneNamed matches a message that names somebody.
var someoneNamed = regexp.MustCompile(`<@[UW][A-Z0-9]+(\|[^>]*)?>`)

// ofInteraction is what somebody asks who presses or fills in something; what it
// is comes on top.
func (a *Adapter) ofInteraction(c slack.InteractionCallback) bot.Request {
	r := bot.Request{
		Platform: Platform, Workspace: bot.WorkspaceID(c.Team.ID), Home: bot.WorkspaceID(c.Team.ID),
		Channel: bot.ChannelID(c.Channel.ID), User: bot.UserID(c.User.ID),
		Thread: bot.MessageID(c.Container.ThreadTs), Message: bot.MessageID(c.Container.MessageTs),
		Event: event(string(c.Type), c.TriggerID),
	}
	if c.User.TeamID != "" {
		r.Home = bot.WorkspaceID(c.User.TeamID)
	}
	if r.Channel == "" {
		r.Channel = bot.ChannelID(c.Container.ChannelID)
	}
	return a.asked(r)
}

// event names a delivery that has an id of its own; nothing where Slack gave none.
func event(kind, id string) bot.EventID {
	if id == "" {
		return ""
	}
	return bot.EventID(kind + "/" + id)
}

// asked adds to a request what its channel says, and what takes a call to find out.
func (a *Adapter) asked(r bot.Request) bot.Request {
	r.Direct = isDirect(r.Channel)
	r.MayAdminister = func(ctx context.Context) (bool, error) { return a.mayAdminister(ctx, r) }
	r.FindZone = func(ctx context.Context) string { return a.zone(ctx, r) }
	return r
}

// zone is the time zone that somebody has set in Slack; empty when it cannot be had.
func (a *Adapter) zone(ctx context.Context, r bot.Request) string {
	ctx, cancel := context.WithTimeout(ctx, rightsTime)
	defer cancel()
	in, err := a.installed.of(ctx, r.Workspace)
	if err != nil {
		return ""
	}
	user, err := in.client.GetUserInfoContext(ctx, string(r.User))
	if err != nil {
		a.report(ctx, "somebody’s time zone is not known", in.answered(err))
		return ""
	}
	return user.TZ
}

// rightsTime is how long may be spent on finding out who somebody is.
const rightsTime = 2 * time.Second

// mayAdminister reports whether somebody may change what concerns the channel: its
// creator may, and the workspace's admins and owners.
func (a *Adapter) mayAdminister(ctx context.Context, r bot.Request) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, rightsTime)
	defer cancel()
	in, err := a.installed.of(ctx, r.Workspace)
	if err != nil {
		return false, err
	}
	if isDirect(r.Channel) {
		return true, nil
	}
	user, err := in.client.GetUserInfoContext(ctx, string(r.User))
	if err != nil {
		return false, in.answered(err)
	}
	if user.IsAdmin || user.IsOwner || user.IsPrimaryOwner {
		return true, nil
	}
	channel, err := in.client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: string(r.Channel)})
	if err != nil {
		return false, in.answered(err)
	}
	return channel.Creator == string(r.User), nil
}
