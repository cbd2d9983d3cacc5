package slack

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// stopped is a state whose limits are decided once somebody lets them.
type stopped struct {
	bot.State
	let chan struct{}
}

func (h stopped) Take(ctx context.Context, s bot.Spend) (bot.Verdict, error) {
	<-h.let
	return h.State.Take(ctx, s)
}

// What is not ready in time is acknowledged all the same, and comes later by the
// other way: once.
func TestLateAnswer(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			let := make(chan struct{})
			w := newWorld(t, bot.Config{State: stopped{memory.New(time.Now), let}, Limits: bot.DefaultLimits})
			s := newStage(t, w.Bot, &adaptertest.Log{}, by, func(c *Config) { c.Patience = time.Millisecond })
			out := s.As(s.ann.ID).Command(s.channel.ID, "/arch", "circuit breaking")
			if out.Failure != "" || out.Message != nil {
				t.Fatalf("an answer that is not there yet: %+v", out)
			}
			close(let)
			s.settle()
			said := s.Responses(out.ID)
			if len(said) != 1 || said[0].Only != s.ann.ID || !strings.Contains(string(said[0].Blocks), "Circuit breaking") {
				t.Errorf("%+v", said)
			}
		})
	}
}

func TestLateForm(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			let := make(chan struct{})
			w := newWorld(t, bot.Config{State: stopped{memory.New(time.Now), let}, Limits: bot.DefaultLimits})
			s := newStage(t, w.Bot, &adaptertest.Log{}, by, func(c *Config) { c.Patience = time.Millisecond })
			s.As(s.ann.ID).Shortcut(shortcutSearch)
			s.settle()
			form, ok := s.Modal(s.ann.ID)
			if !ok {
				t.Fatal("no form opens")
			}
			out := s.As(s.ann.ID).Submit(form, map[string][]string{fieldPrefix + "query": {"circuit breaking"}})
			if out.Failure != "" || out.View == nil || !strings.Contains(string(out.View.Blocks), "Looking") {
				t.Fatalf("while the answer is not there: %+v", out)
			}
			close(let)
			s.settle()
			if now, ok := s.Modal(s.ann.ID); !ok || now.ID != form.ID || !strings.Contains(string(now.Blocks), "Circuit breaking") {
				t.Errorf("the answer is not in the form's place: %+v", now)
			}
		})
	}
}

// An event that is delivered to two replicas, or again, has one effect.
func TestReplicas(t *testing.T) {
	state := memory.New(time.Now)
	first := newStage(t, newWorld(t, bot.Config{State: state}).Bot, &adaptertest.Log{}, overHTTP)
	second := &stage{Server: first.Server, team: first.team, ann: first.ann, bob: first.bob, channel: first.channel}
	var err error
	c := first.adapter.config
	c.Bot = newWorld(t, bot.Config{State: state}).Bot
	if second.adapter, err = New(c); err != nil {
		t.Fatal(err)
	}
	second.connect(t, overHTTP)
	_, out := first.As(first.ann.ID).Say(first.channel.ID, "<@"+first.team.Bot+"> circuit breaking")
	for range 3 {
		first.Redeliver(out[0].ID)
	}
	first.settle()
	second.settle()
	if posts := first.Posts(first.channel.ID); len(posts) != 1 {
		t.Errorf("%d answers to one mention", len(posts))
	}
}

// An acknowledgement that was lost with its socket is given again as it was.
func TestLostAcknowledgement(t *testing.T) {
	s := newStage(t, withState(t).Bot, &adaptertest.Log{}, bySocket)
	out := s.As(s.ann.ID).Command(s.channel.ID, "/arch", "circuit breaking")
	again := s.Redeliver(out.ID)
	if again.Message == nil || again.Message.Text != out.Message.Text || string(again.Message.Blocks) != string(out.Message.Blocks) {
		t.Errorf("first %+v, again %+v", out.Message, again.Message)
	}
}

