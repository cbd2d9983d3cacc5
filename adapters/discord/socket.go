package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// This file is one connection to the Gateway. It is on the WebSocket library that
// discordgo uses, and not on discordgo's Session, which for that purpose
//
//   - cannot be told the address to resume at, nor closes without ending what would be
//     resumed (it sends 1000 to a connection that went deaf);
//   - identifies by itself, at once and again and again, when a session is not valid:
//     a thousand of them a day reset the token;
//   - waits without end, holding its lock, for a server that accepts and says nothing;
//   - can panic where nobody can recover it, on a heartbeat request while it closes.

// The Gateway's opcodes: https://discord.com/developers/docs/topics/opcodes-and-status-codes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opAck            = 11
)

// intents are the events that the bot asks for. None of them is privileged: what
// mentions the bot, or is written to it alone, has its content without.
const intents = discordgo.IntentGuilds | // to greet where it is added, and to tell an outage from a removal
	discordgo.IntentGuildMessages | // mentions
	discordgo.IntentDirectMessages

// How long a connection may take for its steps, and how large an event may be.
const (
	dialTime   = 20 * time.Second
	helloTime  = 20 * time.Second
	writeTime  = 10 * time.Second
	maxPacket  = 32 << 20 // a guild of many channels
	closeAgain = 4900     // of the range for applications: not 1000, which would end the session
)

// session is what a shard can go on with after its connection ended, be it in another
// process. It is left with the shard's lease.
type session struct {
	ID    string    `json:"id"`
	URL   string    `json:"url"` // where to resume
	Seq   int64     `json:"seq"` // of the last event that was taken in
	User  string    `json:"user,omitempty"`
	Began time.Time `json:"began"`
}

// Why a connection ended, besides what the other side and the network say.
var (
	errDeaf        = errors.New("the connection went deaf: a heartbeat was not acknowledged")
	errAsked       = errors.New("the Gateway asks to connect anew")
	errInvalid     = errors.New("the session is not valid any more")
	errUnreachable = errors.New("the Gateway cannot be reached")
	errProtocol    = errors.New("the Gateway says what it should not")
)

// event is something that happened, as the Gateway tells it.
type event struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s"`
	Type string          `json:"t"`
}

// socket is one connection of a shard.
type socket struct {
	conn    *websocket.Conn
	shard   *shard
	session *session // shared with the shard; only the reader changes it
	ready   bool     // READY or RESUMED has come

	seq     atomic.Int64 // what heartbeats name
	unheard atomic.Bool  // a heartbeat was not acknowledged yet
	deaf    atomic.Bool
	write   sync.Mutex
}

// dial connects to the Gateway at an address.
func (s *shard) dial(ctx context.Context, address string) (*socket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "wss" && u.Scheme != "ws" || u.Host == "" {
		return nil, errors.New("the Gateway’s address is none")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = url.Values{"v": {"10"}, "encoding": {"json"}}.Encode()
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, NetDialContext: s.gateway.dial}
	conn, response, err := d.DialContext(ctx, u.String(), nil)
	if response != nil && response.Body != nil {
		response.Body.Close() //nolint:errcheck // it is empty
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreachable, err)
	}
	conn.SetReadLimit(maxPacket)
	return &socket{conn: conn, shard: s}, nil
}

// run speaks with the Gateway until the connection ends, and says why it did. It goes
// on with the session, or begins a new one where it has no id.
func (c *socket) run(ctx context.Context, s *session) error {
	c.session = s
	c.seq.Store(s.Seq)
	defer c.conn.Close() //nolint:errcheck // it has ended, whatever this says
	// Only who stops for good closes as it should: that ends the session at Discord. One
	// that somebody else is to go on with stays.
	code := websocket.CloseNormalClosure
	if c.shard.gateway.handsOver {
		code = closeAgain
	}
	stop := context.AfterFunc(ctx, func() { c.end(code) })
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	every, err := c.hello()
	if err != nil {
		return err
	}
	if err := c.begin(); err != nil {
		return err
	}
	c.shard.every.Store(int64(every))
	beating := make(chan struct{})
	go func() { defer close(beating); c.beat(ctx, every) }()
	defer func() { cancel(); <-beating }()
	for {
		// One interval is for the heartbeat that goes unheard, one for what is on its way.
		if err := c.conn.SetReadDeadline(time.Now().Add(2*every + writeTime)); err != nil {
			return err
		}
		e, err := c.read()
		if c.deaf.Load() {
			return errDeaf
		}
		if err == nil {
			err = context.Cause(ctx) // it is somebody else's to take in
		}
		if err != nil {
			return err
		}
		c.shard.heard.Store(time.Now().UnixNano())
		if err := c.take(e); err != nil {
			return err
		}
	}
}

