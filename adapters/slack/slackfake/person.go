package slackfake

import (
	"fmt"
	"slices"
	"strings"
)

// Person is somebody who uses Slack; As returns one. What they do goes to the app, and
// each method returns once the app has answered.
type Person struct {
	s  *Server
	id string
}

// As returns the person of that id, who must have been added.
func (s *Server) As(user string) Person {
	if _, ok := s.User(user); !ok {
		panic("slackfake: nobody is " + user)
	}
	return Person{s: s, id: user}
}

// notSent is the outcome of what Slack's own client does not let a person do.
func notSent(format string, a ...any) Outcome {
	return Outcome{Failure: "not_sent", Problems: []string{fmt.Sprintf(format, a...)}}
}

// about is what every payload says of where it comes from; the lock must be held.
func (s *Server) about(u *User) object {
	team := s.teams[u.Team]
	return object{
		"token": s.Verification, "api_app_id": s.AppID, "is_enterprise_install": false, "enterprise": nil,
		"team": object{"id": team.ID, "domain": team.Domain},
		"user": object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.Team},
	}
}

// Command types a slash command, such as "/arch" with "search circuit breaker", into
// a channel's or a conversation's message field. Slack has no commands in threads.
// Where the app's manifest says should_escape, text holds <@U…|name> and <#C…|name>.
func (p Person) Command(channel, name, text string) Outcome {
	s := p.s
	s.mu.Lock()
	u, c := s.users[p.id], s.channels[channel]
	if c == nil || c.Team != u.Team {
		s.mu.Unlock()
		return notSent("no channel %s", channel)
	}
	team := s.teams[u.Team]
	trigger := s.newTrigger(team.ID, u.ID, "")
	out := &parcel{id: trigger, kind: command, answers: true, team: team.ID, channel: channel, user: u.ID}
	out.payload = object{
		"token": s.Verification, "team_id": team.ID, "team_domain": team.Domain, "api_app_id": s.AppID,
		"channel_id": channel, "channel_name": commandChannel(c), "user_id": u.ID, "user_name": u.Name,
		"command": name, "text": text, "is_enterprise_install": "false",
		"trigger_id": trigger, "response_url": s.newResponseURL(out, nil),
	}
	s.mu.Unlock()
	return s.send(out)
}

// commandChannel is what a command is told of its channel's name: nothing of private
// ones.
func commandChannel(c *Channel) string {
	switch {
	case c.IM:
		return "directmessage"
	case c.Private:
		return "privategroup"
	}
	return c.Name
}

// Shortcut uses a global shortcut of the app.
func (p Person) Shortcut(callbackID string) Outcome {
	s := p.s
	s.mu.Lock()
	u := s.users[p.id]
	trigger := s.newTrigger(u.Team, u.ID, "")
	payload := s.about(u)
	payload["type"], payload["callback_id"], payload["trigger_id"], payload["action_ts"] = "shortcut", callbackID, trigger, s.ts()
	s.mu.Unlock()
	return s.send(&parcel{id: trigger, kind: interaction, payload: payload, team: u.Team, user: u.ID})
}

// MessageShortcut uses a shortcut of the app on a message.
func (p Person) MessageShortcut(on Message, callbackID string) Outcome {
	s := p.s
	s.mu.Lock()
	u, c, m := s.users[p.id], s.channels[on.Channel], s.message(on.Channel, on.TS)
	if m == nil || m.Gone || m.Only != "" {
		s.mu.Unlock()
		return notSent("there is no such message, or none that has shortcuts")
	}
	trigger := s.newTrigger(u.Team, u.ID, "")
	out := &parcel{id: trigger, kind: interaction, team: u.Team, channel: c.ID, user: u.ID, thread: m.ThreadTS}
	out.payload = s.about(u)
	out.payload["type"], out.payload["callback_id"], out.payload["trigger_id"] = "message_action", callbackID, trigger
	out.payload["action_ts"], out.payload["message_ts"] = s.ts(), m.TS
	out.payload["channel"] = object{"id": c.ID, "name": commandChannel(c)}
	out.payload["message"] = m.wire(false)
	out.payload["response_url"] = s.newResponseURL(out, nil)
	s.mu.Unlock()
	return s.send(out)
}

