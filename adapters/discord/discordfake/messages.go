package discordfake

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

type nonce struct {
	message string
	at      time.Time
}

// writable says why the bot may not write to a channel; nothing when it may.
func (s *Server) writable(id string) (*channel, *apiError) {
	c := s.channels[id]
	switch {
	case c == nil:
		return nil, unknownChannel
	case c.kind == kindDirect && c.closed:
		return nil, cannotDirect
	case c.permissions&PermissionViewChannel == 0:
		return nil, missingAccess
	case c.permissions&PermissionSendMessages == 0:
		return nil, missingPermissions
	}
	return c, nil
}

func (s *Server) postMessage(c *call) (any, *apiError) {
	ch, err := s.writable(c.part["channel"])
	if err != nil {
		return nil, err
	}
	f := &form{}
	flags := number(c.body["flags"])
	f.message(c.body, flags)
	if flags&^(flagSuppressEmbeds|flagComponents|1<<12) != 0 {
		f.errorf("flags", "such flags cannot be set here")
	}
	word := text(c.body["nonce"])
	if utf8.RuneCountInString(word) > maxNonce {
		f.errorf("nonce", "must be %d or fewer in length", maxNonce)
	}
	reference, _ := c.body["message_reference"].(map[string]any)
	if to := text(reference["message_id"]); to != "" && s.messages[to] == nil && reference["fail_if_not_exists"] != false {
		f.errorf("message_reference", "unknown message")
	}
	if err := f.result(); err != nil {
		return nil, err
	}
	if ch.kind == kindText && text(reference["message_id"]) != "" && ch.permissions&PermissionReadHistory == 0 {
		return nil, replyUnread
	}
	enforce, _ := c.body["enforce_nonce"].(bool)
	if known, ok := s.nonces[ch.id+word]; ok && enforce && word != "" && time.Since(known.at) < s.config.NonceTime {
		return s.messageObject(s.messages[known.message]), nil
	}
	m := s.addMessage(ch.id, s.app, c.body, flags)
	m.Nonce, m.Reference = word, text(reference["message_id"])
	if to := s.messages[m.Reference]; to == nil {
		m.Reference = ""
	} else if allowed, _ := c.body["allowed_mentions"].(map[string]any); allowed == nil || allowed["replied_user"] == true {
		m.Pinged = append(m.Pinged, to.Author)
	}
	if word != "" {
		s.nonces[ch.id+word] = nonce{message: m.ID, at: time.Now()}
	}
	s.announce(m)
	return s.messageObject(m), nil
}

// addMessage makes a message of what the bot sent, or of a user's text, and pings
// whom it may. The lock is held.
func (s *Server) addMessage(channelID, author string, body map[string]any, flags int) *Message {
	m := &Message{ID: s.snowflake(), Channel: channelID, Author: author, Flags: flags}
	s.messages[m.ID] = m
	s.fill(m, body)
	m.Pinged = s.pinged(m, body)
	s.notify()
	return m
}

// fill takes over what a body says of a message's content.
func (s *Server) fill(m *Message, body map[string]any) {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err) // it was JSON
	}
	m.Raw = raw
	if content, ok := body["content"]; ok {
		m.Content = text(content)
	}
	if components, ok := body["components"]; ok {
		m.Components = objects(components)
		enumerate(m.Components)
	}
	m.mentions = nil
	for _, found := range userMention.FindAllStringSubmatch(m.Text(), -1) {
		if s.users[found[1]] != nil && !slices.Contains(m.mentions, found[1]) {
			m.mentions = append(m.mentions, found[1])
		}
	}
}

// enumerate gives each component without an id one that no other has.
func enumerate(components []map[string]any) {
	used := map[int]bool{}
	walk(components, func(c map[string]any) { used[number(c["id"])] = true })
	next := 1
	walk(components, func(c map[string]any) {
		if number(c["id"]) != 0 {
			return
		}
		for used[next] {
			next++
		}
		used[next] = true
		c["id"] = float64(next)
	})
}

// pinged says who gets a notification: who is mentioned in the text, if
// allowed_mentions lets them. Without it, everybody who is mentioned.
func (s *Server) pinged(m *Message, body map[string]any) []string {
	if m.Flags&(1<<12) != 0 {
		return nil
	}
	allowed, restricted := body["allowed_mentions"].(map[string]any)
	parse, users := list(allowed["parse"]), list(allowed["users"])
	var out []string
	for _, id := range m.mentions {
		if !restricted || slices.Contains(parse, "users") || slices.Contains(users, id) {
			out = append(out, id)
		}
	}
	mayAll := !restricted || slices.Contains(parse, "everyone")
	if c := s.channels[m.Channel]; mayAll && c != nil && c.permissions&permissionMentionEveryes != 0 {
		for _, word := range []string{"@everyone", "@here"} {
			if strings.Contains(m.Text(), word) {
				out = append(out, word)
			}
		}
	}
	return out
}

// announce tells those who are connected of a new message. The lock is held.
func (s *Server) announce(m *Message) {
	c := s.channels[m.Channel]
	if c == nil || m.ShownTo != "" {
		return
	}
	intent := intentGuildMessages
	if c.kind == kindDirect {
		intent = intentDirectMessages
	}
	s.dispatch(c.guild, intent, "MESSAGE_CREATE", s.messageObject(m))
}

