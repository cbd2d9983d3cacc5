package slack

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/socketmode"

	"archbot/internal/checkup"
)

// deafAfter is how long a connection may be silent: Slack pings more often than that
// (https://docs.slack.dev/apis/events-api/using-socket-mode), and the library connects
// anew when it does not.
const deafAfter = 30 * time.Second

// life is what there is to be seen of deliveries and connections.
type life struct {
	now   func() time.Time
	event atomic.Int64 // when a delivery last came, in nanoseconds since 1970; 0 for none

	mu    sync.Mutex
	wires map[*wire]bool // that greeted us
}

// wire is one connection of Socket Mode, and those that take its place.
type wire struct {
	life  *life
	heard atomic.Int64 // when anything last came, be it a ping
}

func (l *life) newWire() *wire { return &wire{life: l} }

// came notes that a delivery has come.
func (l *life) came() { l.event.Store(l.now().UnixNano()) }

// note takes in how a connection does, by what the library tells of it.
func (w *wire) note(t socketmode.EventType) {
	w.life.mu.Lock()
	defer w.life.mu.Unlock()
	switch t {
	case socketmode.EventTypeHello:
		if w.life.wires == nil {
			w.life.wires = make(map[*wire]bool)
		}
		w.life.wires[w] = true
	case socketmode.EventTypeConnecting:
		delete(w.life.wires, w)
	}
}

// close notes that a connection is no more.
func (w *wire) close() { w.note(socketmode.EventTypeConnecting) }

// dialer connects as the library would, and listens: the library tells nobody of pings.
func (w *wire) dialer() *websocket.Dialer {
	return &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: callTime,
		// In one frame, as Slack does not put several together: with what is the most
		// that it takes, and room to spare.
		WriteBufferSize: 32 << 10,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &listened{conn, w}, nil
		},
	}
}

// listened is a connection that notes when something comes.
type listened struct {
	net.Conn
	wire *wire
}

func (c *listened) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.wire.heard.Store(c.wire.life.now().UnixNano())
	}
	return n, err
}

// Link is how Slack reaches the bot: over one connection at least that is not deaf, or
// where there is none to be, by what it posts.
func (a *Adapter) Link() checkup.Link {
	link := checkup.Link{Event: timeOf(a.life.event.Load())}
	if a.config.AppToken == "" {
		link.Up, link.Text = true, "over HTTP"
		return link
	}
	a.life.mu.Lock()
	defer a.life.mu.Unlock()
	hearing := 0
	for w := range a.life.wires {
		heard := timeOf(w.heard.Load())
		if heard.After(link.Heard) {
			link.Heard = heard
		}
		if a.life.now().Sub(heard) < deafAfter {
			hearing++
		}
	}
	link.Up = hearing > 0
	link.Text = fmt.Sprintf("Socket Mode, connections: %d of %d", hearing, a.config.Connections)
	if deaf := len(a.life.wires) - hearing; deaf > 0 {
		link.Text += fmt.Sprintf(", deaf: %d", deaf)
	}
	return link
}

// timeOf is a time in nanoseconds since 1970; the zero time for 0.
func timeOf(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds)
}
