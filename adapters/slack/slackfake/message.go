package slackfake

import (
	"encoding/json"
	"slices"
	"strings"
)

// Message is a message as the fake has it, and what a test looks at.
type Message struct {
	Team     string `json:"team"`
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts,omitempty"` // of a reply: the thread's first message
	User     string `json:"user"`
	BotID    string `json:"bot_id,omitempty"` // empty: a person wrote it

	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks,omitempty"` // as they were sent, spaces and order of keys apart
	Metadata json.RawMessage `json:"metadata,omitempty"`

	// Only is the one person who sees an ephemeral message, else empty. Slack
	// does not keep those: history does not have them, chat.update refuses them.
	Only string `json:"only,omitempty"`
	Gone bool   `json:"gone,omitempty"` // deleted or replaced, kept for tests to see

	Broadcast   bool     `json:"broadcast,omitempty"` // a reply that the channel shows too
	Edits       int      `json:"edits,omitempty"`     // how often it was changed
	UnfurlLinks *bool    `json:"unfurl_links,omitempty"`
	UnfurlMedia *bool    `json:"unfurl_media,omitempty"`
	Reactions   []string `json:"reactions,omitempty"`

	// Mentions are those that Slack would act on, in the order they stand: <!here>,
	// <@U…>, <#C…>, <!subteam^…>. MayMention are words like @here in text whose
	// "verbatim" is not true: Slack's documentation says that it turns "certain
	// mentions" there into real ones, and not which.
	Mentions   []string `json:"mentions,omitempty"`
	MayMention []string `json:"may_mention,omitempty"`

	Via    string `json:"via"`              // the method, "answer" or "response_url" that brought it; "person"
	Answer string `json:"answer,omitempty"` // of Via answer and response_url: the trigger it belongs to

	filled []any // the blocks with the ids that Slack makes up
}

// Seen is what a message looks like, without what differs each time. Two of them
// can be compared with ==.
type Seen struct {
	Channel  string
	Only     string // who alone sees it; empty for everybody in the channel
	InThread bool
	Text     string
	Blocks   string // JSON in a canonical form
	Gone     bool
}

// Seen is what people see of the message.
func (m Message) Seen() Seen {
	return Seen{
		Channel: m.Channel, Only: m.Only, InThread: m.ThreadTS != "" && m.ThreadTS != m.TS,
		Text: m.Text, Blocks: string(m.Blocks), Gone: m.Gone,
	}
}

func (m *Message) copy() Message {
	out := *m
	out.Mentions, out.MayMention, out.Reactions = slices.Clone(m.Mentions), slices.Clone(m.MayMention), slices.Clone(m.Reactions)
	return out
}

// wire is the message as Slack's API and events show it.
func (m *Message) wire(metadata bool) object {
	out := object{"type": "message", "ts": m.TS, "user": m.User, "text": m.Text, "team": m.Team}
	if m.BotID != "" {
		out["bot_id"] = m.BotID
		out["app_id"] = "A0FAKEAPP"
	}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
	}
	if m.filled != nil {
		out["blocks"] = m.filled
	}
	if metadata && m.Metadata != nil {
		out["metadata"] = m.Metadata
	}
	if m.Edits > 0 && m.filled == nil { // an update with blocks does not show as edited
		out["edited"] = object{"user": m.User, "ts": m.TS}
	}
	return out
}

// Messages returns the messages of a channel in order of time, with ephemeral and
// deleted ones.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return copies(s.messages[channel], func(*Message) bool { return true })
}

// Posts returns what the app posted to a channel and everybody sees: no ephemeral
// messages, no deleted ones.
func (s *Server) Posts(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return copies(s.messages[channel], func(m *Message) bool { return m.BotID != "" && m.Only == "" && !m.Gone })
}

// Responses returns the messages that came in answer to what somebody did: in the
// response, and through its response_url, in order of time.
func (s *Server) Responses(trigger string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, messages := range sorted(s.messages) {
		out = append(out, copies(messages, func(m *Message) bool { return m.Answer == trigger })...)
	}
	slices.SortFunc(out, func(a, b Message) int { return strings.Compare(a.TS, b.TS) })
	return out
}

// Message returns one message of a channel; ok is false where there is none.
func (s *Server) Message(channel, ts string) (m Message, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.message(channel, ts); p != nil {
		return p.copy(), true
	}
	return Message{}, false
}

// ForgetMessages forgets all messages, views, calls and what belongs to them, so that
// a long test's memory is the app's.
func (s *Server) ForgetMessages() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.messages)
	clear(s.views)
	clear(s.stacks)
	clear(s.homes)
	clear(s.external)
	clear(s.triggers)
	clear(s.replies)
	clear(s.parcels)
	s.calls = nil
	s.touch()
}

func (s *Server) message(channel, ts string) *Message {
	messages := s.messages[channel]
	i, found := slices.BinarySearchFunc(messages, ts, func(m *Message, ts string) int { return strings.Compare(m.TS, ts) })
	if !found {
		return nil
	}
	return messages[i]
}

func copies(messages []*Message, keep func(*Message) bool) []Message {
	var out []Message
	for _, m := range messages {
		if keep(m) {
			out = append(out, m.copy())
		}
	}
	return out
}
