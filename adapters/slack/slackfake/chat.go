package slackfake

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// The chat methods (https://docs.slack.dev/reference/methods?family=chat).

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
	m.Text = d.text
	m.Edits++
	s.show(m, d) // text alone takes blocks away
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
