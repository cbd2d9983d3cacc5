package discordfake

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

// User is somebody on Discord.
type User struct {
	ID   string `json:"id"`
	Name string `json:"username"`
	Bot  bool   `json:"bot"`
}

// The kinds of channel, as Discord numbers them.
const (
	kindText   = 0
	kindDirect = 1
)

// Permissions of the bot in a channel, and of users.
const (
	PermissionAdministrator  = 1 << 3
	PermissionManageGuild    = 1 << 5
	PermissionViewChannel    = 1 << 10
	PermissionSendMessages   = 1 << 11
	PermissionEmbedLinks     = 1 << 14
	PermissionReadHistory    = 1 << 16
	PermissionSendInThreads  = 1 << 38
	permissionsOfBot         = PermissionViewChannel | PermissionSendMessages | PermissionEmbedLinks | PermissionReadHistory | PermissionSendInThreads
	permissionsOfEverybody   = PermissionViewChannel | PermissionSendMessages
	permissionMentionEveryes = 1 << 17
)

type guild struct {
	id, name, owner string
	channel         string // where it greets
	away            bool   // an outage
	joined          time.Time
}

type channel struct {
	id, guild, name string
	kind            int
	recipient       string // of direct messages
	permissions     int64  // the bot's
	closed          bool   // to direct messages of the bot
}

// Message is a message as its readers have it.
type Message struct {
	ID         string           `json:"id"`
	Channel    string           `json:"channel_id"`
	Author     string           `json:"author"`
	Content    string           `json:"content"`
	Flags      int              `json:"flags"`
	Components []map[string]any `json:"components"`
	Nonce      string           `json:"nonce,omitempty"`
	Reference  string           `json:"reference,omitempty"`   // the message that it answers
	ShownTo    string           `json:"shown_to,omitempty"`    // the only user who sees it; empty for everybody
	Pinged     []string         `json:"pinged"`                // who got a notification: user ids, "@everyone"
	Edits      int              `json:"edits"`                 // how often it was changed
	Of         string           `json:"interaction,omitempty"` // the interaction that it answers
	Raw        json.RawMessage  `json:"raw"`                   // what the bot sent last
	mentions   []string
}

// Text is all text of a message in the order in which people read it.
func (m Message) Text() string {
	parts := []string{}
	if m.Content != "" {
		parts = append(parts, m.Content)
	}
	walk(m.Components, func(c map[string]any) {
		if number(c["type"]) == typeText {
			parts = append(parts, text(c["content"]))
		}
	})
	return strings.Join(parts, "\n")
}

// Button is a button of a message.
type Button struct {
	Label  string
	ID     string // custom_id
	Number int    // its id among the message's components
	URL    string
	Style  int
}

// Buttons are those of a message, from top to bottom.
func (m Message) Buttons() []Button {
	var out []Button
	walk(m.Components, func(c map[string]any) {
		if number(c["type"]) == typeButton {
			out = append(out, Button{Label: text(c["label"]), ID: text(c["custom_id"]), Number: number(c["id"]), URL: text(c["url"]), Style: number(c["style"])})
		}
	})
	return out
}

// Menu is a select menu of a message.
type Menu struct {
	ID          string
	Placeholder string
	Choices     []Choice
}

// Choice is a choice of a menu, or of an autocompletion.
type Choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Menus are those of a message, from top to bottom.
func (m Message) Menus() []Menu {
	var out []Menu
	walk(m.Components, func(c map[string]any) {
		if number(c["type"]) != typeSelect {
			return
		}
		menu := Menu{ID: text(c["custom_id"]), Placeholder: text(c["placeholder"])}
		for _, o := range objects(c["options"]) {
			menu.Choices = append(menu.Choices, Choice{Name: text(o["label"]), Value: text(o["value"])})
		}
		out = append(out, menu)
	})
	return out
}

// walk visits components and what is in them, from top to bottom.
func walk(components []map[string]any, visit func(map[string]any)) {
	for _, c := range components {
		visit(c)
		walk(objects(c["components"]), visit)
		if inner, ok := c["accessory"].(map[string]any); ok {
			walk([]map[string]any{inner}, visit)
		}
		if inner, ok := c["component"].(map[string]any); ok {
			walk([]map[string]any{inner}, visit)
		}
	}
}

func text(v any) string {
	s, ok := v.(string)
	if !ok {
		return ""
	}
	return s
}

func number(v any) int {
	n, ok := v.(float64)
	if !ok {
		return 0
	}
	return int(n)
}

