package slackfake_test

import (
	"context"
	"encoding/json"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

// dial opens one raw connection and returns it with its first frame.
func (w *world) dial(t *testing.T) (*websocket.Conn, map[string]any) {
	t.Helper()
	token := w.AddToken(slackfake.Token{Kind: "app", Scopes: []string{"connections:write"}})
	_, url, err := slack.New("", slack.OptionAppLevelToken(token.Value), slack.OptionAPIURL(w.APIURL())).StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	if again, refused, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil); err == nil {
		_ = again.Close()
		t.Error("a ticket was good twice")
	} else {
		_ = refused.Body.Close()
	}
	return conn, frame(t, conn)
}

func frame(t *testing.T, conn *websocket.Conn) map[string]any {
	t.Helper()
	_, text, err := conn.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func ack(t *testing.T, conn *websocket.Conn, v any) {
	t.Helper()
	if err := conn.WriteJSON(v); err != nil {
		t.Error(err)
	}
}

func TestHello(t *testing.T) {
	w := newWorld(t, slackfake.Options{SocketMode: true})
	for i := range 10 {
		_, hello := w.dial(t)
		if hello["type"] != "hello" || hello["num_connections"] != float64(i+1) || hello["connection_info"].(map[string]any)["app_id"] != w.AppID {
			t.Fatalf("%d: %v", i, hello)
		}
	}
	if _, refused := w.dial(t); refused["type"] != "disconnect" || refused["reason"] != "too_many_websockets" {
		t.Error(refused)
	}
	w.UseSocketMode(false)
	if _, refused := w.dial(t); refused["reason"] != "link_disabled" {
		t.Error(refused)
	}
}

// command types a command and returns its outcome when the test asks for it.
func (w *world) command() func() slackfake.Outcome {
	var done sync.WaitGroup
	var out slackfake.Outcome
	done.Go(func() { out = w.As(w.ann.ID).Command(w.inside.ID, "/arch", "x") })
	return func() slackfake.Outcome { done.Wait(); return out }
}

// TestUnacknowledged sends what one socket did not acknowledge to another one, when it
// ends and when Slack loses patience.
func TestUnacknowledged(t *testing.T) {
	for name, lose := range map[string]func(*world, *websocket.Conn){
		"closed":   func(_ *world, c *websocket.Conn) { _ = c.Close() },
		"dropped":  func(w *world, _ *websocket.Conn) { w.DropSocket() },
		"patience": func(w *world, _ *websocket.Conn) { w.Resend() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slackfake.Options{SocketMode: true})
			first, _ := w.dial(t)
			outcome := w.command()
			sent := frame(t, first)
			second, _ := w.dial(t)
			lose(w, first)
			again := frame(t, second)
			if sent["envelope_id"] != again["envelope_id"] || sent["accepts_response_payload"] != true {
				t.Errorf("%v and %v", sent, again)
			}
			ack(t, second, map[string]any{"envelope_id": again["envelope_id"], "payload": map[string]any{"text": "here"}})
			if out := fine(t, outcome()); out.Message == nil || out.Message.Text != "here" {
				t.Errorf("%+v", out)
			}
		})
	}
}

// TestRefresh has Slack ask for a new connection: nothing more comes on the old one.
func TestRefresh(t *testing.T) {
	w := newWorld(t, slackfake.Options{SocketMode: true})
	old, _ := w.dial(t)
	w.EndSockets("warning")
	if f := frame(t, old); f["reason"] != "warning" {
		t.Error(f)
	}
	w.EndSockets("refresh_requested")
	if f := frame(t, old); f["reason"] != "refresh_requested" {
		t.Error(f)
	}
	fresh, _ := w.dial(t)
	outcome := w.command()
	f := frame(t, fresh)
	ack(t, fresh, map[string]any{"envelope_id": f["envelope_id"]})
	fine(t, outcome())
}

