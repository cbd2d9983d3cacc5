package discord

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// post is a message that somebody wrote: MESSAGE_CREATE,
// https://discord.com/developers/docs/resources/message.
type post struct {
	ID       string                `json:"id"`
	Channel  string                `json:"channel_id"`
	Guild    string                `json:"guild_id"`
	Webhook  string                `json:"webhook_id"`
	Type     discordgo.MessageType `json:"type"`
	Author   *user                 `json:"author"`
	Content  string                `json:"content"`
	Mentions []user                `json:"mentions"`
}

// decodePost reads a message; ok is false where it is none that is answered: of a
// program, not to the bot, or not a message that somebody typed.
func decodePost(raw []byte, self string) (p post, ok bool, err error) {
	if json.Unmarshal(raw, &p) != nil {
		return p, false, errMalformed
	}
	if p.Author == nil || !isID(p.Author.ID) || !isID(p.ID) || !isID(p.Channel) || p.Guild != "" && !isID(p.Guild) {
		return p, false, errMalformed
	}
	typed := p.Type == discordgo.MessageTypeDefault || p.Type == discordgo.MessageTypeReply
	if !typed || p.Author.Bot || p.Webhook != "" || p.Author.ID == self {
		return p, false, nil
	}
	named := slices.ContainsFunc(p.Mentions, func(u user) bool { return u.ID == self })
	return p, p.Guild == "" || named, nil
}

// request is the request of a message to the bot; the mention of the bot itself is none
// of its words.
func (p post) request(self string) bot.Request {
	r := bot.Request{
		Platform: Platform, Workspace: bot.WorkspaceID(p.Guild), Channel: bot.ChannelID(p.Channel),
		Message: bot.MessageID(p.ID), User: bot.UserID(p.Author.ID), Event: bot.EventID("m" + p.ID),
		Surface: bot.SurfaceDirect, Text: p.Content,
	}
	if p.Guild != "" {
		r.Surface = bot.SurfaceMention
	}
	for _, mention := range []string{"<@" + self + ">", "<@!" + self + ">"} {
		r.Text = strings.ReplaceAll(r.Text, mention, " ")
	}
	r.Text = strings.TrimSpace(r.Text)
	return r
}
