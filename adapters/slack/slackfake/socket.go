package slackfake

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode).

// socket is one connection of the app.
type socket struct {
	id      int
	conn    *websocket.Conn
	writing sync.Mutex
	leaving bool // it was told to disconnect: nothing more is sent to it
}

// envelope is one sending of a parcel on a socket.
type envelope struct {
	id       string
	parcel   *parcel
	attempt  int
	on       *socket
	answered chan *reply   // holds one
	lost     chan struct{} // holds one: send it again, elsewhere
}

func openConnection(s *Server, _ *call) (object, *apiError) {
	ticket := secret("", 32)
	s.tickets[ticket] = true
	return object{"url": "ws" + strings.TrimPrefix(s.URL, "http") + "/link/?ticket=" + ticket + "&app_id=" + s.AppID}, nil
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// serveSocket is the app's end of one connection, from hello to its end.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	known := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !known {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	k := &socket{conn: conn}
	if refusal := s.enter(k); refusal != "" {
		k.write(object{"type": "disconnect", "reason": refusal, "debug_info": debugInfo})
		return
	}
	stop := make(chan struct{})
	s.work.Go(func() { s.ping(k, stop) })
	s.read(k)
	close(stop)
	s.leave(k)
}

var debugInfo = object{"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060}

// enter takes a socket among those that deliveries go to, once it was greeted.
func (s *Server) enter(k *socket) (refusal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ctx.Err() != nil || !s.socketMode:
		return "link_disabled"
	case len(s.sockets) >= maxSockets:
		return "too_many_websockets"
	}
	s.lastNumber++
	k.id = s.lastNumber
	s.sockets = append(s.sockets, k)
	k.write(object{
		"type": "hello", "num_connections": len(s.sockets), "debug_info": debugInfo,
		"connection_info": object{"app_id": s.AppID},
	})
	s.touch()
	return ""
}

// leave takes it out again; what it was sent and did not acknowledge goes elsewhere.
func (s *Server) leave(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets = slices.DeleteFunc(s.sockets, func(other *socket) bool { return other == k })
	for _, e := range s.envelopes {
		if e.on == k {
			e.lose()
		}
	}
	s.touch()
}

func (e *envelope) lose() {
	select {
	case e.lost <- struct{}{}:
	default:
	}
}

// write sends one frame; a connection that does not take it is on its way out.
func (k *socket) write(v any) {
	k.writing.Lock()
	defer k.writing.Unlock()
	_ = k.conn.SetWriteDeadline(time.Now().Add(10 * time.Second)) // the write itself reports
	if err := k.conn.WriteMessage(websocket.TextMessage, compact(v)); err != nil {
		_ = k.conn.Close()
	}
}

func (s *Server) ping(k *socket, stop <-chan struct{}) {
	tick := time.NewTicker(s.opts.PingEvery)
	defer tick.Stop()
	for {
		_ = k.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-fake"), time.Now().Add(10*time.Second)) // read notices what is wrong
		select {
		case <-tick.C:
		case <-stop:
			return
		}
	}
}

// read takes acknowledgements until the connection ends.
func (s *Server) read(k *socket) {
	for {
		_, frame, err := k.conn.ReadMessage()
		if err != nil {
			return
		}
		s.acknowledge(frame)
	}
}

// acknowledge takes one frame of the app: the envelope_id, and a payload where one is
// read.
func (s *Server) acknowledge(frame []byte) {
	a, err := jsonArgs(frame)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	e := s.envelopes[a.str("envelope_id")]
	switch {
	case err != nil:
		s.complain("a frame that is no JSON object: %v", err)
		return
	case len(frame) >= maxSocketAnswer:
		s.complain("an answer of %d bytes was dropped, as Slack does from %d on", len(frame), maxSocketAnswer)
		return
	case e == nil:
		s.complain("an acknowledgement of the unknown envelope %q", a.str("envelope_id"))
		return
	}
	r := &reply{status: http.StatusOK}
	if payload := a["payload"]; payload != nil {
		if text, isText := payload.(string); isText {
			r.body, r.kind = []byte(text), "text/plain"
		} else {
			r.body, r.kind = compact(payload), "application/json"
		}
		if !e.parcel.answers {
			s.complain("a payload in the acknowledgement of %s, where none is read", e.parcel.kind)
		}
	}
	select {
	case e.answered <- r:
	default: // acknowledged before
	}
}

