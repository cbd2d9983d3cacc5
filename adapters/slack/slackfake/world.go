package slackfake

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Team is a workspace.
type Team struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Domain string `json:"domain"`
	Bot    string `json:"bot"`    // the app's user there; empty where it is not installed
	BotID  string `json:"bot_id"` // the app's bot there
	Gone   bool   `json:"gone"`   // deleted: its tokens are account_inactive
}

// User is somebody in a workspace, or a bot.
type User struct {
	ID       string `json:"id"`
	Team     string `json:"team"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	TZ       string `json:"tz"`     // an IANA name
	Locale   string `json:"locale"` // such as en-US
	IsBot    bool   `json:"is_bot"`
	IsAdmin  bool   `json:"is_admin"`
	IsOwner  bool   `json:"is_owner"`
	Deleted  bool   `json:"deleted"`
}

// Channel is a conversation: a channel, a private one, or direct messages.
type Channel struct {
	ID       string   `json:"id"`
	Team     string   `json:"team"`
	Name     string   `json:"name"`
	Creator  string   `json:"creator"`
	Members  []string `json:"members"`
	Private  bool     `json:"private"`
	Archived bool     `json:"archived"`
	ReadOnly bool     `json:"read_only"` // apps may not post: restricted_action_read_only_channel
	IM       bool     `json:"im"`
	With     string   `json:"with"` // of an IM: the person that the app writes with
}

func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }

// Kind is what the app needs scopes for: "channels", "groups" or "im".
func (c *Channel) kind() string {
	switch {
	case c.IM:
		return "im"
	case c.Private:
		return "groups"
	}
	return "channels"
}

// Token is what an app calls the Web API with.
type Token struct {
	Value   string    `json:"value"`
	Kind    string    `json:"kind"` // "bot", "user" or "app"
	Team    string    `json:"team"` // of an app token: empty
	User    string    `json:"user"`
	Scopes  []string  `json:"scopes"`
	Expires time.Time `json:"expires"` // zero: never
	Revoked bool      `json:"revoked"`
}

func (t *Token) can(scope string) bool { return slices.Contains(t.Scopes, scope) }

// state is all that the fake remembers.
type state struct {
	lastTS     int64 // in microseconds
	lastNumber int

	teams    map[string]*Team
	users    map[string]*User
	channels map[string]*Channel
	ims      map[string]string // by person: their direct messages with the app
	tokens   map[string]*Token
	messages map[string][]*Message // by channel, in order of time
	views    map[string]*View
	stacks   map[string][]string // by user: the modals open, the topmost last
	homes    map[string]string   // by user
	external map[string]string   // external_id to view
	triggers map[string]*trigger
	replies  map[string]*responseURL
	threads  map[string]*Pane // by channel and thread_ts
	offers   map[string][]any // what a menu offered a person last
	oauth    oauthState
	faults   []*fault
	calls    []Call
	paces    map[string]time.Time // by channel and workspace: when its posts are back in time
	parcels  map[string]*parcel   // what was sent to the app, by event or trigger

	apps       []Endpoints
	nextApp    int
	socketMode bool
	sockets    []*socket
	nextSocket int
	tickets    map[string]bool
	envelopes  map[string]*envelope
	complaints []string
}

func newState(socketMode bool) state {
	return state{
		ims: map[string]string{}, paces: map[string]time.Time{},
		teams: map[string]*Team{}, users: map[string]*User{}, channels: map[string]*Channel{},
		tokens: map[string]*Token{}, messages: map[string][]*Message{}, views: map[string]*View{},
		stacks: map[string][]string{}, homes: map[string]string{}, external: map[string]string{},
		triggers: map[string]*trigger{}, replies: map[string]*responseURL{}, threads: map[string]*Pane{}, offers: map[string][]any{},
		oauth: newOAuthState(), parcels: map[string]*parcel{},
		tickets: map[string]bool{}, envelopes: map[string]*envelope{}, socketMode: socketMode,
	}
}

// id makes an identifier the way Slack's look. The lock must be held.
func (s *Server) id(prefix string) string {
	s.lastNumber++
	return fmt.Sprintf("%s0FAKE%05X", prefix, s.lastNumber)
}

// ts makes the next message timestamp: the time in microseconds, but always
// later than the one before. The lock must be held.
func (s *Server) ts() string {
	s.lastTS = max(s.lastTS+1, s.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}

// secret makes a random word of letters and digits, which nobody can guess.
func secret(prefix string, length int) string {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	word := make([]byte, length)
	_, _ = rand.Read(word) // documented never to fail
	for i, b := range word {
		word[i] = letters[int(b)%len(letters)]
	}
	return prefix + string(word)
}

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

// sorted returns the values of a map in the order of its keys.
func sorted[V any](m map[string]V) []V {
	out := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

func orElse(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// object is a JSON object as the fake writes it.
type object = map[string]any

// compact is the value as JSON in one canonical form: no spaces, keys in order.
func compact(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("slackfake: " + err.Error()) // only values that were decoded or made here
	}
	return b
}
