package app

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/internal/digest"
	"archbot/internal/store"
	"archbot/internal/store/redis"
	"archbot/internal/store/redistest"
)

// killing is one run: so many editions, kills and workers.
type killing struct {
	editions, kills, workers int
	config                   workerConfig
	scene                    scene
	during                   func(ctx context.Context) // beside the kills
}

// sized is a hundredth, or with ARCHBOT_SOAK the whole.
func sized(k killing) killing {
	if os.Getenv("ARCHBOT_SOAK") == "" {
		k.editions, k.kills = max(k.editions/100, 1), max(k.kills/100, 1)
	}
	return k
}

// subscribe makes the subscriptions, each with one edition due, and every other one with
// details below it.
func (k killing) subscribe(t *testing.T, s store.Store) []digest.Record {
	t.Helper()
	due := digest.SlotAt(time.Now().Add(-10*time.Minute), time.UTC)
	records := make([]digest.Record, k.editions)
	for i, place := range k.scene.places(t, k.editions) {
		r := digest.Record{
			Subscription: digest.Subscription{
				ID: digest.NewID(), Place: place,
				Topic: "caching", Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(due.Date.Weekday()), At: due.At},
				Zone: "UTC", Count: 3, Details: i%2 == 1, Made: time.Now(), Done: due.Date.Add(-1),
			},
			Edition: digest.Edition{Slot: due, State: digest.Planned},
		}
		if err := s.Step(t.Context(), digest.Change{Record: r, Due: due.In(time.UTC)}); err != nil {
			t.Fatal(err)
		}
		records[i] = r
	}
	return records
}

// run kills workers at random moments, replacing each, until there were enough kills
// and every edition has ended.
func (k killing) run(t *testing.T, records []digest.Record, ended func() int) {
	t.Helper()
	config, err := json.Marshal(k.config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	killed := 0
	var wg sync.WaitGroup
	for range k.workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				enough := killed >= k.kills
				mu.Unlock()
				live := time.Hour
				if !enough {
					live = 60*time.Millisecond + rand.N(600*time.Millisecond)
				}
				if worker(ctx, t, string(config), live) {
					mu.Lock()
					killed++
					mu.Unlock()
				}
			}
		})
	}
	if k.during != nil {
		wg.Go(func() { k.during(ctx) })
	}
	start := time.Now()
	for ended() < len(records) || func() bool { mu.Lock(); defer mu.Unlock(); return killed < k.kills }() {
		if time.Since(start) > 2*time.Minute+time.Duration(k.kills)*time.Second {
			t.Errorf("of %d editions %d have ended, after %d kills", len(records), ended(), killed)
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	cancel()
	wg.Wait()
	t.Logf("%d editions, %d kills of %d workers in %s: %s", len(records), killed, k.workers, time.Since(start).Round(time.Second), k.scene.said(t))
}

// keys are those of what a subscription gets.
func keys(r digest.Record) []string {
	all := []string{r.Key(r.Edition.Slot)}
	if r.Details {
		all = append(all, r.ReplyKey(r.Edition.Slot))
	}
	return all
}

// check shows that each edition is there once, and the details of those that have some,
// and that its subscription knows it.
func (k killing) check(t *testing.T, s store.Store, records []digest.Record) {
	t.Helper()
	lost, twice := k.count(t, records)
	found := make(map[bool]int) // of replies, and of editions
	for _, r := range records {
		past, err := s.History(t.Context(), r.Place, r.ID)
		if err != nil || len(past) != len(keys(r)) {
			t.Errorf("%s: history %+v, %v", r.ID, past, err)
		}
		for _, o := range past {
			if o.State != digest.Sent {
				t.Errorf("%s: %+v", r.ID, o)
			} else if o.Why == digest.Recovered {
				found[o.Reply]++
			}
		}
	}
	t.Logf("%d editions and %d replies were found by looking them up", found[false], found[true])
	if lost > 0 || twice > 0 {
		t.Errorf("%d posts are lost, %d are there twice", lost, twice)
	}
}

// count says how many posts are not there, and how many more than once.
func (k killing) count(t *testing.T, records []digest.Record) (lost, twice int) {
	t.Helper()
	time.Sleep(longestWay) // what is still on its way arrives
	posts := k.scene.posted(t)
	for _, r := range records {
		for _, key := range keys(r) {
			switch n := posts[key]; {
			case n == 0:
				lost++
			case n > 1:
				twice++
			}
		}
	}
	return lost, twice
}

// counting counts the editions that have ended, with their details.
func counting(t testing.TB, s store.Store, records []digest.Record) func() int {
	t.Helper()
	done := make(map[digest.ID]bool)
	return func() int {
		for _, r := range records {
			if done[r.ID] {
				continue
			}
			if past, err := s.History(t.Context(), r.Place, r.ID); err == nil && len(past) == len(keys(r)) {
				done[r.ID] = true
			}
		}
		return len(done)
	}
}

// onRedis runs it against a server.
func onRedis(t *testing.T, k killing, url string) {
	t.Helper()
	k.config = workerConfig{Redis: url, Access: k.scene.access()}
	remote, err := redis.New(redis.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = remote.Close() })
	records := k.subscribe(t, remote)
	k.run(t, records, counting(t, remote, records))
	k.check(t, remote, records)
}

