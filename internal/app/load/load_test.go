package load

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"archbot/internal/store/redistest"
)

// size is how much there is of everything.
type size struct {
	spaces, subscriptions int
	connections           int
	warm, mixed           int // deliveries of the mix, first and then
	each                  int // deliveries of each kind
	rounds, commands      int // commands in each round, of each server
}

var (
	small = size{spaces: 50, subscriptions: 500, connections: 16, warm: 300, mixed: 600, each: 50, rounds: 1, commands: 400}
	full  = size{spaces: 5000, subscriptions: 50_000, connections: 64, warm: 20_000, mixed: 30_000, each: 4000, rounds: 5, commands: 20_000}
)

// mix is what people do, as far as anybody knows: type commands, have topics found while
// they type, ask, and now and then press a button.
var mix = map[string]int{
	"slack command": 30, "slack menu": 15, "slack mention": 10, "slack direct": 10, "slack button": 5,
	"discord command": 10, "discord complete": 15, "discord button": 5,
}

// maxPeak is how much memory archbot may take at most, in bytes.
const maxPeak = 256 << 20

const (
	secret  = "a signing secret that is known to both"
	seedLen = ed25519.SeedSize
)

// bench is what a load test has of other processes.
type bench struct {
	size
	world, serve *process
	redis        *goredis.Client
	redisPID     int
}

// TestLoad loads archbot serve, and what it is compared with, until the machine is full:
// all answers are right, and nothing grows. Under ARCHBOT_SOAK, it does so with as many
// workspaces as a service has that many use, and has to do more than Bolt.
func TestLoad(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a process costs is read from /proc")
	}
	b := &bench{size: small}
	if os.Getenv("ARCHBOT_SOAK") != "" {
		b.size = full
	}
	b.open(t)
	answer := b.fixed(t)
	servers := []*process{as(t, "bare", bareSecret+"="+secret, bareAnswer+"="+answer).announced(t)}
	names := []string{"bare handler", "Bolt"}
	if bolt := startBolt(t, secret, answer); bolt != nil {
		servers = append(servers, bolt)
	}
	b.turn(t, "archbot", b.serve, mix, b.warm, "")
	began := b.look(t)

	commands := map[string]int{"slack command": 1}
	turns := make([][]row, len(servers)+1)
	b.profile(t)
	for range b.rounds {
		for i, s := range servers {
			turns[i] = append(turns[i], b.turn(t, names[i], s, commands, b.commands, answer)...)
		}
		turns[len(servers)] = append(turns[len(servers)], b.turn(t, "archbot", b.serve, commands, b.commands, "")...)
	}
	b.profile(t)
	var rows []row
	for _, of := range turns {
		rows = append(rows, total(of))
	}
	for _, kind := range alone {
		rows = append(rows, b.turn(t, "archbot", b.serve, map[string]int{kind: 1}, b.each, "")[0])
	}
	rows = append(rows, b.turn(t, "archbot", b.serve, mix, b.mixed, "")...)
	b.grown(t, began, b.look(t))
	t.Logf("%d workspaces, %d subscriptions, %d connections\n%s", b.spaces, b.subscriptions, b.connections, table(rows))
	b.told(t)
	b.compare(t, turns)
}

// alone are the kinds that have a turn of their own besides commands.
var alone = []string{"slack menu", "slack button", "slack mention", "slack direct", "discord command", "discord complete", "discord button"}

