package slackfake

import (
	"slices"
	"strings"
)

// AddTeam adds a workspace; what is empty is filled in. The app is not installed
// in it yet.
func (s *Server) AddTeam(t Team) Team {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.ID == "" {
		t.ID = s.id("T")
	}
	t.Domain = orElse(t.Domain, strings.ToLower(t.ID))
	t.Name = orElse(t.Name, t.Domain)
	s.teams[t.ID] = &t
	s.touch()
	return t
}

// AddUser adds somebody to the workspace that u names; what is empty is filled in.
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.addUser(u)
}

func (s *Server) addUser(u User) *User {
	if u.ID == "" {
		u.ID = s.id("U")
	}
	u.Name = orElse(u.Name, strings.ToLower(u.ID))
	u.RealName = orElse(u.RealName, u.Name)
	u.TZ = orElse(u.TZ, "Europe/Berlin")
	u.Locale = orElse(u.Locale, "en-US")
	s.users[u.ID] = &u
	s.touch()
	return &u
}

// AddChannel adds a channel to the workspace that c names; what is empty is filled
// in. The app is in it only if its user is among the members.
func (s *Server) AddChannel(c Channel) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ID == "" {
		c.ID = s.id("C")
	}
	c.Name = orElse(c.Name, strings.ToLower(c.ID))
	c.Members = slices.Clone(c.Members)
	s.channels[c.ID] = &c
	s.touch()
	return s.channelCopy(&c)
}

// EditChannel changes a channel: archives it, takes members out.
func (s *Server) EditChannel(id string, edit func(*Channel)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[id]; c != nil {
		edit(c)
		s.touch()
	}
}

// EditUser changes somebody: makes them an admin, deactivates them.
func (s *Server) EditUser(id string, edit func(*User)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[id]; u != nil {
		edit(u)
		s.touch()
	}
}

// EditTeam changes a workspace, such as to one that is gone.
func (s *Server) EditTeam(id string, edit func(*Team)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.teams[id]; t != nil {
		edit(t)
		s.touch()
	}
}

// Install installs the app in a workspace with these bot scopes and returns the bot
// token, one that does not expire. Installing again makes another token.
func (s *Server) Install(team string, scopes ...string) Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.install(team, scopes, false)
}

func (s *Server) install(team string, scopes []string, expiring bool) *Token {
	t := s.teams[team]
	if t == nil {
		panic("slackfake: install in an unknown workspace " + team)
	}
	if t.Bot == "" {
		t.BotID = s.id("B")
		t.Bot = s.addUser(User{ID: s.id("U"), Team: team, Name: "archbot", IsBot: true}).ID
	}
	token := &Token{Value: secret("xoxb-", 40), Kind: "bot", Team: team, User: t.Bot, Scopes: slices.Clone(scopes)}
	if expiring {
		token.Value = secret("xoxe.xoxb-1-", 60)
		token.Expires = s.Now().Add(tokenLife)
	}
	s.tokens[token.Value] = token
	s.touch()
	return token
}

// AddToken adds a token with what is empty filled in; an app token for Socket Mode
// is AddToken(Token{Kind: "app", Scopes: []string{"connections:write"}}).
func (s *Server) AddToken(t Token) Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Value == "" {
		t.Value = secret(map[string]string{"app": "xapp-1-", "user": "xoxp-", "bot": "xoxb-"}[t.Kind], 40)
	}
	t.Scopes = slices.Clone(t.Scopes)
	s.tokens[t.Value] = &t
	s.touch()
	return t
}

// EditToken changes a token: takes scopes away, revokes it, lets it expire.
func (s *Server) EditToken(value string, edit func(*Token)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tokens[value]; t != nil {
		edit(t)
		s.touch()
	}
}

// Team, User and Channel return copies of what the fake has; ok is false for what it
// does not have.
func (s *Server) Team(id string) (t Team, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.teams[id]; p != nil {
		return *p, true
	}
	return Team{}, false
}

// User returns a copy of the user; ok is false where there is none.
func (s *Server) User(id string) (u User, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.users[id]; p != nil {
		return *p, true
	}
	return User{}, false
}

// Channel returns a copy of the channel; ok is false where there is none.
func (s *Server) Channel(id string) (c Channel, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.channels[id]; p != nil {
		return s.channelCopy(p), true
	}
	return Channel{}, false
}

func (s *Server) channelCopy(c *Channel) Channel {
	out := *c
	out.Members = slices.Clone(c.Members)
	return out
}

// DM returns the conversation of the app and somebody, opening it if need be.
func (s *Server) DM(user string) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channelCopy(s.im(user))
}

// im finds or makes the direct messages between somebody and the app.
func (s *Server) im(user string) *Channel {
	u := s.users[user]
	if u == nil {
		panic("slackfake: direct messages with an unknown user " + user)
	}
	if c := s.channels[s.ims[user]]; c != nil {
		return c
	}
	c := &Channel{ID: s.id("D"), Team: u.Team, IM: true, With: user, Members: []string{user, s.teams[u.Team].Bot}}
	s.channels[c.ID], s.ims[user] = c, c.ID
	s.touch()
	return c
}
