package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/digest"
	"archbot/internal/store"
	"archbot/internal/store/bolt"
	"archbot/internal/store/redis"
	"archbot/internal/store/redistest"
	"archbot/internal/store/resilient"
)

// digestWorker is the variable with which the test's program is a worker instead, and
// delivers editions until it is killed.
const digestWorker = "ARCHBOT_TEST_DIGEST_WORKER"

// workerConfig is what a worker is told.
type workerConfig struct {
	Redis, File string // where the state is: one of them
	Platform    string // the recorder's address
}

func TestMain(m *testing.M) {
	if text := os.Getenv(digestWorker); text != "" {
		var c workerConfig
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			panic(err)
		}
		os.Exit(c.work())
	}
	os.Exit(m.Run())
}

// killPolicy has everything happen in a few seconds. Between what a request may be on
// its way for and the margin there is room for a busy machine.
var killPolicy = digest.Policy{Late: 24 * time.Hour, Deadline: 500 * time.Millisecond, Margin: 3 * time.Second, Lease: 5 * time.Second}

// longestWay is how long the recorder takes over a request: longer than the deadline,
// so that it accepts posts whose callers have given up or are dead.
const longestWay = 1500 * time.Millisecond

const killList = `# List
## Caching
- [One](https://e.x/1)
- [Two](https://e.x/2)
- [Three](https://e.x/3)
- [Four](https://e.x/4)
`

func (c workerConfig) open() (store.Store, error) {
	if c.File != "" {
		return bolt.Open(c.File, time.Now)
	}
	remote, err := redis.New(redis.Config{URL: c.Redis})
	if err != nil {
		return nil, err
	}
	return resilient.New(remote, slog.New(slog.DiscardHandler), time.Second), nil
}

// work delivers until it is killed.
func (c workerConfig) work() int {
	s, err := c.open()
	for start := time.Now(); err != nil && time.Since(start) < 10*time.Second; s, err = c.open() {
		time.Sleep(5 * time.Millisecond) // whoever was killed has let go of the file
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	list, err := catalog.Parse([]byte(killList), catalog.Options{Name: "list.md"})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	senders := &digest.Senders{}
	senders.Add("slack", poster{c.Platform})
	e := digest.Engine{
		Store: s, Senders: senders, Log: slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelError})),
		List:   func(context.Context) (digest.List, error) { return digest.List{Catalog: list}, nil },
		Policy: killPolicy, Pace: digest.Pace{Workspace: 500 * time.Millisecond}, Workers: 8, Poll: 20 * time.Millisecond,
	}
	// It ends with the test, should that be killed.
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	e.Run(ctx)
	return 0
}

// killing is one run: so many editions, kills and workers.
type killing struct {
	editions, kills, workers int
	config                   workerConfig
	recorder                 *recorder
	during                   func(ctx context.Context) // beside the kills
}

// sized is a hundredth, or with ARCHBOT_SOAK the whole.
func sized(k killing) killing {
	if os.Getenv("ARCHBOT_SOAK") == "" {
		k.editions, k.kills = max(k.editions/100, 1), max(k.kills/100, 1)
	}
	return k
}

// subscribe makes the subscriptions, each with one edition due.
func (k killing) subscribe(t *testing.T, s store.Store) []digest.Record {
	t.Helper()
	due := digest.SlotAt(time.Now().Add(-10*time.Minute), time.UTC)
	spaces := max(k.editions/100, 4)
	records := make([]digest.Record, k.editions)
	for i := range records {
		r := digest.Record{
			Subscription: digest.Subscription{
				ID: digest.NewID(), Place: digest.Place{Platform: "slack", Workspace: fmt.Sprint("T", i%spaces), Channel: fmt.Sprint("C", i)},
				Topic: "caching", Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(due.Date.Weekday()), At: due.At},
				Zone: "UTC", Count: 3, Made: time.Now(), Done: due.Date.Add(-1),
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
	r := k.recorder
	t.Logf("%d editions, %d kills of %d workers in %s: %d requests, of which %d were lost or their answers, and %d took their time",
		len(records), killed, k.workers, time.Since(start).Round(time.Second), r.requests, r.lost, r.delayed)
}

// worker runs one and kills it after a while; false where it was not killed.
func worker(ctx context.Context, t *testing.T, config string, live time.Duration) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), digestWorker+"="+config)
	var said strings.Builder
	cmd.Stdout = &said
	hold, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return false
	}
	defer hold.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	timer := time.NewTimer(live)
	defer timer.Stop()
	killed := false
	select {
	case <-timer.C:
		killed = true
	case <-ctx.Done():
	case err := <-ended:
		t.Errorf("a worker has ended by itself: %v: %s", err, said.String())
		return false
	}
	_ = cmd.Process.Kill()
	<-ended
	return killed
}

