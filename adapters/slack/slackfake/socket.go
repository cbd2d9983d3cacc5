package slackfake

import (
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
		if !s.hushed.Load() {
			_ = k.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-fake"), time.Now().Add(10*time.Second)) // read notices what is wrong
		}
		select {
		case <-tick.C:
		case <-stop:
			return
		}
	}
}

// Hush has the sockets get no pings, while they stay open, until it is switched off.
func (s *Server) Hush(on bool) { s.hushed.Store(on) }

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

// Sockets is how many connections the app has that are sent anything: not those that
// were told to go.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open())
}

func (s *Server) open() []*socket {
	return slices.DeleteFunc(slices.Clone(s.sockets), func(k *socket) bool { return k.leaving })
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