// TestSlackGoComesBack has slack-go's client reconnect by itself.
func TestSlackGoComesBack(t *testing.T) {
	w := newWorld(t, slackfake.Options{SocketMode: true})
	w.overSocket(t, func(got) any { return map[string]any{"text": "here"} })
	for _, end := range []func(){func() { w.EndSockets("refresh_requested") }, w.DropSocket} {
		calls := len(w.Calls("apps.connections.open"))
		end()
		if !w.Await(func() bool { return len(w.Calls("apps.connections.open")) > calls && w.Sockets() == 1 }) {
			t.Fatal("the app did not come back")
		}
		fine(t, w.As(w.ann.ID).Command(w.inside.ID, "/arch", "x"))
	}
}

func TestComplaints(t *testing.T) {
	w := newWorld(t, slackfake.Options{SocketMode: true})
	conn, _ := w.dial(t)
	w.As(w.ann.ID)
	outcome := w.command()
	f := frame(t, conn)
	ack(t, conn, map[string]any{"envelope_id": "nobody's"})
	ack(t, conn, []int{1})
	ack(t, conn, map[string]any{"envelope_id": f["envelope_id"], "payload": map[string]any{"text": chars(20_000)}})
	ack(t, conn, map[string]any{"envelope_id": f["envelope_id"]})
	if out := fine(t, outcome()); out.Message != nil {
		t.Errorf("what Slack drops was shown: %+v", out.Message)
	}
	said := strings.Join(w.Complaints(), "\n")
	for _, want := range []string{"unknown envelope", "no JSON object", "was dropped"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q, want something with %q", said, want)
		}
	}
	var done sync.WaitGroup
	done.Go(func() { w.As(w.ann.ID).Shortcut("s") })
	f = frame(t, conn)
	if f["accepts_response_payload"] != false {
		t.Error(f)
	}
	ack(t, conn, map[string]any{"envelope_id": f["envelope_id"], "payload": map[string]any{"text": "unread"}})
	done.Wait()
	if said := w.Complaints(); len(said) != 4 {
		t.Errorf("%q", said)
	}
}

// TestClose finds no goroutine of the fake left, whatever it was in the middle of.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		s, err := slackfake.Start(slackfake.Options{SocketMode: true, PingEvery: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		team := s.AddTeam(slackfake.Team{})
		token := s.Install(team.ID, scopes...)
		ann := s.AddUser(slackfake.User{Team: team.ID})
		channel := s.AddChannel(slackfake.Channel{Team: team.ID, Members: []string{ann.ID, token.User}})
		w := &world{Server: s, team: team, token: token, ann: ann, inside: channel}
		w.api = slack.New(token.Value, slack.OptionAPIURL(s.APIURL()))
		conn, _ := w.dial(t)
		s.Inject(slackfake.Fault{Hold: true})
		var busy sync.WaitGroup
		busy.Go(func() { _ = w.send(context.Background()) }) //nolint:usetesting // it ends with the fake
		busy.Go(func() { s.As(ann.ID).Command(channel.ID, "/arch", "x") })
		frame(t, conn)
		if !s.Await(func() bool { return s.Faults()[0].Held == 1 }) {
			t.Fatal("nothing was held")
		}
		s.Close()
		busy.Wait()
		_ = conn.Close()
	}
	for range 1000 { // those of net/http end a moment later
		if runtime.NumGoroutine() <= before+2 {
			return
		}
		runtime.Gosched()
	}
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	if strings.Contains(string(stacks), "slackfake.(*Server)") {
		t.Errorf("%s", stacks)
	}
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte(`{"envelope_id":"x","payload":{"text":"y"}}`))
	f.Add([]byte(`{"envelope_id":5}`))
	f.Add([]byte(`null`))
	s, err := slackfake.Start(slackfake.Options{SocketMode: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	w := &world{Server: s}
	f.Fuzz(func(t *testing.T, b []byte) {
		conn, _ := w.dial(t)
		said := len(s.Complaints())
		if err := conn.WriteMessage(websocket.TextMessage, b); err != nil {
			t.Skip()
		}
		if !s.Await(func() bool { return len(s.Complaints()) > said }) {
			t.Error("a frame that acknowledges nothing was passed over")
		}
		_ = conn.Close()
		s.Await(func() bool { return s.Sockets() == 0 })
	})
}
