package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
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
		"lost answer":  {Times: 2, Reset: true, After: true},
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
