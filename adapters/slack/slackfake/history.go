package slackfake

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// conversationHistory answers with the newest messages first, without replies and
// without what only one person sees.
func conversationHistory(s *Server, c *call) (object, *apiError) {
	channel, refused := s.readable(c, "history")
	if refused != nil {
		return nil, refused
	}
	if !channel.has(c.bot.ID) {
		return nil, fail("not_in_channel")
	}
	all, refused := s.span(c, channel, func(m *Message) bool { return m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast })
	if refused != nil {
		return nil, refused
	}
	slices.Reverse(all)
	return s.messagePage(c, all, 100)
}

// conversationReplies answers with a thread, its first message first.
func conversationReplies(s *Server, c *call) (object, *apiError) {
	channel, refused := s.readable(c, "history")
	if refused != nil {
		return nil, refused
	}
	if !channel.has(c.bot.ID) {
		return nil, fail("not_in_channel")
	}
	ts := c.str("ts")
	if m := s.message(channel.ID, ts); m == nil || m.Gone || m.Only != "" {
		if s.threads[channel.ID+" "+ts] == nil {
			return nil, fail("thread_not_found")
		}
	} else if m.ThreadTS != "" {
		ts = m.ThreadTS
	}
	all, refused := s.span(c, channel, func(m *Message) bool { return m.TS == ts || m.ThreadTS == ts })
	if refused != nil {
		return nil, refused
	}
	return s.messagePage(c, all, 1000)
}

// span are the messages between oldest and latest, in order of time.
func (s *Server) span(c *call, channel *Channel, keep func(*Message) bool) ([]*Message, *apiError) {
	oldest, latest, inclusive := c.str("oldest"), c.str("latest"), c.flag("inclusive")
	for _, bound := range []struct{ value, refusal string }{{oldest, "invalid_ts_oldest"}, {latest, "invalid_ts_latest"}} {
		if bound.value != "" && !moment.MatchString(bound.value) {
			return nil, fail(bound.refusal)
		}
	}
	var out []*Message
	for _, m := range s.messages[channel.ID] {
		if m.Gone || m.Only != "" || !keep(m) {
			continue
		}
		if oldest != "" && (later(oldest, m.TS) || !inclusive && !later(m.TS, oldest)) {
			continue
		}
		if latest != "" && (later(m.TS, latest) || !inclusive && !later(latest, m.TS)) {
			continue
		}
		out = append(out, m)
	}
	return out, nil
}

// later tells whether the first timestamp is after the second; neither need have all
// six digits behind the point.
func later(a, b string) bool { return micros(a) > micros(b) }

func micros(ts string) int64 {
	seconds, fraction, _ := strings.Cut(ts, ".")
	whole, _ := strconv.ParseInt(seconds, 10, 64)
	part, _ := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	return whole*1e6 + part
}

func (s *Server) messagePage(c *call, all []*Message, usual int) (object, *apiError) {
	most := 999
	if s.opts.HistoryLimit > 0 {
		usual, most = s.opts.HistoryLimit, s.opts.HistoryLimit
	}
	limit, refused := c.limit(usual, most)
	if refused != nil {
		return nil, refused
	}
	if cursor := c.str("cursor"); cursor != "" {
		text, err := base64.StdEncoding.DecodeString(cursor)
		ts, found := strings.CutPrefix(string(text), "next_ts:")
		i := slices.IndexFunc(all, func(m *Message) bool { return m.TS == ts })
		if err != nil || !found || i < 0 {
			return nil, fail("invalid_cursor")
		}
		all = all[i:]
	}
	out := object{"has_more": len(all) > limit, "pin_count": 0}
	if len(all) > limit {
		out["response_metadata"] = object{"next_cursor": base64.StdEncoding.EncodeToString([]byte("next_ts:" + all[limit].TS))}
		all = all[:limit]
	}
	messages := make([]any, len(all))
	for i, m := range all {
		messages[i] = m.wire(c.flag("include_all_metadata"))
	}
	out["messages"] = messages
	return out, nil
}
