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
	"archbot/internal/store/redistest"
)

// stopwatch is a platform that notes when each workspace gets a post.
type stopwatch struct {
	mu    sync.Mutex
	posts map[string][]time.Time // by workspace
	seen  map[string]int         // by key
}

func (s *stopwatch) Post(_ context.Context, p digest.Post) (digest.MessageID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts[p.Place.Workspace] = append(s.posts[p.Place.Workspace], time.Now())
	s.seen[p.Key]++
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
	environ := []string{"REDIS_URL=redis://" + redistest.Start(t).Addr, fmt.Sprint("ARCHBOT_DIGEST_PACE=", pace)}
	platform := &stopwatch{posts: make(map[string][]time.Time), seen: make(map[string]int)}
	var replicas []*App
	for range 2 {
		settings, _, err := config.Load(environ, nil)
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
		defer a.Stop()
		a.Senders.Add("slack", platform)
		replicas = append(replicas, a)
	}
	want := 0
	for i := range many {
		detailed := i%8 < 2 // in both workspaces
		if want++; detailed {
			want++
		}
		put(t, replicas[0], digest.Place{Platform: "slack", Workspace: []string{"T1", "T2"}[i%2], Channel: fmt.Sprint("C", i)}, detailed)
	}
	began := time.Now()
	var work sync.WaitGroup
	for _, a := range replicas {
		work.Go(func() {
			if err := a.Digests.Tick(t.Context(), time.Time{}); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if len(platform.seen) != want {
		t.Errorf("%d posts, want %d", len(platform.seen), want)
	}
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
		if took > time.Duration(len(posts)-1)*digest.DefaultPace.Workspace {
			t.Errorf("it is no faster than what is set by itself")
		}
	}
}

// put subscribes a channel to a topic, whose first edition is due.
func put(t *testing.T, a *App, p digest.Place, details bool) {
	t.Helper()
	list, err := a.Bot.DigestList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	daily, err := digest.Parse("every day 09:00")
	if err != nil {
		t.Fatal(err)
	}
	s := digest.Subscription{
		ID: digest.NewID(), Place: p, Topic: "cloud-native/microservices/service-mesh-architecture/circuit-breaking", Zone: "UTC", Count: 3, Details: details,
		Schedule: daily, Made: time.Now(),
	}
	if err := s.Start(time.Now()); err != nil || !list.Anchor(&s) {
		t.Fatal("no such topic", err)
	}
	r := digest.Record{Subscription: s, Edition: digest.Edition{Slot: digest.SlotAt(time.Now(), time.UTC), State: digest.Planned}}
	if err := a.kept.Step(t.Context(), digest.Change{Record: r, Due: time.Now()}); err != nil {
		t.Fatal(err)
	}
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
