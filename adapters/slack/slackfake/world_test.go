package slackfake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"archbot/adapters/slack/slackfake"
)

// scopes are those of an app that does everything here.
var scopes = []string{
	"app_mentions:read", "assistant:write", "channels:history", "channels:join", "channels:read", "chat:write", "commands",
	"groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:read", "reactions:write", "users:read",
}

// world is a workspace with two people, a channel with the app in it, and one without.
type world struct {
	*slackfake.Server
	team        slackfake.Team
	token       slackfake.Token
	ann, bob    slackfake.User
	inside, out slackfake.Channel
	api         *slack.Client
}

func newWorld(t *testing.T, o slackfake.Options) *world {
	t.Helper()
	s, err := slackfake.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	w := &world{Server: s, team: s.AddTeam(slackfake.Team{Domain: "acme"})}
	w.token = s.Install(w.team.ID, scopes...)
	w.team, _ = s.Team(w.team.ID)
	w.ann = s.AddUser(slackfake.User{Team: w.team.ID, Name: "ann", TZ: "America/New_York", IsAdmin: true})
	w.bob = s.AddUser(slackfake.User{Team: w.team.ID, Name: "bob"})
	w.inside = s.AddChannel(slackfake.Channel{Team: w.team.ID, Name: "general", Creator: w.ann.ID, Members: []string{w.ann.ID, w.bob.ID, w.team.Bot}})
	w.out = s.AddChannel(slackfake.Channel{Team: w.team.ID, Name: "random", Members: []string{w.ann.ID}})
	w.api = slack.New(w.token.Value, slack.OptionAPIURL(s.APIURL()))
	return w
}

// clock is a time that only tests move on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Now()} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// got is what an app was sent, whichever way it came.
type got struct {
	kind    string // "command", "interactive" or "event"
	payload map[string]any
	header  http.Header // on HTTP
}

func (g got) str(key string) string { s, _ := g.payload[key].(string); return s }

// app answers what it is sent by a function; what it returns is the answer's JSON, and
// nil for nothing.
type app func(got) any

// overHTTP has the app listen on HTTP; it checks signatures with slack-go's verifier.
func (w *world) overHTTP(t *testing.T, a app) *httptest.Server {
	t.Helper()
	handle := func(kind string) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			verifier, err := slack.NewSecretsVerifier(r.Header, w.SigningSecret)
			if err == nil {
				_, _ = verifier.Write(body)
				err = verifier.Ensure()
			}
			if err != nil {
				t.Error(err)
				rw.WriteHeader(http.StatusUnauthorized)
				return
			}
			respond(rw, a(got{kind: kind, payload: parse(t, kind, body), header: r.Header}))
		}
	}
	mux := http.NewServeMux()
	for _, kind := range []string{"command", "interactive", "event"} {
		mux.Handle("/"+kind, handle(kind))
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w.Connect(slackfake.Endpoints{Commands: server.URL + "/command", Interactivity: server.URL + "/interactive", Events: server.URL + "/event"})
	return server
}

func respond(w http.ResponseWriter, answer any) {
	switch v := answer.(type) {
	case nil:
	case int:
		w.WriteHeader(v)
	case string:
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, v)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
}

func parse(t *testing.T, kind string, body []byte) map[string]any {
	t.Helper()
	out := map[string]any{}
	text := body
	if kind != "event" {
		r := &http.Request{Method: http.MethodPost, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: io.NopCloser(bytes.NewReader(body))}
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		if kind == "command" {
			for k := range r.PostForm {
				out[k] = r.PostForm.Get(k)
			}
			return out
		}
		text = []byte(r.PostForm.Get("payload"))
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Error(err)
	}
	return out
}

// overSocket connects slack-go's own client for Socket Mode and returns what ends it.
func (w *world) overSocket(t *testing.T, a app) context.CancelFunc {
	t.Helper()
	token := w.AddToken(slackfake.Token{Kind: "app", Scopes: []string{"connections:write"}})
	before := w.Sockets()
	client := socketmode.New(slack.New(w.token.Value, slack.OptionAppLevelToken(token.Value), slack.OptionAPIURL(w.APIURL())))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = client.RunContext(ctx) })
	running.Go(func() {
		for {
			select {
			case e := <-client.Events:
				kind := map[socketmode.EventType]string{
					socketmode.EventTypeSlashCommand: "command", socketmode.EventTypeInteractive: "interactive", socketmode.EventTypeEventsAPI: "event",
				}[e.Type]
				if kind == "" {
					continue
				}
				payload := map[string]any{}
				if err := json.Unmarshal(e.Request.Payload, &payload); err != nil {
					t.Error(err)
				}
				if answer := a(got{kind: kind, payload: payload}); answer == nil {
					_ = client.Ack(*e.Request)
				} else {
					_ = client.Ack(*e.Request, answer)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	if !w.Await(func() bool { return w.Sockets() > before }) {
		t.Fatal("the app did not connect")
	}
	return cancel
}

// ways are the two transports, each with an app connected that way.
var ways = map[string]func(*testing.T, slackfake.Options, app) *world{
	"http": func(t *testing.T, o slackfake.Options, a app) *world {
		t.Helper()
		w := newWorld(t, o)
		w.overHTTP(t, a)
		return w
	},
	"socket": func(t *testing.T, o slackfake.Options, a app) *world {
		t.Helper()
		o.SocketMode = true
		w := newWorld(t, o)
		w.overSocket(t, a)
		return w
	},
}