// check shows that each edition is there once, and that its subscription knows it.
func (k killing) check(t *testing.T, s store.Store, records []digest.Record) {
	t.Helper()
	time.Sleep(longestWay) // what is still on its way arrives
	lost, twice, found := 0, 0, 0
	for _, r := range records {
		switch n := k.recorder.posts[r.Key(r.Edition.Slot)]; {
		case n == 0:
			lost++
		case n > 1:
			twice++
		}
		past, err := s.History(t.Context(), r.Place, r.ID)
		if err != nil || len(past) != 1 || past[0].State != digest.Sent {
			t.Errorf("%s: history %+v, %v", r.ID, past, err)
		} else if past[0].Why == digest.Recovered {
			found++
		}
	}
	t.Logf("%d were found by looking them up", found)
	if lost > 0 || twice > 0 {
		t.Errorf("%d editions are lost, %d are there twice", lost, twice)
	}
}

// history counts the editions that have ended.
func counting(t *testing.T, s store.Store, records []digest.Record) func() int {
	t.Helper()
	done := make(map[digest.ID]bool)
	return func() int {
		for _, r := range records {
			if done[r.ID] {
				continue
			}
			if past, err := s.History(t.Context(), r.Place, r.ID); err == nil && len(past) > 0 {
				done[r.ID] = true
			}
		}
		return len(done)
	}
}

// onRedis runs it against a server.
func onRedis(t *testing.T, k killing, url string) {
	t.Helper()
	k.recorder = newRecorder(t, longestWay)
	k.config = workerConfig{Redis: url, Platform: k.recorder.URL}
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
	t.Parallel() // it waits, most of the time
	server := redistest.Start(t)
	onRedis(t, sized(killing{editions: 2000, kills: 1000, workers: 3}), "redis://"+server.Addr)
}

// The same while Redis itself is killed now and then, with its append-only file on.
func TestDigestKillsWithRedis(t *testing.T) {
	t.Parallel() // it waits, most of the time
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	k := sized(killing{editions: 1000, kills: 500, workers: 3})
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
}

// The same with one process on the local file.
func TestDigestKillsOnAFile(t *testing.T) {
	t.Parallel() // it waits, most of the time
	k := sized(killing{editions: 500, kills: 300, workers: 1})
	k.recorder = newRecorder(t, longestWay)
	k.config = workerConfig{File: filepath.Join(t.TempDir(), "archbot.db"), Platform: k.recorder.URL}
	s, err := k.config.open()
	if err != nil {
		t.Fatal(err)
	}
	records := k.subscribe(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	k.run(t, records, func() int { // the file is the worker's
		k.recorder.mu.Lock()
		defer k.recorder.mu.Unlock()
		return len(k.recorder.posts)
	})
	// Those that are not known to be there yet are looked up by a last one, in peace.
	k.kills = 0
	time.Sleep(killPolicy.Deadline + killPolicy.Margin)
	if s, err = k.config.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	finish(t, k, s)
	k.check(t, s, records)
}

// finish delivers what is left, in this process.
func finish(t *testing.T, k killing, s store.Store) {
	t.Helper()
	list, err := catalog.Parse([]byte(killList), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	senders := &digest.Senders{}
	senders.Add("slack", poster{k.config.Platform})
	e := digest.Engine{
		Store: s, Senders: senders, Log: slog.New(slog.DiscardHandler),
		List:   func(context.Context) (digest.List, error) { return digest.List{Catalog: list}, nil },
		Policy: killPolicy, Workers: 8, Poll: 20 * time.Millisecond,
	}
	if err := e.Tick(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
}

// TestDigestFailover kills the master under the workers, and has Sentinels make its
// replica the master. Replication is asynchronous, so the last steps before it may be
// lost: no edition is, but one whose step to Sending was lost after its post may be
// there twice. It measures how many are.
func TestDigestFailover(t *testing.T) {
	t.Parallel() // it waits, most of the time
	watched := redistest.Sentinels(t)
	var sentinels []string
	for _, s := range watched.Sentinels {
		sentinels = append(sentinels, s.Addr)
	}
	url := "redis+sentinel://" + strings.Join(sentinels, ",") + "/" + watched.Name
	k := sized(killing{editions: 2000, kills: 200, workers: 3})
	k.recorder = newRecorder(t, longestWay)
	k.config = workerConfig{Redis: url, Platform: k.recorder.URL}
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
	time.Sleep(longestWay)
	lost, twice := 0, 0
	for _, r := range records {
		switch n := k.recorder.posts[r.Key(r.Edition.Slot)]; {
		case n == 0:
			lost++
		case n > 1:
			twice++
		}
	}
	t.Logf("a failover under %d editions: %d lost, %d there twice", len(records), lost, twice)
	if most := k.workers * 8; lost > 0 || twice > most {
		t.Errorf("%d editions are lost, %d are there twice, where %d could be under way", lost, twice, most)
	}
}
