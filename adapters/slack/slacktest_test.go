package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack/slacktest"

	"archbot/adapters/adaptertest"
)

// overheard passes calls on, and tells of each one of a method.
type overheard struct {
	method string
	calls  chan url.Values
}

func (o overheard) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/"+o.method) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		o.calls <- values
	}
	return http.DefaultTransport.RoundTrip(r)
}

// soon returns what comes from a channel, within a time that nothing takes.
func soon[T any](t testing.TB, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(20 * time.Second):
		t.Fatalf("%s does not come", what)
		panic("unreachable")
	}
}

// slack-go's own test server speaks Socket Mode. It knows no App Home and no forms,
// checks neither tokens nor limits, and brings back each post on the socket, as no
// kind of delivery that there is: that must not stop the adapter.
func TestSlacktest(t *testing.T) {
	server := slacktest.NewTestServer(func(c slacktest.Customize) {
		c.Handle("/auth.test", func(w http.ResponseWriter, _ *http.Request) { // or the bot is the one who asks
			_, _ = io.WriteString(w, `{"ok": true, "team_id": "T024BE7LD", "user_id": "U023BECGF"}`)
		})
	})
	server.Start()
	t.Cleanup(server.Stop)
	log := &adaptertest.Log{}
	posts := overheard{"chat.postMessage", make(chan url.Values, 10)}
	a, err := New(Config{
		Bot: withState(t).Bot, Log: log.Logger(), BotToken: "xoxb-test", AppToken: "xapp-test", APIURL: server.GetAPIURL(),
		Connections: 1, Spacing: -1, Patience: 20 * time.Second, Transport: posts,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()

	server.SendToWebsocket(envelope(t, "e1", "events_api", map[string]any{
		"type": "event_callback", "team_id": "T024BE7LD", "event_id": "Ev1",
		"event": map[string]any{"type": "app_mention", "user": "W012A3CDE", "text": "<@U023BECGF> circuit breakers?", "channel": "C1", "ts": "1.1"},
	}))
	if ack := acknowledged(t, server, "e1"); len(ack) > 0 {
		t.Errorf("an event is acknowledged with %s", ack)
	}
	said := soon(t, posts.calls, "an answer to the mention")
	if said.Get("channel") != "C1" || said.Get("thread_ts") != "1.1" || !strings.Contains(said.Get("blocks"), "Circuit breaking") {
		t.Errorf("posted %v", said)
	}

	server.SendToWebsocket(envelope(t, "e2", "slash_commands", map[string]any{
		"command": DefaultCommand, "text": "search circuit breaking", "team_id": "T024BE7LD", "channel_id": "C1", "user_id": "W012A3CDE",
		"trigger_id": "1.2.3", "response_url": server.GetAPIURL() + "response",
	}))
	ack := acknowledged(t, server, "e2")
	if !strings.Contains(string(ack), `"response_type":"ephemeral"`) || !strings.Contains(string(ack), "Circuit breaking") {
		t.Errorf("the command is acknowledged with %s", ack)
	}

	cancel()
	if err := soon(t, ended, "the end"); err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "level=ERROR") || strings.Contains(log.String(), "xapp-test") {
		t.Errorf("the log says\n%s", log)
	}
}

// envelope is a delivery as it comes on a socket.
func envelope(t testing.TB, id, kind string, payload map[string]any) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": kind != "events_api",
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// acknowledged waits for the acknowledgement of an envelope, and returns its payload.
func acknowledged(t testing.TB, server *slacktest.Server, id string) json.RawMessage {
	t.Helper()
	var ack struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal([]byte(soon(t, server.SeenFeed, "an acknowledgement")), &ack); err != nil {
		t.Fatal(err)
	}
	if ack.ID != id {
		t.Fatalf("%q is acknowledged instead of %q", ack.ID, id)
	}
	return ack.Payload
}
