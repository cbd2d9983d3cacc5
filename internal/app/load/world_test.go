package load

import (
	"bufio"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// worldConfig is what the world is told when it begins, as JSON in its environment.
type worldConfig struct {
	Spaces  int    // workspaces, and guilds
	Secret  string // that Slack signs with
	Discord []byte // the seed of the key that Discord signs with
}

const worldSettings = "ARCHBOT_LOAD_WORLD"

// turn is so many deliveries to a server, one line of JSON on standard input.
type turn struct {
	Host        string
	Mix         map[string]int // how often there is one of each kind
	Connections int
	Requests    int
	Fixed       string // what every command is answered with; empty for what it asks
}

// outcome is what came of a turn, one line of JSON on standard output.
type outcome struct {
	Took     time.Duration
	Kinds    map[string]histogram // how long they took
	Failed   int
	Failures []string // the first ones
	Calls    map[string]int
	Digests  int
	Greeted  int
}

// world is both platforms and all who are on them.
type world struct {
	worldConfig
	*platform
	key    ed25519.PrivateKey
	serial atomic.Int64 // of deliveries
	// mentions and directs are those whose answers are posts: their channels take turns,
	// as Slack takes a post a second to one channel.
	mentions, directs atomic.Int64
}

// runWorld takes turns until standard input ends. First of all it says where its Web API
// is.
func runWorld() error {
	w := &world{}
	if err := json.Unmarshal([]byte(os.Getenv(worldSettings)), &w.worldConfig); err != nil {
		return err
	}
	w.key = ed25519.NewKeyFromSeed(w.Discord)
	var err error
	if w.platform, err = newPlatform(); err != nil {
		return err
	}
	fmt.Println(w.address)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var t turn
		if err := json.Unmarshal(lines.Bytes(), &t); err != nil {
			return err
		}
		if err := json.NewEncoder(os.Stdout).Encode(w.take(t)); err != nil {
			return err
		}
	}
	return nil
}

// take makes a turn.
func (w *world) take(t turn) outcome {
	var left atomic.Int64
	left.Store(int64(t.Requests))
	o := outcome{Kinds: make(map[string]histogram)}
	var mu sync.Mutex
	var crowd sync.WaitGroup
	began := time.Now()
	for n := range t.Connections {
		crowd.Go(func() {
			one := &worker{world: w, turn: t, random: rand.New(rand.NewPCG(uint64(n), uint64(w.serial.Load()))), took: make(map[string]histogram)}
			one.work(&left)
			mu.Lock()
			defer mu.Unlock()
			for kind, h := range one.took {
				o.of(kind).merge(h)
			}
			o.Failed += one.failed
			o.Failures = append(o.Failures, one.failures...)
		})
	}
	crowd.Wait()
	o.Took = time.Since(began)
	w.mu.Lock()
	defer w.mu.Unlock()
	o.Failed += len(w.problems)
	o.Failures = append(o.Failures, w.problems...)
	o.Failures = o.Failures[:min(len(o.Failures), maxFailures)]
	w.problems = nil
	o.Calls, o.Digests, o.Greeted = maps.Clone(w.calls), w.digests, w.greeted
	return o
}

// maxFailures is how many failures are told of one by one.
const maxFailures = 10

func (o outcome) of(kind string) histogram {
	if o.Kinds[kind] == nil {
		o.Kinds[kind] = make(histogram)
	}
	return o.Kinds[kind]
}

// worker is who uses one connection.
type worker struct {
	*world
	turn     turn
	wire     *wire
	random   *rand.Rand
	took     map[string]histogram
	failed   int
	failures []string

	slackButton, discordButton *button // what can be pressed of the last answer
}

func (w *worker) note(kind string, took time.Duration) {
	if w.took[kind] == nil {
		w.took[kind] = make(histogram)
	}
	w.took[kind].add(took)
}

// work makes deliveries until there are none left.
func (w *worker) work(left *atomic.Int64) {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(w.turn.Mix)) {
		all = append(all, slices.Repeat([]string{kind}, w.turn.Mix[kind])...)
	}
	for left.Add(-1) >= 0 {
		kind := all[w.random.IntN(len(all))]
		if w.wire == nil {
			var err error
			if w.wire, err = dial(w.turn.Host); err != nil {
				w.fail(kind, err)
				continue
			}
		}
		err := w.reach(kind)
		began := time.Now()
		if err == nil {
			err = kinds[kind](w)
		}
		w.note(kind, time.Since(began))
		if err != nil {
			w.fail(kind, err)
			_ = w.wire.conn.Close()
			w.wire = nil
		}
	}
	if w.wire != nil {
		_ = w.wire.conn.Close()
	}
}

// reach finds a button to press, where the kind is to press one: that of another command
// now and then, as people may not press as fast as a machine does.
func (w *worker) reach(kind string) error {
	var in **button
	var ask func() error
	switch kind {
	case slackButton:
		in, ask = &w.slackButton, w.slackCommand
	case discordButton:
		in, ask = &w.discordButton, w.discordCommand
	default:
		return nil
	}
	for *in == nil || (*in).pressed == maxPressed {
		*in = nil
		if err := ask(); err != nil {
			return err
		}
	}
	(*in).pressed++
	return nil
}

// maxPressed is how often one button is pressed: half as often as anybody may ask at once.
const maxPressed = 10

func (w *worker) fail(kind string, err error) {
	if w.failed++; len(w.failures) < maxFailures {
		w.failures = append(w.failures, kind+": "+err.Error())
	}
}

// next is a number that no other delivery has.
func (w *worker) next() int { return int(w.serial.Add(1)) }

// await waits for an answer that was expected.
func (w *worker) await(key string, answer <-chan string) (string, error) {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case text := <-answer:
		return text, nil
	case <-late.C:
		w.unexpected(key)
		return "", errors.New(key + " is not answered")
	}
}