// read waits for the next packet.
func (c *socket) read() (event, error) {
	var e event
	_, raw, err := c.conn.ReadMessage()
	if err != nil {
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			return e, errDeaf
		}
		return e, err
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return e, errProtocol
	}
	return e, nil
}

// hello is the first packet; it says how often to send heartbeats.
func (c *socket) hello() (every time.Duration, err error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(helloTime)); err != nil {
		return 0, err
	}
	e, err := c.read()
	if err != nil {
		return 0, err
	}
	var d struct {
		Interval int64 `json:"heartbeat_interval"`
	}
	const least, most = 100, 10 * 60 * 1000 // milliseconds: whatever else it says is no interval
	if e.Op != opHello || json.Unmarshal(e.Data, &d) != nil || d.Interval < least || d.Interval > most {
		return 0, errProtocol
	}
	return time.Duration(d.Interval) * time.Millisecond, nil
}

// begin identifies, or resumes the session.
func (c *socket) begin() error {
	if c.session.ID != "" {
		c.shard.gateway.named(c.session.User) // before what was missed comes
		return c.send(opResume, map[string]any{"token": c.shard.gateway.token, "session_id": c.session.ID, "seq": c.session.Seq})
	}
	return c.send(opIdentify, map[string]any{
		"token": c.shard.gateway.token, "intents": intents, "compress": false, "large_threshold": 50,
		"shard":      [2]int{c.shard.id, c.shard.of},
		"properties": map[string]string{"os": runtime.GOOS, "browser": "archbot", "device": "archbot"},
	})
}

// send writes one packet; one at a time may.
func (c *socket) send(op int, data any) error {
	c.write.Lock()
	defer c.write.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	return c.conn.WriteJSON(map[string]any{"op": op, "d": data})
}

// beat sends heartbeats, the first after a part of the interval, so that not all shards
// of the world beat at once. A heartbeat that was not acknowledged until the next is due
// means that nobody listens.
func (c *socket) beat(ctx context.Context, every time.Duration) {
	wait := rand.N(every)
	for sleep(ctx, wait) == nil {
		wait = every
		if c.unheard.Swap(true) {
			c.deaf.Store(true)
			c.end(closeAgain)
			return
		}
		if c.heartbeat() != nil {
			c.conn.Close() //nolint:errcheck // so that the reader ends
			return
		}
	}
}

func (c *socket) heartbeat() error {
	if n := c.seq.Load(); n > 0 {
		return c.send(opHeartbeat, n)
	}
	return c.send(opHeartbeat, nil)
}

// end closes the connection with a code.
func (c *socket) end(code int) {
	c.write.Lock()
	defer c.write.Unlock()
	until := time.Now().Add(time.Second)
	_ = c.conn.SetWriteDeadline(until) // who cannot be told is left without a word
	_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), until)
	_ = c.conn.Close()
}

// take does what a packet asks for; an error ends the connection.
func (c *socket) take(e event) error {
	switch e.Op {
	case opDispatch:
		return c.dispatch(e)
	case opHeartbeat:
		return c.heartbeat()
	case opAck:
		c.unheard.Store(false)
	case opReconnect:
		c.end(closeAgain)
		return errAsked
	case opInvalidSession:
		if string(e.Data) != "true" {
			*c.session = session{}
		}
		c.end(closeAgain)
		return errInvalid
	}
	return nil
}

// dispatch takes in an event. One that came before is not taken in again: a session
// that is resumed may repeat some.
func (c *socket) dispatch(e event) error {
	if e.Seq <= c.session.Seq && c.session.ID != "" && e.Type != "RESUMED" {
		return nil
	}
	switch e.Type {
	case "READY":
		var d struct {
			Session string  `json:"session_id"`
			URL     string  `json:"resume_gateway_url"`
			Guilds  []guild `json:"guilds"`
			User    *user   `json:"user"`
		}
		if json.Unmarshal(e.Data, &d) != nil || d.Session == "" || d.URL == "" {
			return errProtocol
		}
		*c.session = session{ID: d.Session, URL: d.URL, Began: time.Now()}
		c.ready = true
		if d.User != nil && isID(d.User.ID) {
			c.session.User = d.User.ID
			c.shard.gateway.named(d.User.ID)
		}
		c.shard.begun(d.Guilds)
	case "RESUMED":
		c.ready = true
		c.shard.resumed()
	default:
		c.shard.gateway.happened(c.shard, e.Type, e.Data)
	}
	c.session.Seq = max(c.session.Seq, e.Seq)
	c.seq.Store(c.session.Seq)
	c.shard.keep(*c.session)
	if e.Type == "READY" {
		c.shard.anew()
	}
	return nil
}
