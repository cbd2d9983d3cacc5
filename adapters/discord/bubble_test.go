package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
	"archbot/internal/digest"
)

// echo answers everything with what it was asked, and counts how often. As the core
// does, it answers an event once.
type echo struct {
	mu     sync.Mutex
	asked  map[bot.EventID]int
	texts  []string
	handle func(ctx context.Context, r bot.Request) bot.Reply // instead, where it is set
	offers []bot.Completion
	settle func(r bot.Request) // is told of what is settled, where it is set
}

func (e *echo) Handle(ctx context.Context, r bot.Request) bot.Reply {
	e.mu.Lock()
	if e.asked == nil {
		e.asked = make(map[bot.EventID]int)
	}
	e.asked[r.Event]++
	again := e.asked[r.Event] > 1
	e.texts = append(e.texts, r.Text)
	handle := e.handle
	e.mu.Unlock()
	switch {
	case again && r.Event != "":
		return bot.Reply{Kind: bot.Silent, Text: "again"}
	case handle != nil:
		return handle(ctx, r)
	}
	reply := bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: "You said " + r.Text + r.Options["query"] + "."}
	if r.Surface == bot.SurfaceDirect || r.Surface == bot.SurfaceMention {
		reply.For = bot.ToAll
	}
	return reply
}

func (e *echo) Complete(context.Context, bot.Request) []bot.Completion { return e.offers }

func (e *echo) Form(r bot.Request) *bot.Form {
	return &bot.Form{Command: r.Command, Title: "Find", Fields: []bot.Field{{Option: bot.Option{Name: "query", Help: "what"}}}}
}

func (e *echo) Settle(_ context.Context, r bot.Request) {
	if e.settle != nil {
		e.settle(r)
	}
}

func (e *echo) Introduce(context.Context, bot.Request) (bot.Reply, bool) { return bot.Reply{}, false }

func (e *echo) Edition(_ context.Context, post digest.Post) bot.Reply {
	return bot.Reply{
		Kind: bot.Edition, For: bot.ToAll, Text: "The edition " + string(post.Subscription) + ".",
		Buttons: []bot.Button{{Kind: bot.ButtonPause, Label: "Pause", Token: "pauses", Command: "digest pause"}},
	}
}

// often is how often each event was asked about, at most.
func (e *echo) often() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	most := 0
	for _, n := range e.asked {
		most = max(most, n)
	}
	return most
}

// bubble is an adapter and a fake Discord in a bubble of time.
type bubble struct {
	*discordfake.Server
	t       *testing.T
	log     *adaptertest.Log
	network *http.Transport
	config  Config
	user    discordfake.User
	guild   string
	channel string
}

// inBubble runs a test where time passes as soon as everybody waits.
func inBubble(t *testing.T, c discordfake.Config, test func(b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		fake := discordfake.New(c)
		dial := fake.Pipe()
		b := &bubble{Server: fake, t: t, log: &adaptertest.Log{}, network: &http.Transport{DialContext: dial}, user: fake.AddUser("ann")}
		b.guild, b.channel = fake.AddGuild("acme")
		b.config = Config{Token: fake.Token(), URL: fake.URL(), Log: b.log.Logger(), Transport: b.network, Dial: dial}
		test(b)
		fake.Close()
		b.network.CloseIdleConnections()
		if strings.Contains(b.log.String(), fake.Token()) {
			t.Errorf("the log gives the token away:\n%s", b.log)
		}
	})
}

// start runs an adapter; stop ends it and returns its error.
func (b *bubble) start(who Bot, edit ...func(*Config)) (a *Adapter, stop func() error) {
	b.t.Helper()
	c := b.config
	c.Bot = who
	for _, f := range edit {
		f(&c)
	}
	a, err := New(c)
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	return a, sync.OnceValue(func() error {
		cancel()
		err := <-done
		if e := a.Drain(context.Background()); e != nil {
			err = e
		}
		return err
	})
}

// connected waits until an adapter has so many shards connected.
func (b *bubble) connected(a *Adapter, n int) {
	b.t.Helper()
	for range 600 {
		synctest.Wait()
		if up, _ := a.Ready(); up == n && b.Connected() >= n {
			return
		}
		b.pass(time.Second)
	}
	up, all := a.Ready()
	b.t.Fatalf("%d of %d shards are connected after ten minutes, and %d at Discord; want %d\n%s", up, all, b.Connected(), n, b.log)
}

