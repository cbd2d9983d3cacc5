package app

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"archbot/internal/config"
	"archbot/internal/telemetry"
)

// Who sends a head or a body byte by byte, or none at all, is shut out within
// seconds, by the server that serve has, in front of both adapters. Nobody else waits
// for them. Over pipes, in a bubble, the seconds take no time.
func TestSlowClients(t *testing.T) {
	for name, c := range map[string]struct {
		head   string
		piece  string        // what comes each second; empty for nothing
		within time.Duration // of the first byte
	}{
		"a slow head":                {"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slow: ", "x", 6 * time.Second},
		"a slow body at Slack's":     {"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "x", 11 * time.Second},
		"a slow body at Discord's":   {"POST /discord/interactions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "x", 11 * time.Second},
		"a slow body in pieces":      {"POST /slack/commands HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 11 * time.Second},
		"a body that never comes":    {"POST /slack/interactivity HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", "", 11 * time.Second},
		"a head that has no end":     {"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 64<<10), "x", time.Second},
		"a body of what is no place": {"POST /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "x", 11 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pipes := make(pipeListener)
				server := servingBoth(t)
				ended := make(chan error)
				go func() { ended <- server.Serve(pipes) }()

				slow, began := pipes.dial(), time.Now()
				shut := make(chan time.Duration)
				go func() { // the server's last word, and that it is the last
					_, _ = io.Copy(io.Discard, slow)
					shut <- time.Since(began)
				}()
				var writing sync.WaitGroup
				writing.Go(func() { trickle(slow, c.head, c.piece) })
				time.Sleep(2 * time.Second) // it is at it
				if status := get(t, pipes.dial(), "/healthz"); status != http.StatusOK {
					t.Errorf("somebody else gets %d meanwhile", status)
				}
				if lasted := <-shut; lasted > c.within {
					t.Errorf("it holds a connection for %v, want %v at most", lasted, c.within)
				}
				slow.Close()
				writing.Wait()
				if err := server.Close(); err != nil {
					t.Error(err)
				}
				<-ended
			})
		})
	}
}

// servingBoth is the server of a serve over HTTP on both platforms.
func servingBoth(t *testing.T) *http.Server {
	t.Helper()
	settings, _, err := config.Load([]string{
		"SLACK_BOT_TOKEN=xoxb-1", "SLACK_SIGNING_SECRET=0123456789abcdef0123456789abcdef", "DISCORD_PUBLIC_KEY=" + strings.Repeat("ab", 32),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(Options{Settings: settings, Logs: io.Discard, Keep: KeepMemory})
	if err != nil {
		t.Fatal(err)
	}
	platforms, err := a.platforms()
	if err != nil || len(platforms) != 2 {
		t.Fatalf("%d platforms, %v", len(platforms), err)
	}
	return newServer(telemetry.Public(&telemetry.Health{}), platforms, a.log)
}

// trickle writes a head, and then a piece each second until nobody takes it.
func trickle(to net.Conn, head, piece string) {
	_, err := io.WriteString(to, head)
	for err == nil && piece != "" {
		time.Sleep(time.Second)
		_, err = io.WriteString(to, piece)
	}
}

// get asks over a connection, and returns the status of the answer.
func get(t *testing.T, conn net.Conn, path string) int {
	t.Helper()
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	status, err := strconv.Atoi(strings.Fields(line)[1])
	if err != nil {
		t.Fatal(err)
	}
	return status
}

// A pipeListener is a listener in memory: what is sent is a connection's far end.
type pipeListener chan net.Conn

func (l pipeListener) dial() net.Conn {
	near, far := net.Pipe()
	l <- far
	return near
}

func (l pipeListener) Accept() (net.Conn, error) {
	conn, open := <-l
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l pipeListener) Close() error   { close(l); return nil }
func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