// messageObject is a message as the API has it. The lock is held.
func (s *Server) messageObject(m *Message) map[string]any {
	author := s.users[m.Author]
	o := map[string]any{
		"id": m.ID, "channel_id": m.Channel, "author": userObject(author), "content": m.Content, "flags": m.Flags,
		"components": m.Components, "type": 0, "timestamp": time.Now().UTC().Format(time.RFC3339Nano), "edited_timestamp": nil,
		"tts": false, "mention_everyone": false, "mention_roles": []any{}, "attachments": []any{}, "embeds": []any{}, "pinned": false,
	}
	if m.Components == nil {
		o["components"] = []any{}
	}
	mentions := []any{}
	for _, id := range m.mentions {
		mentions = append(mentions, userObject(s.users[id]))
	}
	o["mentions"] = mentions
	if m.Nonce != "" {
		o["nonce"] = m.Nonce
	}
	if m.Reference != "" {
		o["message_reference"] = map[string]any{"message_id": m.Reference, "channel_id": m.Channel}
	}
	if m.Author == s.app {
		o["application_id"] = s.app
	}
	if c := s.channels[m.Channel]; c != nil && c.guild != "" {
		o["guild_id"] = c.guild
		o["member"] = map[string]any{"roles": []any{}, "joined_at": "2026-01-01T00:00:00Z"}
	}
	return o
}

// readable says why the bot may not look at a request's channel, or else whether it may
// read what was said there.
func (s *Server) readable(c *call) (history bool, err *apiError) {
	ch := s.channels[c.part["channel"]]
	switch {
	case ch == nil:
		return false, unknownChannel
	case ch.permissions&PermissionViewChannel == 0:
		return false, missingAccess
	}
	return ch.kind != kindText || ch.permissions&PermissionReadHistory != 0, nil
}

// getMessages answers with messages, the newest first, as Discord does; with none at all
// to who may not read what was said:
// https://discord.com/developers/docs/resources/message#get-channel-messages.
func (s *Server) getMessages(c *call) (any, *apiError) {
	history, refused := s.readable(c)
	if refused != nil {
		return nil, refused
	}
	limit, err := strconv.Atoi(c.URL.Query().Get("limit"))
	if err != nil {
		limit = 50
	}
	if limit < 1 || limit > 100 {
		f := &form{}
		f.errorf("limit", "must be between 1 and 100")
		return nil, f.result()
	}
	after := c.URL.Query().Get("after")
	var found []*Message
	for _, m := range s.messages {
		if history && m.Channel == c.part["channel"] && m.ShownTo == "" && (after == "" || compareIDs(m.ID, after) > 0) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *Message) int { return compareIDs(a.ID, b.ID) })
	if len(found) > limit {
		if after != "" {
			found = found[:limit]
		} else {
			found = found[len(found)-limit:]
		}
	}
	slices.Reverse(found)
	out := []any{}
	for _, m := range found {
		out = append(out, s.messageObject(m))
	}
	return out, nil
}

func (s *Server) getMessage(c *call) (any, *apiError) {
	history, err := s.readable(c)
	if err == nil && !history {
		err = missingPermissions
	}
	if err != nil {
		return nil, err
	}
	m := s.messages[c.part["message"]]
	if m == nil || m.Channel != c.part["channel"] || m.ShownTo != "" {
		return nil, unknownMessage
	}
	return s.messageObject(m), nil
}

func (s *Server) patchMessage(c *call) (any, *apiError) {
	m := s.messages[c.part["message"]]
	if m == nil || m.Channel != c.part["channel"] || m.ShownTo != "" {
		return nil, unknownMessage
	}
	if m.Author != s.app {
		return nil, notTheAuthor
	}
	if err := s.edit(m, c.body); err != nil {
		return nil, err
	}
	return s.messageObject(m), nil
}

// edit changes a message. What it does not name stays; IS_COMPONENTS_V2 can be set
// and never unset. The lock is held.
func (s *Server) edit(m *Message, body map[string]any) *apiError {
	flags := m.Flags &^ flagLoading
	if given, ok := body["flags"]; ok && given != nil {
		flags |= number(given)&flagComponents | number(given)&flagSuppressEmbeds
	}
	whole := map[string]any{}
	for name, v := range body {
		whole[name] = v
	}
	if _, given := body["content"]; !given {
		whole["content"] = m.Content
	}
	if _, given := body["components"]; !given && m.Components != nil {
		kept := make([]any, len(m.Components))
		for i, c := range m.Components {
			kept[i] = c
		}
		whole["components"] = kept
	}
	f := &form{}
	f.message(whole, flags)
	if err := f.result(); err != nil {
		return err
	}
	m.Flags = flags
	m.Edits++
	s.fill(m, body)
	s.notify()
	return nil
}

func (s *Server) postTyping(c *call) (any, *apiError) {
	if _, err := s.writable(c.part["channel"]); err != nil {
		return nil, err
	}
	s.typing = append(s.typing, c.part["channel"])
	s.notify()
	return nil, nil //nolint:nilnil // 204: there is neither
}
