package discordfake

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// The Gateway's opcodes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opAck            = 11

	opBabble = -1 // none: what is sent is no packet
)

// Close codes of the Gateway.
const (
	closeUnknownOpcode   = 4001
	closeDecode          = 4002
	closeNotIdentified   = 4003
	closeAuthentication  = 4004
	closeTwice           = 4005
	closeInvalidSequence = 4007
	closeRateLimited     = 4008
	closeInvalidShard    = 4010
	closeShardsRequired  = 4011
	closeVersion         = 4012
	closeInvalidIntents  = 4013
	closeForbiddenIntent = 4014
)

// The intents that events ask for here.
const (
	intentGuilds         = 1 << 0
	intentGuildMessages  = 1 << 9
	intentDirectMessages = 1 << 12
	intentContent        = 1 << 15
	intentsPrivileged    = 1<<1 | 1<<8 | intentContent
	intentsKnown         = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
)

// Sends in a minute that a connection has, and the time in which one shard of a rate
// limit key may identify once.
const (
	maxSends     = 120
	identifyTime = 5 * time.Second
)

// packet is a frame's payload.
type packet struct {
	Op int    `json:"op"`
	D  any    `json:"d"`
	S  *int64 `json:"s,omitempty"`
	T  string `json:"t,omitempty"`
}

// session is a shard's stream of events, which outlives its connections. The server's
// lock guards it.
type session struct {
	id      string
	shard   int
	shards  int
	intents int
	log     []packet // all events; the sequence number is the index plus one
	socket  *socket  // nil while it is not connected
}

// add puts an event into the stream and sends it, if somebody is connected.
func (s *session) add(kind string, data any) {
	n := int64(len(s.log) + 1)
	p := packet{Op: opDispatch, D: data, S: &n, T: kind}
	s.log = append(s.log, p)
	if s.socket != nil {
		s.socket.send(p)
	}
}

// dispatch sends an event to the sessions that it concerns: of the guild's shard, with
// the intent. The lock is held.
func (s *Server) dispatch(guild string, intent int, kind string, data map[string]any) {
	for _, one := range s.sessions {
		if Shard(guild, one.shards) != one.shard || intent != 0 && one.intents&intent == 0 {
			continue
		}
		shown := data
		if kind == "MESSAGE_CREATE" {
			shown = s.visible(one, data)
		}
		one.add(kind, shown)
	}
	s.notify()
}

// visible is a message without what the bot may not read of it.
func (s *Server) visible(one *session, m map[string]any) map[string]any {
	author, _ := m["author"].(map[string]any)
	mentions, _ := m["mentions"].([]any)
	mentioned := slices.ContainsFunc(mentions, func(u any) bool {
		o, ok := u.(map[string]any)
		return ok && o["id"] == s.app
	})
	if one.intents&intentContent != 0 || m["guild_id"] == nil || mentioned || author["id"] == s.app {
		return m
	}
	m = maps.Clone(m)
	m["content"], m["components"] = "", []any{}
	return m
}

// socket is one connection to the Gateway.
type socket struct {
	server *Server
	conn   *websocket.Conn
	deaf   atomic.Bool

	mu    sync.Mutex // of the fields below
	queue []packet
	code  int // to close with, once the queue is empty
	ended bool
	wake  chan struct{}

	sent    window
	session *session // the server's lock guards it, and what follows
	beats   int
}

// send queues a packet; it never blocks.
func (c *socket) send(p packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, p)
	c.poke()
}

func (c *socket) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// end closes the connection: with a code once all is sent, or at once with 0.
func (c *socket) end(code int) {
	c.mu.Lock()
	c.ended, c.code = true, code
	c.poke()
	c.mu.Unlock()
	if code == 0 {
		_ = c.conn.Close()
	}
}

// write sends what is queued until the connection ends.
func (c *socket) write(done <-chan struct{}) {
	for {
		c.mu.Lock()
		queue, ended, code := c.queue, c.ended, c.code
		c.queue = nil
		c.mu.Unlock()
		for _, p := range queue {
			if c.deaf.Load() {
				continue
			}
			if p.Op == opBabble {
				_ = c.conn.WriteMessage(websocket.TextMessage, []byte("{"))
				continue
			}
			if c.conn.WriteJSON(p) != nil {
				return
			}
		}
		if ended && code != 0 {
			_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
			_ = c.conn.Close()
		}
		if ended {
			return
		}
		select {
		case <-c.wake:
		case <-done:
			return
		}
	}
}

