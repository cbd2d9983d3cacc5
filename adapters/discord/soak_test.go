package discord

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
)

// scale is how much of a proof runs: a hundredth, or all of it where the tests run at
// full size.
func scale(whole int) int {
	if os.Getenv("ARCHBOT_SOAK") != "" {
		return whole
	}
	return whole / 100
}

// Signed interactions are answered once each, whatever goes wrong on the way.
func TestSoakInteractions(t *testing.T) {
	n := scale(100_000)
	inBubble(t, discordfake.Config{PerBucket: 1 << 30, RequestsPerSecond: 1 << 30}, func(b *bubble) {
		t := b.t
		b.config.PublicKey = b.PublicKey()
		var asked atomic.Int64
		who := &echo{handle: func(_ context.Context, r bot.Request) bot.Reply {
			if asked.Add(1)%50 == 0 {
				<-time.After(3 * time.Second) // deferred, and edited
			}
			return bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: "You said " + r.Options["query"] + "."}
		}}
		a, stop := b.begin(who)
		b.SetClient(&http.Client{Transport: direct{a.Handler()}})
		if err := b.SetEndpoint(t.Context(), "https://bot.test"+PathInteractions); err != nil {
			t.Fatal(err)
		}
		wrong, requests := 0, 0
		for done := 0; done < n; {
			for _, f := range []discordfake.Fault{{Status: 502}, {Status: 429, Scope: "user", RetryAfter: 300}, {Reset: true, After: true}, {Reset: true}} {
				f.Path = "/webhooks/"
				b.Fail(f)
			}
			var batch []*discordfake.Interaction
			for range min(500, n-done) {
				batch = append(batch, b.search(fmt.Sprint("number ", done)))
				done++
			}
			b.pass(time.Minute)
			for k, i := range batch {
				want := fmt.Sprintf("You said number %d.", done-len(batch)+k)
				if m, err := i.Shown(t.Context()); err != nil || m.Text() != want || len(i.FollowUps()) > 0 {
					if wrong++; wrong < 5 {
						t.Errorf("%+v, %v, want %q", m, err, want)
					}
				}
			}
			requests += len(b.Requests())
			b.Clear()
		}
		if got := int(asked.Load()); got != n || wrong > 0 {
			t.Errorf("%d of %d were asked, and %d answered wrongly", got, n, wrong)
		}
		t.Logf("%d interactions, each answered once; %d requests of the API", n, requests)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Mentions in many servers come through shards whose connections break, and each is
// answered once.
func TestSoakGateway(t *testing.T) {
	guilds := max(scale(1000), 16)
	const shards, rounds = 8, 10
	inBubble(t, discordfake.Config{Shards: shards, MaxConcurrency: 4, PerBucket: 1 << 30, RequestsPerSecond: 1 << 30}, func(b *bubble) {
		t := b.t
		var places []discordfake.By
		for i := range guilds {
			guild, channel := b.AddGuild(fmt.Sprint("server ", i))
			places = append(places, discordfake.By{User: b.user.ID, Guild: guild, Channel: channel})
		}
		a, stop := b.start(&echo{})
		b.connected(a, shards)
		for round := range rounds {
			for i, p := range places {
				if _, err := b.Mention(p, fmt.Sprint("round ", round)); err != nil {
					t.Fatal(err)
				}
				switch {
				case i == guilds/4:
					b.Drop(0)
				case i == guilds/2 && round%3 == 0:
					b.Reconnect()
				case i == guilds/2 && round%3 == 1:
					b.Deafen()
				case i == guilds*3/4:
					b.Drop(4000)
				}
			}
			b.pass(5 * time.Minute)
		}
		lost, twice := 0, 0
		for _, p := range places {
			seen := make(map[string]int)
			for _, m := range b.Messages(p.Channel, "") {
				if m.Author == b.Bot().ID {
					seen[m.Text()]++
				}
			}
			for round := range rounds {
				switch n := seen[fmt.Sprintf("You said round %d.", round)]; {
				case n == 0:
					lost++
				case n > 1:
					twice++
				}
			}
		}
		identified, resumed := b.Sessions()
		if lost+twice > 0 || identified != shards {
			t.Errorf("%d lost, %d twice, %d sessions begun\n%s", lost, twice, identified, tail(b.log.String()))
		}
		t.Logf("%d servers, %d shards: of %d mentions %d were lost and %d answered twice; %d sessions begun, %d resumed", guilds, shards, guilds*rounds, lost, twice, identified, resumed)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func tail(s string) string { return s[max(0, len(s)-3000):] }

// What a process that is killed costs: it does not resume, and what comes before another
// one is connected is lost.
func TestKilledProcess(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		var killed atomic.Bool
		first, stopFirst := b.start(&echo{}, func(c *Config) {
			dial := c.Dial
			c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if killed.Load() {
					return nil, net.ErrClosed
				}
				return dial(ctx, network, address)
			}
		})
		b.connected(first, 1)
		killed.Store(true)
		b.Drop(0)
		died, sent := time.Now(), 0
		second, stopSecond := b.start(&echo{})
		for up := 0; up == 0; up, _ = second.Ready() {
			b.said(sent, 1)
			sent++
			b.pass(100 * time.Millisecond)
		}
		gap := time.Since(died)
		b.pass(time.Minute)
		t.Logf("connected again after %v; of %d messages meanwhile, %d were answered", gap, sent, len(b.answered()))
		if gap > 10*time.Second {
			t.Errorf("it took %v to be connected again", gap)
		}
		b.said(1000, 1)
		b.pass(time.Second)
		if got := b.answered(); !slices.Contains(got, "You said message 1000.") {
			t.Errorf("answered: %q", got)
		}
		for _, stop := range []func() error{stopFirst, stopSecond} {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
	})
}

// signed are interactions with their headers, each with an id of its own.
type signed struct {
	body   []byte
	header http.Header
}

func signAll(b testing.TB, n int) (ed25519.PublicKey, []signed) {
	b.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	all := make([]signed, n)
	for i := range all {
		body, err := json.Marshal(map[string]any{
			"type": 2, "id": strconv.Itoa(i + 1), "application_id": "2", "token": "x", "guild_id": "3", "channel_id": "4", "locale": "en-US",
			"member": map[string]any{"user": map[string]any{"id": "5", "username": "ann"}, "permissions": "2048"},
			"data": map[string]any{"name": "arch", "type": 1, "options": []any{map[string]any{"name": "search", "type": 1, "options": []any{
				map[string]any{"name": "query", "type": 3, "value": "circuit breaking"},
			}}}},
		})
		if err != nil {
			b.Fatal(err)
		}
		stamp := strconv.FormatInt(time.Now().Unix(), 10)
		h := http.Header{}
		h.Set("X-Signature-Timestamp", stamp)
		h.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(private, append([]byte(stamp), body...))))
		all[i] = signed{body, h}
	}
	return public, all
}

// BenchmarkHTTP compares a whole answer, search and card, with a handler that does no
// more than to verify the signature.
func BenchmarkHTTP(b *testing.B) {
	public, all := signAll(b, 1000)
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || verify(r.Header, body, public, time.Now()) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"type":1}`)
	})
	core := demoBot(b, func(c *bot.Config) { c.State = nil })
	a, err := New(Config{Bot: core, PublicKey: hex.EncodeToString(public)})
	if err != nil {
		b.Fatal(err)
	}
	for name, handler := range map[string]http.Handler{"bare": bare, "adapter": a.Handler()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var next atomic.Int64
			var once sync.Once
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					s := all[int(next.Add(1))%len(all)]
					r := httptest.NewRequest(http.MethodPost, PathInteractions, bytes.NewReader(s.body))
					r.Header = s.header
					w := httptest.NewRecorder()
					handler.ServeHTTP(w, r)
					if w.Code != http.StatusOK {
						once.Do(func() { b.Errorf("%d %s", w.Code, w.Body) })
					}
				}
			})
		})
	}
}
