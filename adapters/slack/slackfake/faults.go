package slackfake

import (
	"net/http"
	"slices"
	"time"
)

// Fault makes calls of the Web API go wrong, and answers at a response_url, for which
// Method is "response_url". Method, Channel and Team say which calls; empty is any. Skip lets that many of them pass first and Times is how many
// it strikes, 0 for all of them until it is cleared. What it does is one of Error,
// Status, RetryAfter, Hold, Reset; After says whether the call has its effect all
// the same, which is what makes a blind retry post twice.
type Fault struct {
	ID      string `json:"id"` // given by Inject
	Method  string `json:"method,omitempty"`
	Channel string `json:"channel,omitempty"`
	Team    string `json:"team,omitempty"`
	Skip    int    `json:"skip,omitempty"`
	Times   int    `json:"times,omitempty"`

	// Error is answered. fatal_error always has its effect, as Slack warns.
	Error string `json:"error,omitempty"`
	// Needed goes with missing_scope.
	Needed string `json:"needed,omitempty"`
	// Status is answered with a page of HTML, as Slack's front does.
	Status int `json:"status,omitempty"`
	// RetryAfter, in seconds, is answered with 429.
	RetryAfter int `json:"retry_after,omitempty"`
	// Hold keeps the call until Release or until the caller gives up: before its
	// effect, or with After before the answer. A caller that gave up before the
	// effect leaves none, unless Deaf; that the fake has noticed shows in Held.
	Hold bool `json:"hold,omitempty"`
	// Deaf lets a held call have its effect though the caller gave up, once it
	// is released: a post that was on its way.
	Deaf bool `json:"deaf,omitempty"`
	// For is how long, in real time, a call is held that nobody releases; 0 for as
	// long as it takes.
	For time.Duration `json:"for,omitempty"`
	// Reset cuts the connection: before the effect, or with After in place of
	// the answer.
	Reset bool `json:"reset,omitempty"`

	After bool `json:"after,omitempty"`
	Hits  int  `json:"hits"` // how often it struck
	Held  int  `json:"held"` // how many calls it holds now
}

type fault struct {
	Fault
	seen     int
	released chan struct{}
}

// Inject sets a fault and returns its id. Where several apply, the one set first
// strikes.
func (s *Server) Inject(f Fault) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.ID = s.id("F")
	if f.Error == "fatal_error" {
		f.After = true
	}
	f.Hits, f.Held = 0, 0
	s.faults = append(s.faults, &fault{Fault: f, released: make(chan struct{})})
	s.touch()
	return f.ID
}

// Release lets what the fault holds go on, and does not hold again.
func (s *Server) Release(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.ID == id {
			f.release()
		}
	}
	s.touch()
}

func (f *fault) release() {
	select {
	case <-f.released:
	default:
		close(f.released)
	}
}

// Clear takes the fault away, or all for "", and releases what they hold.
func (s *Server) Clear(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(f *fault) bool {
		if id != "" && f.ID != id {
			return false
		}
		f.release()
		return true
	})
	s.touch()
}

// Faults returns what is set, with how often each has struck.
func (s *Server) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, len(s.faults))
	for i, f := range s.faults {
		out[i] = f.Fault
	}
	return out
}

// strike finds the fault that this call meets, and counts it.
func (s *Server) strike(c *call, token string) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	team := ""
	if t := s.tokens[token]; t != nil {
		team = t.Team
	}
	for _, f := range s.faults {
		if f.Method != "" && f.Method != c.method || f.Channel != "" && f.Channel != c.channelArg() || f.Team != "" && f.Team != team {
			continue
		}
		if f.Times > 0 && f.Hits >= f.Times {
			continue
		}
		if f.seen++; f.seen <= f.Skip {
			continue
		}
		f.Hits++
		s.touch()
		return f
	}
	return nil
}

// faultBefore does what the fault does to a call that has had no effect yet; it
// tells whether the call goes on.
func (s *Server) faultBefore(w http.ResponseWriter, r *http.Request, f *fault) bool {
	if f.Hold {
		return s.hold(r, f) || f.Deaf
	}
	s.wrong(w, f)
	return false
}

// faultAfter does what the fault does to a call that has had its effect; it tells
// whether the call is answered as if nothing were.
func (s *Server) faultAfter(w http.ResponseWriter, r *http.Request, f *fault) bool {
	if f.Hold {
		return s.hold(r, f)
	}
	s.wrong(w, f)
	return false
}

// hold waits for the release, or for as long as the fault says; it is false when the
// caller gave up. A deaf hold waits all the same.
func (s *Server) hold(r *http.Request, f *fault) bool {
	s.mu.Lock()
	f.Held++
	s.touch()
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		f.Held--
		s.touch()
		s.mu.Unlock()
	}()
	var over <-chan time.Time
	if f.For > 0 {
		timer := time.NewTimer(f.For)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-f.released:
		return r.Context().Err() == nil
	case <-over:
		return r.Context().Err() == nil
	case <-s.ctx.Done():
		return false
	case <-r.Context().Done():
	}
	if f.Deaf {
		select {
		case <-f.released:
		case <-over:
		case <-s.ctx.Done():
		}
	}
	return false
}

// wrong answers as the fault says.
func (s *Server) wrong(w http.ResponseWriter, f *fault) {
	switch {
	case f.Reset:
		cut(w)
	case f.RetryAfter > 0:
		rateLimited(w, f.RetryAfter)
	case f.Status > 0:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Slack</title><p>There's been a glitch…")) // the caller may be gone
	default:
		e := fail(f.Error)
		if f.Error == "missing_scope" {
			e.extra = object{"needed": f.Needed, "provided": ""}
		}
		answer(w, e.body())
	}
}
