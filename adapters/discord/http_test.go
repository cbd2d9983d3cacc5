package discord

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
)

// direct serves requests without a network.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestSignaturesAreChecked(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		who := &echo{}
		c := b.config
		c.Bot, c.Token, c.PublicKey = who, "", b.PublicKey()
		a, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		ping := []byte(`{"type":1}`)
		for _, tt := range []struct {
			name   string
			body   []byte
			header http.Header
			want   int
		}{
			{"right", ping, b.Sign(ping, time.Now()), 200},
			{"a minute ago", ping, b.Sign(ping, time.Now().Add(-time.Minute)), 200},
			{"old", ping, b.Sign(ping, time.Now().Add(-6*time.Minute)), 401},
			{"of the future", ping, b.Sign(ping, time.Now().Add(6*time.Minute)), 401},
			{"another body", []byte(`{"type":2}`), b.Sign(ping, time.Now()), 401},
			{"none", ping, http.Header{}, 401},
			{"no hexadecimal", ping, http.Header{"X-Signature-Ed25519": {"zz"}, "X-Signature-Timestamp": {"1"}}, 401},
			{"no time", ping, http.Header{"X-Signature-Ed25519": b.Sign(ping, time.Now())["X-Signature-Ed25519"]}, 401},
			{"no JSON", []byte("{"), b.Sign([]byte("{"), time.Now()), 400},
			{"nobody", []byte(`{"type":2,"id":"1","application_id":"2","token":"x"}`), b.Sign([]byte(`{"type":2,"id":"1","application_id":"2","token":"x"}`), time.Now()), 400},
			{"a path for a token", []byte(`{"type":2,"id":"1","application_id":"2","token":"../x","user":{"id":"3"}}`), b.Sign([]byte(`{"type":2,"id":"1","application_id":"2","token":"../x","user":{"id":"3"}}`), time.Now()), 400},
			{"too large", bytes.Repeat([]byte(" "), maxBody+1), b.Sign(ping, time.Now()), 413},
		} {
			r := httptest.NewRequest(http.MethodPost, PathInteractions, bytes.NewReader(tt.body))
			r.Header = tt.header
			w := httptest.NewRecorder()
			a.Handler().ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("%s: %d %s, want %d", tt.name, w.Code, w.Body, tt.want)
			}
		}
		if len(who.asked) > 0 {
			t.Errorf("the core was asked: %v", who.asked)
		}
		for _, r := range []*http.Request{
			httptest.NewRequest(http.MethodGet, PathInteractions, nil), httptest.NewRequest(http.MethodPost, PathPrefix, nil),
		} {
			w := httptest.NewRecorder()
			a.Handler().ServeHTTP(w, r)
			if w.Code == http.StatusOK {
				t.Errorf("%s %s: %d", r.Method, r.URL, w.Code)
			}
		}
	})
}

// What is delivered twice has one effect, and who replays it sees nothing.
func TestReplayedInteractionsShowNothing(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		b.config.PublicKey = b.PublicKey()
		a, stop := b.begin(&echo{})
		var last atomic.Pointer[http.Request]
		var body atomic.Pointer[[]byte]
		b.SetClient(&http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
			raw, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			last.Store(r)
			body.Store(&raw)
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(raw))
			return direct{a.Handler()}.RoundTrip(r)
		})})
		if err := b.SetEndpoint(t.Context(), "https://bot.test"+PathInteractions); err != nil {
			t.Fatal(err)
		}
		if _, err := b.search("caching").Shown(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, PathInteractions, bytes.NewReader(*body.Load()))
		r.Header = last.Load().Header
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusNoContent || w.Body.Len() > 0 {
			t.Errorf("a replay gets %d %s", w.Code, w.Body)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Without a token there is nothing to connect, and interactions are answered all the same.
func TestHTTPAlone(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		register, stopRegister := b.begin(&echo{})
		if err := stopRegister(); err != nil {
			t.Fatal(err)
		}
		_ = register
		a, stop := b.start(slow(5*time.Second, bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: "Late."})(), func(c *Config) { c.Token, c.PublicKey = "", b.PublicKey() })
		b.SetClient(&http.Client{Transport: direct{a.Handler()}})
		if err := b.SetEndpoint(t.Context(), "https://bot.test"+PathInteractions); err != nil {
			t.Fatal(err)
		}
		i := b.search("caching")
		b.pass(time.Minute)
		if m, err := i.Shown(t.Context()); err != nil || m.Text() != "Late." {
			t.Errorf("%+v, %v\n%s", m, err, b.log)
		}
		if !strings.Contains(b.log.String(), "/arch ask") {
			t.Error("it does not say what does not come over HTTP")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}
