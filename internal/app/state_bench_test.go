package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/store"
	"archbot/internal/store/bolt"
	"archbot/internal/store/memory"
	"archbot/internal/store/redis"
	"archbot/internal/store/redistest"
	"archbot/internal/store/resilient"
)

// limited is what a search costs: all three limits, none of which refuses.
var limited = bot.Spend{
	Scope: bot.Scope{Platform: "slack", Workspace: "T01ABCDEF12"}, User: "U01ABCDEF12", Channel: "C01ABCDEF12", Cost: 1,
	Limits: bot.Limits{
		User:      bot.Rate{Every: bot.MinEvery, Burst: bot.MaxBurst},
		Channel:   bot.Rate{Every: bot.MinEvery, Burst: bot.MaxBurst},
		Workspace: bot.Rate{Every: bot.MinEvery, Burst: bot.MaxBurst},
	},
}

// BenchmarkState measures what state adds to a request, all in one run: each
// round does a little of everything, so that what else the machine does weighs on
// all alike. It reports the medians, and what a search and its limits cost in bare
// EVALSHAs: of the script of the limits, which no rate-limited search can do without,
// and of a script that does nothing. All but the file are asked as a platform asks: for a
// delivery, which is to be told from those before it.
func BenchmarkState(b *testing.B) {
	works := stateWorks(b)
	const rounds, each = 60, 50
	times := make(map[string][]float64)
	for b.Loop() {
		for range rounds {
			for _, w := range works {
				began := time.Now()
				for range each {
					if err := w.do(b.Context()); err != nil {
						b.Fatal(w.name, err)
					}
				}
				times[w.name] = append(times[w.name], float64(time.Since(began).Nanoseconds())/each/1000)
			}
		}
	}
	median := make(map[string]float64)
	for _, w := range works {
		slices.Sort(times[w.name])
		median[w.name] = times[w.name][len(times[w.name])/2]
		b.Logf("%-42s %8.2f µs", w.name, median[w.name])
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median["limits in Redis, wrapped"]/median["bare EVALSHA of the limits"], "limit/evalsha")
	b.ReportMetric(median["search through the core, with Redis"]/median["bare EVALSHA of the limits"], "search/evalsha")
	b.ReportMetric(median["search through the core, with Redis"]/median["bare EVALSHA of nothing"], "search/nothing")
}

type work struct {
	name string
	do   func(context.Context) error
}

func stateWorks(b *testing.B) []work {
	b.Helper()
	server := redistest.Start(b)
	remote, err := redis.New(redis.Config{URL: "redis://" + server.Addr})
	if err != nil {
		b.Fatal(err)
	}
	file, err := bolt.Open(filepath.Join(b.TempDir(), "archbot.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	wrapped := resilient.New(remote, slog.New(slog.DiscardHandler), resilient.Patience)
	a, err := New(Options{Settings: config.Settings{Lists: []string{"embedded"}}, Logs: io.Discard})
	if err != nil {
		b.Fatal(err)
	}
	if err := a.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	bare := goredis.NewClient(&goredis.Options{Addr: server.Addr, DisableIdentity: true})
	b.Cleanup(func() {
		_, _, _ = wrapped.Close(), file.Close(), bare.Close()
		a.Stop()
	})
	source, err := os.ReadFile("../store/redis/take.lua")
	if err != nil {
		b.Fatal(err)
	}
	nothing, limits := goredis.NewScript("return 1"), goredis.NewScript(string(source))
	var keys []string
	args := []any{limited.Cost, len(store.LimitsOf(limited))}
	for _, l := range store.LimitsOf(limited) {
		keys, args = append(keys, "archbot:"+l.Key.String()), append(args, int64(l.Every), int64(l.Burst))
	}
	args = append(args, "somebody", 0, bot.EventMemory.Milliseconds())
	deliveries := 0
	event := func() bot.EventID { // each is new
		deliveries++
		return bot.EventID(fmt.Sprint("Ev", deliveries))
	}
	eval := func(s *goredis.Script) func(context.Context) error {
		return func(ctx context.Context) error {
			delivered := "archbot:" + store.EventKey(limited.Scope, event()).String()
			return s.Run(ctx, bare, append(slices.Clip(keys), delivered), args...).Err()
		}
	}
	take := func(s store.Store) func(context.Context) error {
		return func(ctx context.Context) error {
			spend := limited
			if s != file { // which would write it to the disk
				spend.Event = event()
			}
			_, err := s.Take(ctx, spend)
			return err
		}
	}
	search := func(state bot.State) func(context.Context) error {
		core := bot.New(bot.Config{Library: a, Log: slog.New(slog.DiscardHandler), State: state, Limits: limited.Limits})
		r := bot.Request{
			Platform: limited.Scope.Platform, Workspace: limited.Scope.Workspace, Channel: limited.Channel, User: limited.User,
			Surface: bot.SurfaceCommand, Text: "search circuit breaking",
		}
		return func(ctx context.Context) error {
			if state != file {
				r.Event = event()
			}
			if reply := core.Handle(ctx, r); reply.Kind != bot.Found {
				return errors.New(reply.Text)
			}
			return nil
		}
	}
	return []work{
		{"bare PING", func(ctx context.Context) error { return bare.Ping(ctx).Err() }},
		{"bare EVALSHA of nothing", eval(nothing)},
		{"bare EVALSHA of the limits", eval(limits)},
		{"limits in Redis", take(remote)},
		{"limits in Redis, wrapped", take(wrapped)},
		{"limits in the file", take(file)},
		{"limits in memory", take(memory.New(time.Now))},
		{"search through the core, without state", search(nil)},
		{"search through the core, with the file", search(file)},
		{"search through the core, with Redis", search(wrapped)},
	}
}
