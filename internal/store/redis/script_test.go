package redis

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"archbot/internal/bot"
	"archbot/internal/store"
	"archbot/internal/store/memory"
	"archbot/internal/store/redistest"
)

var ctx = context.Background() // of what outlives no test

// The script and the store in memory are twins: whatever is asked when, both answer the
// same, to the microsecond.
func TestTakeScriptIsTheModel(t *testing.T) {
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	if err := m.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	s := dialled(t, m)
	random := rand.New(rand.NewPCG(1, 2))
	now := time.Unix(1_800_000_000, 0)
	model := memory.New(func() time.Time { return now })
	rate := func() bot.Rate {
		return bot.Rate{Every: time.Duration(1+random.IntN(5_000_000)) * 10 * time.Microsecond, Burst: 3 + random.IntN(9)}
	}
	for range 20 {
		l := bot.Limits{User: rate(), Channel: rate(), Workspace: rate()}
		for range 100 {
			now = now.Add(time.Duration(random.IntN(20_000_000)) * time.Microsecond)
			m.SetTime(now)
			spend := bot.Spend{
				Scope: bot.Scope{Platform: "slack", Workspace: "T"}, User: bot.UserID(rune('A' + random.IntN(3))),
				Channel: bot.ChannelID(rune('A' + random.IntN(2))), Cost: random.IntN(4), Limits: l,
			}
			if random.IntN(2) == 0 {
				spend.Event, spend.Hold = bot.EventID(rune('A'+random.IntN(20))), time.Duration(random.IntN(3))*20*time.Second
				if random.IntN(4) == 0 {
					if err := errors.Join(s.Settle(t.Context(), spend.Scope, spend.Event), model.Settle(t.Context(), spend.Scope, spend.Event)); err != nil {
						t.Fatal(err)
					}
				}
			}
			want, err1 := model.Take(t.Context(), spend)
			got, err2 := s.Take(t.Context(), spend)
			if err1 != nil || err2 != nil || got != want {
				t.Fatalf("%+v at %v: script %+v (%v), model %+v (%v)", spend, now, got, err2, want, err1)
			}
		}
	}
}

// counter notes what one caller sends to the server.
type counter struct{ commands []string }

func (c *counter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *counter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() != "hello" { // of a connection in reserve, made whenever
			c.commands = append(c.commands, cmd.Name())
		}
		return next(ctx, cmd)
	}
}

func (c *counter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.commands = append(c.commands, "pipeline")
		return next(ctx, cmds)
	}
}

