package slack

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"archbot/adapters/adaptertest"
)

// secret signs what these tests post.
const testSecret = "0123456789abcdef0123456789abcdef"

// nowhere is a Slack that takes every call and knows nobody.
type nowhere struct{}

func (nowhere) RoundTrip(r *http.Request) (*http.Response, error) {
	body := `{"ok":true,"user_id":"U0BOT","team_id":"T1","channel":{"id":"D1"},"ts":"1.1","user":{"id":"U1"}}`
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// unattended is an adapter whose calls go nowhere.
func unattended(t testing.TB, w *world, edit ...func(*Config)) *Adapter {
	t.Helper()
	c := Config{
		Bot: w.Bot, BotToken: "xoxb-test", SigningSecret: testSecret, Transport: nowhere{}, Spacing: -1, Patience: time.Minute,
	}
	for _, f := range edit {
		f(&c)
	}
	a, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { <-a.work.Settled() })
	return a
}

// sign signs a request as Slack does.
func sign(t testing.TB, r *http.Request, body, secret string, at time.Time) {
	t.Helper()
	stamp := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", signature(stamp, body, secret))
}

func post(t testing.TB, h http.Handler, path, kind, body, secret string, at time.Time) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	sign(t, r, body, secret, at)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const (
	formBody = "application/x-www-form-urlencoded"
	jsonBody = "application/json"
)

func aCommand(text string) string {
	return url.Values{
		"team_id": {"T1"}, "channel_id": {"C1"}, "user_id": {"U1"}, "command": {"/arch"}, "text": {text},
		"response_url": {"https://hooks.slack.com/commands/1/2/3"}, "trigger_id": {"1.2.3"},
	}.Encode()
}

func TestHTTP(t *testing.T) {
	now := time.Now()
	large := "text=" + strings.Repeat("x", maxBody)
	tests := []struct {
		name, method, path, kind, body, secret string
		at                                     time.Time
		status                                 int
		has                                    string
	}{
		{"a command", "", PathCommands, formBody, aCommand("circuit breaking"), testSecret, now, 200, "Circuit breaking"},
		{"at the edge of its age", "", PathCommands, formBody, aCommand("help"), testSecret, now.Add(-5*time.Minute + 5*time.Second), 200, "help"},
		{"too old", "", PathCommands, formBody, aCommand("help"), testSecret, now.Add(-5*time.Minute - 5*time.Second), 401, "not signed"},
		{"of the future", "", PathCommands, formBody, aCommand("help"), testSecret, now.Add(6 * time.Minute), 401, "not signed"},
		{"another secret", "", PathCommands, formBody, aCommand("help"), "another", now, 401, "not signed"},
		{"an unsigned uninstall", "", PathEvents, jsonBody, `{"type":"event_callback","event":{"type":"app_uninstalled"}}`, "another", now, 401, "not signed"},
		{"unsigned and no JSON", "", PathEvents, jsonBody, `{`, "another", now, 401, "not signed"},
		{"too large", "", PathCommands, formBody, large, testSecret, now, 413, "too large"},
		{"read, not posted", http.MethodGet, PathCommands, formBody, "", testSecret, now, 405, ""},
		{"elsewhere", "", "/slack/else", formBody, "", testSecret, now, 404, ""},
		{"the address is verified", "", PathEvents, jsonBody, `{"type":"url_verification","challenge":"abc"}`, testSecret, now, 200, `{"challenge":"abc"}`},
		{"no JSON", "", PathEvents, jsonBody, `{`, testSecret, now, 400, "cannot be read"},
		{"no payload", "", PathInteractivity, formBody, "payload=", testSecret, now, 400, "cannot be read"},
		{"an interaction of a kind to come", "", PathInteractivity, formBody, url.Values{"payload": {`{"type":"telepathy"}`}}.Encode(), testSecret, now, 200, ""},
		{"an event of a kind to come", "", PathEvents, jsonBody, `{"type":"event_callback","event_id":"E1","event":{"type":"telepathy"}}`, testSecret, now, 200, ""},
		{"a link was followed", "", PathInteractivity, formBody, url.Values{"payload": {
			`{"type":"block_actions","actions":[{"action_id":"x","block_id":"b","type":"button"}]}`}}.Encode(), testSecret, now, 200, ""},
		{"too many events", "", PathEvents, jsonBody, `{"type":"app_rate_limited","team_id":"T1","minute_rate_limited":1}`, testSecret, now, 200, ""},
	}
	h := unattended(t, withState(t)).Handler()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(orElse(tt.method, http.MethodPost), tt.path, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", tt.kind)
			sign(t, r, tt.body, tt.secret, tt.at)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) {
				t.Errorf("%d %q, want %d with %q", w.Code, w.Body, tt.status, tt.has)
			}
		})
	}
	t.Run("no signature", func(t *testing.T) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, PathEvents, strings.NewReader("{}")))
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%d", w.Code)
		}
	})
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// The answer to a command is read by Slack as JSON, shows nobody but the asker, and
// unfolds no links.
func TestCommandAnswer(t *testing.T) {
	w := post(t, unattended(t, withState(t)).Handler(), PathCommands, formBody, aCommand("circuit breaking"), testSecret, time.Now())
	var said slack.WebhookMessage
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	if said.ResponseType != toOne || said.Text == "" || len(said.Blocks.BlockSet) == 0 || said.UnfurlLinks == nil || *said.UnfurlLinks {
		t.Errorf("%s", w.Body)
	}
	if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("the answer is %s", kind)
	}
}

