package app

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/store/redistest"
)

// gate is an address at which a server is only later.
type gate struct {
	addr         string
	opened, done chan struct{}
}

// newGate returns a gate that takes connections and says nothing before it is opened, or
// one that refuses them until then.
func newGate(t *testing.T, to string, mute bool) *gate {
	t.Helper()
	g := &gate{addr: "127.0.0.1:" + redistest.FreePort(t), opened: make(chan struct{}), done: make(chan struct{})}
	listening := make(chan error, 1)
	go func() {
		if !mute {
			<-g.opened
		}
		l, err := net.Listen("tcp", g.addr)
		listening <- err
		if err != nil {
			return
		}
		go func() {
			<-g.done
			_ = l.Close()
		}()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go g.forward(c, to)
		}
	}()
	if mute {
		if err := <-listening; err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		close(g.done)
		g.open()
	})
	return g
}

func (g *gate) open() {
	select {
	case <-g.opened:
	default:
		close(g.opened)
	}
}

// forward carries what a connection says to the server, and back, once it is open.
func (g *gate) forward(c net.Conn, to string) {
	defer c.Close()
	<-g.opened
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(server, c)
		_ = server.Close()
	}()
	_, _ = io.Copy(c, server)
}

// Serve starts before Redis, Slack and Discord are there, says so once of each, and works
// as soon as they are; the commands are registered then, too.
func TestServeComesFirst(t *testing.T) {
	slackThere, redisThere := newFakeSlack(t, true), redistest.Start(t)
	discordThere, by := newFakeDiscord(t)
	host := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	doors := map[string]*gate{}
	at := func(address string) string {
		to := host.FindString(address)
		doors[address] = newGate(t, to, false)
		return strings.Replace(address, to, doors[address].addr, 1)
	}
	said := &buffer{}
	listens := newTeller(said, regexp.MustCompile(`Listening on (\S+)\. `))
	p := &Program{In: strings.NewReader(""), Out: io.Discard, Err: listens, patience: 10 * time.Second, Environ: slackThere.settings(
		"SLACK_API_URL="+at(slackThere.APIURL()), "SLACK_APP_TOKEN="+slackThere.appToken(), "REDIS_URL=redis://"+at(redisThere.Addr),
		"DISCORD_API_URL="+at(discordThere.URL()), "DISCORD_TOKEN="+discordThere.Token(),
	)}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- p.Serve(ctx, ServeOptions{Register: true}) }()
	says := []string{
		"no connection to Slack can be opened", "Discord cannot be asked where its Gateway is", "Discord's commands cannot be registered",
		"the state is out of reach",
	}
	until(t, said, func() bool {
		for _, s := range says {
			if !strings.Contains(said.String(), s) {
				return false
			}
		}
		return true
	})
	for _, d := range doors {
		d.open()
	}
	until(t, said, func() bool {
		return slackThere.Sockets() > 0 && discordThere.Connected() == 1 && discordThere.Creations() == 3 && strings.Contains(said.String(), "are open again")
	})
	if got := answer(t, slackThere, slackThere.As(slackThere.ann.ID).Command(slackThere.channel.ID, "/arch", "search circuit breaking")); !strings.Contains(string(got.Blocks), "Circuit breaking") {
		t.Errorf("in Slack: %+v", got)
	}
	i, err := discordThere.Command(by, "arch", "search", map[string]any{"query": "circuit breaking"})
	if err != nil {
		t.Fatal(err)
	}
	within, cancel := context.WithTimeout(t.Context(), late)
	defer cancel()
	if m, err := i.Shown(within); err != nil || !strings.Contains(m.Text(), "Circuit breaking") {
		t.Errorf("in Discord: %v %+v", err, m)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for _, s := range says {
		if n := strings.Count(said.String(), s); n != 1 {
			t.Errorf("it says %q %d times:\n%s", s, n, said)
		}
	}
}

// until waits until something holds, and tells what serve has said where it never does.
func until(t *testing.T, said *buffer, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); <-time.After(5 * time.Millisecond) {
		if time.Since(began) > 2*late {
			t.Fatalf("it never comes to it; serve says\n%s", said)
		}
	}
}

// A Redis that turns out to hold the state of a newer archbot, after the start, ends serve.
func TestServeEndsOnNewerState(t *testing.T) {
	newer := miniredis.RunT(t)
	if err := newer.Set("archbot:{archbot}:schema", "99"); err != nil {
		t.Fatal(err)
	}
	f := newFakeSlack(t, false)
	door := newGate(t, newer.Addr(), true)
	s := serve(t, f.settings("SLACK_SIGNING_SECRET="+f.SigningSecret, "REDIS_URL=redis://"+door.addr)...)
	door.open()
	if err := s.end(t); err == nil || !strings.Contains(err.Error(), bot.ErrNewerSchema.Error()) {
		t.Errorf("it ends with %v, and says\n%s", err, s.said)
	}
}

// What Slack refuses for good ends serve, though the library would try again.
func TestServeEndsWithoutSocketMode(t *testing.T) {
	f := newFakeSlack(t, true)
	f.Inject(slackfake.Fault{Method: "apps.connections.open", Error: "socket_mode_not_enabled"})
	s := serve(t, f.settings("SLACK_APP_TOKEN="+f.appToken(), "ARCHBOT_STATE="+filepath.Join(t.TempDir(), "state.db"))...)
	if err := s.end(t); err == nil || !strings.Contains(err.Error(), "switch it on under Socket Mode") {
		t.Errorf("it ends with %v, and says\n%s", err, s.said)
	}
}