// pass lets time pass.
func (b *bubble) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// said writes n direct messages, and returns their texts.
func (b *bubble) said(from, n int) {
	b.t.Helper()
	for i := range n {
		if _, err := b.DirectMessage(b.user.ID, fmt.Sprintf("message %d", from+i)); err != nil {
			b.t.Fatal(err)
		}
	}
}

// answered are the texts of all answers in direct messages.
func (b *bubble) answered() []string {
	var out []string
	for _, m := range b.Messages(b.Direct(b.user.ID), b.user.ID) {
		if m.Author == b.Bot().ID {
			out = append(out, m.Text())
		}
	}
	return out
}

// allAnswered fails unless each of n messages was answered, and once.
func (b *bubble) allAnswered(n int) {
	b.t.Helper()
	answers := b.answered()
	for i := range n {
		text := fmt.Sprintf("You said message %d.", i)
		count := 0
		for _, a := range answers {
			if a == text {
				count++
			}
		}
		if count != 1 {
			b.t.Errorf("message %d was answered %d times", i, count)
		}
	}
	if b.t.Failed() {
		b.t.Fatalf("%q\n%s", answers, b.log)
	}
}

func TestConnectionsThatEndAreResumed(t *testing.T) {
	for name, end := range map[string]func(*bubble){
		"broken":        func(b *bubble) { b.Drop(0) },
		"unknown error": func(b *bubble) { b.Drop(4000) },
		"restart":       func(b *bubble) { b.Drop(1012) },
		"rate limited":  func(b *bubble) { b.Drop(4008) },
		"reconnect":     func(b *bubble) { b.Reconnect() },
		"resumable":     func(b *bubble) { b.Invalidate(true) },
		"deaf":          func(b *bubble) { b.Deafen() },
		"babble":        func(b *bubble) { b.Babble() },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
				t := b.t
				who := &echo{}
				a, stop := b.start(who)
				b.connected(a, 1)
				b.said(0, 5)
				synctest.Wait()
				for round := range 3 {
					end(b)
					b.said(5+round*5, 5) // while nobody is there, or nobody listens
					b.pass(3 * time.Minute)
				}
				b.connected(a, 1)
				b.allAnswered(20)
				if who.often() > 1 {
					t.Errorf("an event came %d times", who.often())
				}
				if identified, resumed := b.Sessions(); identified != 1 || resumed != 3 {
					t.Errorf("%d sessions were begun and %d resumed, want 1 and 3", identified, resumed)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// What is gone is begun anew: what came meanwhile is lost, and nothing else.
func TestSessionsThatAreGoneAreBegunAnew(t *testing.T) {
	for name, end := range map[string]func(*bubble){
		"invalid":      func(b *bubble) { b.Invalidate(false) },
		"timed out":    func(b *bubble) { b.Forget(); b.Drop(4009) },
		"bad sequence": func(b *bubble) { b.Drop(4007) },
		"closed":       func(b *bubble) { b.Drop(1000) },
		"forgotten":    func(b *bubble) { b.Forget(); b.Drop(0) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
				t := b.t
				a, stop := b.start(&echo{})
				b.connected(a, 1)
				b.said(0, 3)
				synctest.Wait()
				end(b)
				synctest.Wait()
				b.connected(a, 1)
				b.said(3, 3)
				b.pass(time.Minute)
				b.allAnswered(6)
				if identified, _ := b.Sessions(); identified != 2 {
					t.Errorf("%d sessions were begun, want 2", identified)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A session whose address cannot be reached any more is given up for a new one.
func TestUnreachableSessionIsGivenUp(t *testing.T) {
	for _, fails := range []int64{1, maxUnreachable} {
		inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
			t := b.t
			var left atomic.Int64
			a, stop := b.start(&echo{}, func(c *Config) {
				dial := c.Dial
				c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					if left.Add(-1) >= 0 {
						return nil, net.ErrClosed
					}
					return dial(ctx, network, address)
				}
			})
			b.connected(a, 1)
			left.Store(fails)
			b.Drop(0)
			b.pass(10 * time.Minute)
			b.connected(a, 1)
			want := 1
			if fails == maxUnreachable {
				want = 2
			}
			if identified, _ := b.Sessions(); identified != want {
				t.Errorf("after %d failures: %d sessions were begun, want %d", fails, identified, want)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFatalClosesEndTheAdapter(t *testing.T) {
	for code, mend := range map[int]string{
		4004: "DISCORD_TOKEN", 4010: "report it", 4011: "start archbot again", 4012: "newer archbot", 4013: "intents", 4014: "intents",
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			inBubble(t, discordfake.Config{}, func(b *bubble) {
				t := b.t
				c := b.config
				c.Bot = &echo{}
				a, err := New(c)
				if err != nil {
					t.Fatal(err)
				}
				done := make(chan error, 1)
				go func() { done <- a.Run(t.Context()) }()
				b.connected(a, 1)
				b.Drop(code)
				if err := <-done; err == nil || !strings.Contains(err.Error(), mend) || !strings.Contains(err.Error(), fmt.Sprint(code)) {
					t.Errorf("it ended with %v, want the code and %q", err, mend)
				}
				if identified, resumed := b.Sessions(); identified+resumed != 1 {
					t.Errorf("%d sessions were begun and %d resumed", identified, resumed)
				}
			})
		})
	}
}

// A token that Discord does not know ends it before anything is tried again.
func TestWrongTokenEndsTheAdapter(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		c := b.config
		c.Bot, c.Token = &echo{}, "another-token-that-is-wrong"
		a, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		err = a.Run(t.Context())
		if !errors.Is(err, ErrUnauthorized) || strings.Contains(fmt.Sprint(err), c.Token) {
			t.Errorf("error %v", err)
		}
		if n := len(b.Requests()); n != 1 {
			t.Errorf("%d requests were made: %+v", n, b.Requests())
		}
	})
}

// A server that accepts and then says nothing holds nobody up.
func TestSilentServerIsLeft(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		b.Silence(true)
		a, stop := b.start(&echo{})
		b.pass(10 * time.Minute)
		b.Silence(false)
		b.connected(a, 1)
		b.Silence(true)
		b.Drop(0)
		b.said(0, 3)
		b.pass(2 * time.Minute)
		b.Silence(false)
		b.connected(a, 1)
		b.pass(time.Minute)
		b.allAnswered(3)
		if identified, resumed := b.Sessions(); identified != 1 || resumed != 1 {
			t.Errorf("%d sessions were begun and %d resumed, want 1 and 1", identified, resumed)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestEventsThatCannotBeReadAreSurvived(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		a, stop := b.start(&echo{})
		b.connected(a, 1)
		for _, kind := range []string{"MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "GUILD_DELETE", "RESUMED", "SOMETHING_NEW"} {
			b.Garble(kind)
		}
		b.said(0, 3)
		b.pass(time.Minute)
		b.allAnswered(3)
		if identified, _ := b.Sessions(); identified != 1 {
			t.Errorf("%d sessions were begun, want 1", identified)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestPanicsHarmNobodyElse(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		who := &echo{handle: func(_ context.Context, r bot.Request) bot.Reply {
			if r.Text == "message 1" {
				panic("a fault")
			}
			return bot.Reply{Kind: bot.Done, For: bot.ToAll, Text: "You said " + r.Text + "."}
		}}
		a, stop := b.start(who)
		b.connected(a, 1)
		b.said(0, 3)
		b.pass(time.Minute)
		if got := b.answered(); len(got) != 2 || slices.Contains(got, "You said message 1.") {
			t.Errorf("answered: %q", got)
		}
		if !strings.Contains(b.log.String(), "a fault") {
			t.Error("the panic is not logged")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Only what is needed is asked for: no intent that has to be granted.
func TestIntents(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		a, stop := b.start(&echo{})
		b.connected(a, 1)
		if got, want := b.Intents(), 1|1<<9|1<<12; got != want {
			t.Errorf("intents %b, want %b", got, want)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Shards identify one after the other, and no identify is refused.
func TestShardsTakeTurns(t *testing.T) {
	inBubble(t, discordfake.Config{Shards: 8, MaxConcurrency: 2, PerBucket: 100}, func(b *bubble) {
		t := b.t
		began := time.Now()
		a, stop := b.start(&echo{})
		b.connected(a, 8)
		if took := time.Since(began); took < 15*time.Second || took > time.Minute {
			t.Errorf("8 shards, two in five seconds, took %v", took)
		}
		if identified, _ := b.Sessions(); identified != 8 {
			t.Errorf("%d sessions were begun, want 8", identified)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// No session is begun any more when the day's are used up, until there are new ones.
func TestNoStartsAreLeft(t *testing.T) {
	inBubble(t, discordfake.Config{Starts: 3}, func(b *bubble) {
		t := b.t
		a, stop := b.start(&echo{})
		for range 3 {
			b.connected(a, 1)
			b.Invalidate(false)
			b.pass(time.Minute)
		}
		b.pass(time.Hour)
		if identified, _ := b.Sessions(); identified != 3 {
			t.Errorf("%d sessions were begun of 3", identified)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}
