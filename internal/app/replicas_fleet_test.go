package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/adapters/discord"
	"archbot/adapters/discord/discordfake"
	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/digest"
	"archbot/internal/store/redis"
	"archbot/internal/store/redistest"
)

// full reports whether the proofs are to be made at full size.
func full() bool { return os.Getenv("ARCHBOT_SOAK") != "" }

// replicasOfServe is how many there are, but while one is replaced.
const replicasOfServe = 3

// shardsOfFleet are more than there are replicas, so that some have two.
const shardsOfFleet = 4

// fleet is several replicas of serve on one Redis, with both platforms.
type fleet struct {
	slack    *fakeSlack
	discord  *discordfake.Server
	store    *redis.Store
	balancer *balancer
	environ  []string

	replicas []*process
	ever     []*process // those that have ended, too
}

// newFleet starts the platforms and the replicas. Over sockets all comes by Socket Mode
// and the Gateway; else what can come over HTTP does, through the balancer.
func newFleet(t *testing.T, sockets bool) *fleet {
	t.Helper()
	f := &fleet{slack: newFakeSlack(t, sockets), balancer: newBalancer(t)}
	f.discord = discordfake.New(discordfake.Config{
		Shards: shardsOfFleet, MaxConcurrency: shardsOfFleet, PerBucket: 1000, RequestsPerSecond: 1000, AnswerTime: interactionTime(),
	})
	if err := f.discord.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.discord.Close)
	list := filepath.Join(t.TempDir(), "list.md")
	writeList(t, list, killList)
	server := redistest.Start(t)
	var err error
	if f.store, err = redis.New(redis.Config{URL: "redis://" + server.Addr}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.store.Close() })
	transport := "SLACK_SIGNING_SECRET=" + f.slack.SigningSecret
	if sockets {
		transport = "SLACK_APP_TOKEN=" + f.slack.appToken()
	}
	f.environ = f.slack.settings(discordSettings(f.discord, transport,
		"DISCORD_PUBLIC_KEY="+f.discord.PublicKey(), "REDIS_URL=redis://"+server.Addr, "ARCHBOT_LIST="+list)...)
	if out, status := registered(t, RegisterOptions{}, f.environ...); status != 0 {
		t.Fatal(out)
	}
	for range replicasOfServe {
		f.replicas = append(f.replicas, f.begin(t))
	}
	f.awaitShards(t, late)
	if sockets {
		if !f.slack.Await(func() bool { return f.slack.Sockets() >= replicasOfServe }) {
			t.Fatal("the replicas open no sockets")
		}
		return f
	}
	f.slack.Connect(slackEndpoints(f.balancer.addr))
	if err := f.discord.SetEndpoint(t.Context(), "http://"+f.balancer.addr+discord.PathInteractions); err != nil {
		t.Fatal(err)
	}
	return f
}

// interactionTime is how long Discord waits for an answer. Where other tests run beside
// this one, it has more patience.
func interactionTime() time.Duration {
	if full() {
		return 0 // as Discord has it
	}
	return late
}

// begin starts a replica, and has the balancer know it once it is ready.
func (f *fleet) begin(t testing.TB) *process {
	t.Helper()
	p := startProcess(t, "127.0.0.1:"+redistest.FreePort(t), f.environ...)
	f.balancer.add(p.addr)
	f.ever = append(f.ever, p)
	return p
}

// kill kills one replica, which nobody is told of before, and starts another in its place.
func (f *fleet) kill(t testing.TB) {
	t.Helper()
	i := rand.IntN(len(f.replicas))
	f.replicas[i].kill()
	f.replicas[i] = f.begin(t)
}

// roll replaces the oldest replica as a deploy does: another is started beside it, then
// it is sent nothing more, and told to stop.
func (f *fleet) roll(t testing.TB) {
	t.Helper()
	f.replicas = append(f.replicas, f.begin(t))
	oldest := f.replicas[0]
	f.replicas = f.replicas[1:]
	f.balancer.remove(oldest.addr)
	oldest.stop(t)
}

// awaitShards waits until all shards are connected, and returns how long that took.
func (f *fleet) awaitShards(t testing.TB, most time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	if err := f.discord.Await(ctx, func() bool { return f.discord.Connected() == shardsOfFleet }); err != nil {
		t.Fatalf("after %v %d of %d shards are connected\n%s", most, f.discord.Connected(), shardsOfFleet, f.said())
	}
	return time.Since(began)
}

// said is what the replicas say, and have said that have ended.
func (f *fleet) said() string {
	var b strings.Builder
	for i, p := range f.ever {
		fmt.Fprintf(&b, "replica %d: %s\n", i, p.said)
	}
	return b.String()
}