func (s *Server) gatewayURL(path string) string {
	return "ws" + strings.TrimPrefix(s.base, "http") + "/" + path + "/"
}

var upgrader = websocket.Upgrader{ReadBufferSize: 4096, WriteBufferSize: 4096}

// serveGateway is one connection from its beginning to its end.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socket{server: s, conn: conn, wake: make(chan struct{}, 1)}
	c.send(packet{Op: opHello, D: map[string]any{"heartbeat_interval": s.config.Heartbeat.Milliseconds()}})
	s.mu.Lock()
	closed := s.closed
	c.deaf.Store(s.deaf)
	s.sockets[c] = true
	s.notify()
	s.mu.Unlock()
	if closed {
		_ = conn.Close()
	}
	done := make(chan struct{})
	written := make(chan struct{})
	go func() { defer close(written); c.write(done) }()
	if r.URL.Query().Get("v") != "10" || r.URL.Query().Get("encoding") != "json" {
		c.end(closeVersion)
	} else {
		s.read(c, strings.HasPrefix(r.URL.Path, "/resume/"))
	}
	s.leave(c)
	close(done)
	<-written
	_ = conn.Close()
}

// leave forgets a connection; its session stays.
func (s *Server) leave(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets, c)
	if c.session != nil && c.session.socket == c {
		c.session.socket = nil
	}
	s.notify()
}

// read takes in what the bot sends. A connection that says nothing for longer than a
// heartbeat and a half is closed, and one that ends as it should ends its session.
func (s *Server) read(c *socket, resuming bool) {
	for {
		_ = c.conn.SetReadDeadline(time.Now().Add(s.config.Heartbeat * 3 / 2))
		_, raw, err := c.conn.ReadMessage()
		if err != nil {
			if websocket.IsCloseError(err, closeNormal, websocket.CloseGoingAway) {
				s.discard(c)
			}
			return
		}
		var p struct {
			Op int             `json:"op"`
			D  json.RawMessage `json:"d"`
		}
		if json.Unmarshal(raw, &p) != nil {
			c.end(closeDecode)
			return
		}
		if c.sent.take(time.Now(), maxSends, time.Minute) > 0 {
			c.end(closeRateLimited)
			return
		}
		if code := s.handle(c, p.Op, p.D, resuming); code != 0 {
			c.end(code)
			return
		}
	}
}

// discard ends the session of a connection.
func (s *Server) discard(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.session != nil {
		delete(s.sessions, c.session.id)
	}
}

// handle does what a packet of the bot asks for; it returns the code to close with.
func (s *Server) handle(c *socket, op int, data json.RawMessage, resuming bool) (code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	switch op {
	case opHeartbeat:
		c.beats++
		c.send(packet{Op: opAck})
		return 0
	case opPresence:
		return 0
	case opIdentify:
		if c.session != nil {
			return closeTwice
		}
		return s.identify(c, data)
	case opResume:
		if c.session != nil {
			return closeTwice
		}
		if !resuming { // Discord drops such connections more often; here it is an error
			return closeInvalidSequence
		}
		return s.resume(c, data)
	}
	if c.session == nil {
		return closeNotIdentified
	}
	return closeUnknownOpcode
}