// Sockets are refreshed, and break: each is opened again, and nothing is lost. A
// mention waits at Slack until there is a socket.
func TestRefresh(t *testing.T) {
	s := newStage(t, withState(t).Bot, &adaptertest.Log{}, bySocket)
	for i, end := range []func(){
		func() { s.EndSockets("warning") }, func() { s.EndSockets("refresh_requested") }, s.DropSocket,
	} {
		end()
		_, outcomes := s.As(s.ann.ID).Say(s.channel.ID, "<@"+s.team.Bot+"> circuit breaking")
		s.settle()
		if posts := s.Posts(s.channel.ID); len(posts) != i+1 || outcomes[0].Failure != "" {
			t.Errorf("%d: %d answers to %d mentions, %+v", i, len(posts), i+1, outcomes)
		}
	}
	if opened := len(s.Calls("apps.connections.open")); opened < 4 {
		t.Errorf("%d connections were opened", opened)
	}
}

// An app that Slack does not want says how to mend it, and ends.
func TestRefused(t *testing.T) {
	fake, err := slackfake.Start(slackfake.Options{SocketMode: true})
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	a, err := New(Config{Bot: withState(t).Bot, BotToken: "xoxb-1", AppToken: "xapp-secret", APIURL: fake.APIURL(), Stagger: -1})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "app-level token") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

// Told to stop, the adapter takes nothing new, and finishes what it has begun.
func TestDrain(t *testing.T) {
	let := make(chan struct{})
	w := newWorld(t, bot.Config{State: stopped{memory.New(time.Now), let}, Limits: bot.DefaultLimits})
	s := newStage(t, w.Bot, &adaptertest.Log{}, overHTTP, func(c *Config) { c.Patience = time.Millisecond })
	out := s.As(s.ann.ID).Command(s.channel.ID, "/arch", "circuit breaking")
	drained := make(chan error, 1)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.adapter.Drain(ended); err == nil {
		t.Error("drained while something is being worked on")
	}
	go func() { drained <- s.adapter.Drain(t.Context()) }()
	if late := s.As(s.ann.ID).Command(s.channel.ID, "/arch", "help"); late.Status != 503 {
		t.Errorf("something new is begun: %+v", late)
	}
	close(let)
	if err := <-drained; err != nil {
		t.Error(err)
	}
	if said := s.Responses(out.ID); len(said) != 1 {
		t.Errorf("what was begun was not finished: %+v", said)
	}
}

// gate lets posts through once it is open.
type gate struct{ open chan struct{} }

// RoundTrip is http.RoundTripper's.
func (g gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/chat.postMessage") {
		<-g.open
	}
	return http.DefaultTransport.RoundTrip(r)
}

// Told to stop, the adapter closes its sockets as soon as all that came is acknowledged,
// however long the work takes: Slack would go on sending to them what nobody takes.
func TestStopsReceivingAtOnce(t *testing.T) {
	state, let := memory.New(time.Now), make(chan struct{})
	stays := newStage(t, newWorld(t, bot.Config{State: state}).Bot, &adaptertest.Log{}, bySocket)
	c := stays.adapter.config
	c.Bot, c.Stagger, c.Spacing, c.Patience = newWorld(t, bot.Config{State: state}).Bot, -1, -1, 100*time.Millisecond
	c.Transport = gate{let}
	goes, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- goes.Run(ctx) }()
	if !stays.Await(func() bool { return stays.Sockets() == 2*c.Connections }) {
		t.Fatal("the second opens no sockets")
	}
	ask := func(n int) {
		t.Helper()
		for range n {
			if _, out := stays.As(stays.ann.ID).Say(stays.channel.ID, "<@"+stays.team.Bot+"> circuit breaking"); out[0].Failure != "" {
				t.Errorf("%+v", out)
			}
		}
	}
	posts := func() int { return len(stays.Posts(stays.channel.ID)) }
	ask(4) // to each socket
	stays.settle()
	stop()
	if !stays.Await(func() bool { return stays.Sockets() == c.Connections }) || len(ended) > 0 || posts() == 4 {
		t.Errorf("%d sockets are open, and %d of 4 mentions answered, while one replica has work to finish", stays.Sockets(), posts())
	}
	ask(4)
	stays.settle()
	close(let)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := posts(); n != 8 {
		t.Errorf("%d answers to 8 mentions", n)
	}
}
