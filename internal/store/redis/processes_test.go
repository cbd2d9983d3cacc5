package redis

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store/redistest"
)

// asked is what the test's processes do instead of tests: ask the limiter at the
// URL in this variable, and print how many units were let through.
const asked = "ARCHBOT_TEST_LIMITER_URL"

var crowd = bot.Spend{
	Scope: bot.Scope{Platform: "slack", Workspace: "T1"}, Channel: "C1", User: "U1", Cost: 1,
	Limits: bot.Limits{
		User:    bot.Rate{Every: 25 * time.Millisecond, Burst: 60},
		Channel: bot.Rate{Every: 20 * time.Millisecond, Burst: 40},
	},
}

func TestMain(m *testing.M) {
	if url := os.Getenv(asked); url != "" {
		os.Exit(ask(url))
	}
	os.Exit(m.Run())
}

func ask(url string) int {
	s, err := New(Config{URL: url})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer s.Close()
	var mu sync.Mutex
	var wg sync.WaitGroup
	through := 0
	for range 8 {
		wg.Go(func() {
			for range 50 {
				v, err := s.Take(ctx, crowd)
				mu.Lock()
				if err != nil {
					fmt.Println(err)
				} else if v.Allowed {
					through += crowd.Cost
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	fmt.Print(through)
	return 0
}

// Several processes on one Redis get no more out of it than the model says:
// of each limit a burst, and what the time gave back.
func TestProcessesTogether(t *testing.T) {
	server := redistest.Start(t)
	const processes = 4
	var wg sync.WaitGroup
	said := make([]string, processes)
	began := time.Now()
	for i := range processes {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), asked+"=redis://"+server.Addr)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("process %d: %v: %s", i, err, out)
			}
			said[i] = string(out)
		})
	}
	wg.Wait()
	passed, all := time.Since(began), 0
	for i, out := range said {
		var n int
		if _, err := fmt.Sscan(strings.TrimSpace(out), &n); err != nil {
			t.Fatalf("process %d said %q", i, out)
		}
		all += n
	}
	most := min(60+int(passed/(25*time.Millisecond)), 40+int(passed/(20*time.Millisecond)))
	if all > most || all < 40 {
		t.Errorf("%d units let through in %s, want 40 to %d", all, passed, most)
	}
	t.Logf("%d processes got %d units in %s; the model has room for %d", processes, all, passed.Round(time.Millisecond), most)
}
