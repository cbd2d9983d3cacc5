package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"archbot/internal/config"
	"archbot/internal/digest"
	"archbot/internal/store/redis"
	"archbot/internal/store/redistest"
)

// stopwatch is a platform that notes when each workspace gets a post.
type stopwatch struct {
	mu    sync.Mutex
	posts map[string][]time.Time // by workspace
	seen  map[string]int         // by key
	want  int                    // different keys, after which all is closed
	all   chan struct{}
}

func (s *stopwatch) Post(_ context.Context, p digest.Post) (digest.MessageID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts[p.Place.Workspace] = append(s.posts[p.Place.Workspace], time.Now())
	if s.seen[p.Key]++; len(s.seen) == s.want && s.seen[p.Key] == 1 {
		close(s.all)
	}
	return "m1", nil
}

func (s *stopwatch) Find(context.Context, digest.Sought) (digest.MessageID, bool, error) {
	return "", false, nil
}

// TestDigestPace has editions of two workspaces due at once, each fourth with details. Two
// processes over one Redis post all of them once, each workspace's no faster than it is
// set: its n-th post is there when (n-1) times the distance is over, and not earlier. In
// go test it is a hundredth of the ten thousand.
func TestDigestPace(t *testing.T) {
	t.Parallel()
	const pace = 50 // ten times what is set by itself
	many := 100
	if os.Getenv("ARCHBOT_SOAK") != "" {
		many = 10_000
	}
	url := "redis://" + redistest.Start(t).Addr
	settings, _, err := config.Load([]string{"REDIS_URL=" + url, fmt.Sprint("ARCHBOT_DIGEST_PACE=", pace)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	platform := &stopwatch{posts: make(map[string][]time.Time), seen: make(map[string]int), want: dueAtOnce(t, url, many), all: make(chan struct{})}
	began := time.Now()
	for range 2 {
		a, err := New(Options{Settings: settings, Logs: io.Discard, Keep: KeepState})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer a.Stop()
		a.Senders.Add("slack", platform)
		defer a.deliver(t.Context())()
	}
	<-platform.all
	platform.mu.Lock()
	defer platform.mu.Unlock()
	for key, n := range platform.seen {
		if n != 1 {
			t.Errorf("%s was posted %d times", key, n)
		}
	}
	for workspace, posts := range platform.posts {
		slices.SortFunc(posts, time.Time.Compare)
		for i, at := range posts {
			// The store's clock is in whole milliseconds.
			if early := time.Duration(i)*time.Second/pace - at.Sub(began) - time.Millisecond; early > 0 {
				t.Errorf("post %d of %s is %s early", i+1, workspace, early)
			}
		}
		took := posts[len(posts)-1].Sub(began)
		t.Logf("%s got %d posts in %s, which is %.1f a second", workspace, len(posts), took.Round(time.Millisecond), float64(len(posts)-1)/took.Seconds())
	}
}

// dueAtOnce subscribes as many channels of two workspaces, whose first editions are due, and
// says how many posts they come to.
func dueAtOnce(t *testing.T, url string, many int) (posts int) {
	t.Helper()
	remote, err := redis.New(redis.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close()
	now := time.Now()
	due := digest.SlotAt(now, time.UTC)
	for i := range many {
		r := digest.Record{
			Subscription: digest.Subscription{
				ID: digest.NewID(), Place: digest.Place{Platform: "slack", Workspace: []string{"T1", "T2"}[i%2], Channel: fmt.Sprint("C", i)},
				Topic: "cloud-native/microservices/service-mesh-architecture/circuit-breaking", Zone: "UTC", Count: 3, Details: i%8 < 2,
				Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(due.Date.Weekday()), At: due.At}, Made: now, Done: due.Date.Add(-1),
			},
			Edition: digest.Edition{Slot: due, State: digest.Planned},
		}
		if err := remote.Step(t.Context(), digest.Change{Record: r, Due: now}); err != nil {
			t.Fatal(err)
		}
		posts += len(keys(r))
	}
	return posts
}

// A bot without the setting has the pace that the platforms allow.
func TestDigestPaceBySettings(t *testing.T) {
	for value, want := range map[string]time.Duration{"": digest.DefaultPace.Workspace, "1": time.Second, "50": 20 * time.Millisecond} {
		settings, _, err := config.Load([]string{"ARCHBOT_STATE=" + filepath.Join(t.TempDir(), "state.db"), "ARCHBOT_DIGEST_PACE=" + value}, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := New(Options{Settings: settings, Logs: io.Discard, Keep: KeepState})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := a.Digests.Pace; got != (digest.Pace{Channel: digest.DefaultPace.Channel, Workspace: want}) {
			t.Errorf("with %q it is %+v", value, got)
		}
		a.Stop()
	}
}
