package slackfake

import (
	"slices"
)

// The Events API (https://docs.slack.dev/apis/events-api).

// eventScopes are what an app needs to be sent an event, "" for nothing.
var eventScopes = map[string]string{
	"app_mention": "app_mentions:read", "message.im": "im:history", "message.channels": "channels:history",
	"message.groups": "groups:history", "member_joined_channel": "channels:read", "app_home_opened": "",
	"app_uninstalled": "", "tokens_revoked": "",
	"assistant_thread_started": "assistant:write", "assistant_thread_context_changed": "assistant:write",
}

// subscribed tells whether the app is sent an event in a workspace.
func (s *Server) subscribed(team, kind string) bool {
	wanted := kind != "message.channels" && kind != "message.groups"
	if s.opts.Events != nil {
		wanted = slices.Contains(s.opts.Events, kind)
	}
	scope := eventScopes[kind]
	if !wanted || scope == "" {
		return wanted
	}
	for _, t := range s.tokens {
		if t.Team == team && t.Kind == "bot" && !t.Revoked && t.can(scope) {
			return true
		}
	}
	return false
}

// emit sends an event to the app, if it subscribes to it, and says what came of it.
func (s *Server) emit(team, kind string, body object) []Outcome {
	s.mu.Lock()
	if !s.subscribed(team, kind) {
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	return []Outcome{s.Event(team, body)}
}

// Event sends the app any event: body is the inner event, with its type.
func (s *Server) Event(team string, body map[string]any) Outcome {
	s.mu.Lock()
	id := s.id("Ev")
	channel, _ := body["channel"].(string)
	bot := ""
	if t := s.teams[team]; t != nil {
		bot = t.Bot
	}
	wrapped := object{
		"token": s.Verification, "team_id": team, "api_app_id": s.AppID, "event": body, "type": "event_callback",
		"event_id": id, "event_time": s.Now().Unix(), "is_ext_shared_channel": false,
		"event_context": "4-" + secret("", 40),
		"authorizations": []any{object{
			"enterprise_id": nil, "team_id": team, "user_id": bot, "is_bot": true, "is_enterprise_install": false,
		}},
	}
	s.mu.Unlock()
	return s.send(&parcel{id: id, kind: event, payload: wrapped, team: team, channel: channel})
}

// Echo sends the app the event for a message of its own, as Slack does where the app
// subscribes to a channel's messages.
func (s *Server) Echo(m Message) Outcome {
	s.mu.Lock()
	p, c := s.message(m.Channel, m.TS), s.channels[m.Channel]
	body := p.wire(true)
	body["channel"], body["event_ts"] = m.Channel, m.TS
	body["channel_type"] = map[string]string{"im": "im", "groups": "group", "channels": "channel"}[c.kind()]
	s.mu.Unlock()
	return s.Event(m.Team, body)
}

// Uninstall takes the app out of a workspace: all its tokens there are dead, and the
// app is sent tokens_revoked and app_uninstalled, in an order that Slack does not
// promise: here that of revokedFirst.
func (s *Server) Uninstall(team string, revokedFirst bool) []Outcome {
	s.mu.Lock()
	var bots []any
	for _, t := range sorted(s.tokens) {
		if t.Team == team && t.Kind != "app" {
			t.Revoked = true
			bots = append(bots, t.User)
		}
	}
	for _, c := range s.channels { // its user leaves all channels
		if c.Team == team && !c.IM {
			c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == s.teams[team].Bot })
		}
	}
	s.oauth.forget(team)
	s.touch()
	revoked := object{"type": "tokens_revoked", "tokens": object{"oauth": []any{}, "bot": bots}, "event_ts": s.ts()}
	uninstalled := object{"type": "app_uninstalled", "event_ts": s.ts()}
	s.mu.Unlock()
	if revokedFirst {
		return append(s.emit(team, "tokens_revoked", revoked), s.emit(team, "app_uninstalled", uninstalled)...)
	}
	return append(s.emit(team, "app_uninstalled", uninstalled), s.emit(team, "tokens_revoked", revoked)...)
}
