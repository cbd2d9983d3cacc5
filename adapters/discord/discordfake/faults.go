package discordfake

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Fault is something that goes wrong with requests of the bot. With After the request is
// done first, which is what makes a blind retry post twice.
type Fault struct {
	Method string `json:"method"` // empty for any
	Path   string `json:"path"`   // what the path below the API's base contains
	Times  int    `json:"times"`  // how many requests it hits; 1 when 0, all when negative

	Status int    `json:"status"` // answers this instead of doing what was asked
	Code   int    `json:"code"`   // Discord's error code in that answer
	Scope  string `json:"scope"`  // for 429: user, global or shared
	// RetryAfter is for 429, in milliseconds.
	RetryAfter int `json:"retry_after_ms"`
	// Delay is how long the request is on its way, in milliseconds, or with After its
	// answer. It arrives, whether its caller waits for it, has given up, or is dead.
	Delay int `json:"delay_ms"`
	// Reset breaks the connection in place of an answer.
	Reset bool `json:"reset"`

	After bool `json:"after"`
	Hits  int  `json:"hits"` // how many requests it has hit
}

// Fail has something go wrong from now on, until it has hit as often as it says.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times, f.Hits = orElse(f.Times, 1), 0
	s.faults = append(s.faults, &f)
}

// Heal ends all faults of requests.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Faults are those that were set and not healed, in that order.
func (s *Server) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, len(s.faults))
	for i, f := range s.faults {
		out[i] = *f
	}
	return out
}

// Failing reports whether a fault may hit the next request.
func (s *Server) Failing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.faults, func(f *Fault) bool { return f.Times != 0 })
}

// fault returns the fault that hits a request, if any, and counts it.
func (s *Server) fault(method, path string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times == 0 || f.Method != "" && f.Method != method || !strings.Contains(path, f.Path) {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		f.Hits++
		hit := *f
		return &hit
	}
	return nil
}

// arrive takes in all of a request, so that it can be done when its caller is gone.
func arrive(r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return // who reads on is told the same
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
}

// suffer carries out what a fault does, before a request is looked at or after it was
// done; it reports whether all else goes on as if nothing were.
func (s *Server) suffer(w http.ResponseWriter, r *http.Request, f Fault) (goOn bool) {
	if f.Delay > 0 {
		arrive(r)
		select {
		case <-time.After(time.Duration(f.Delay) * time.Millisecond):
		case <-s.done:
		}
	}
	switch {
	case f.Reset:
		s.note(r.Method, r.URL.Path, 0)
		cut(w)
		return false
	case f.Status != 0:
		s.reply(w, r, nil, &apiError{
			status: f.Status, Code: f.Code, Message: http.StatusText(f.Status),
			retryAfter: time.Duration(f.RetryAfter) * time.Millisecond, scope: f.Scope,
		})
		return false
	}
	return true
}

// cut breaks a connection in the middle of an answer.
func cut(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // so that the other side sees a reset
	}
	_ = conn.Close()
}

// Drop closes all connections to the Gateway with a close code; with 0 they break
// without one.
func (s *Server) Drop(code int) {
	s.mu.Lock()
	sockets := s.connected()
	s.mu.Unlock()
	for _, c := range sockets {
		c.end(code)
	}
}

// Reconnect asks all connections to the Gateway to connect anew (op 7).
func (s *Server) Reconnect() { s.toAll(packet{Op: opReconnect}) }

// AskHeartbeat asks all connections for a heartbeat at once (op 1).
func (s *Server) AskHeartbeat() { s.toAll(packet{Op: opHeartbeat}) }

// Invalidate tells all connections that their session is not valid (op 9). Unless it is
// resumable, it is gone.
func (s *Server) Invalidate(resumable bool) {
	s.mu.Lock()
	if !resumable {
		s.sessions = make(map[string]*session)
	}
	s.mu.Unlock()
	s.toAll(packet{Op: opInvalidSession, D: resumable})
}

// Forget drops all sessions that are not connected, so that nobody can resume them.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = make(map[string]*session)
}

// Deafen has the connections that there are just now send nothing any more, not even
// acknowledgements of heartbeats, while they stay open: zombies.
func (s *Server) Deafen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sockets {
		c.deaf.Store(true)
	}
}

// Silence has new connections to the Gateway get nothing at all, not even a hello,
// until it is switched off.
func (s *Server) Silence(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = on
}

// Babble sends all connections something that is no packet at all.
func (s *Server) Babble() { s.toAll(packet{Op: opBabble}) }

// Garble sends all connections something that is no event of its type.
func (s *Server) Garble(kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range keys(s.sessions) {
		s.sessions[id].add(kind, []any{"this", 1, "is", nil, "no event"})
	}
}

func (s *Server) toAll(p packet) {
	s.mu.Lock()
	sockets := s.connected()
	s.mu.Unlock()
	for _, c := range sockets {
		c.send(p)
	}
}

// connected are the open connections. The lock is held.
func (s *Server) connected() []*socket { return keys(s.sockets) }

func keys[K comparable, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}

// closeNormal is a close frame's code for a connection that ends as it should.
const closeNormal = websocket.CloseNormalClosure

// Clear forgets messages, interactions and requests, for tests that make many.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages, s.interactions, s.nonces = make(map[string]*Message), make(map[string]*Interaction), make(map[string]nonce)
	s.buckets, s.requests = make(map[string]*bucket), nil
}
