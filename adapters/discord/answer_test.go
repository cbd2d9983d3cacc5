package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// begin starts an adapter with its commands registered and its shard connected.
func (b *bubble) begin(who Bot, edit ...func(*Config)) (a *Adapter, stop func() error) {
	b.t.Helper()
	a, stop = b.start(who, edit...)
	if _, err := a.Register(b.t.Context(), "", true); err != nil {
		b.t.Fatal(err)
	}
	b.connected(a, 1)
	return a, stop
}

// by is the user in the guild's channel.
func (b *bubble) by() discordfake.By {
	return discordfake.By{User: b.user.ID, Guild: b.guild, Channel: b.channel}
}

// search sends /arch search.
func (b *bubble) search(query string, more ...any) *discordfake.Interaction {
	b.t.Helper()
	options := map[string]any{"query": query}
	for i := 0; i < len(more); i += 2 {
		options[fmt.Sprint(more[i])] = more[i+1]
	}
	i, err := b.Command(b.by(), rootName, "search", options)
	if err != nil {
		b.t.Fatal(err)
	}
	return i
}

// overBoth runs a test with interactions that come over the Gateway, and over HTTP.
func overBoth(t *testing.T, who func() *echo, test func(b *bubble, a *Adapter)) {
	t.Helper()
	for _, by := range []delivery{overGateway, overHTTP} {
		t.Run(string(by), func(t *testing.T) {
			inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
				t := b.t
				b.config.PublicKey = b.PublicKey()
				a, stop := b.begin(who())
				if by == overHTTP {
					b.SetClient(&http.Client{Transport: direct{a.Handler()}})
					if err := b.SetEndpoint(t.Context(), "https://bot.test"+PathInteractions); err != nil {
						t.Fatal(err)
					}
				}
				test(b, a)
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// direct serves requests without a network.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

func slow(by time.Duration, reply bot.Reply) func() *echo {
	return func() *echo {
		return &echo{handle: func(context.Context, bot.Request) bot.Reply {
			<-time.After(by)
			return reply
		}}
	}
}

func TestSlowAnswersAreDeferred(t *testing.T) {
	found := bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: "Here it is."}
	for _, took := range []time.Duration{2500 * time.Millisecond, 10 * time.Minute} {
		overBoth(t, slow(took, found), func(b *bubble, _ *Adapter) {
			t := b.t
			i := b.search("caching")
			b.pass(took + time.Minute)
			m, err := i.Shown(t.Context())
			if err != nil || m.Text() != "Here it is." || m.ShownTo != b.user.ID {
				t.Errorf("after %v: %+v, %v", took, m, err)
			}
			if kind, _, _ := i.Answer(t.Context()); kind != 5 {
				t.Errorf("the first answer is of type %d", kind)
			}
		})
	}
}

// Who sees a deferred answer cannot be changed, so what is for others comes beside it.
func TestDeferredAnswersReachWhomTheyAreFor(t *testing.T) {
	shared := bot.Reply{Kind: bot.Done, For: bot.ToAll, Text: "For all."}
	private := bot.Reply{Kind: bot.Limited, For: bot.ToOne, Text: "Too much."}
	overBoth(t, slow(5*time.Second, shared), func(b *bubble, _ *Adapter) {
		t := b.t
		i := b.search("caching")
		b.pass(time.Minute)
		more := i.FollowUps()
		if len(more) != 1 || more[0].Text() != "For all." || more[0].ShownTo != "" {
			t.Errorf("follow-ups %+v", more)
		}
	})
	overBoth(t, slow(5*time.Second, private), func(b *bubble, _ *Adapter) {
		t := b.t
		i := b.search("caching", "public", true)
		b.pass(time.Minute)
		more := i.FollowUps()
		if len(more) != 1 || more[0].Text() != "Too much." || more[0].ShownTo != b.user.ID {
			t.Errorf("follow-ups %+v", more)
		}
		if all := b.Messages(b.channel, "somebody else"); len(all) != 0 {
			t.Errorf("everybody sees %+v", all)
		}
	})
}

// An interaction that is too old is let go: it is not asked for again and again.
func TestLateAnswersAreLetGo(t *testing.T) {
	for code, status := range map[int]int{10062: 404, 40060: 400} {
		inBubble(t, discordfake.Config{}, func(b *bubble) {
			t := b.t
			_, stop := b.begin(&echo{})
			b.Fail(discordfake.Fault{Path: "/interactions/", Times: -1, Status: status, Code: code})
			b.search("caching")
			b.pass(time.Minute)
			n := 0
			for _, r := range b.Requests() {
				if strings.HasPrefix(r.Path, "/interactions/") {
					n++
				}
			}
			if n != 1 {
				t.Errorf("code %d: %d requests", code, n)
			}
			if log := b.log.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
				t.Errorf("code %d is an alarm:\n%s", code, log)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Whatever goes wrong on the way, an answer comes, and once.
func TestAnswersSurviveFaults(t *testing.T) {
	for name, fault := range map[string]discordfake.Fault{
		"outage":       {Times: 2, Status: 503},
		"bad gateway":  {Times: 1, Status: 502},
		"reset":        {Times: 2, Reset: true},
		"lost answer":  {Times: 2, Lose: true},
		"route limit":  {Times: 2, Status: 429, Scope: "user", RetryAfter: 400},
		"shared limit": {Times: 1, Status: 429, Scope: "shared", RetryAfter: 900},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
				t := b.t
				_, stop := b.begin(&echo{})
				f := fault
				f.Path = "/messages"
				b.Fail(f)
				b.said(0, 1)
				b.pass(time.Minute)
				b.allAnswered(1)
				f.Path = "/callback"
				b.Fail(f)
				i := b.search("caching")
				b.pass(time.Minute)
				if m, err := i.Shown(t.Context()); err != nil || m.Text() != "You said caching." {
					t.Errorf("%+v, %v\n%s", m, err, b.log)
				}
				if strings.Contains(b.log.String(), i.Token) {
					t.Errorf("the log gives the interaction's token away:\n%s", b.log)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// Where nothing helps, the error says so without the secrets in addresses and headers.
func TestErrorsHoldNoSecrets(t *testing.T) {
	for _, f := range []discordfake.Fault{
		{Times: -1, Status: 500}, {Times: -1, Reset: true}, {Times: -1, Status: 403, Code: 50013}, {Times: -1, Status: 404, Code: 10015},
		{Times: -1, Status: 429, Scope: "global", RetryAfter: 100}, {Times: -1, Status: 400, Code: 50035}, {Times: -1, Delay: 60_000},
	} {
		inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
			t := b.t
			who := slow(2500*time.Millisecond, bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: "Late."})()
			_, stop := b.begin(who)
			b.Fail(discordfake.Fault{Path: "/messages", Times: f.Times, Status: f.Status, Code: f.Code, Reset: f.Reset, Scope: f.Scope, RetryAfter: f.RetryAfter, Delay: f.Delay})
			i := b.search("caching")
			b.said(0, 1)
			b.pass(20 * time.Minute)
			log := b.log.String()
			if !strings.Contains(log, "did not arrive") && !strings.Contains(log, "may not write") {
				t.Errorf("%+v: nothing is logged:\n%s", f, log)
			}
			if strings.Contains(log, i.Token) || strings.Contains(log, b.Token()) {
				t.Errorf("%+v: the log gives a secret away:\n%s", f, log)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A card that Discord refuses is shown as text.
func TestRefusedCardsBecomeText(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		_, stop := b.begin(&echo{})
		b.Fail(discordfake.Fault{Path: "/callback", Status: 400, Code: 50035})
		i := b.search("caching")
		b.Fail(discordfake.Fault{Path: "/channels/", Status: 400, Code: 50035})
		b.said(0, 1)
		b.pass(time.Minute)
		if m, err := i.Shown(t.Context()); err != nil || m.Content != "You said caching." {
			t.Errorf("%+v, %v", m, err)
		}
		b.allAnswered(1)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Requests keep to fifty in a second, whatever is asked.
func TestGlobalLimitHolds(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		_, stop := b.begin(&echo{})
		b.said(0, 400)
		b.pass(time.Minute)
		b.allAnswered(400)
		if n := b.Invalid(); n != 0 {
			t.Errorf("%d requests were refused", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A bucket's limit is waited for and not run into.
func TestBucketsAreHeeded(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 5, BucketTime: 5 * time.Second}, func(b *bubble) {
		t := b.t
		_, stop := b.begin(&echo{})
		b.said(0, 30)
		b.pass(5 * time.Minute)
		b.allAnswered(30)
		if n := b.Invalid(); n > 1 {
			t.Errorf("%d requests were refused", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Long before Discord would lock the address out, requests rest.
func TestRefusalsAreCounted(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100_000, RequestsPerSecond: 100_000}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		b.Fail(discordfake.Fault{Times: -1, Path: "/typing", Status: 403, Code: 50013})
		began := time.Now()
		n := 0
		for ; a.rest.transport.open() == nil && n < 12_000; n++ {
			_ = a.rest.typing(t.Context(), b.channel)
		}
		if n >= 10_000 || n < 4000 {
			t.Errorf("requests rest after %d refusals in %v", n, time.Since(began))
		}
		b.pass(11 * time.Minute)
		b.Heal()
		b.said(0, 1)
		b.pass(time.Minute)
		b.allAnswered(1)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Where the bot may not write, who asked is told how to let it, and the channel is left
// alone for a while.
func TestShutOut(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		_, stop := b.begin(&echo{})
		b.SetPermissions(b.channel, discordfake.PermissionViewChannel)
		for range 3 {
			if _, err := b.Mention(b.by(), "caching?"); err != nil {
				t.Fatal(err)
			}
			b.pass(time.Second)
		}
		got := b.answered()
		if len(got) != 3 || !strings.Contains(got[0], "Send Messages") {
			t.Errorf("direct messages: %q", got)
		}
		if n := b.Invalid(); n != 1 {
			t.Errorf("%d requests were refused", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTypingIsSeen(t *testing.T) {
	for took, want := range map[time.Duration]int{100 * time.Millisecond: 0, time.Second: 1, 20 * time.Second: 3} {
		inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
			t := b.t
			_, stop := b.begin(slow(took, bot.Reply{Kind: bot.Done, For: bot.ToAll, Text: "Late."})())
			b.said(0, 1)
			b.pass(time.Minute)
			if n := len(b.Typing()); n != want {
				t.Errorf("an answer that takes %v: seen typing %d times, want %d", took, n, want)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// The bot answers who speaks to it, and nobody else.
func TestOnlyWhatIsForTheBotIsAnswered(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		who := &echo{}
		_, stop := b.begin(who)
		for _, text := range []string{"hello everybody", "@everyone caching", "<@1> caching"} {
			if _, err := b.Say(b.by(), text); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Mention(b.by(), "what is <@"+b.Bot().ID+"> sharding?"); err != nil {
			t.Fatal(err)
		}
		b.pass(time.Minute)
		if len(who.texts) != 1 || strings.Join(strings.Fields(who.texts[0]), " ") != "what is sharding?" {
			t.Errorf("asked: %q", who.texts)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Complete answers in its second though the core's memory hangs.
func TestCompletionNeedsNoState(t *testing.T) {
	who := func() *echo {
		return &echo{
			handle: func(context.Context, bot.Request) bot.Reply { <-time.After(time.Hour); return bot.Reply{} },
			offers: []bot.Completion{{Label: "Caching", Value: "Caching"}, {Label: strings.Repeat("断", 200), Value: "#~x"}, {Label: "too long", Value: strings.Repeat("x", 101)}},
		}
	}
	overBoth(t, who, func(b *bubble, _ *Adapter) {
		t := b.t
		began := time.Now()
		got, err := b.Autocomplete(t.Context(), b.by(), rootName, "search", map[string]any{"query": "ca"}, "query")
		if err != nil || len(got) != 2 || got[0].Value != "Caching" || time.Since(began) > time.Second {
			t.Errorf("%+v, %v after %v", got, err, time.Since(began))
		}
	})
}

func TestMenusAndModals(t *testing.T) {
	overBoth(t, func() *echo { return &echo{} }, func(b *bubble, _ *Adapter) {
		t := b.t
		bob := b.AddUser("bob")
		opened, err := b.UserMenu(b.by(), recommendName, bob.ID)
		if err != nil {
			t.Fatal(err)
		}
		kind, data, err := opened.Answer(t.Context())
		if kind != 9 || err != nil || !strings.Contains(fmt.Sprint(data["title"]), "bob") {
			t.Fatalf("type %d, %v, %v", kind, data, err)
		}
		sent, err := b.SubmitModal(opened, map[string]string{"query": "load balancing"})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := sent.Shown(t.Context()); err != nil || m.Text() != "You said load balancing." {
			t.Errorf("%+v, %v", m, err)
		}
		said, err := b.Say(b.by(), strings.Repeat("caching ", 200))
		if err != nil {
			t.Fatal(err)
		}
		found, err := b.MessageMenu(b.by(), findName, said.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := found.Shown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A form that was filled in wrongly can be opened again.
func TestFormsOpenAgain(t *testing.T) {
	wrong := bot.Reply{Kind: bot.Misuse, For: bot.ToOne, Text: "“MMXX” is no year.", Form: &bot.Form{Command: "search", Title: "Find", Fields: []bot.Field{{Option: bot.Option{Name: "query", Help: "what"}}}}}
	who := func() *echo { return &echo{handle: func(context.Context, bot.Request) bot.Reply { return wrong }} }
	overBoth(t, who, func(b *bubble, _ *Adapter) {
		t := b.t
		i := b.search("caching")
		if kind, _, err := i.Answer(t.Context()); kind != 9 || err != nil {
			t.Fatalf("type %d, %v", kind, err)
		}
		sent, err := b.SubmitModal(i, map[string]string{"query": "x"})
		if err != nil {
			t.Fatal(err)
		}
		m, err := sent.Shown(t.Context())
		if err != nil || !strings.Contains(m.Text(), "MMXX") {
			t.Fatalf("%+v, %v", m, err)
		}
		again, err := b.Press(b.by(), m.ID, "Fill it in again")
		if err != nil {
			t.Fatal(err)
		}
		if kind, _, err := again.Answer(t.Context()); kind != 9 || err != nil {
			t.Errorf("type %d, %v", kind, err)
		}
	})
}

// Who has installed the bot for themselves can use it where it was not invited.
func TestUserInstall(t *testing.T) {
	overBoth(t, func() *echo { return &echo{} }, func(b *bubble, _ *Adapter) {
		t := b.t
		elsewhere := discordfake.By{User: b.user.ID, Guild: "999", Channel: "998", Installed: true}
		i, err := b.Command(elsewhere, rootName, "search", map[string]any{"query": "caching"})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := i.Shown(t.Context()); err != nil || m.ShownTo != b.user.ID {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

func TestGreetingWhereItIsAdded(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		core := demoBot(t)
		_, stop := b.begin(core)
		guild, channel := b.AddGuild("new one")
		b.pass(time.Minute)
		hello := func(channel string) int {
			n := 0
			for _, m := range b.Messages(channel, "") {
				if strings.Contains(m.Text(), "Hello, I am archbot") {
					n++
				}
			}
			return n
		}
		b.Outage(guild, true)
		b.Outage(guild, false)
		b.Drop(0)
		b.pass(time.Minute)
		if got := hello(channel); got != 1 {
			t.Errorf("it said hello %d times where it was added", got)
		}
		if got := hello(b.channel); got != 0 {
			t.Errorf("it said hello %d times where it has been", got)
		}
		if log := b.log.String(); strings.Contains(log, "taken out") {
			t.Errorf("an outage is taken for a removal:\n%s", log)
		}
		b.RemoveGuild(guild)
		b.pass(time.Second)
		if !strings.Contains(b.log.String(), "taken out") {
			t.Error("a removal is not noticed")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestSignaturesAreChecked(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		who := &echo{}
		c := b.config
		c.Bot, c.Token, c.PublicKey = who, "", b.PublicKey()
		a, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		ping := []byte(`{"type":1}`)
		for _, tt := range []struct {
			name   string
			body   []byte
			header http.Header
			want   int
		}{
			{"right", ping, b.Sign(ping, time.Now()), 200},
			{"a minute ago", ping, b.Sign(ping, time.Now().Add(-time.Minute)), 200},
			{"old", ping, b.Sign(ping, time.Now().Add(-6*time.Minute)), 401},
			{"of the future", ping, b.Sign(ping, time.Now().Add(6*time.Minute)), 401},
			{"another body", []byte(`{"type":2}`), b.Sign(ping, time.Now()), 401},
			{"none", ping, http.Header{}, 401},
			{"no hexadecimal", ping, http.Header{"X-Signature-Ed25519": {"zz"}, "X-Signature-Timestamp": {"1"}}, 401},
			{"no time", ping, http.Header{"X-Signature-Ed25519": b.Sign(ping, time.Now())["X-Signature-Ed25519"]}, 401},
			{"no JSON", []byte("{"), b.Sign([]byte("{"), time.Now()), 400},
			{"nobody", []byte(`{"type":2,"id":"1","application_id":"2","token":"x"}`), b.Sign([]byte(`{"type":2,"id":"1","application_id":"2","token":"x"}`), time.Now()), 400},
			{"a path for a token", []byte(`{"type":2,"id":"1","application_id":"2","token":"../x","user":{"id":"3"}}`), b.Sign([]byte(`{"type":2,"id":"1","application_id":"2","token":"../x","user":{"id":"3"}}`), time.Now()), 400},
			{"too large", bytes.Repeat([]byte(" "), maxBody+1), b.Sign(ping, time.Now()), 413},
		} {
			r := httptest.NewRequest(http.MethodPost, PathInteractions, bytes.NewReader(tt.body))
			r.Header = tt.header
			w := httptest.NewRecorder()
			a.Handler().ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("%s: %d %s, want %d", tt.name, w.Code, w.Body, tt.want)
			}
		}
		if len(who.asked) > 0 {
			t.Errorf("the core was asked: %v", who.asked)
		}
		for _, r := range []*http.Request{
			httptest.NewRequest(http.MethodGet, PathInteractions, nil), httptest.NewRequest(http.MethodPost, PathPrefix, nil),
		} {
			w := httptest.NewRecorder()
			a.Handler().ServeHTTP(w, r)
			if w.Code == http.StatusOK {
				t.Errorf("%s %s: %d", r.Method, r.URL, w.Code)
			}
		}
	})
}

// What is delivered twice has one effect, and who replays it sees nothing.
func TestReplayedInteractionsShowNothing(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		b.config.PublicKey = b.PublicKey()
		a, stop := b.begin(&echo{})
		var last atomic.Pointer[http.Request]
		var body atomic.Pointer[[]byte]
		b.SetClient(&http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
			raw, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			last.Store(r)
			body.Store(&raw)
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(raw))
			return direct{a.Handler()}.RoundTrip(r)
		})})
		if err := b.SetEndpoint(t.Context(), "https://bot.test"+PathInteractions); err != nil {
			t.Fatal(err)
		}
		if _, err := b.search("caching").Shown(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, PathInteractions, bytes.NewReader(*body.Load()))
		r.Header = last.Load().Header
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusNoContent || w.Body.Len() > 0 {
			t.Errorf("a replay gets %d %s", w.Code, w.Body)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRegister(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		a, stop := b.start(&echo{})
		look, err := a.Register(t.Context(), "", false)
		if err != nil || look.Written || len(look.Changes) == 0 || !strings.Contains(look.Invite, "permissions=") {
			t.Fatalf("%+v, %v", look, err)
		}
		first, err := a.Register(t.Context(), "", true)
		if err != nil || !first.Written || !slices.Equal(first.Changes, look.Changes) {
			t.Fatalf("%+v, %v", first, err)
		}
		for _, guild := range []string{"", b.guild} {
			if _, err := a.Register(t.Context(), guild, true); err != nil {
				t.Fatal(err)
			}
			again, err := a.Register(t.Context(), guild, true)
			if err != nil || again.Written || len(again.Changes) != 0 {
				t.Errorf("guild %q: %+v, %v", guild, again, err)
			}
		}
		if n, want := b.Creations(), 2*len(declarations()); n != want {
			t.Errorf("%d commands were created, want %d", n, want)
		}
		if _, err := a.Register(t.Context(), "my server", true); err == nil {
			t.Error("a name is taken for an id")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestDifference(t *testing.T) {
	for _, tt := range []struct{ from, to, want []string }{
		{nil, nil, nil},
		{[]string{"a", "b"}, []string{"a", "b"}, nil},
		{[]string{"a"}, []string{"b"}, []string{"- a", "+ b"}},
		{[]string{"a", "b"}, []string{"b", "a"}, []string{"+ the order of the options"}},
	} {
		if got := difference(tt.from, tt.to); !slices.Equal(got, tt.want) {
			t.Errorf("from %q to %q: %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestNewRefusesHalfASetUp(t *testing.T) {
	for _, tt := range []struct {
		config Config
		want   string
	}{
		{Config{}, "DISCORD_TOKEN"},
		{Config{PublicKey: "abc"}, "64 hexadecimal digits"},
		{Config{Token: "a b"}, "space"},
		{Config{Token: "secret-token", URL: "discord.com"}, "DISCORD_API_URL"},
	} {
		if _, err := New(tt.config); err == nil || !strings.Contains(err.Error(), tt.want) || tt.config.Token != "" && strings.Contains(err.Error(), tt.config.Token) {
			t.Errorf("%+v: %v, want %q", tt.config, err, tt.want)
		}
	}
}

// Without a token there is nothing to connect, and interactions are answered all the same.
func TestHTTPAlone(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		register, stopRegister := b.begin(&echo{})
		if err := stopRegister(); err != nil {
			t.Fatal(err)
		}
		_ = register
		a, stop := b.start(slow(5*time.Second, bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: "Late."})(), func(c *Config) { c.Token, c.PublicKey = "", b.PublicKey() })
		b.SetClient(&http.Client{Transport: direct{a.Handler()}})
		if err := b.SetEndpoint(t.Context(), "https://bot.test"+PathInteractions); err != nil {
			t.Fatal(err)
		}
		i := b.search("caching")
		b.pass(time.Minute)
		if m, err := i.Shown(t.Context()); err != nil || m.Text() != "Late." {
			t.Errorf("%+v, %v\n%s", m, err, b.log)
		}
		if !strings.Contains(b.log.String(), "/arch ask") {
			t.Error("it does not say what does not come over HTTP")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestCheckup(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		quiet := b.AddChannel(b.guild, "quiet")
		b.SetPermissions(quiet, discordfake.PermissionViewChannel)
		text := ""
		for _, f := range a.Checkup(t.Context(), []string{b.channel, quiet, "name", "123"}) {
			text += fmt.Sprintln(f.Part, f.Verdict, f.Text, f.Mend)
		}
		for _, want := range []string{
			"Discord token fine", "Discord commands fine", "Discord interactions fine", "Discord Gateway fine", "Discord channel " + b.channel + " fine",
			"Discord channel " + quiet + " wrong The bot lacks Send Messages", "Discord channel name wrong", "Discord channel 123 wrong",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		wrong, err := New(Config{Token: "wrong-token", URL: b.URL(), Transport: b.network, Bot: &echo{}})
		if err != nil {
			t.Fatal(err)
		}
		if f := wrong.Checkup(t.Context(), nil); len(f) != 1 || f[0].Verdict != "wrong" || strings.Contains(f[0].Text, "wrong-token") {
			t.Errorf("%+v", f)
		}
	})
}

// Which way interactions come is compared with how they are awaited.
func TestCheckEndpoint(t *testing.T) {
	key := strings.Repeat("ab", 32)
	for _, tt := range []struct {
		name string
		app  application
		key  string
		want string
	}{
		{"Gateway", application{}, "", "fine"},
		{"key without an endpoint", application{Key: key}, key, "doubt"},
		{"endpoint without a key", application{Endpoint: "https://bot.test" + PathInteractions}, "", "wrong"},
		{"another's key", application{Endpoint: "https://bot.test" + PathInteractions, Key: "cd"}, key, "wrong"},
		{"another path", application{Endpoint: "https://bot.test/", Key: key}, key, "doubt"},
		{"HTTP", application{Endpoint: "https://bot.test" + PathInteractions, Key: key}, key, "fine"},
	} {
		a, err := New(Config{Token: "x", PublicKey: tt.key})
		if err != nil {
			t.Fatal(err)
		}
		if f := a.checkEndpoint(tt.app); string(f.Verdict) != tt.want || f.Verdict != "fine" && f.Mend == "" {
			t.Errorf("%s: %+v, want %s", tt.name, f, tt.want)
		}
	}
}

// What is in flight when the process is told to stop comes to its end.
func TestDrain(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(b *bubble) {
		t := b.t
		_, stop := b.begin(slow(10*time.Second, bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: "Late."})())
		i := b.search("caching")
		synctest.Wait()
		if err := stop(); err != nil {
			t.Error(err)
		}
		if m, err := i.Shown(t.Context()); err != nil || m.Text() != "Late." {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

func TestPermissionsOfInteractions(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want bool
	}{
		{`{"guild_id":"1","member":{"permissions":"32"}}`, true},
		{`{"guild_id":"1","member":{"permissions":"8"}}`, true},
		{`{"guild_id":"1","member":{"permissions":"2048"}}`, false},
		{`{"guild_id":"1"}`, false},
		{`{"context":1}`, true},
		{`{"context":2}`, false},
	} {
		var i interaction
		if err := json.Unmarshal([]byte(tt.raw), &i); err != nil {
			t.Fatal(err)
		}
		if got, err := i.mayAdminister(t.Context()); got != tt.want || err != nil {
			t.Errorf("%s: %v, %v", tt.raw, got, err)
		}
	}
}

// Another page takes the place of the one before it; what is shared, and what is wrong,
// does not.
func TestPagesTurnInPlace(t *testing.T) {
	page := func(r bot.Request) bot.Reply {
		reply := bot.Reply{Kind: bot.Found, For: bot.ToOne, Text: "A page.", Buttons: []bot.Button{
			{Kind: bot.ButtonNext, Label: "More", Token: "next"}, {Kind: bot.ButtonShare, Label: "Share", Token: "share"}, {Kind: bot.ButtonOnly, Label: "Old", Token: "old"},
		}}
		switch r.Token {
		case "next":
			reply.Text = "The next page."
		case "share":
			reply.For, reply.SharedBy = bot.ToAll, r.User
		case "old":
			return bot.Reply{Kind: bot.Stale, For: bot.ToOne, Text: "It has grown old."}
		}
		return reply
	}
	who := func() *echo {
		return &echo{handle: func(_ context.Context, r bot.Request) bot.Reply { return page(r) }}
	}
	overBoth(t, who, func(b *bubble, _ *Adapter) {
		t := b.t
		shown := func(i *discordfake.Interaction, err error) discordfake.Message {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			m, err := i.Shown(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		first := shown(b.search("caching"), nil)
		if next := shown(b.Press(b.by(), first.ID, "More")); next.ID != first.ID || next.Edits != 1 || !strings.Contains(next.Text(), "The next page.") {
			t.Errorf("the next page is %+v", next)
		}
		if stale := shown(b.Press(b.by(), first.ID, "Old")); stale.ID == first.ID || stale.ShownTo != b.user.ID {
			t.Errorf("what has grown old is told by %+v", stale)
		}
		shared := shown(b.Press(b.by(), first.ID, "Share"))
		if shared.ID == first.ID || shared.ShownTo != "" || len(shared.Pinged) > 0 {
			t.Errorf("what is shared is %+v", shared)
		}
		again, err := b.Press(b.by(), first.ID, "Share")
		if err != nil {
			t.Fatal(err)
		}
		if kind, _, err := again.Answer(t.Context()); kind != 6 || err != nil {
			t.Errorf("shared again: type %d, %v", kind, err)
		}
		bob := b.AddUser("bob")
		if theirs := shown(b.Press(discordfake.By{User: bob.ID, Guild: b.guild, Channel: b.channel}, shared.ID, "More")); theirs.ID == shared.ID || theirs.ShownTo != bob.ID {
			t.Errorf("somebody else turned the page for all: %+v", theirs)
		}
	})
}

// Who is addressed is pinged, once, and nobody else is.
func TestOnlyTheAddressedIsPinged(t *testing.T) {
	overBoth(t, func() *echo {
		return &echo{handle: func(_ context.Context, r bot.Request) bot.Reply {
			return bot.Reply{Kind: bot.Found, For: bot.ToAll, Text: "@everyone <@" + string(r.User) + ">", SharedBy: r.User, Addressed: bot.UserID(r.Options["for"])}
		}}
	}, func(b *bubble, _ *Adapter) {
		t := b.t
		bob := b.AddUser("bob")
		m, err := b.search("caching", "for", bob.ID).Shown(t.Context())
		if err != nil || !slices.Equal(m.Pinged, []string{bob.ID}) {
			t.Errorf("pinged: %v, %v", m.Pinged, err)
		}
	})
}

// One of several processes registers the commands, and the others leave it.
func TestRegisterOnce(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		state := memory.New(time.Now)
		for n, want := range []bool{true, false, false} {
			c := b.config
			c.Bot, c.State = &echo{}, state
			a, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			r, err := a.RegisterOnce(t.Context())
			if err != nil || r.Written != want {
				t.Errorf("process %d: %+v, %v", n, r, err)
			}
		}
		if n := b.Creations(); n != len(declarations()) {
			t.Errorf("%d commands were created", n)
		}
	})
}
