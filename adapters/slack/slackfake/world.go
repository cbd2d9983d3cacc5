package slackfake

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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
