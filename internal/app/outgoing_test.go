package app

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/internal/config"
)

// together is how many calls are in flight at once.
const together = 50

// gathering is a platform that answers calls only once so many of them are there, and
// counts the connections that they come by.
type gathering struct {
	*httptest.Server
	accepted, closed atomic.Int64

	mu      sync.Mutex
	present int
	all     chan struct{} // closed when they are
}

func newGathering(t *testing.T) *gathering {
	t.Helper()
	g := &gathering{all: make(chan struct{})}
	g.Server = httptest.NewUnstartedServer(http.HandlerFunc(g.answer))
	g.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			g.accepted.Add(1)
		case http.StateClosed:
			g.closed.Add(1)
		}
	}
	g.Start()
	t.Cleanup(g.Close)
	return g
}

// come waits for those that a call comes together with.
func (g *gathering) come() {
	g.mu.Lock()
	all := g.all
	if g.present++; g.present == together {
		close(all)
		g.present, g.all = 0, make(chan struct{})
	}
	g.mu.Unlock()
	<-all
}

// answer sends JSON, and something that belongs to the answer and not to the JSON.
func (g *gathering) answer(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	g.come()
	if r.URL.Path == "/refused" {
		w.WriteHeader(http.StatusTooManyRequests)
	}
	_, _ = io.WriteString(w, `{"ok":true}`)
	_ = http.NewResponseController(w).Flush()
	_, _ = io.WriteString(w, strings.Repeat("\n", 4<<10))
}

// call calls as Slack's library does: of the answer it reads the JSON, of a refusal
// nothing. Whole has it read all.
func (g *gathering) call(t *testing.T, client *http.Client, path string, whole bool) {
	t.Helper()
	answer, err := client.Post(g.URL+path, "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	switch {
	case whole:
		_, err = io.ReadAll(answer.Body)
	case answer.StatusCode == http.StatusOK:
		err = json.NewDecoder(answer.Body).Decode(new(any))
	}
	if err != nil {
		t.Error(err)
	}
}

// rounds has so many call together, n times.
func (g *gathering) rounds(t *testing.T, n int, carries http.RoundTripper, path string, whole bool) {
	t.Helper()
	client := &http.Client{Transport: carries, Timeout: late}
	for range n {
		var calls sync.WaitGroup
		for range together {
			calls.Go(func() { g.call(t, client, path, whole) })
		}
		calls.Wait()
	}
}

// TestConnectionsAreKept has calls go out together, and then again: those of the first
// time connect, and the others use their connections, whatever was left unread of an
// answer. They are closed in the end.
func TestConnectionsAreKept(t *testing.T) {
	a, err := New(Options{Settings: config.Settings{Lists: []string{"embedded"}}, Logs: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer a.Stop()
	for name, carries := range map[string]http.RoundTripper{"Slack": a.slackConfig().Transport, "Discord": a.discordConfig().Transport} {
		for _, path := range []string{"/answered", "/refused"} {
			t.Run(name+path, func(t *testing.T) {
				g := newGathering(t)
				g.rounds(t, 4, carries, path, false)
				if n := g.accepted.Load(); n != together {
					t.Errorf("%d calls at once, four times, take %d connections", together, n)
				}
			})
		}
	}

	g := newGathering(t)
	g.rounds(t, 1, a.slackConfig().Transport, "/answered", false)
	a.Stop()
	for ended := time.Now().Add(late); g.closed.Load() < together; {
		if time.Now().After(ended) {
			t.Fatalf("%d connections of %d are closed at the end", g.closed.Load(), together)
		}
		<-time.After(time.Millisecond)
	}
}

// TestDefaultTransportConnectsAnew is why calls have a transport of their own: the
// default one keeps two connections to a host.
func TestDefaultTransportConnectsAnew(t *testing.T) {
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("the default transport is another")
	}
	usual = usual.Clone()
	defer usual.CloseIdleConnections()
	g := newGathering(t)
	g.rounds(t, 4, usual, "/answered", true)
	if n, want := g.accepted.Load(), int64(together+3*(together-http.DefaultMaxIdleConnsPerHost)); n != want {
		t.Errorf("%d calls at once, four times, take %d connections, and %d with two that are kept", together, n, want)
	}
}