func objects(v any) []map[string]any {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	var out []map[string]any
	for _, o := range list {
		if m, ok := o.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// AddUser adds somebody.
func (s *Server) AddUser(name string) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := &User{ID: s.snowflake(), Name: name}
	s.users[u.ID] = u
	return *u
}

// AddGuild adds a guild with one channel that the bot is a member of, and returns
// the ids of both. Those who are connected are told.
func (s *Server) AddGuild(name string) (guildID, channelID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &guild{id: s.snowflake(), name: name, joined: time.Now()}
	owner := &User{ID: s.snowflake(), Name: name + "'s owner"}
	s.users[owner.ID], g.owner = owner, owner.ID
	s.guilds[g.id] = g
	g.channel = s.addChannel(g.id, "general")
	s.dispatch(g.id, intentGuilds, "GUILD_CREATE", s.guildObject(g))
	return g.id, g.channel
}

// AddChannel adds a channel to a guild.
func (s *Server) AddChannel(guildID, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addChannel(guildID, name)
}

func (s *Server) addChannel(guildID, name string) string {
	c := &channel{id: s.snowflake(), guild: guildID, name: name, permissions: permissionsOfBot}
	s.channels[c.id] = c
	return c.id
}

// RemoveGuild throws the bot out of a guild.
func (s *Server) RemoveGuild(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(id, intentGuilds, "GUILD_DELETE", map[string]any{"id": id})
	delete(s.guilds, id)
	for key, c := range s.channels {
		if c.guild == id {
			delete(s.channels, key)
		}
	}
}

// Outage makes a guild unavailable, or available again.
func (s *Server) Outage(id string, away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[id]
	g.away = away
	if away {
		s.dispatch(id, intentGuilds, "GUILD_DELETE", map[string]any{"id": id, "unavailable": true})
		return
	}
	s.dispatch(id, intentGuilds, "GUILD_CREATE", s.guildObject(g))
}

// RemoveChannel deletes a channel.
func (s *Server) RemoveChannel(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.channels, id)
}

// SetPermissions says what the bot may do in a channel.
func (s *Server) SetPermissions(channelID string, permissions int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[channelID].permissions = permissions
}

// CloseDirect has somebody refuse direct messages of the bot, or take them again.
func (s *Server) CloseDirect(userID string, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[s.direct(userID)].closed = closed
}

// direct is the channel of the bot's direct messages with somebody. The lock is held.
func (s *Server) direct(userID string) string {
	for _, c := range s.channels {
		if c.recipient == userID {
			return c.id
		}
	}
	c := &channel{id: s.snowflake(), kind: kindDirect, recipient: userID, permissions: permissionsOfBot}
	s.channels[c.id] = c
	return c.id
}

// Direct is the channel of the bot's direct messages with somebody.
func (s *Server) Direct(userID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.direct(userID)
}

// Messages are those in a channel that somebody sees, oldest first; for nobody in
// particular, those that everybody sees.
func (s *Server) Messages(channelID, userID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.messages {
		if m.Channel == channelID && (m.ShownTo == "" || m.ShownTo == userID) && m.Flags&flagLoading == 0 {
			out = append(out, *m)
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return compareIDs(a.ID, b.ID) })
	return out
}

// Posts are the bot's messages that everybody sees in their channels, oldest first: those
// after a message, or all for "".
func (s *Server) Posts(after string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Message{}
	for _, m := range s.messages {
		if m.Author == s.app && m.ShownTo == "" && compareIDs(m.ID, after) > 0 {
			out = append(out, *m)
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return compareIDs(a.ID, b.ID) })
	return out
}

// compareIDs orders snowflakes by age.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// Typing are the channels in which the bot was seen typing, in that order.
func (s *Server) Typing() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.typing)
}

var userMention = regexp.MustCompile(`<@!?(\d+)>`)

// guildObject is a guild as events have it. The lock is held.
func (s *Server) guildObject(g *guild) map[string]any {
	o := map[string]any{
		"id": g.id, "name": g.name, "owner_id": g.owner, "unavailable": g.away, "joined_at": g.joined.Format(time.RFC3339Nano),
		"system_channel_id": g.channel, "preferred_locale": "en-US", "large": false, "member_count": 2,
		"roles":  []any{map[string]any{"id": g.id, "name": "@everyone", "permissions": "1024"}},
		"emojis": []any{}, "features": []any{}, "members": []any{}, "threads": []any{}, "voice_states": []any{}, "presences": []any{},
	}
	var channels []any
	for _, c := range s.channels {
		if c.guild == g.id {
			channels = append(channels, channelObject(c))
		}
	}
	o["channels"] = channels
	return o
}

func channelObject(c *channel) map[string]any {
	o := map[string]any{"id": c.id, "type": c.kind}
	if c.kind == kindDirect {
		o["recipients"] = []any{map[string]any{"id": c.recipient}}
		return o
	}
	o["guild_id"], o["name"] = c.guild, c.name
	return o
}

func userObject(u *User) map[string]any {
	return map[string]any{"id": u.ID, "username": u.Name, "discriminator": "0", "global_name": u.Name, "avatar": nil, "bot": u.Bot}
}

// TextOf is all text of a message as the bot sends it, in the order in which people read
// it.
func TextOf(body map[string]any) string {
	return Message{Content: text(body["content"]), Components: objects(body["components"])}.Text()
}

// Owner is who a guild belongs to.
func (s *Server) Owner(guildID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.guilds[guildID].owner
}
