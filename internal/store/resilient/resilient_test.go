package resilient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
	"archbot/internal/store/memory"
	"archbot/internal/store/redis"
	"archbot/internal/store/redistest"
	"archbot/internal/store/storetest"
)

// most is how long no call may take.
const most = 250 * time.Millisecond

// logs is a log that is read while it is written.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Split(strings.TrimSpace(l.b.String()), "\n")
}

func (l *logs) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// remote is a store that can be made to fail or to hang.
type remote struct {
	*memory.Store
	mu   sync.Mutex
	fail error
	hang chan struct{}
	asks int
}

func (r *remote) set(fail error, hang chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail, r.hang = fail, hang
}

func (r *remote) ask(ctx context.Context) error {
	r.mu.Lock()
	r.asks++
	fail, hang := r.fail, r.hang
	r.mu.Unlock()
	if hang != nil {
		select {
		case <-hang:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fail
}

func (r *remote) asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asks
}

func (r *remote) Probe(ctx context.Context, _ bot.Scope) error { return r.ask(ctx) }

func (r *remote) Take(ctx context.Context, s bot.Spend) (bot.Verdict, error) {
	if err := r.ask(ctx); err != nil {
		return bot.Verdict{}, err
	}
	return r.Store.Take(ctx, s)
}

func (r *remote) FirstTime(ctx context.Context, s bot.Scope, id bot.EventID, keep time.Duration) (bool, error) {
	if err := r.ask(ctx); err != nil {
		return false, err
	}
	return r.Store.FirstTime(ctx, s, id, keep)
}

func (r *remote) Save(ctx context.Context, p bot.Person, s bot.Saved) error {
	return errors.Join(r.ask(ctx), r.Store.Save(ctx, p, s))
}

var (
	ann   = bot.Person{Platform: "slack", Workspace: "T1", User: "U1"}
	spend = bot.Spend{
		Scope: ann.Scope(), User: "U1", Channel: "C1", Cost: 1,
		Limits: bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 5}},
	}
	conversation = bot.ConversationID{Scope: ann.Scope(), Channel: "C1"}
)

func down() error { return fmt.Errorf("%w: connection refused", bot.ErrUnavailable) }

// In a store that is well, the wrapper cannot be told from what it wraps.
func TestConforms(t *testing.T) {
	storetest.RunInBubbles(t, func(t *testing.T) *storetest.Subject {
		t.Helper()
		s := New(&remote{Store: memory.New(time.Now)}, slog.New(slog.DiscardHandler), Patience)
		t.Cleanup(func() { _ = s.Close() })
		return &storetest.Subject{Store: s, Advance: time.Sleep}
	})
}

func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &logs{}
		r := &remote{Store: memory.New(time.Now)}
		s := New(r, log.logger(), Patience)
		for range 3 { // of five
			if v, err := s.Take(t.Context(), spend); err != nil || !v.Allowed {
				t.Fatal(v, err)
			}
		}
		r.set(down(), nil)
		allowed := 0
		for range 1000 {
			v, err := s.Take(t.Context(), spend)
			if err != nil {
				t.Fatal(err)
			}
			if v.Allowed {
				allowed++
			} else if v.By != bot.LimitUser || v.Wait <= 0 {
				t.Fatalf("%+v", v)
			}
		}
		if allowed != 2 {
			t.Errorf("%d let through; the limiter here has seen three of five, so two are left", allowed)
		}
		if n := r.asked(); n != 4 {
			t.Errorf("the store was asked %d times, want 4: three when it was well, one to find out", n)
		}
		if err := s.Save(t.Context(), ann, bot.Saved{ID: "a"}); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("a write: %v, want ErrUnavailable", err)
		}
		for i := range 2 {
			if first, err := s.FirstTime(t.Context(), ann.Scope(), "E1", bot.EventMemory); err != nil || first != (i == 0) {
				t.Errorf("event, delivery %d: %v, %v", i, first, err)
			}
		}
		time.Sleep(time.Hour) // probed all along, ever more seldom
		if n := r.asked(); n < 1800 || n > 1820 {
			t.Errorf("probed %d times in an hour, want once in two seconds", n)
		}
		r.set(nil, nil)
		time.Sleep(lastProbe)
		if err := s.Save(t.Context(), ann, bot.Saved{ID: "a"}); err != nil {
			t.Errorf("after the outage: %v", err)
		}
		time.Sleep(settled)
		synctest.Wait()
		if l := log.lines(); len(l) != 2 || !strings.Contains(l[0], "out of reach") || !strings.Contains(l[0], "refused") ||
			!strings.Contains(l[1], "back") || !strings.Contains(l[1], "away=1h0m") {
			t.Errorf("log: %q, want one line when it began and one when it ended", l)
		}
		_ = s.Close()
	})
}