// open starts everybody and has workspaces and channels come.
func (b *bench) open(t *testing.T) {
	t.Helper()
	server := redistest.Start(t)
	b.redis = goredis.NewClient(&goredis.Options{Addr: server.Addr, DisableIdentity: true})
	t.Cleanup(func() { _ = b.redis.Close() })
	b.redisPID, _ = strconv.Atoi(info(t, b.redis, "server")["process_id"])
	seed := bytes.Repeat([]byte{7}, seedLen)
	configured, err := json.Marshal(worldConfig{Spaces: b.spaces, Secret: secret, Discord: seed})
	if err != nil {
		t.Fatal(err)
	}
	b.world = as(t, "world", worldSettings+"="+string(configured)).announced(t)
	public, _ := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	port := redistest.FreePort(t)
	b.serve = startServe(t, port,
		"ARCHBOT_ADDR=127.0.0.1:"+port, "ARCHBOT_URL=http://127.0.0.1:"+port, "REDIS_URL=redis://"+server.Addr, "ARCHBOT_KEY=a key of sixteen and more",
		"SLACK_API_URL="+b.world.host+"/api/", "SLACK_CLIENT_ID=1.2", "SLACK_CLIENT_SECRET=client secret", "SLACK_SIGNING_SECRET="+secret,
		"DISCORD_PUBLIC_KEY="+hex.EncodeToString(public), "ARCHBOT_RELOAD=0",
	)
	began := time.Now()
	install(t, b.serve.host, b.spaces)
	subscribe(t, server.Addr, b.spaces, b.subscriptions)
	// Everybody is being welcomed. Where the machine is too busy, some are not, and are
	// introduced to the bot when they write to it.
	for b.idle(t).Calls["conversations.open"] < b.spaces {
		if time.Since(began) > 10*time.Minute {
			t.Fatalf("not everybody is welcomed\n%s", b.serve.said)
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Logf("put in after %v", time.Since(began).Round(time.Millisecond))
}

// idle is a turn of nothing.
func (b *bench) idle(t *testing.T) outcome {
	t.Helper()
	return ask[outcome](t, b.world, []byte("{}"))
}

// fixed is archbot's answer to a command, which the others give to all of them.
func (b *bench) fixed(t *testing.T) string {
	t.Helper()
	body := []byte(url.Values{
		"team_id": {team(0)}, "channel_id": {channel(0, 0)}, "user_id": {user(0, 0)}, "command": {"/arch"}, "text": {"circuit breaking"},
		"response_url": {b.world.host + "/response/none"}, "trigger_id": {"fixed.1.1"},
	}.Encode())
	w, err := dial(b.serve.host)
	if err != nil {
		t.Fatal(err)
	}
	defer w.conn.Close()
	status, text, err := w.post(commands, formBody, slackSigned(secret, body), body)
	var answer struct {
		Type   string            `json:"response_type"`
		Text   string            `json:"text"`
		Blocks []json.RawMessage `json:"blocks"`
	}
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil || status != 200 || len(answer.Blocks) == 0 {
		t.Fatalf("%v %d %.300s", err, status, text)
	}
	var whole any // and as Node writes it, which escapes less
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if err := errors.Join(json.Unmarshal(text, &whole), e.Encode(whole)); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(plain.String())
}

// turn has the world deliver to a server, and returns what came of it: first the whole,
// then what was noted besides.
func (b *bench) turn(t *testing.T, name string, server *process, mix map[string]int, requests int, fixed string) []row {
	t.Helper()
	line, err := json.Marshal(turn{Host: server.host, Mix: mix, Connections: b.connections, Requests: requests, Fixed: fixed})
	if err != nil {
		t.Fatal(err)
	}
	forgetPeak(t, server.pid)
	r := row{server: name, what: "the mix", requests: requests, latency: make(histogram)}
	calls := countsOf(t, b.redis)
	own, redis, world := used(t, server.pid), used(t, b.redisPID), used(t, b.world.pid)
	o := ask[outcome](t, b.world, line)
	after := used(t, server.pid)
	r.took, r.cpu, r.peak = o.Took, after.cpu-own.cpu, after.peak
	r.redisCPU, r.worldCPU = used(t, b.redisPID).cpu-redis.cpu, used(t, b.world.pid).cpu-world.cpu
	r.redis = countsOf(t, b.redis).since(calls)
	if o.Failed > 0 {
		t.Errorf("%s: %d of %d fail: %s\n%s", name, o.Failed, requests, strings.Join(o.Failures, "\n"), server.said)
	}
	if after.peak > maxPeak && server == b.serve {
		t.Errorf("%s takes %d MiB of memory", name, after.peak>>20)
	}
	if after.files > 3*b.connections+64 {
		t.Errorf("%s has %d files open, of %d connections", name, after.files, b.connections)
	}
	if server != b.serve {
		r.redis, r.redisCPU = redisCounts{}, 0
	}
	rows := []row{{}}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if o.Kinds[kind] == nil {
			continue
		}
		r.latency.merge(o.Kinds[kind])
		if len(mix) == 1 {
			r.what = kind
		} else {
			rows = append(rows, row{server: name, what: "of it " + kind, latency: o.Kinds[kind]})
		}
	}
	rows[0] = r
	if h := o.Kinds[acknowledged]; h != nil && len(mix) > 1 {
		rows = append(rows, row{server: name, what: "of it " + acknowledged, latency: h})
	}
	return rows
}

// look asks serve what is inside of it.
func (b *bench) look(t *testing.T) inside {
	t.Helper()
	return ask[inside](t, b.serve, nil)
}

// profile begins a profile of serve's CPU in the file that ARCHBOT_LOAD_PROFILE names, or
// ends it.
func (b *bench) profile(t *testing.T) {
	t.Helper()
	if name := os.Getenv("ARCHBOT_LOAD_PROFILE"); name != "" {
		ask[inside](t, b.serve, []byte(name))
	}
}

// told says what came besides, in the world and in serve's log.
func (b *bench) told(t *testing.T) {
	t.Helper()
	o := b.idle(t)
	said := b.serve.said.String()
	t.Logf("%d editions were delivered meanwhile; Redis was out of reach %d times", o.Digests, strings.Count(said, "the state is out of reach"))
	for line := range strings.Lines(said) {
		if strings.Contains(line, "level=ERROR") {
			t.Error(line)
		}
	}
}

// kept is how many goroutines each connection of the load may leave behind for a while:
// those of two calls to a platform, whose connections are kept for the next ones, with two
// goroutines each.
const kept = 4

// grown fails where there is more inside of serve than there was.
func (b *bench) grown(t *testing.T, was, is inside) {
	t.Helper()
	t.Logf("in use after the first deliveries: %.1f MiB, %d goroutines; in the end: %.1f MiB, %d goroutines",
		float64(was.Heap)/(1<<20), was.Goroutines, float64(is.Heap)/(1<<20), is.Goroutines)
	if is.Heap > was.Heap+24<<20 {
		t.Errorf("%d bytes are in use, and were %d", is.Heap, was.Heap)
	}
	if is.Goroutines > was.Goroutines+(2+kept)*b.connections {
		t.Errorf("there are %d goroutines, and were %d", is.Goroutines, was.Goroutines)
	}
}

// maxTrips is how often Redis is asked for a command: whether it was delivered before, and
// whether the limits let it through. Digests ask besides, once a second.
const maxTrips = 2

// compare says how archbot does beside the others.
func (b *bench) compare(t *testing.T, turns [][]row) {
	t.Helper()
	own := turns[len(turns)-1]
	if all := total(own); float64(all.redis.trips) > maxTrips*float64(all.requests)+20*all.took.Seconds()+20 {
		t.Errorf("%d commands take %d round trips to Redis", all.requests, all.redis.trips)
	}
	t.Logf("beside the bare handler: %.2f of its commands a second, %.2f a second of the CPU", ratio(own, turns[0], row.perSecond), ratio(own, turns[0], row.perCPU))
	if len(turns) < 3 {
		t.Log("set ARCHBOT_NODE=1 where node and npm are, to have Bolt beside it")
		return
	}
	bolt := turns[1]
	perSecond, perCPU := ratio(own, bolt, row.perSecond), ratio(own, bolt, row.perCPU)
	t.Logf("beside Bolt: %.1f times its commands a second, %.1f times a second of the CPU", perSecond, perCPU)
	t.Logf("the bare handler beside Bolt: %.1f times its commands a second, %.1f times a second of the CPU",
		ratio(turns[0], bolt, row.perSecond), ratio(turns[0], bolt, row.perCPU))
	if os.Getenv("ARCHBOT_SOAK") != "" && perCPU < 1 {
		t.Errorf("a second of the CPU goes less far than with Bolt: %.2f", perCPU)
	}
}

// redisCounts are what Redis has carried out.
type redisCounts struct {
	commands int // those within scripts too
	trips    int // reads from connections: a script or a pipeline is one
}

func (c redisCounts) since(was redisCounts) redisCounts {
	return redisCounts{c.commands - was.commands, c.trips - was.trips}
}

func countsOf(t *testing.T, c *goredis.Client) redisCounts {
	t.Helper()
	stats := info(t, c, "stats")
	commands, err1 := strconv.Atoi(stats["total_commands_processed"])
	trips, err2 := strconv.Atoi(stats["total_reads_processed"])
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return redisCounts{commands, trips}
}

// info is a section of what Redis says of itself (https://redis.io/docs/latest/commands/info/).
func info(t *testing.T, c *goredis.Client, section string) map[string]string {
	t.Helper()
	text, err := c.Info(t.Context(), section).Result()
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			out[name] = value
		}
	}
	return out
}