func (s *Server) complain(format string, a ...any) {
	s.complaints = append(s.complaints, fmt.Sprintf(format, a...))
}

// Complaints are what the app did on sockets and response_urls that Slack would pass
// over in silence; a good test asserts that there are none.
func (s *Server) Complaints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.complaints)
}

// carryBySocket sends a parcel on one socket, and on another one when that one ends
// before it has acknowledged it.
func (s *Server) carryBySocket(p *parcel) *reply {
	s.mu.Lock()
	s.lastNumber++
	e := &envelope{
		id: fmt.Sprintf("%08x-fake-4000-8000-%s", s.lastNumber, strings.ToLower(secret("", 12))), parcel: p,
		attempt: p.retries, answered: make(chan *reply, 1), lost: make(chan struct{}, 1),
	}
	s.envelopes[e.id] = e
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.envelopes, e.id)
		s.mu.Unlock()
	}()
	patience := time.NewTimer(s.opts.Patience)
	defer patience.Stop()
	for {
		if !s.place(e) {
			return &reply{failure: "dispatch_failed"}
		}
		select {
		case r := <-e.answered:
			return r
		case <-e.lost:
			e.attempt++
			p.reason = "timeout"
		case <-patience.C:
			return &reply{failure: "operation_timeout"}
		case <-s.ctx.Done():
			return &reply{failure: "dispatch_failed"}
		}
	}
}

// place sends an envelope to the next socket. Commands and interactions fail at once
// where there is none; events, and what was sent before, wait for one.
func (s *Server) place(e *envelope) bool {
	var k *socket
	pick := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		k = s.nextSocketFor(e)
		e.on = k
		return k != nil
	}
	if !pick() && (e.parcel.kind != event && e.attempt == 0 || !s.Await(pick)) {
		return false
	}
	k.write(e.frame())
	return true
}

// nextSocketFor takes sockets in turn, and not the one that has lost the envelope if
// there is another.
func (s *Server) nextSocketFor(e *envelope) *socket {
	open := slices.DeleteFunc(slices.Clone(s.sockets), func(k *socket) bool { return k.leaving })
	if others := slices.DeleteFunc(slices.Clone(open), func(k *socket) bool { return k == e.on }); len(others) > 0 {
		open = others
	}
	if len(open) == 0 {
		return nil
	}
	s.nextSocket++
	return open[s.nextSocket%len(open)]
}

func (e *envelope) frame() object {
	kind := e.parcel.kind
	if kind == suggestion {
		kind = interaction
	}
	out := object{
		"envelope_id": e.id, "type": kind, "payload": e.parcel.payloadJSON(),
		"accepts_response_payload": e.parcel.answers,
	}
	if kind == event {
		out["retry_attempt"], out["retry_reason"] = e.attempt, ""
		if e.attempt > 0 {
			out["retry_reason"] = "timeout"
		}
	}
	return out
}

// Resend has Slack lose patience with everything that is not acknowledged: each is
// sent again, to another socket if there is one.
func (s *Server) Resend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.envelopes {
		e.lose()
	}
}

// Sockets is how many connections the app has.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// EndSockets tells every socket to disconnect with a reason: "warning" (it goes on
// for now), "refresh_requested" or "link_disabled". Nothing more is sent to the ones
// that are refreshed or disabled; the app closes them.
func (s *Server) EndSockets(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sockets {
		k.leaving = k.leaving || reason != "warning"
		k.write(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "applink-fake"}})
	}
	s.touch()
}

// DropSocket cuts the oldest connection without a word, as a network does.
func (s *Server) DropSocket() {
	s.mu.Lock()
	var oldest *socket
	if len(s.sockets) > 0 {
		oldest = s.sockets[0]
	}
	s.mu.Unlock()
	s.dropSockets(func(k *socket) bool { return k == oldest })
}

func (s *Server) dropSockets(which func(*socket) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sockets {
		if which(k) {
			k.leaving = true
			_ = k.conn.NetConn().Close() // its reader ends and clears up
		}
	}
}
