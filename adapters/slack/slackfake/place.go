package slackfake

import (
	"maps"
	"strings"
	"time"
)

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
