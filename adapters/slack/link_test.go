package slack

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/checkup"
)

// hands is a clock that goes on, and can be put forward.
type hands struct{ ahead atomic.Int64 }

func (h *hands) now() time.Time          { return time.Now().Add(time.Duration(h.ahead.Load())) }
func (h *hands) forward(d time.Duration) { h.ahead.Add(int64(d)) }

// linked waits until the adapter's link is as it should be.
func linked(t *testing.T, a *Adapter, what string, is func(checkup.Link) bool) checkup.Link {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); runtime.Gosched() {
		if link := a.Link(); is(link) {
			return link
		}
	}
	t.Fatalf("%s: it is %+v", what, a.Link())
	return checkup.Link{}
}

func up(l checkup.Link) bool { return l.Up }

// A socket that stays open and gets no ping is deaf, and one whose pings come again is
// not; nobody has to say anything for that.
func TestLinkDeaf(t *testing.T) {
	clock := &hands{}
	s := newStage(t, withState(t).Bot, &adaptertest.Log{}, bySocket, func(c *Config) { c.Now = clock.now })
	link := linked(t, s.adapter, "connected", func(l checkup.Link) bool { return strings.Contains(l.Text, "2 of 2") })
	if !link.Up || link.Heard.IsZero() || !link.Event.IsZero() {
		t.Errorf("connected: %+v", link)
	}
	clock.forward(time.Hour) // a quiet one, with pings
	linked(t, s.adapter, "after a quiet hour", up)

	s.Hush(true)
	linked(t, s.adapter, "without pings", func(l checkup.Link) bool {
		clock.forward(deafAfter) // a ping may have been on its way
		return !l.Up && strings.Contains(l.Text, "deaf: 2")
	})
	if s.Sockets() != 2 {
		t.Errorf("%d sockets are open, want both", s.Sockets())
	}
	s.Hush(false)
	linked(t, s.adapter, "with pings again", up)

	s.As(s.ann.ID).Command(s.channel.ID, "/arch", "circuit breaking")
	if link := s.adapter.Link(); link.Event.IsZero() {
		t.Errorf("a command is no event: %+v", link)
	}
}

// Without Socket Mode switched on, or with all sockets broken, Slack does not reach the
// bot until it is there again.
func TestLinkDown(t *testing.T) {
	s := newStage(t, withState(t).Bot, &adaptertest.Log{}, bySocket)
	linked(t, s.adapter, "connected", up)
	held := s.Inject(slackfake.Fault{Method: "apps.connections.open", Hold: true})
	linked(t, s.adapter, "with both sockets cut", func(l checkup.Link) bool {
		s.DropSocket()
		return !l.Up
	})
	s.Release(held)
	linked(t, s.adapter, "connected again", up)
}

// Over HTTP there is no connection to lose, however quiet it is.
func TestLinkOverHTTP(t *testing.T) {
	s := newStage(t, withState(t).Bot, &adaptertest.Log{}, overHTTP)
	if link := s.adapter.Link(); !link.Up || !link.Event.IsZero() {
		t.Errorf("before anything has come: %+v", link)
	}
	s.As(s.ann.ID).Command(s.channel.ID, "/arch", "circuit breaking")
	if link := s.adapter.Link(); link.Event.IsZero() {
		t.Errorf("a command is no event: %+v", link)
	}
}

// Errors of calls are counted by their class.
func TestFailed(t *testing.T) {
	var mu sync.Mutex
	counted := make(map[string]int)
	s := newStage(t, withState(t).Bot, &adaptertest.Log{}, overHTTP, func(c *Config) {
		c.Failed = func(class string) {
			mu.Lock()
			defer mu.Unlock()
			counted[class]++
		}
	})
	s.Inject(slackfake.Fault{Method: "chat.postMessage", Error: "is_archived"})
	s.As(s.ann.ID).Say(s.channel.ID, "<@"+s.team.Bot+"> circuit breaking")
	s.settle()
	mu.Lock()
	defer mu.Unlock()
	if counted["gone"] == 0 || len(counted) != 1 {
		t.Errorf("counted %v, want only what is gone", counted)
	}
}