// TestDigestKills kills workers at random moments, while the platform loses requests
// and answers, and accepts some only when their callers are dead: no edition is lost,
// none is there twice.
func TestDigestKills(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		t.Helper()
		server := redistest.Start(t)
		onRedis(t, sized(killing{scene: s, editions: 2000, kills: 1000, workers: 3}), "redis://"+server.Addr)
	})
}

// The same while Redis itself is killed now and then, with its append-only file on.
func TestDigestKillsWithRedis(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		t.Helper()
		server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
		k := sized(killing{scene: s, editions: 1000, kills: 500, workers: 3})
		k.during = func(ctx context.Context) {
			for {
				select {
				case <-ctx.Done():
					return
				case <-time.After(2*time.Second + rand.N(3*time.Second)):
				}
				server.Kill()
				server.Run(t)
			}
		}
		onRedis(t, k, "redis://"+server.Addr)
	})
}

// The same with one process on the local file.
func TestDigestKillsOnAFile(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		t.Helper()
		onAFile(t, sized(killing{scene: s, editions: 500, kills: 300, workers: 1}))
	})
}

// onAFile runs it on a file.
func onAFile(t *testing.T, k killing) {
	t.Helper()
	k.config = workerConfig{File: filepath.Join(t.TempDir(), "archbot.db"), Access: k.scene.access()}
	s, err := k.config.open()
	if err != nil {
		t.Fatal(err)
	}
	records := k.subscribe(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	k.run(t, records, func() int { // the file is the worker's
		posts, ended := k.scene.posted(t), 0
		for _, r := range records {
			if all := keys(r); posts[all[len(all)-1]] > 0 {
				ended++
			}
		}
		return ended
	})
	// Those that are not known to be there yet are looked up by a last one, in peace.
	time.Sleep(killPolicy.Deadline + killPolicy.Margin)
	if s, err = k.config.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	e, err := k.config.engine(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Tick(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	k.check(t, s, records)
}

// TestDigestFailover kills the master under the workers, and has Sentinels make its
// replica the master. Replication is asynchronous, so the last steps before it may be
// lost: no post is, but one whose step to Sending was lost after it may be there twice. It
// measures how many are.
func TestDigestFailover(t *testing.T) {
	t.Parallel() // it waits, most of the time
	watched := redistest.Sentinels(t)
	var sentinels []string
	for _, s := range watched.Sentinels {
		sentinels = append(sentinels, s.Addr)
	}
	url := "redis+sentinel://" + strings.Join(sentinels, ",") + "/" + watched.Name
	k := sized(killing{scene: newRecorder(t), editions: 2000, kills: 200, workers: 3})
	k.config = workerConfig{Redis: url, Access: k.scene.access()}
	k.config = workerConfig{Redis: url, Access: k.scene.access()}
	remote, err := redis.New(redis.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = remote.Close() })
	records := k.subscribe(t, remote)
	redistest.Replicated(t, watched)
	k.during = func(ctx context.Context) {
		select {
		case <-time.After(1500 * time.Millisecond):
			watched.Master.Kill()
		case <-ctx.Done():
		}
	}
	k.run(t, records, counting(t, remote, records))
	lost, twice := k.count(t, records)
	t.Logf("a failover under %d editions: of these and their details %d lost, %d there twice", len(records), lost, twice)
	if most := k.workers * 8; lost > 0 || twice > most {
		t.Errorf("%d posts are lost, %d are there twice, where %d could be under way", lost, twice, most)
	}
}