// Whether something was delivered before, and three limits, cost one round trip; where the
// server has forgotten its scripts, as after a restart, there is one more.
func TestRoundTrips(t *testing.T) {
	server := redistest.Start(t)
	s, err := New(Config{URL: "redis://" + server.Addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	all := crowd
	all.Limits.Workspace = bot.Rate{Every: time.Second, Burst: 100}
	all.Event = "Ev1"
	if _, err := s.Take(t.Context(), all); err != nil { // looks at the schema, too
		t.Fatal(err)
	}
	c := &counter{}
	s.client.AddHook(c)
	take := func() {
		all.Event += "1"
		if v, err := s.Take(t.Context(), all); err != nil || !v.Allowed {
			t.Fatal(v, err)
		}
	}
	take()
	if err := s.client.ScriptFlush(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	take()
	take()
	if diff := cmp.Diff([]string{"evalsha", "script", "evalsha", "eval", "evalsha"}, c.commands); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

// What the server keeps has an expiry, but for the schema and the key.
func TestEverythingExpires(t *testing.T) {
	server := redistest.Start(t)
	s, err := New(Config{URL: "redis://" + server.Addr, Prefix: "team-a"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	populate(t, s)
	keys, err := s.client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) < 10 {
		t.Fatal(keys, err)
	}
	for _, key := range keys {
		left, err := s.client.PTTL(t.Context(), key).Result()
		forever := key == "team-a:{archbot}:schema" || key == "team-a:{archbot}:key"
		if err != nil || (left < 0) != forever || left > bot.ShelfMemory {
			t.Errorf("%s is kept for %s (%v)", key, left, err)
		}
	}
	t.Logf("%d keys: %q", len(keys), keys)
}

// populate calls everything that keeps something.
func populate(t *testing.T, s *Store) {
	t.Helper()
	p := bot.Person{Platform: "slack", Workspace: "T01ABCDEF12", User: "U01ABCDEF12"}
	spend := crowd
	spend.Scope, spend.User, spend.Channel = p.Scope(), p.User, "C01ABCDEF12"
	spend.Limits.Workspace = bot.Rate{Every: time.Second, Burst: 100}
	spend.Event, spend.Hold = "Ev02ABCDEF12", time.Minute
	_, err1 := s.Take(ctx, spend)
	_, err2 := s.FirstTime(ctx, p.Scope(), "Ev01ABCDEF12", bot.EventMemory)
	conversation := bot.ConversationID{Scope: p.Scope(), Channel: "D01ABCDEF12", Thread: "1764000000.000100"}
	err3 := s.KeepConversation(ctx, conversation, p, make([]byte, 200), time.Hour)
	_, err4 := s.KeepToken(ctx, p.Scope(), p, make([]byte, 200), time.Hour)
	err5 := s.Save(ctx, p, bot.Saved{ID: "https://example.com/an/article", Data: make([]byte, 60), At: time.Now()})
	_, err6 := s.Arrived(ctx, "embedded", []string{"https://example.com/an/article"}, time.Now())
	_, err7 := s.SigningKey(ctx)
	for _, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestMemory measures what things cost a server; doc.go of internal/store quotes it.
func TestMemory(t *testing.T) {
	server := redistest.Start(t)
	s, err := New(Config{URL: "redis://" + server.Addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	populate(t, s)
	usage := func(k store.Key) int64 {
		t.Helper()
		n, err := s.client.MemoryUsage(t.Context(), s.key(k)).Result()
		if err != nil {
			t.Fatal(k, err)
		}
		return n
	}
	p := bot.Person{Platform: "slack", Workspace: "T01ABCDEF12", User: "U01ABCDEF12"}
	limits := store.LimitsOf(bot.Spend{Scope: p.Scope(), User: p.User, Channel: "C01ABCDEF12", Limits: bot.Limits{User: crowd.Limits.User, Channel: crowd.Limits.User, Workspace: crowd.Limits.User}})
	conversation := bot.ConversationID{Scope: p.Scope(), Channel: "D01ABCDEF12", Thread: "1764000000.000100"}
	for i := range 9 { // ten entries on the shelf, a thousand and one resources
		if err := s.Save(ctx, p, bot.Saved{ID: "https://example.com/an/article/" + string(rune('0'+i)), Data: make([]byte, 60)}); err != nil {
			t.Fatal(err)
		}
	}
	urls := make([]string, bot.MaxArrivals)
	for i := range urls {
		urls[i] = string(rune(i + 1000))
	}
	if _, err := s.Arrived(ctx, "embedded", urls, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, m := range []struct {
		what string
		got  int64
		most int64
	}{
		{"limit of a user", usage(limits[0].Key), 160},
		{"limit of a channel", usage(limits[1].Key), 160},
		{"limit of a workspace", usage(limits[2].Key), 160},
		{"remembered event", usage(store.EventKey(p.Scope(), "Ev01ABCDEF12")), 160},
		{"held event", usage(store.EventKey(p.Scope(), "Ev02ABCDEF12")), 160},
		{"conversation of 200 bytes", usage(store.ConversationKey(conversation)), 480},
		{"token of 200 bytes", usage(store.TokenKey(p.Scope(), store.NewTokenID(make([]byte, 200)))), 480},
		{"notes of what is a person's (two records)", usage(store.OwnedKey(p)), 320},
		{"shelf of ten entries", usage(store.ShelfKey(p)), 2500},
		{"resource of a list", usage(store.ArrivalsKey("embedded")) / 1001, 160},
	} {
		t.Logf("%-42s %5d bytes", m.what, m.got)
		if m.got > m.most {
			t.Errorf("%s: %d bytes, want %d at most", m.what, m.got, m.most)
		}
	}
}
