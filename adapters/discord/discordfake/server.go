package discordfake

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Config is what a Server is made of. The zero Config is a small bot in no guild.
type Config struct {
	Token          string        `json:"token"`           // the bot's, without "Bot "; "fake-token" when empty
	Shards         int           `json:"shards"`          // recommended and required; 1 when 0
	MaxConcurrency int           `json:"max_concurrency"` // identifies in five seconds; 1 when 0
	Starts         int           `json:"starts"`          // identifies in a day; 1000 when 0
	Heartbeat      time.Duration `json:"heartbeat"`
	AnswerTime     time.Duration `json:"answer_time"` // for the first answer to an interaction; Discord's 3 seconds when 0
	// RequestsPerSecond is the global limit; 50 when 0.
	RequestsPerSecond int `json:"requests_per_second"`
	// PerBucket is how many requests a bucket lets through in BucketTime; 5 in a
	// second when 0.
	PerBucket  int           `json:"per_bucket"`
	BucketTime time.Duration `json:"bucket_time"`
	// NonceTime is how long a nonce is known again; 5 minutes when 0, where Discord's
	// documentation says "a few".
	NonceTime time.Duration `json:"nonce_time"`
	// Privileged are the privileged intents that are switched on for the bot.
	Privileged int `json:"privileged"`
}

// Server is a fake Discord. Its methods may be called by any number of goroutines.
type Server struct {
	config  Config
	public  ed25519.PublicKey
	private ed25519.PrivateKey
	app     string // the application's id, which is the bot's user id too
	client  *http.Client
	http    *http.Server
	base    string
	done    chan struct{} // closed by Close

	mu           sync.Mutex
	changed      chan struct{} // closed at every change, and replaced
	last         uint64        // snowflake
	guilds       map[string]*guild
	channels     map[string]*channel
	users        map[string]*User
	messages     map[string]*Message
	nonces       map[string]nonce
	commands     map[string][]command // by guild; "" are the global ones
	creations    int
	interactions map[string]*Interaction // by token
	endpoint     string
	sessions     map[string]*session
	sockets      map[*socket]bool
	identifies   map[int][]time.Time // by rate limit key
	starts       int
	buckets      map[string]*bucket
	global       window
	faults       []*Fault
	deaf         bool
	closed       bool
	requests     []Request
	identified   int
	resumed      int
	overlaps     int // connections for a shard that had one
	invalid      int // answers that count towards the limit of invalid requests
	typing       []string
}

// New returns a Server that Serve or Pipe makes reachable.
func New(c Config) *Server {
	if c.Token == "" {
		c.Token = "fake-token"
	}
	c.Shards, c.MaxConcurrency, c.Starts = max(c.Shards, 1), max(c.MaxConcurrency, 1), orElse(c.Starts, 1000)
	c.RequestsPerSecond, c.PerBucket = orElse(c.RequestsPerSecond, 50), orElse(c.PerBucket, 5)
	if c.Heartbeat == 0 {
		c.Heartbeat = 41250 * time.Millisecond
	}
	if c.AnswerTime == 0 {
		c.AnswerTime = answerTime
	}
	if c.BucketTime == 0 {
		c.BucketTime = time.Second
	}
	if c.NonceTime == 0 {
		c.NonceTime = 5 * time.Minute
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	s := &Server{
		config: c, public: public, private: private, changed: make(chan struct{}), done: make(chan struct{}), client: &http.Client{},
		last:   uint64(1) << 60,
		guilds: make(map[string]*guild), channels: make(map[string]*channel), users: make(map[string]*User),
		messages: make(map[string]*Message), nonces: make(map[string]nonce), commands: make(map[string][]command),
		interactions: make(map[string]*Interaction), sessions: make(map[string]*session), sockets: make(map[*socket]bool),
		identifies: make(map[int][]time.Time), buckets: make(map[string]*bucket),
	}
	s.app = s.snowflake()
	s.users[s.app] = &User{ID: s.app, Name: "archbot", Bot: true}
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: time.Minute}
	return s
}

func orElse(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return n
}

// Serve answers on a listener until Close. It returns at once.
func (s *Server) Serve(l net.Listener) {
	s.base = "http://" + l.Addr().String()
	go func() { _ = s.http.Serve(l) }()
}

// Listen makes the server reachable at a free port of this machine.
func (s *Server) Listen(ctx context.Context) error {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.Serve(l)
	return nil
}

// Pipe makes the server reachable through the dialer that it returns, whatever the
// address: without a network, so that time in a bubble of testing/synctest passes.
func (s *Server) Pipe() func(ctx context.Context, network, address string) (net.Conn, error) {
	l := newPipes()
	s.Serve(l)
	s.base = "http://discord.test"
	return l.dial
}

// SetClient sets what interactions are delivered with over HTTP.
func (s *Server) SetClient(c *http.Client) { s.client = c }

// URL is the base of the API, as DISCORD_API_URL has it.
func (s *Server) URL() string { return s.base + "/api/v10" }

// Token is the bot's token, without "Bot ".
func (s *Server) Token() string { return s.config.Token }

// PublicKey is what interactions over HTTP are signed with, as the developer portal
// shows it: in hexadecimal digits.
func (s *Server) PublicKey() string { return hex.EncodeToString(s.public) }

// Bot is the bot's user, whose id is the application's.
func (s *Server) Bot() User { return User{ID: s.app, Name: "archbot", Bot: true} }

// Close ends all connections and stops serving.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.closed {
		close(s.done)
	}
	s.closed = true
	sockets := s.connected()
	s.mu.Unlock()
	for _, c := range sockets {
		_ = c.conn.Close()
	}
	_ = s.http.Close()
}

// epoch is when Discord's ids begin, in milliseconds since 1970:
// https://discord.com/developers/docs/reference#snowflakes.
const epoch = 1420070400000

// snowflake is an id that is larger than all before it, and no less than the time, unless
// that is one before Discord was. The lock is held, or the server not yet shared.
func (s *Server) snowflake() string {
	s.last += 1 << 22 // so that ids of guilds spread over shards
	if now := time.Now().UnixMilli() - epoch; now > 0 {
		s.last = max(s.last, uint64(now)<<22)
	}
	return strconv.FormatUint(s.last, 10)
}

// notify wakes whoever waits for a change. The lock is held.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Await waits until a condition holds. It is asked again at every change, with the
// lock not held.
func (s *Server) Await(ctx context.Context, holds func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if holds() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// secret is a word that nobody can guess, such as an interaction's token.
func secret() string {
	raw := make([]byte, 48)
	_, _ = rand.Read(raw) // it does not fail
	return base64.RawURLEncoding.EncodeToString(raw)
}

// pipes is a listener whose connections are made in memory.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Accept is net.Listener's.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// Close is net.Listener's.
func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

// Addr is net.Listener's.
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "discord.test", Net: "pipe"} }