func TestNoSecretNoHandler(t *testing.T) {
	a := unattended(t, withState(t), func(c *Config) { c.AppToken, c.SigningSecret = "xapp-1", "" })
	if w := post(t, a.Handler(), PathCommands, formBody, aCommand("help"), "", time.Now()); w.Code != http.StatusNotFound {
		t.Errorf("without a secret, a command is answered with %d", w.Code)
	}
}

func TestHalfASetUp(t *testing.T) {
	w := withState(t)
	for _, tt := range []struct {
		name   string
		config Config
		says   string
	}{
		{"no bot token", Config{AppToken: "xapp-1"}, "SLACK_BOT_TOKEN"},
		{"a user's token", Config{BotToken: "xoxp-secret", AppToken: "xapp-1"}, "OAuth & Permissions"},
		{"no way in", Config{BotToken: "xoxb-1"}, "SLACK_SIGNING_SECRET"},
		{"tokens the wrong way round", Config{BotToken: "xoxb-1", AppToken: "xoxb-secret"}, "Basic Information"},
	} {
		tt.config.Bot = w.Bot
		_, err := New(tt.config)
		if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// hang is a state whose limits are never decided before it is let go.
func TestBusy(t *testing.T) {
	a := unattended(t, withState(t))
	var ends []func()
	for range MaxWork {
		end, err := a.work.Begin("T1")
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	w := post(t, a.Handler(), PathCommands, formBody, aCommand("help"), testSecret, time.Now())
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d when nothing more can be worked on", w.Code)
	}
	for _, end := range ends {
		end()
	}
	if w := post(t, a.Handler(), PathCommands, formBody, aCommand("help"), testSecret, time.Now()); w.Code != http.StatusOK {
		t.Errorf("%d when there is room again", w.Code)
	}
}

// Suggestions come from memory: no state is asked.
func TestSuggestNeedsNoState(t *testing.T) {
	log := &adaptertest.Log{}
	a := unattended(t, newWorld(t, noState()), func(c *Config) { c.Log = log.Logger() })
	payload := url.Values{"payload": {`{"type":"block_suggestion","action_id":"archbot/pick/1","value":"circ","team":{"id":"T1"},"user":{"id":"U1"}}`}}
	w := post(t, a.Handler(), PathInteractivity, formBody, payload.Encode(), testSecret, time.Now())
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Circuit breaking") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