// A store that answers nothing costs one caller's patience, and the log a line
// however often it comes and goes.
func TestHangsAndFlaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &logs{}
		r := &remote{Store: memory.New(time.Now)}
		s := New(r, log.logger(), Patience)
		hang := make(chan struct{})
		for range 200 {
			r.set(nil, hang)
			began := time.Now()
			if v, err := s.Take(t.Context(), spend); err != nil {
				t.Fatal(v, err)
			}
			if took := time.Since(began); took > Patience {
				t.Fatalf("it took %s", took)
			}
			began = time.Now()
			_, err := s.LoadConversation(t.Context(), conversation)
			if took := time.Since(began); took != 0 || !errors.Is(err, bot.ErrUnavailable) {
				t.Fatalf("the next one took %s: %v", took, err)
			}
			close(hang)
			hang = make(chan struct{})
			r.set(nil, nil)
			time.Sleep(2 * lastProbe)
		}
		time.Sleep(settled)
		synctest.Wait()
		if l := log.lines(); len(l) != 2 {
			t.Errorf("log of 200 times: %d lines, %q", len(l), l)
		}
		_ = s.Close()
	})
}

// A caller who gives up says nothing of the store; data that cannot be read is no
// outage, and is logged once a minute.
func TestFaultsThatAreNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &logs{}
		r := &remote{Store: memory.New(time.Now)}
		s := New(r, log.logger(), Patience)
		hang := make(chan struct{})
		r.set(nil, hang)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := s.Save(ctx, ann, bot.Saved{ID: "a"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a caller who gave up: %v", err)
		}
		close(hang)
		r.set(&store.DecodeError{What: "limit", Why: "broken"}, nil)
		for range 100 {
			if v, err := s.Take(t.Context(), spend); err != nil {
				t.Fatal(v, err)
			}
		}
		if s.circuit.open() || len(log.lines()) != 1 || !strings.Contains(log.lines()[0], "broken") {
			t.Errorf("open %v, log %q", s.circuit.open(), log.lines())
		}
		_ = s.Close()
	})
}

func TestKeyInAnOutage(t *testing.T) {
	server := redistest.Start(t)
	s := wrapped(t, "redis://"+server.Addr, &logs{})
	key, err := s.SigningKey(t.Context())
	if err != nil || len(key) != store.KeySize {
		t.Fatal(key, err)
	}
	server.Kill()
	if again, err := s.SigningKey(t.Context()); err != nil || !bytes.Equal(key, again) {
		t.Errorf("%x, %v; want the key as it was known", again, err)
	}
}

