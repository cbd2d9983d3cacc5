package slackfake

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The conversations and users methods.

var (
	timestamp = regexp.MustCompile(`^[0-9]{1,12}\.[0-9]{6}$`)
	moment    = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,6})?$`)
	emojiName = regexp.MustCompile(`^[a-z0-9_+'-]{1,100}$`)
)

// readable is the channel of a call that needs the scope of its kind, such as
// channels:read.
func (s *Server) readable(c *call, what string) (*Channel, *apiError) {
	name := c.str("channel")
	if s.users[name] != nil {
		return nil, fail("channel_not_found")
	}
	channel, refused := s.channelFor(c, name)
	if refused != nil {
		return nil, refused
	}
	if scope := channel.kind() + ":" + what; !c.token.can(scope) {
		return nil, c.missingScope(scope)
	}
	return channel, nil
}

func (s *Server) wireChannel(c *call, channel *Channel) object {
	out := object{
		"id": channel.ID, "created": 1_700_000_000, "is_im": channel.IM, "is_archived": channel.Archived,
		"is_private": channel.Private || channel.IM, "is_org_shared": false, "context_team_id": channel.Team,
	}
	if channel.IM {
		out["user"] = channel.With
		out["is_open"] = true
		return out
	}
	out["name"], out["name_normalized"] = channel.Name, channel.Name
	out["creator"] = channel.Creator
	out["is_channel"], out["is_group"], out["is_mpim"] = !channel.Private, channel.Private, false
	out["is_member"] = channel.has(c.bot.ID)
	return out
}

func conversationInfo(s *Server, c *call) (object, *apiError) {
	channel, refused := s.readable(c, "read")
	if refused != nil {
		return nil, refused
	}
	out := s.wireChannel(c, channel)
	if c.flag("include_num_members") {
		out["num_members"] = len(channel.Members)
	}
	if c.flag("include_locale") {
		out["locale"] = "en-US"
	}
	return object{"channel": out}, nil
}

// listed are the conversations of the kinds that are asked for, in order of ids.
func (s *Server) listed(c *call, keep func(*Channel) bool) ([]any, *apiError) {
	kinds := map[string]string{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
	var wanted []string
	for _, t := range strings.Split(orElse(c.str("types"), "public_channel"), ",") {
		kind := kinds[strings.TrimSpace(t)]
		if kind == "" {
			return nil, fail("invalid_types")
		}
		if !c.token.can(kind + ":read") {
			return nil, c.missingScope(kind + ":read")
		}
		wanted = append(wanted, kind)
	}
	var out []any
	for _, channel := range sorted(s.channels) {
		if channel.Team != c.team.ID || !slices.Contains(wanted, channel.kind()) || channel.Archived && c.flag("exclude_archived") {
			continue
		}
		if (channel.Private || channel.IM) && !channel.has(c.bot.ID) || !keep(channel) {
			continue
		}
		out = append(out, s.wireChannel(c, channel))
	}
	return out, nil
}

func conversationsList(s *Server, c *call) (object, *apiError) {
	all, refused := s.listed(c, func(*Channel) bool { return true })
	if refused != nil {
		return nil, refused
	}
	return c.page("channels", all)
}

func usersConversations(s *Server, c *call) (object, *apiError) {
	who := orElse(c.str("user"), c.bot.ID)
	if s.users[who] == nil {
		return nil, fail("user_not_found")
	}
	all, refused := s.listed(c, func(channel *Channel) bool { return channel.has(who) })
	if refused != nil {
		return nil, refused
	}
	return c.page("channels", all)
}

// page answers with a part of a list, and where the next part begins.
func (c *call) page(key string, all []any) (object, *apiError) {
	limit, refused := c.limit(100, 999)
	if refused != nil {
		return nil, refused
	}
	from := 0
	if cursor := c.str("cursor"); cursor != "" {
		text, err := base64.StdEncoding.DecodeString(cursor)
		n, found := strings.CutPrefix(string(text), "from:")
		from, _ = strconv.Atoi(n)
		if err != nil || !found || from <= 0 || from > len(all) {
			return nil, fail("invalid_cursor")
		}
	}
	to, next := min(from+limit, len(all)), ""
	if to < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("from:" + strconv.Itoa(to)))
	}
	part := append([]any{}, all[from:to]...)
	return object{key: part, "response_metadata": object{"next_cursor": next}}, nil
}

func conversationMembers(s *Server, c *call) (object, *apiError) {
	channel, refused := s.readable(c, "read")
	if refused != nil {
		return nil, refused
	}
	all := make([]any, len(channel.Members))
	for i, m := range channel.Members {
		all[i] = m
	}
	return c.page("members", all)
}

func joinConversation(s *Server, c *call) (object, *apiError) {
	channel, refused := s.channelFor(c, c.str("channel"))
	if refused != nil {
		return nil, refused
	}
	switch {
	case channel.IM || channel.Private:
		return nil, fail("method_not_supported_for_channel_type")
	case channel.Archived:
		return nil, fail("is_archived")
	}
	out := object{"channel": s.wireChannel(c, channel)}
	if channel.has(c.bot.ID) {
		return withWarnings(out, []string{"already_in_channel"}), nil
	}
	channel.Members = append(channel.Members, c.bot.ID)
	out["channel"] = s.wireChannel(c, channel)
	id, user := channel.ID, c.bot.ID
	c.after = append(c.after, func() { s.memberJoined(id, user) })
	return out, nil
}

func openConversation(s *Server, c *call) (object, *apiError) {
	if id := c.str("channel"); id != "" {
		channel, refused := s.channelFor(c, id)
		if refused != nil {
			return nil, refused
		}
		return object{"channel": s.wireChannel(c, channel), "no_op": true, "already_open": true}, nil
	}
	ids := strings.Split(c.str("users"), ",")
	switch {
	case !c.has("users"):
		return nil, fail("users_list_not_supplied")
	case len(ids) > 1:
		return nil, refuse("invalid_arguments", []string{"this fake has no group direct messages"})
	case !c.token.can("im:write"):
		return nil, c.missingScope("im:write")
	}
	user := s.users[ids[0]]
	switch {
	case user == nil || user.Team != c.team.ID:
		return nil, fail("user_not_found")
	case user.Deleted:
		return nil, fail("user_disabled")
	case user.IsBot:
		return nil, fail("cannot_dm_bot")
	}
	channel := s.im(user.ID)
	if c.flag("return_im") {
		return object{"channel": s.wireChannel(c, channel)}, nil
	}
	return object{"channel": object{"id": channel.ID}}, nil
}

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

func usersInfo(s *Server, c *call) (object, *apiError) {
	u := s.users[c.str("user")]
	if u == nil || u.Team != c.team.ID {
		return nil, fail("user_not_found")
	}
	out := object{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted,
		"is_admin": u.IsAdmin, "is_owner": u.IsOwner, "is_primary_owner": false, "is_bot": u.IsBot,
		"is_app_user": false, "is_restricted": false, "is_ultra_restricted": false, "updated": 1_700_000_000,
		"profile": object{"real_name": u.RealName, "display_name": u.Name, "team": u.Team},
	}
	if !u.Deleted {
		out["tz"] = u.TZ
		if loc, err := time.LoadLocation(u.TZ); err == nil {
			name, offset := s.Now().In(loc).Zone()
			out["tz_label"], out["tz_offset"] = name, offset
		}
	}
	if c.flag("include_locale") {
		out["locale"] = u.Locale
	}
	return object{"user": out}, nil
}
