package slack

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// sluggish is a state that now and then decides only after others have been decided.
type sluggish struct {
	bot.State
	takes atomic.Int64

	mu      sync.Mutex
	waiting []chan struct{}
	over    bool
}

// How often a decision is late, and after how many others it comes.
const (
	lateEvery = 50
	lateAfter = 20
)

func (s *sluggish) Take(ctx context.Context, spend bot.Spend) (bot.Verdict, error) {
	switch s.takes.Add(1) % lateEvery {
	case 0:
		let := make(chan struct{})
		s.mu.Lock()
		if !s.over {
			s.waiting = append(s.waiting, let)
			s.mu.Unlock()
			<-let
		} else {
			s.mu.Unlock()
		}
	case lateAfter:
		s.release(false)
	}
	return s.State.Take(ctx, spend)
}

// release lets all go that wait; in the end, for good.
func (s *sluggish) release(over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, let := range s.waiting {
		close(let)
	}
	s.waiting, s.over = nil, s.over || over
}

// rightAnswers are commands, each with what its answer has to say.
var rightAnswers = map[string]string{
	"circuit breaking": "Circuit breaking", "topic cdn architecture": "CDN architecture", "search sourdough bread": "nothing",
	"search crypto wallets": "Cryptocurrency Wallets", "kubernets scaling": "Scaling patterns", "topics": "Blockchain Architecture",
	"search event sourcing kind:article": "article", "help": "unsave", "topic load balancing": "Load balancing",
}

// TestSoak sends signed commands with everything going wrong that may: a slow state,
// redelivery, connections that break on the way in and on the way out. Every answer
// is right and in time, and the memory stays as it is.
func TestSoak(t *testing.T) {
	total := 1000
	if os.Getenv("ARCHBOT_SOAK") != "" {
		total = 100_000
	}
	// A second passes with each command, so that what is remembered for hours is forgotten
	// in the course of it.
	var passed atomic.Int64
	state := &sluggish{State: memory.New(func() time.Time { return time.Now().Add(time.Duration(passed.Add(1)) * time.Second) })}
	w := newWorld(t, bot.Config{State: state, Limits: bot.Limits{User: bot.Rate{Every: 100 * time.Millisecond, Burst: 10_000}}})
	s := newStage(t, w.Bot, &adaptertest.Log{}, overHTTP, func(c *Config) { c.Patience, c.Log = 20*time.Millisecond, nil })
	server := httptest.NewServer(s.adapter.Handler())
	defer server.Close()
	s.Inject(slackfake.Fault{Method: "response_url", Reset: true, Skip: 3, Times: 1 + total/1000})
	soak := &soak{stage: s, address: server.Listener.Addr().String(), pending: make(map[string]string)}
	for query := range rightAnswers {
		soak.queries = append(soak.queries, query)
	}
	soak.run(t, state, total/10)
	before, goroutines := inUse(), runtime.NumGoroutine()
	soak.run(t, state, total-total/10)
	if grown := int64(inUse()) - int64(before); grown > 16<<20 {
		t.Errorf("%d commands later there are %d KiB more in use", total, grown>>10)
	}
	if n := runtime.NumGoroutine(); n > goroutines+50 {
		t.Errorf("%d goroutines, %d at first", n, goroutines)
	}
	t.Logf("%d commands: %d answered at once, %d later, %d delivered again, %d cut off; %d later answers lost on the way",
		total, soak.now.Load(), soak.later.Load(), soak.again.Load(), soak.cut.Load(), soak.lost.Load())
	if soak.later.Load() == 0 || soak.again.Load() == 0 || soak.cut.Load() == 0 {
		t.Error("nothing went wrong that should have")
	}
}

// inUse is how many bytes are in use.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// soak is a crowd that types commands.
type soak struct {
	*stage
	address string
	queries []string
	n       atomic.Int64

	now, later, again, cut, lost atomic.Int64

	mu      sync.Mutex
	pending map[string]string // queries that were not answered at once, by delivery
}

func (s *soak) run(t *testing.T, state *sluggish, commands int) {
	t.Helper()
	const people = 32
	var crowd sync.WaitGroup
	for range people {
		crowd.Go(func() {
			for range commands / people {
				s.one(t, int(s.n.Add(1)))
			}
		})
	}
	crowd.Wait()
	state.release(true)
	s.settle()
	s.arrived(t)
	s.ForgetMessages()
	state.mu.Lock()
	state.over = false
	state.mu.Unlock()
}

// one types a command and looks at the answer.
func (s *soak) one(t *testing.T, n int) {
	t.Helper()
	query := s.queries[n%len(s.queries)]
	out := s.As(s.ann.ID).Command(s.channel.ID, "/arch", query)
	if out.Failure != "" {
		t.Errorf("%d %q: %s %v", n, query, out.Failure, out.Problems)
	}
	switch {
	case out.Message != nil:
		s.now.Add(1)
		s.right(t, query, *out.Message)
	default:
		s.later.Add(1)
		s.mu.Lock()
		s.pending[out.ID] = query
		s.mu.Unlock()
	}
	if n%20 == 0 {
		s.again.Add(1)
		if again := s.Redeliver(out.ID); again.Message != nil {
			s.right(t, query, *again.Message)
		}
	}
	if n%50 == 0 {
		s.cut.Add(1)
		s.breakOff(t)
	}
}

// arrived looks at the answers that came later. Each command has one, but for those
// whose answer was lost on the way.
func (s *soak) arrived(t *testing.T) {
	t.Helper()
	missing := 0
	for id, query := range s.pending {
		said := s.Responses(id)
		if len(said) == 0 {
			missing++
		}
		for _, m := range said {
			s.right(t, query, m)
		}
		if len(said) > 1 {
			t.Errorf("%q is answered %d times", query, len(said))
		}
	}
	clear(s.pending)
	s.lost.Add(int64(missing))
	hits := 0
	for _, f := range s.Faults() {
		hits += f.Hits
	}
	if s.lost.Load() > int64(hits) {
		t.Errorf("%d answers are missing, and %d were lost on the way", s.lost.Load(), hits)
	}
}

func (s *soak) right(t *testing.T, query string, m slackfake.Message) {
	t.Helper()
	if want := rightAnswers[query]; !strings.Contains(string(m.Blocks)+m.Text, want) {
		t.Errorf("%q is answered without %q:\n%s", query, want, m.Blocks)
	}
}

// breakOff begins a delivery and ends the connection in the middle of it.
func (s *soak) breakOff(t *testing.T) {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Error(err)
		return
	}
	_, err = io.WriteString(conn, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nteam_id=", PathCommands))
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err != nil {
		t.Error(err)
	}
}
