package digest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/digest"
	"archbot/internal/store/memory"
)

// platform is a fake one: it keeps what is posted, finds it again, and fails when it
// is told to.
type platform struct {
	mu    sync.Mutex
	posts []posted
	finds int
	told  []string
	// post, where it is set, is asked before each post: it may fail, and says whether
	// the post is kept all the same, as where only the answer is lost.
	post  func(n int, p digest.Post) (kept bool, err error)
	find  func(n int) error
	takes time.Duration // of each post
	calls int
}

type posted struct {
	digest.Post
	at time.Time
}

func (p *platform) Post(ctx context.Context, post digest.Post) (digest.MessageID, error) {
	p.mu.Lock()
	p.calls++
	n, ask, takes := p.calls, p.post, p.takes
	p.mu.Unlock()
	if takes > 0 {
		select {
		case <-time.After(takes):
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	kept := true
	var err error
	if ask != nil {
		kept, err = ask(n, post)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept {
		p.posts = append(p.posts, posted{post, time.Now()})
	}
	return digest.MessageID(fmt.Sprint("m", n)), err
}

func (p *platform) Find(_ context.Context, s digest.Sought) (digest.MessageID, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finds++
	if p.find != nil {
		if err := p.find(p.finds); err != nil {
			return "", false, err
		}
	}
	for _, post := range p.posts {
		if post.Key == s.Key && post.Place == s.Place && post.To == s.To && !post.at.Before(s.Since) {
			return "found", true, nil
		}
	}
	return "", false, nil
}

func (p *platform) Tell(_ context.Context, _ digest.Place, user, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = append(p.told, user+": "+text)
	return nil
}

// keys are those of all posts, in order.
func (p *platform) keys() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var keys []string
	for _, post := range p.posts {
		_, slot, _ := strings.Cut(post.Key, "-")
		keys = append(keys, slot)
	}
	return keys
}

const seed = `# List
## Caching
- **Cache strategies**
  - Eviction
    - [Cache eviction](https://e.x/1) - LRU. ` + "`article` `intro`" + `
    - [LFU](https://e.x/2) - LFU. ` + "`paper` `advanced`" + `
    - [ARC](https://e.x/3) - ARC. ` + "`article` `intermediate`" + `
  - Invalidation
    - [Write-through](https://e.x/4) - Through. ` + "`video` `intro`" + `
    - [Write-back](https://e.x/5) - Back. ` + "`article` `intro`" + `
    - [Leases](https://e.x/6) - Leases. ` + "`paper` `advanced`" + `
  - Stampedes
    - [Herds](https://e.x/7) - Herds. ` + "`article` `intermediate`" + `
    - [Early expiry](https://e.x/8) - Early. ` + "`video` `advanced`" + `
## Queues
- **Message queues**
  - Delivery
    - [Exactly once](https://e.x/9) - Once. ` + "`article` `intro`" + `
    - [Dead letters](https://e.x/10) - Dead. ` + "`pattern` `intro`" + `
    - [Outbox](https://e.x/11) - Outbox. ` + "`pattern` `intermediate`" + `
`

func parse(t testing.TB, src string) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Parse([]byte(src), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// world is an engine on a store in memory, with a fake platform.
type world struct {
	*digest.Engine
	store    *memory.Store
	platform *platform
	list     digest.List
	log      *strings.Builder
	mu       sync.Mutex
	events   []string
}

// newWorld is called in a bubble of synctest, where the time is midnight of Saturday,
// 2000-01-01 UTC.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{store: memory.New(time.Now), platform: &platform{}, list: digest.List{Catalog: parse(t, seed)}, log: &strings.Builder{}}
	w.restart()
	return w
}

// restart puts another engine on the same store, as another replica.
func (w *world) restart() {
	senders := &digest.Senders{}
	senders.Add("slack", w.platform)
	w.Engine = &digest.Engine{
		Store: w.store, Senders: senders, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		List:   func(context.Context) (digest.List, error) { return w.list, nil },
		Policy: digest.DefaultPolicy, Pace: digest.DefaultPace, Workers: 4, Poll: 12 * time.Hour,
		Happened: func(e digest.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.events = append(w.events, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.Slot, e.State, e.Why, e.Text)))
		},
	}
}

var general = digest.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}

// subscribe makes a subscription to caching in a place.
func (w *world) subscribe(t testing.TB, p digest.Place, when string, edit ...func(*digest.Subscription)) digest.Record {
	t.Helper()
	schedule, err := digest.Parse(when)
	if err != nil {
		t.Fatal(err)
	}
	s := digest.Subscription{
		ID: digest.NewID(), Place: p, Topic: "caching", Schedule: schedule, Zone: "UTC", Count: 3, By: "U1",
	}
	for _, e := range edit {
		e(&s)
	}
	if !w.list.Anchor(&s) {
		t.Fatalf("the list has no topic %s", s.Topic)
	}
	r, err := w.Add(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run runs the engine for a time.
func (w *world) run(t testing.TB, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	w.Run(ctx)
}

// record returns the one of a channel that has one.
func (w *world) record(t testing.TB, p digest.Place) digest.Record {
	t.Helper()
	c, err := w.store.Channel(t.Context(), p)
	if err != nil || len(c.Records) != 1 {
		t.Fatalf("%d records, %v", len(c.Records), err)
	}
	return c.Records[0]
}

// history says what became of editions, the latest first.
func (w *world) history(t testing.TB, r digest.Record) []string {
	t.Helper()
	past, err := w.store.History(t.Context(), r.Place, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range past {
		what := o.Slot.String() + map[bool]string{true: " details"}[o.Reply]
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", what, o.State, o.Why, strings.TrimSpace(o.Text))))
	}
	return out
}

var errLost = errors.New("the answer was lost")
