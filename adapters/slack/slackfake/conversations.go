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
