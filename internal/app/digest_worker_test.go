package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/digest"
	"archbot/internal/search"
	"archbot/internal/store"
	"archbot/internal/store/bolt"
	"archbot/internal/store/redis"
	"archbot/internal/store/resilient"
)

// digestWorker is the variable with which the test's program is a worker instead, and
// delivers editions until it is killed.
const digestWorker = "ARCHBOT_TEST_DIGEST_WORKER"

// workerConfig is what a worker is told.
type workerConfig struct {
	Redis, File string // where the state is: one of them
	Access      access
}

func TestMain(m *testing.M) {
	if text := os.Getenv(digestWorker); text != "" {
		var c workerConfig
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			panic(err)
		}
		if err := c.work(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv(serveProcess) != "" {
		os.Exit(serveUntilTold())
	}
	status := m.Run()
	if releaseDir != "" {
		_ = os.RemoveAll(releaseDir)
	}
	os.Exit(status)
}

// killPolicy has everything happen in a few seconds. Between what a request may be on
// its way for and the margin there is room for a busy machine.
var killPolicy = digest.Policy{Late: 24 * time.Hour, Deadline: 500 * time.Millisecond, Margin: 3 * time.Second, Lease: 5 * time.Second}

const killList = `# List
## Caching
- [One](https://e.x/1)
- [Two](https://e.x/2)
- [Three](https://e.x/3)
- [Four](https://e.x/4)
`

// killCatalog is the list that editions are chosen from.
func killCatalog() *catalog.Catalog {
	c, err := catalog.Parse([]byte(killList), catalog.Options{Name: "list.md"})
	if err != nil {
		panic(err)
	}
	return c
}

// killLibrary is the same for a bot.
type killLibrary struct{ list bot.List }

func (l killLibrary) Current() bot.List { return l.list }

// killBot is a bot on the list, which shows editions.
func killBot(s store.Store) *bot.Bot {
	return bot.New(bot.Config{
		Library: killLibrary{bot.List{Index: search.New(killCatalog()), ID: "list", Names: []string{"list.md"}}},
		Log:     slog.New(slog.DiscardHandler), State: s, Version: "v0",
	})
}

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

// engine delivers on a store as a worker does.
func (c workerConfig) engine(s store.Store) (*digest.Engine, error) {
	list := killCatalog()
	e := &digest.Engine{
		Store: s, Senders: &digest.Senders{}, Log: slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelError})),
		List:   func(context.Context) (digest.List, error) { return digest.List{Catalog: list}, nil },
		Policy: killPolicy, Pace: digest.Pace{Workspace: c.Access.Pace}, Workers: 8, Poll: 20 * time.Millisecond,
	}
	return e, c.Access.add(e.Senders, s)
}

// work delivers until it is killed.
func (c workerConfig) work() error {
	s, err := c.open()
	for start := time.Now(); err != nil && time.Since(start) < 10*time.Second; s, err = c.open() {
		time.Sleep(5 * time.Millisecond) // whoever was killed has let go of the file
	}
	if err != nil {
		return err
	}
	e, err := c.engine(s)
	if err != nil {
		return err
	}
	// It ends with the test, should that be killed.
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	e.Run(ctx)
	return nil
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