// identify begins a session.
func (s *Server) identify(c *socket, data json.RawMessage) (code int) {
	var d struct {
		Token      string            `json:"token"`
		Intents    *int              `json:"intents"`
		Shard      *[2]int           `json:"shard"`
		Properties map[string]string `json:"properties"`
	}
	if json.Unmarshal(data, &d) != nil || d.Intents == nil || d.Properties["os"] == "" || d.Properties["browser"] == "" {
		return closeDecode
	}
	shard := [2]int{0, 1}
	if d.Shard != nil {
		shard = *d.Shard
	}
	switch {
	case d.Token != s.config.Token:
		return closeAuthentication
	case *d.Intents < 0 || *d.Intents&^intentsKnown != 0:
		return closeInvalidIntents
	case *d.Intents&intentsPrivileged&^s.config.Privileged != 0:
		return closeForbiddenIntent
	case shard[0] < 0 || shard[0] >= shard[1]:
		return closeInvalidShard
	case shard[1] < s.config.Shards:
		return closeShardsRequired
	}
	s.starts++
	if s.starts > s.config.Starts {
		s.config.Token = secret() // it is reset, and everybody is thrown out
		return closeAuthentication
	}
	if !s.mayIdentify(shard[0] % s.config.MaxConcurrency) {
		c.send(packet{Op: opInvalidSession, D: false})
		return 0
	}
	for _, other := range s.sessions {
		if other.shard == shard[0] && other.shards == shard[1] && other.socket != nil {
			s.overlaps++
		}
	}
	one := &session{id: secret()[:32], shard: shard[0], shards: shard[1], intents: *d.Intents, socket: c}
	s.sessions[one.id], c.session = one, one
	s.identified++
	one.add("READY", s.ready(one))
	for _, id := range slices.SortedFunc(maps.Keys(s.guilds), compareIDs) {
		if g := s.guilds[id]; Shard(id, one.shards) == one.shard && one.intents&intentGuilds != 0 && !g.away {
			one.add("GUILD_CREATE", s.guildObject(g))
		}
	}
	return 0
}

// mayIdentify holds identifies to one in five seconds of each rate limit key.
func (s *Server) mayIdentify(key int) bool {
	now := time.Now()
	s.identifies[key] = slices.DeleteFunc(s.identifies[key], func(t time.Time) bool { return now.Sub(t) >= identifyTime })
	if len(s.identifies[key]) > 0 {
		return false
	}
	s.identifies[key] = append(s.identifies[key], now)
	return true
}

// ready is the first event of a session: guilds are still away.
func (s *Server) ready(one *session) map[string]any {
	guilds := []any{}
	for _, id := range slices.SortedFunc(maps.Keys(s.guilds), compareIDs) {
		if Shard(id, one.shards) == one.shard {
			guilds = append(guilds, map[string]any{"id": id, "unavailable": true})
		}
	}
	return map[string]any{
		"v": 10, "user": userObject(s.users[s.app]), "guilds": guilds, "session_id": one.id,
		"resume_gateway_url": s.gatewayURL("resume"), "shard": []int{one.shard, one.shards},
		"application": map[string]any{"id": s.app, "flags": s.config.Privileged},
	}
}

// resume goes on with a session from where the bot left it.
func (s *Server) resume(c *socket, data json.RawMessage) (code int) {
	var d struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int64  `json:"seq"`
	}
	if json.Unmarshal(data, &d) != nil {
		return closeDecode
	}
	if d.Token != s.config.Token {
		return closeAuthentication
	}
	one := s.sessions[d.Session]
	if one == nil {
		c.send(packet{Op: opInvalidSession, D: false})
		return 0
	}
	if d.Seq < 0 || d.Seq > int64(len(one.log)) {
		return closeInvalidSequence
	}
	if one.socket != nil {
		s.overlaps++
		one.socket.end(closeNormal)
	}
	one.socket, c.session = c, one
	s.resumed++
	for _, p := range one.log[d.Seq:] {
		c.send(p)
	}
	one.add("RESUMED", map[string]any{})
	return 0
}

// Settle waits until the bot has taken in all that was sent to it over the Gateway: it
// is asked for a heartbeat, which comes after that.
func (s *Server) Settle(ctx context.Context) error {
	s.mu.Lock()
	sockets := s.connected()
	before := make(map[*socket]int, len(sockets))
	for _, c := range sockets {
		before[c] = c.beats
	}
	s.mu.Unlock()
	s.AskHeartbeat()
	return s.Await(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for c, n := range before {
			if s.sockets[c] && c.beats <= n {
				return false
			}
		}
		return true
	})
}

// Sessions tells how often the bot has begun a session, and how often it has resumed one.
func (s *Server) Sessions() (identified, resumed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identified, s.resumed
}

// Overlaps is how often a connection came for a shard that another one was open for.
func (s *Server) Overlaps() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.overlaps
}

// Connected is how many connections have a session.
func (s *Server) Connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for c := range s.sockets {
		if c.session != nil && !c.deaf.Load() {
			n++
		}
	}
	return n
}

// Intents are those that sessions were begun with, all together.
func (s *Server) Intents() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := 0
	for _, one := range s.sessions {
		all |= one.intents
	}
	return all
}