// wrapped returns a wrapped Store in Redis.
func wrapped(t *testing.T, url string, log *logs) *Store {
	t.Helper()
	r, err := redis.New(redis.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	s := New(r, log.logger(), Patience)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// working returns one that has written something, and its log, which is empty: on
// a busy machine a first connection may be slower than a caller waits.
func working(t *testing.T, url string) (*Store, *logs) {
	t.Helper()
	for {
		log := &logs{}
		s := wrapped(t, url, log)
		err := s.Save(t.Context(), ann, bot.Saved{ID: "a"})
		if err == nil {
			return s, log
		}
		if !errors.Is(err, bot.ErrUnavailable) {
			t.Fatal(err)
		}
	}
}

// within fails when work takes longer than a call may. On a machine that is busy with
// something else, timers are late: a timer beside the work says by how much.
func within(t *testing.T, what string, work func()) {
	t.Helper()
	began, late := time.Now(), make(chan time.Duration, 1)
	time.AfterFunc(Patience, func() { late <- time.Since(began) - Patience })
	work()
	if took := time.Since(began); took > most && took > most+<-late {
		t.Errorf("%s took %s", what, took)
	}
}

// bear has the store answer while Redis does not.
func bear(t *testing.T, s *Store) {
	t.Helper()
	var all sync.WaitGroup
	for range 16 { // at once, as it begins
		all.Go(func() {
			within(t, "a limit", func() {
				if _, err := s.Take(t.Context(), spend); err != nil {
					t.Error(err)
				}
			})
		})
	}
	all.Wait()
	began := time.Now()
	for i := range 200 {
		event := bot.EventID(fmt.Sprint("during", began.UnixNano(), i))
		first, err1 := s.FirstTime(t.Context(), ann.Scope(), event, bot.EventMemory)
		again, err2 := s.FirstTime(t.Context(), ann.Scope(), event, bot.EventMemory)
		if !first || again || err1 != nil || err2 != nil {
			t.Fatalf("event: %v %v, then %v %v", first, err1, again, err2)
		}
		delivered := bot.Spend{Scope: ann.Scope(), Event: event + "/held", Hold: time.Minute}
		for _, want := range []bot.Delivery{bot.Fresh, bot.Held} {
			if v, err := s.Take(t.Context(), delivered); err != nil || v.Delivery != want {
				t.Fatalf("delivery: %+v (%v), want %q", v, err, want)
			}
		}
	}
	if err := s.Save(t.Context(), ann, bot.Saved{ID: "a"}); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a write: %v, want ErrUnavailable", err)
	}
	if took := time.Since(began); took > 2*most {
		t.Errorf("800 calls took %s: each waits for the link", took)
	}
}

// recovered waits until writes reach Redis again.
func recovered(t *testing.T, s *Store) {
	t.Helper()
	began := time.Now()
	for {
		var err error
		within(t, "a write", func() { err = s.Save(t.Context(), ann, bot.Saved{ID: "b"}) })
		if err == nil {
			t.Logf("back after %s", time.Since(began).Round(time.Millisecond))
			return
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("it does not recover: %v", err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Real servers: one that stops, one that is killed and comes back, one that
// pauses its clients, a link that hangs, and one that was never there.
func TestRealOutages(t *testing.T) {
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr)
	for _, tt := range []struct {
		name       string
		addr       string
		fail, mend func()
	}{
		{"stopped", server.Addr, server.Pause, server.Resume},
		{"clients paused", server.Addr, func() { redistest.Command(t, server, "CLIENT", "PAUSE", "60000", "WRITE") }, func() { redistest.Command(t, server, "CLIENT", "UNPAUSE") }},
		{"a link that hangs", proxy.Addr, proxy.Hang, proxy.Mend},
		{"killed and started again", server.Addr, server.Kill, func() { server.Run(t) }},
		{"read-only", server.Addr, func() { redistest.Command(t, server, "REPLICAOF", "127.0.0.1", "1") }, func() { redistest.Command(t, server, "REPLICAOF", "NO", "ONE") }},
		{"out of memory", server.Addr, func() { redistest.Command(t, server, "CONFIG", "SET", "maxmemory", "1") }, func() { redistest.Command(t, server, "CONFIG", "SET", "maxmemory", "0") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, log := working(t, "redis://"+tt.addr)
			tt.fail()
			bear(t, s)
			tt.mend()
			recovered(t, s)
			if l := log.lines(); len(l) != 1 || !strings.Contains(l[0], "out of reach") {
				t.Errorf("log %q, want one line", l)
			}
		})
	}
	t.Run("never there", func(t *testing.T) {
		server.Kill()
		s := wrapped(t, "redis://"+server.Addr, &logs{})
		bear(t, s)
		server.Run(t)
		recovered(t, s)
	})
}

// A cluster whose nodes hang or die: no lock within the client makes anybody wait.
func TestClusterOutages(t *testing.T) {
	nodes := redistest.Cluster(t)
	var addrs []string
	for _, n := range nodes {
		addrs = append(addrs, n.Addr)
	}
	url := "redis+cluster://" + strings.Join(addrs, ",")
	all := func(do func(*redistest.Server)) func() {
		return func() {
			for _, n := range nodes {
				do(n)
			}
		}
	}
	for _, tt := range []struct {
		name       string
		fail, mend func()
	}{
		{"stopped", all((*redistest.Server).Pause), all((*redistest.Server).Resume)},
		{"killed and started again", all((*redistest.Server).Kill), all(func(n *redistest.Server) { n.Run(t) })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, log := working(t, url)
			tt.fail()
			bear(t, s)
			fresh := wrapped(t, url, &logs{}) // which has to ask who has what, first
			bear(t, fresh)
			tt.mend()
			recovered(t, s)
			recovered(t, fresh)
			if l := log.lines(); len(l) != 1 || !strings.Contains(l[0], "out of reach") {
				t.Errorf("log %q, want one line", l)
			}
		})
	}
}

// The master of three Sentinels dies: until another one is elected the store does
// without, and then goes on with what the replica has.
func TestSentinelFailover(t *testing.T) {
	w := redistest.Sentinels(t)
	var addrs []string
	for _, s := range w.Sentinels {
		addrs = append(addrs, s.Addr)
	}
	url := "redis+sentinel://" + strings.Join(addrs, ",") + "/" + w.Name
	s, log := working(t, url)
	redistest.Replicated(t, w)
	w.Master.Kill()
	bear(t, s)
	bear(t, wrapped(t, url, &logs{})) // which has no address yet
	recovered(t, s)
	if shelf, err := s.Saved(t.Context(), ann); err != nil || len(shelf) != 2 || shelf[0].ID != "a" {
		t.Errorf("shelf after the failover: %v, %v", shelf, err)
	}
	if l := log.lines(); len(l) != 1 {
		t.Errorf("log %q, want one line", l)
	}
}
