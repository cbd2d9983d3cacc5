package slack

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/internal/bot"
	"archbot/internal/inflight"
	"archbot/internal/store/memory"
)

// thread is as much of Slack as it takes to answer a message in a thread, where time is
// the test's, so that nothing can come over loopback.
type thread struct {
	mu      sync.Mutex
	calls   []string
	dies    string // a call that whoever makes it dies over, as it never comes back
	refuses string // a call for which the app has no scope
	message string // a reply in the thread, in JSON
}

// RoundTrip is Slack's answer to a call.
func (s *thread) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	s.mu.Lock()
	s.calls = append(s.calls, method)
	dies, answer := s.dies == method, `{"ok":true,"user_id":"UBOT","team_id":"T1","channel":"C1","ts":"2.2","messages":[`+s.message+`]}`
	if s.refuses == method {
		answer = `{"ok":false,"error":"missing_scope"}`
	}
	if method == "chat.postMessage" && s.message == "" {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		s.message = `{"type":"message","user":"UBOT","ts":"2.2","thread_ts":"1.1","text":"an answer","metadata":` + form.Get("metadata") + `}`
	}
	s.mu.Unlock()
	if dies {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(answer))}, nil
}

// made are the calls of a method so far.
func (s *thread) made(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls) - len(slices.DeleteFunc(slices.Clone(s.calls), func(m string) bool { return m == method }))
}

// lives has nobody die any more.
func (s *thread) lives() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dies = ""
}

// deliver delivers somebody's mention of the bot, and returns when it may be acknowledged,
// or ErrBusy when it may not.
func deliver(t *testing.T, a *Adapter) (*delivery, error) {
	t.Helper()
	e, err := parseEvent([]byte(`{"type":"event_callback","event_id":"Ev1","team_id":"T1",
		"event":{"type":"app_mention","user":"U1","text":"<@UBOT> circuit breaking","ts":"1.1","channel":"C1"}}`))
	d := a.newDelivery()
	if err = cmp.Or(err, d.event(e)); err != nil && !errors.Is(err, inflight.ErrBusy) {
		t.Error(err)
	}
	return d, err
}

// replicaOn is an adapter for the thread that has its state in common with others.
func (s *thread) replicaOn(t *testing.T, state bot.State) *Adapter {
	t.Helper()
	a, err := New(Config{Bot: newWorld(t, bot.Config{State: state}).Bot, BotToken: "xoxb-1", PostsOnly: true, Transport: s, Spacing: -1})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A message that a replica dies over is answered by the one that it is delivered to again,
// and not where there is an answer already, as far as it may look; and when nobody has
// died, by nobody else.
func TestTakesUpWhatAnotherDiedOver(t *testing.T) {
	for _, tt := range []struct {
		name  string
		slack *thread
		posts int // the attempt of who dies, and the answer
		looks int
		took  time.Duration // until the second replica is done
	}{
		{"before the answer", &thread{dies: "chat.postMessage", message: `{"type":"message","user":"UBOT","ts":"1.5","text":"to somebody else"}`}, 2, 1, holdTime - time.Second},
		{"after the answer", &thread{dies: "chat.postMessage"}, 1, 1, holdTime - time.Second},
		{"after the answer, which nobody may read", &thread{dies: "chat.postMessage", refuses: "conversations.replies"}, 2, 1, holdTime - time.Second},
		{"over nothing", &thread{}, 1, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				state := memory.New(time.Now)
				first, second := tt.slack.replicaOn(t, state), tt.slack.replicaOn(t, state)
				go func() { _, _ = deliver(t, first) }() // which nobody acknowledges
				synctest.Wait()
				tt.slack.lives()
				time.Sleep(time.Second)
				began := time.Now()
				_, err := deliver(t, second)
				if untaken := errors.Is(err, inflight.ErrBusy); untaken != (tt.took > second.config.Patience) {
					t.Errorf("it is left unacknowledged: %v", untaken)
				}
				<-second.work.Settled()
				if posts, looks := tt.slack.made("chat.postMessage"), tt.slack.made("conversations.replies"); posts != tt.posts || looks != tt.looks {
					t.Errorf("%d posts and %d looks, want %d and %d", posts, looks, tt.posts, tt.looks)
				}
				if took := time.Since(began); took != tt.took {
					t.Errorf("it took %s, want %s", took, tt.took)
				}
				<-first.work.Settled()
			})
		})
	}
}

// What is acknowledged without its answer, as that takes too long, is settled: Slack does
// not deliver it again.
func TestSettledOnceAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := memory.New(time.Now)
		a := (&thread{dies: "chat.postMessage"}).replicaOn(t, state)
		took := func() bot.Delivery {
			v, err := state.Take(t.Context(), bot.Spend{Scope: bot.Scope{Platform: Platform, Workspace: "T1"}, Event: "event/Ev1", Hold: holdTime})
			if err != nil {
				t.Fatal(err)
			}
			return v.Delivery
		}
		began := time.Now()
		go func() {
			if d, err := deliver(t, a); err == nil {
				close(d.acked)
			}
		}()
		synctest.Wait()
		if d := took(); d != bot.Held {
			t.Errorf("before the acknowledgement it is %q", d)
		}
		time.Sleep(a.config.Patience)
		synctest.Wait()
		if d := took(); d != bot.Settled || time.Since(began) != a.config.Patience {
			t.Errorf("after %s it is %q", time.Since(began), d)
		}
		<-a.work.Settled()
	})
}

// A command and a button that came over a socket are held until they are answered, as their
// acknowledgements may be lost with the process; over HTTP those are written, or nobody is
// told that they came.
func TestHeldOverSockets(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			state := &settling{State: memory.New(time.Now)}
			s := newStage(t, newWorld(t, bot.Config{State: state}).Bot, &adaptertest.Log{}, by)
			shown := s.As(s.ann.ID).Command(s.channel.ID, "/arch", "random")
			if shown.Message == nil {
				t.Fatalf("%+v", shown)
			}
			s.As(s.ann.ID).Press(*shown.Message, "archbot/again/1")
			s.settle()
			want := int64(0)
			if by == bySocket {
				want = 2
			}
			s.Await(func() bool { return state.settled.Load() == want })
			if held, settled := state.held.Load(), state.settled.Load(); held != want || settled != want {
				t.Errorf("%d are held, and %d settled, want %d", held, settled, want)
			}
		})
	}
}

// settling counts what is held and settled.
type settling struct {
	bot.State
	held, settled atomic.Int64
}

func (s *settling) Take(ctx context.Context, spend bot.Spend) (bot.Verdict, error) {
	if spend.Hold > 0 {
		s.held.Add(1)
	}
	return s.State.Take(ctx, spend)
}

func (s *settling) Settle(ctx context.Context, scope bot.Scope, id bot.EventID) error {
	s.settled.Add(1)
	return s.State.Settle(ctx, scope, id)
}