// subscribe has an edition come due in each of n channels of either platform, one after
// the other in the time given.
func (f *fleet) subscribe(t testing.TB, n int, within time.Duration) []digest.Record {
	t.Helper()
	due := digest.SlotAt(time.Now().Add(-10*time.Minute), time.UTC)
	guild, _ := f.discord.AddGuild("news")
	team, _ := f.slack.Team(f.slack.ann.Team)
	var records []digest.Record
	for i := range n {
		news := f.slack.AddChannel(slackfake.Channel{Team: team.ID, Members: []string{team.Bot}})
		for _, p := range []digest.Place{
			{Platform: string(slack.Platform), Workspace: team.ID, Channel: news.ID},
			{Platform: string(discord.Platform), Workspace: guild, Channel: f.discord.AddChannel(guild, "news")},
		} {
			r := digest.Record{
				Subscription: digest.Subscription{
					ID: digest.NewID(), Place: p,
					Topic: "caching", Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(due.Date.Weekday()), At: due.At},
					Zone: "UTC", Count: 3, Made: time.Now(), Done: due.Date.Add(-1),
				},
				Edition: digest.Edition{Slot: due, State: digest.Planned},
			}
			if err := f.store.Step(t.Context(), digest.Change{Record: r, Due: time.Now().Add(within * time.Duration(i) / time.Duration(n))}); err != nil {
				t.Fatal(err)
			}
			records = append(records, r)
		}
	}
	return records
}

// editions counts what was posted, by the editions' keys.
func (f *fleet) editions(t testing.TB, records []digest.Record) map[string]int {
	t.Helper()
	posted := make(map[string]int)
	for _, r := range records {
		for _, m := range f.slack.Posts(r.Place.Channel) {
			var about struct {
				Payload struct{ Edition string } `json:"event_payload"`
			}
			if err := json.Unmarshal(m.Metadata, &about); err != nil {
				t.Error(err)
			}
			posted[about.Payload.Edition]++
		}
	}
	for _, m := range f.discord.Posts("") {
		for _, b := range m.Buttons() {
			if _, key, ok := strings.Cut(b.ID, "."); ok {
				posted[key]++
				break
			}
		}
	}
	return posted
}

// checkEditions fails unless each edition is there once.
func (f *fleet) checkEditions(t testing.TB, records []digest.Record) {
	t.Helper()
	ended := counting(t, f.store, records)
	for began := time.Now(); ended() < len(records) && time.Since(began) < time.Minute; <-time.After(100 * time.Millisecond) {
	}
	posted, lost, twice := f.editions(t, records), 0, 0
	for _, r := range records {
		switch n := posted[r.Key(r.Edition.Slot)]; {
		case n == 0:
			lost++
		case n > 1:
			twice++
		}
	}
	if lost > 0 || twice > 0 {
		t.Errorf("of %d editions %d are lost, and %d are there twice\n%s", len(records), lost, twice, f.said())
	}
}

// lossOfAcks is how many of Slack's events are taken in, and their acknowledgements lost.
const lossOfAcks = 0.05

// balancer is in front of the replicas, as a reverse proxy is. It sends to those that are
// ready, in turn, and forgets one that it cannot reach.
type balancer struct {
	addr string

	mu       sync.Mutex
	replicas []string
	next     int
	busy     map[string]*sync.WaitGroup // requests that are on their way
	failed   int                        // those that came to nothing
	lost     map[string]bool            // events whose acknowledgements were lost on the way
}

func newBalancer(t testing.TB) *balancer {
	t.Helper()
	b := &balancer{busy: make(map[string]*sync.WaitGroup), lost: make(map[string]bool)}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	b.addr = strings.TrimPrefix(server.URL, "http://")
	return b
}

func (b *balancer) add(addr string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.replicas, b.busy[addr] = append(b.replicas, addr), &sync.WaitGroup{}
}

// remove sends nothing more to a replica, and waits for what is on its way to it.
func (b *balancer) remove(addr string) { b.forget(addr, false).Wait() }

// forget sends nothing more to a replica, which may be because it cannot be reached.
func (b *balancer) forget(addr string, failed bool) *sync.WaitGroup {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.replicas = slices.DeleteFunc(b.replicas, func(a string) bool { return a == addr })
	if failed {
		b.failed++
	}
	return b.busy[addr]
}

// pick picks a replica for a request that is ended with done; empty where there is none.
func (b *balancer) pick() (addr string, done func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.replicas) == 0 {
		return "", func() {}
	}
	b.next++
	addr = b.replicas[b.next%len(b.replicas)]
	b.busy[addr].Add(1)
	return addr, b.busy[addr].Done
}

func (b *balancer) failures() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed
}

// ServeHTTP passes a request on.
func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	addr, done := b.pick()
	defer done()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: addr})
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
		b.forget(addr, true)
		w.WriteHeader(http.StatusBadGateway)
	}
	if r.URL.Path == slack.PathEvents && rand.Float64() < lossOfAcks {
		b.lose(proxy, r)
	}
	proxy.ServeHTTP(w, r)
}

// lose passes an event on, and loses the acknowledgement.
func (b *balancer) lose(to http.Handler, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var event struct {
		ID string `json:"event_id"`
	}
	if err == nil {
		err = json.Unmarshal(body, &event)
	}
	if err == nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		to.ServeHTTP(httptest.NewRecorder(), r)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost[event.ID] = true
	panic(http.ErrAbortHandler)
}

// hasLost reports whether an event's acknowledgement was lost.
func (b *balancer) hasLost(event string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lost[event]
}
