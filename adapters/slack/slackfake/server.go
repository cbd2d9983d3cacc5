package slackfake

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what kind of Slack, and what kind of app, to be. The zero value is
// an app on HTTP with no address yet, in a Slack without a workspace.
type Options struct {
	Now func() time.Time `json:"-"` // the fake's clock; nil for the real one
	// Stamp is the clock that deliveries are signed by; nil for the fake's. An app that
	// checks signatures by the real time needs that, whatever time it is for tokens.
	Stamp func() time.Time `json:"-"`

	// Patience is how long in real time the fake waits for the app to answer
	// or to connect, 0 for 20 seconds. It should never be what ends a wait in
	// a test that passes.
	Patience time.Duration `json:"patience"`

	SocketMode bool          `json:"socket_mode"` // deliver through Socket Mode rather than over HTTP
	PingEvery  time.Duration `json:"ping_every"`  // between pings on a socket, in real time; 0 for 5 seconds

	SigningSecret string   `json:"signing_secret"` // empty: one is made
	ClientID      string   `json:"client_id"`      // the same
	ClientSecret  string   `json:"client_secret"`  // the same
	RedirectURIs  []string `json:"redirect_uris"`  // what OAuth may lead back to; none: no installation by OAuth
	BotScopes     []string `json:"bot_scopes"`     // what OAuth may ask for; nil: anything
	Events        []string `json:"events"`         // what the app subscribes to; nil: all here but message.channels and message.groups
	PKCE          bool     `json:"pkce"`           // OAuth with a code_challenge is allowed
	Rotation      bool     `json:"rotation"`       // OAuth gives tokens that expire in 12 hours, and refresh tokens

	TokenLife time.Duration `json:"token_life"` // until those expire; 0 for Slack's 12 hours

	NoHome bool   `json:"no_home"` // the app has no Home tab: views.publish is refused
	View   string `json:"view"`    // "agent", "assistant" or "" for an app without such a pane

	// HistoryLimit caps conversations.history and replies, as Slack does with
	// 15 for commercially distributed apps outside its Marketplace; 0 for the
	// usual 999.
	HistoryLimit int `json:"history_limit"`

	// What comes faster is answered with 429: Slack allows about one post a
	// second in a channel, and a number that it does not publish in a workspace.
	ChannelRate Rate `json:"channel_rate"`
	TeamRate    Rate `json:"team_rate"`

	Addr string `json:"addr"` // to listen on; empty for a free port of 127.0.0.1
}

// Rate allows one post every so often by the fake's clock, and as many as Burst
// (at least one) at once after a rest. The zero value allows everything.
type Rate struct {
	Every time.Duration `json:"every"`
	Burst int           `json:"burst"`
}

// Server is a running fake. Its methods may be called from many goroutines.
type Server struct {
	URL           string // of the fake, without a slash at the end
	AppID         string
	ClientID      string
	ClientSecret  string
	SigningSecret string // of signed deliveries
	Verification  string // the deprecated token in payloads; nothing should depend on it

	opts Options
	http *http.Server

	client http.Client // what deliveries are made with

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   sync.WaitGroup // handlers, and what they started

	hushed atomic.Bool // no pings are sent

	mu      sync.Mutex
	changed chan struct{} // closed at the next change of the state
	closed  bool
	state
}

// Start starts a fake. Close ends it.
func Start(o Options) (*Server, error) {
	fillIn(&o)
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("the fake Slack cannot listen: %w", err)
	}
	s := &Server{
		URL:           "http://" + listener.Addr().String(),
		AppID:         "A0FAKEAPP",
		ClientID:      o.ClientID,
		ClientSecret:  o.ClientSecret,
		SigningSecret: o.SigningSecret,
		Verification:  secret("", 24),
		opts:          o,
		changed:       make(chan struct{}),
		state:         newState(o.SocketMode),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.client = http.Client{ // which follows no redirect
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.http = &http.Server{
		Handler:           s.counted(s.routes()),
		ReadHeaderTimeout: time.Minute,
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
	}
	s.work.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.cancel() // whoever waits for the fake learns that it is gone
		}
	})
	return s, nil
}

func fillIn(o *Options) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.TokenLife == 0 {
		o.TokenLife = tokenLife
	}
	if o.Stamp == nil {
		o.Stamp = o.Now
	}
	if o.Patience == 0 {
		o.Patience = 20 * time.Second
	}
	if o.PingEvery == 0 {
		o.PingEvery = 5 * time.Second
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.SigningSecret == "" {
		o.SigningSecret = secret("", 32)
	}
	if o.ClientID == "" {
		o.ClientID = "111111111111.222222222222"
	}
	if o.ClientSecret == "" {
		o.ClientSecret = secret("", 32)
	}
}

// Close ends the fake: its listener, its sockets, what it still held back. It
// returns when no goroutine of the fake is left.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.cancel()
	s.mu.Unlock()
	s.dropSockets(func(*socket) bool { return true })
	_ = s.http.Close() // the listener's error helps nobody any more
	s.work.Wait()
	s.client.CloseIdleConnections()
}

// counted has Close wait for the handlers that run: net/http forgets those whose
// connection is a socket now.
func (s *Server) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			panic(http.ErrAbortHandler)
		}
		s.work.Add(1)
		s.mu.Unlock()
		defer s.work.Done()
		next.ServeHTTP(w, r)
	})
}

// APIURL is what a client calls instead of https://slack.com/api/.
func (s *Server) APIURL() string { return s.URL + "/api/" }

// Now is what time it is for the fake.
func (s *Server) Now() time.Time { return s.opts.Now() }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("POST /responses/{id}", s.serveResponse)
	mux.HandleFunc("GET /link/", s.serveSocket)
	mux.HandleFunc("GET /oauth/v2/authorize", s.serveAuthorize)
	s.controlRoutes(mux)
	return mux
}

// touch tells those who wait that something changed. The lock must be held.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Await waits until the condition holds; it is asked again whenever something
// changed in the fake. It is false when Options.Patience has passed or the
// fake was closed.
func (s *Server) Await(condition func() bool) bool {
	ctx, cancel := context.WithTimeout(s.ctx, s.opts.Patience)
	defer cancel()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if condition() {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return condition()
		}
	}
}