// Say writes a message in a channel or, with DM, to the app. It returns what came of
// each event that the app was sent for it: message, app_mention, or none.
func (p Person) Say(channel, text string) (Message, []Outcome) { return p.SayIn(channel, "", text) }

// SayIn writes a message in a thread.
func (p Person) SayIn(channel, thread, text string) (Message, []Outcome) {
	s := p.s
	s.mu.Lock()
	u, c := s.users[p.id], s.channels[channel]
	if c == nil || !c.has(u.ID) {
		s.mu.Unlock()
		return Message{}, []Outcome{notSent("%s is not in %s", p.id, channel)}
	}
	d := &draft{text: text}
	d.mentions.find(text, true)
	m := s.add(d, Message{Team: u.Team, Channel: channel, ThreadTS: thread, User: u.ID, Via: "person"})
	wire := m.wire(false)
	out := m.copy()
	bot := s.teams[u.Team].Bot
	here := c.has(bot)
	s.mu.Unlock()

	wire["channel"], wire["event_ts"], wire["client_msg_id"] = channel, m.TS, secret("", 20)
	var outcomes []Outcome
	kind := map[string]string{"im": "im", "groups": "group", "channels": "channel"}[c.kind()]
	if here {
		body := clone(wire)
		body["channel_type"] = kind
		outcomes = append(outcomes, s.emit(u.Team, "message."+c.kind(), body)...)
	}
	if here && !c.IM && slices.Contains(out.Mentions, "<@"+bot+">") {
		body := clone(wire)
		body["type"] = "app_mention"
		outcomes = append(outcomes, s.emit(u.Team, "app_mention", body)...)
	}
	return out, outcomes
}

// OpenHome opens the app's Home tab, or with tab "messages" its direct messages: an
// agent's pane.
func (p Person) OpenHome(tab string) []Outcome {
	s := p.s
	s.mu.Lock()
	u := s.users[p.id]
	if dm := s.im(u.ID); tab == "messages" && s.opts.View == "agent" && s.threads[dm.ID+" "] == nil {
		s.threads[dm.ID+" "] = &Pane{Channel: dm.ID}
	}
	body := object{"type": "app_home_opened", "user": u.ID, "channel": s.im(u.ID).ID, "tab": tab, "event_ts": s.ts()}
	if v := s.views[s.homes[u.ID]]; v != nil && tab == "home" {
		body["view"] = s.wireView(v)
	}
	s.mu.Unlock()
	return s.emit(u.Team, "app_home_opened", body)
}

// Invite adds the app to a channel.
func (p Person) Invite(channel string) []Outcome {
	s := p.s
	s.mu.Lock()
	u, c := s.users[p.id], s.channels[channel]
	bot := s.teams[u.Team].Bot
	if c == nil || c.has(bot) || bot == "" {
		s.mu.Unlock()
		return []Outcome{notSent("the app cannot be added to %s", channel)}
	}
	c.Members = append(c.Members, bot)
	body := joined(c, bot, s.ts())
	body["inviter"] = u.ID
	s.mu.Unlock()
	return s.emit(u.Team, "member_joined_channel", body)
}

func joined(c *Channel, user, ts string) object {
	return object{
		"type": "member_joined_channel", "user": user, "channel": c.ID, "team": c.Team, "event_ts": ts,
		"channel_type": strings.ToUpper(c.kind()[:1]),
	}
}

// memberJoined tells the app that somebody joined.
func (s *Server) memberJoined(channel, user string) {
	s.mu.Lock()
	c := s.channels[channel]
	body := joined(c, user, s.ts())
	s.mu.Unlock()
	s.emit(c.Team, "member_joined_channel", body)
}

// Join has the person join a channel.
func (p Person) Join(channel string) []Outcome {
	s := p.s
	s.mu.Lock()
	u, c := s.users[p.id], s.channels[channel]
	if c == nil || c.has(u.ID) {
		s.mu.Unlock()
		return []Outcome{notSent("%s cannot join %s", p.id, channel)}
	}
	c.Members = append(c.Members, u.ID)
	told := c.has(s.teams[u.Team].Bot)
	body := joined(c, u.ID, s.ts())
	s.mu.Unlock()
	if !told {
		return nil
	}
	return s.emit(u.Team, "member_joined_channel", body)
}

func clone(o object) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	return out
}
