package slackfake

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The chat methods (https://docs.slack.dev/reference/methods?family=chat).

// draft is what a call or an answer wants to be a message.
type draft struct {
	text     string
	blocks   []any           // as sent; nil: none were passed
	raw      json.RawMessage // the same in canonical form
	metadata json.RawMessage
	mentions mentions
	warnings []string
}

// readDraft reads and checks what is to be shown.
func (c *call) readDraft() (*draft, *apiError) {
	d := &draft{text: c.str("text")}
	v, present, err := c.value("blocks")
	if err != nil {
		return nil, fail("invalid_blocks_format")
	}
	if present {
		list, ok := v.([]any)
		if !ok {
			return nil, fail("invalid_blocks_format")
		}
		d.blocks, d.raw = list, compact(list)
	}
	if refused := d.checkBlocks(); refused != nil {
		return nil, refused
	}
	if c.has("markdown_text") {
		if d.text != "" || present {
			return nil, fail("markdown_text_conflict")
		}
		if d.text = c.str("markdown_text"); utf8.RuneCountInString(d.text) > maxMarkdown {
			return nil, fail("msg_too_long")
		}
	}
	if c.has("attachments") {
		return nil, refuse("invalid_attachments", []string{"this fake has no legacy attachments [json-pointer:/attachments]"})
	}
	d.mentions.find(d.text, c.str("parse") == "full" || c.flag("link_names"))
	var refused *apiError
	d.metadata, refused = c.metadata()
	return d, refused
}

func (d *draft) checkBlocks() *apiError {
	if d.blocks == nil {
		return nil
	}
	check := newChecker(inMessage)
	check.blockList("/blocks", d.blocks, maxBlocks)
	if check.problems != nil {
		return refuse("invalid_blocks", check.problems)
	}
	if check.text > maxBlockText {
		return fail("msg_blocks_too_long")
	}
	d.mentions = check.mentions
	return nil
}

// empty tells that nothing is to be seen.
func (d *draft) empty() bool { return strings.TrimSpace(d.text) == "" && len(d.blocks) == 0 }

// truncate cuts text that is too long, as chat.postMessage does.
func (d *draft) truncate() {
	if utf8.RuneCountInString(d.text) > maxText {
		d.text = string([]rune(d.text)[:maxText])
		d.warnings = append(d.warnings, "message_truncated")
	}
	if d.text == "" {
		d.warnings = append(d.warnings, "missing_text_in_message")
	}
}

// add makes the draft a message; the lock must be held.
func (s *Server) add(d *draft, m Message) *Message {
	m.TS = s.ts()
	m.Text, m.Metadata = d.text, d.metadata
	s.show(&m, d)
	if string(m.Metadata) == "{}" {
		m.Metadata = nil
	}
	s.messages[m.Channel] = append(s.messages[m.Channel], &m)
	s.touch()
	return &m
}

// show gives a message the blocks of a draft.
func (s *Server) show(m *Message, d *draft) {
	m.Blocks, m.filled = d.raw, nil
	if len(d.blocks) > 0 {
		again, err := decode(d.raw) // a copy, so that the ids made up stay out of what was sent
		if err != nil {
			panic("slackfake: " + err.Error())
		}
		m.filled, _ = again.([]any)
		s.fill(m.filled)
	}
	m.Mentions, m.MayMention = slices.Compact(d.mentions.real), d.mentions.perhaps
}

// post is a message that the app sends by a method.
func (c *call) post(channel *Channel, thread string) Message {
	return Message{
		Team: c.team.ID, Channel: channel.ID, ThreadTS: thread, User: c.bot.ID, BotID: c.team.BotID,
		Via: c.method, UnfurlLinks: c.optional("unfurl_links"), UnfurlMedia: c.optional("unfurl_media"),
		Broadcast: c.flag("reply_broadcast"),
	}
}

func postMessage(s *Server, c *call) (object, *apiError) {
	channel, refused := s.postable(c)
	if refused != nil {
		return nil, refused
	}
	d, refused := c.readDraft()
	if refused != nil {
		return nil, refused
	}
	if d.empty() {
		return nil, fail("no_text")
	}
	thread, refused := s.threadOf(c, channel)
	if refused != nil {
		return nil, refused
	}
	d.truncate()
	m := s.add(d, c.post(channel, thread))
	out := object{"channel": channel.ID, "ts": m.TS, "message": m.wire(true)}
	return withWarnings(out, d.warnings), nil
}

func withWarnings(out object, warnings []string) object {
	if warnings != nil {
		out["warning"] = strings.Join(warnings, ",")
		out["response_metadata"] = object{"warnings": warnings}
	}
	return out
}

// threadOf is the thread that the call replies to. A reply to a reply goes to its
// thread, and one to a message that is gone is posted outside of any.
func (s *Server) threadOf(c *call, channel *Channel) (string, *apiError) {
	ts := c.str("thread_ts")
	if ts == "" {
		return "", nil
	}
	if !timestamp.MatchString(ts) {
		return "", fail("invalid_thread_ts")
	}
	parent := s.message(channel.ID, ts)
	switch {
	case s.threads[channel.ID+" "+ts] != nil:
		return ts, nil // the assistant pane's threads begin without a message
	case parent == nil || parent.Gone:
		return "", nil
	case parent.Only != "":
		return "", fail("cannot_reply_to_message")
	case parent.ThreadTS != "":
		return parent.ThreadTS, nil
	}
	return ts, nil
}

// postable is the channel of the call, if the app may post there.
func (s *Server) postable(c *call) (*Channel, *apiError) {
	channel, refused := s.channelFor(c, c.str("channel"))
	if refused != nil {
		return nil, refused
	}
	switch {
	case channel.Archived:
		return nil, fail("is_archived")
	case channel.ReadOnly:
		return nil, fail("restricted_action_read_only_channel")
	case !channel.has(c.bot.ID) && !c.token.can("chat:write.public"):
		return nil, fail("not_in_channel")
	}
	return channel, s.inPace(channel)
}

// inPace refuses a post that comes faster than Options allow.
func (s *Server) inPace(channel *Channel) *apiError {
	now := s.Now()
	later := map[string]time.Time{}
	for key, rate := range map[string]Rate{channel.ID: s.opts.ChannelRate, channel.Team: s.opts.TeamRate} {
		if rate.Every == 0 {
			continue
		}
		back := s.paces[key]
		if back.Before(now) {
			back = now
		}
		if wait := back.Sub(now) - time.Duration(max(rate.Burst-1, 0))*rate.Every; wait > 0 {
			e := fail("ratelimited")
			e.retryAfter = int((wait + time.Second - 1) / time.Second)
			return e
		}
		later[key] = back.Add(rate.Every)
	}
	maps.Copy(s.paces, later)
	return nil
}

// channelFor finds the channel that an app names by id, by "#name", or by the id of
// the person to write to. What the app cannot see does not exist for it.
func (s *Server) channelFor(c *call, name string) (*Channel, *apiError) {
	if u := s.users[name]; u != nil && u.Team == c.team.ID {
		if u.IsBot {
			return nil, fail("cannot_dm_bot")
		}
		return s.im(name), nil
	}
	channel := s.channels[name]
	if channel == nil {
		channel = s.named(c.team.ID, strings.TrimPrefix(name, "#"))
	}
	if channel == nil || channel.Team != c.team.ID || (channel.Private || channel.IM) && !channel.has(c.bot.ID) {
		return nil, fail("channel_not_found")
	}
	return channel, nil
}

func (s *Server) named(team, name string) *Channel {
	for _, channel := range s.channels {
		if channel.Team == team && channel.Name == name && !channel.IM {
			return channel
		}
	}
	return nil
}

func postEphemeral(s *Server, c *call) (object, *apiError) {
	channel, refused := s.postable(c)
	if refused != nil {
		return nil, refused
	}
	user := s.users[c.str("user")]
	if user == nil || !channel.has(user.ID) {
		return nil, fail("user_not_in_channel")
	}
	d, refused := c.readDraft()
	if refused != nil {
		return nil, refused
	}
	switch {
	case d.empty():
		return nil, fail("no_text")
	case utf8.RuneCountInString(d.text) > maxText:
		return nil, fail("msg_too_long")
	}
	thread, refused := s.threadOf(c, channel)
	if refused != nil {
		return nil, refused
	}
	d.metadata = nil // ignored here, says the reference
	m := c.post(channel, thread)
	m.Only = user.ID
	return object{"message_ts": s.add(d, m).TS}, nil
}

func updateMessage(s *Server, c *call) (object, *apiError) {
	m, refused := s.own(c, "cant_update_message")
	if refused != nil {
		return nil, refused
	}
	if s.channels[m.Channel].Archived {
		return nil, fail("is_inactive")
	}
	d, refused := c.readDraft()
	if refused != nil {
		return nil, refused
	}
	switch {
	case d.empty():
		return nil, fail("no_text")
	case utf8.RuneCountInString(d.text) > maxUpdateText:
		return nil, fail("msg_too_long")
	}
	if !c.has("blocks") && c.has("text") { // text alone takes blocks away
		d.blocks, d.raw = nil, nil
	}
	m.Text = d.text
	m.Edits++
	s.show(m, d)
	if d.metadata != nil {
		m.Metadata = d.metadata
	}
	if string(m.Metadata) == "{}" {
		m.Metadata = nil
	}
	return object{"channel": m.Channel, "ts": m.TS, "text": m.Text, "message": m.wire(true)}, nil
}

func deleteMessage(s *Server, c *call) (object, *apiError) {
	m, refused := s.own(c, "cant_delete_message")
	if refused != nil {
		return nil, refused
	}
	m.Gone = true
	return object{"channel": m.Channel, "ts": m.TS}, nil
}

// own is the message that the call is about, which must be the app's. Ephemeral
// messages cannot be found again.
func (s *Server) own(c *call, otherwise string) (*Message, *apiError) {
	if s.users[c.str("channel")] != nil {
		return nil, fail("channel_not_found") // a conversation's own id is asked for here
	}
	channel, refused := s.channelFor(c, c.str("channel"))
	if refused != nil {
		return nil, refused
	}
	m := s.message(channel.ID, c.str("ts"))
	if m == nil || m.Gone || m.Only != "" {
		return nil, fail("message_not_found")
	}
	if m.User != c.bot.ID {
		return nil, fail(otherwise)
	}
	return m, nil
}

func getPermalink(s *Server, c *call) (object, *apiError) {
	channel, refused := s.channelFor(c, c.str("channel"))
	if refused != nil {
		return nil, refused
	}
	m := s.message(channel.ID, c.str("message_ts"))
	if m == nil || m.Gone || m.Only != "" {
		return nil, fail("message_not_found")
	}
	link := "https://" + c.team.Domain + ".slack.com/archives/" + channel.ID + "/p" + strings.Replace(m.TS, ".", "", 1)
	if m.ThreadTS != "" && m.ThreadTS != m.TS {
		link += "?" + url.Values{"thread_ts": {m.ThreadTS}, "cid": {channel.ID}}.Encode()
	}
	return object{"channel": channel.ID, "permalink": link}, nil
}

func addReaction(s *Server, c *call) (object, *apiError) {
	channel, refused := s.channelFor(c, c.str("channel"))
	if refused != nil {
		return nil, refused
	}
	m := s.message(channel.ID, c.str("timestamp"))
	name := c.str("name")
	switch {
	case channel.Archived:
		return nil, fail("is_archived")
	case !channel.has(c.bot.ID):
		return nil, fail("not_in_channel")
	case m == nil || m.Gone || m.Only != "":
		return nil, fail("message_not_found")
	case !emojiName.MatchString(name):
		return nil, fail("invalid_name")
	case slices.Contains(m.Reactions, name):
		return nil, fail("already_reacted")
	}
	m.Reactions = append(m.Reactions, name)
	return nil, nil
}
