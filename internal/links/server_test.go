package links

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"archbot/internal/guard"
)

// clock is a time that passes only where somebody sleeps.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

// waits are the times that were slept, and their sum.
func (c *clock) waits() (all []time.Duration, sum time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range c.slept {
		sum += d
	}
	return c.slept, sum
}

// site is a server on the loopback that writes down what it is asked.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string // "HEAD /path"
}

func newSite(t *testing.T, answer http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.RequestURI())
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// requests are what the site was asked so far.
func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// options are those of a check on the loopback in the clock's time, without
// pauses, so that what is slept is what the test is about.
func options(c *clock) Options {
	o := Defaults()
	o.Pause, o.Now, o.Sleep = 0, c.Now, c.Sleep
	o.Dial = guard.Dialer(true).DialContext
	return o
}

// checked visits the addresses.
func checked(ctx context.Context, t *testing.T, o Options, progress func(Progress), addresses ...string) Report {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]Link, len(addresses))
	for i, a := range addresses {
		list[i] = Link{URL: a, Title: fmt.Sprintf("Link %d", i), List: "list.md", Line: i + 1}
	}
	report := c.Check(ctx, list, progress)
	if len(report.Findings) != len(list) {
		t.Fatalf("%d findings for %d links", len(report.Findings), len(list))
	}
	for i, f := range report.Findings {
		if f.Link != list[i] {
			t.Errorf("finding %d is about %+v", i, f.Link)
		}
	}
	return report
}

// only visits one address.
func only(t *testing.T, o Options, address string) Finding {
	t.Helper()
	return checked(t.Context(), t, o, nil, address).Findings[0]
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) }
}

func redirect(code int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	}
}

// inTurn gives one answer after the other, and the last one from then on.
func inTurn(answers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	next := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		answer := answers[min(next, len(answers)-1)]
		next++
		mu.Unlock()
		answer(w, r)
	}
}

// byMethod answers HEAD in one way and GET in another.
func byMethod(head, get http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			head(w, r)
			return
		}
		get(w, r)
	}
}

// reset breaks the connection off as a crashing server does.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}
