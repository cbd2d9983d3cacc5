package links

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// internet is every host there is, on connections in memory: in a bubble of
// fake time its answers take as long as they say, and tests take none.
type internet struct {
	conns  chan net.Conn
	closed chan struct{}

	mu   sync.Mutex
	log  []visited
	now  int // requests under way
	most int
}

// visited is one request that the internet has seen.
type visited struct {
	host, method, path string
	began, ended       time.Time
}

// online starts the internet, inside a bubble.
func online(t *testing.T, answer http.HandlerFunc) *internet {
	t.Helper()
	n := &internet{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{ReadHeaderTimeout: time.Hour, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visited{host: r.Host, method: r.Method, path: r.URL.Path, began: time.Now()}
		n.mu.Lock()
		n.now++
		n.most = max(n.most, n.now)
		n.mu.Unlock()
		answer(w, r)
		n.mu.Lock()
		n.now--
		v.ended = time.Now()
		n.log = append(n.log, v)
		n.mu.Unlock()
	})}
	go srv.Serve(n)
	t.Cleanup(func() { srv.Close() })
	return n
}

// options are those of a check of the internet in the bubble's own time.
func (n *internet) options() Options {
	o := Defaults()
	o.Dial = n.dial
	return o
}

func (n *internet) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case n.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept, Close and Addr make it a listener.
func (n *internet) Accept() (net.Conn, error) {
	select {
	case conn := <-n.conns:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *internet) Close() error   { close(n.closed); return nil }
func (n *internet) Addr() net.Addr { return &net.TCPAddr{} }

// of are the requests to one host, in their order, once all have been seen.
func (n *internet) of(host string) []visited {
	synctest.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	var some []visited
	for _, v := range n.log {
		if v.host == host {
			some = append(some, v)
		}
	}
	return some
}

// pages are addresses on one host.
func pages(host string, n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("http://%s/%d", host, i))
	}
	return all
}

// after answers when d has passed.
func after(d time.Duration, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(d)
		answer(w, r)
	}
}

// Whatever there is to ask of a host, redirects from elsewhere, GET after HEAD
// and further tries included: one request at a time, and then a pause.
func TestOneAtATimeForAHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := make(map[string]bool)
		var mu sync.Mutex
		once := func(r *http.Request) bool {
			mu.Lock()
			defer mu.Unlock()
			first := !failed[r.URL.Path]
			failed[r.URL.Path] = true
			return first
		}
		n := online(t, after(300*time.Millisecond, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Host == "short.example":
				redirect(301, "http://Busy.example"+r.URL.Path)(w, r)
			case r.Host == "other.example":
				redirect(302, "http://busy.example:8080/o"+r.URL.Path[1:])(w, r)
			case r.Method == http.MethodHead && strings.HasSuffix(r.URL.Path, "1"):
				w.WriteHeader(405)
			case strings.HasSuffix(r.URL.Path, "1") && once(r):
				w.WriteHeader(503)
			}
		}))
		o := n.options()
		o.Pause = 2 * time.Second
		list := slices.Concat(pages("short.example", 3), pages("busy.example", 4), pages("other.example", 2))
		report := checked(t.Context(), t, o, nil, list...)
		if fine, moved := len(report.Of(Fine)), len(report.Of(Moved)); fine != 6 || moved != 3 {
			t.Errorf("%d fine, %d moved of %+v", fine, moved, report.Findings)
		}
		busy := slices.Concat(n.of("busy.example"), n.of("Busy.example"), n.of("busy.example:8080"))
		slices.SortFunc(busy, func(a, b visited) int { return a.began.Compare(b.began) })
		if len(busy) < 9+2 {
			t.Fatalf("only %d requests", len(busy))
		}
		for i := 1; i < len(busy); i++ {
			if rest := busy[i].began.Sub(busy[i-1].ended); rest < o.Pause {
				t.Errorf("%s after %s: only %s of rest, want %s", busy[i].path, busy[i-1].path, rest, o.Pause)
			}
		}
	})
}

func TestConcurrencyIsBounded(t *testing.T) {
	for _, bound := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			n := online(t, after(time.Second, text("hello")))
			o := n.options()
			o.Concurrency = bound
			var list []string
			for i := range 20 {
				list = append(list, fmt.Sprintf("http://h%d.example/", i))
			}
			began := time.Now()
			report := checked(t.Context(), t, o, nil, list...)
			if fine := len(report.Of(Fine)); fine != 20 || n.most != bound {
				t.Errorf("%d fine, %d at a time, want %d", fine, n.most, bound)
			}
			if took, want := time.Since(began), time.Duration((20+bound-1)/bound)*time.Second; took != want {
				t.Errorf("took %s, want %s: the bound is not used", took, want)
			}
		})
	}
}

// Who pauses does not keep others from asking.
func TestPausesHoldNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := online(t, after(time.Second, text("hello")))
		o := n.options()
		o.Concurrency, o.Pause = 1, 9*time.Second
		var list []string
		for i := range 10 {
			list = append(list, pages(fmt.Sprintf("h%d.example", i), 2)...)
		}
		began := time.Now()
		checked(t.Context(), t, o, nil, list...)
		if took := time.Since(began); took != 20*time.Second {
			t.Errorf("took %s, want 20s", took)
		}
	})
}

func TestSamePageIsVisitedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := online(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "old.example" {
				redirect(301, "http://new.example/")(w, r)
			}
		})
		r := checked(t.Context(), t, n.options(), nil, "http://old.example/x#one", "http://old.example/x#two", "http://OLD.example/x")
		if got := len(n.of("old.example")); got != 1 {
			t.Errorf("%d requests, want 1", got)
		}
		for i, want := range []string{"http://new.example/#one", "http://new.example/#two", "http://new.example/"} {
			if f := r.Findings[i]; f.Verdict != Moved || f.MovedTo != want {
				t.Errorf("%s: %s to %q, want %q", f.URL, f.Verdict, f.MovedTo, want)
			}
		}
	})
}

// A host that answers nobody is left alone after a while; one that answers
// between is not, and a name that does not exist says so for every link.
func TestSilentHostIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := online(t, func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/2" || r.Host != "moody.example" {
				<-r.Context().Done()
			}
		})
		o := n.options()
		o.Retries = 0
		o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasPrefix(address, "gone.example:") {
				return nil, &net.DNSError{Name: "gone.example", Err: "no such host", IsNotFound: true}
			}
			return n.dial(ctx, network, address)
		}
		r := checked(t.Context(), t, o, nil, slices.Concat(pages("dead.example", 5), pages("moody.example", 5), pages("gone.example", 5))...)
		if got := len(n.of("dead.example")); got != 2*giveUp {
			t.Errorf("%d requests to the dead host, want %d", got, 2*giveUp)
		}
		if got := len(n.of("moody.example")); got != 2*4+1 {
			t.Errorf("%d requests to the moody host, want 9", got)
		}
		if f := r.Findings[4]; f.Verdict != Unknown || f.Why != "not asked for, since dead.example had no answer for 3 links in a row" {
			t.Errorf("%s: %q", f.Verdict, f.Why)
		}
		if got := len(r.Of(Dead)); got != 5 {
			t.Errorf("%d dead, want 5", got)
		}
	})
}

// Who was never asked needs no rest.
func TestNoPauseWhereNobodyWasAsked(t *testing.T) {
	c := newClock()
	o := options(c)
	o.Pause, o.Dial = time.Minute, nil
	r := checked(t.Context(), t, o, nil, "http://127.0.0.1/a", "http://127.0.0.1/b")
	if waits, _ := c.waits(); len(waits) != 0 || len(r.Of(Unknown)) != 2 {
		t.Errorf("waited %v, %+v", waits, r.Findings)
	}
}

// A host that asks for patience gets it for all of its links, and is left alone
// when it goes on asking, or asks for too much.
func TestBusyHostIsLeftAlone(t *testing.T) {
	for retryAfter, tt := range map[string]struct {
		requests int
		why      string
	}{
		"30":   {3, "not asked for, since busy.example went on answering 429 Too Many Requests"},
		"3600": {1, "not asked for, since busy.example answered 429 Too Many Requests and asked to be left alone for 1h0m0s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := online(t, busy(429, retryAfter))
			r := checked(t.Context(), t, n.options(), nil, pages("busy.example", 4)...)
			asked := n.of("busy.example")
			if len(asked) != tt.requests {
				t.Fatalf("%d requests, want %d", len(asked), tt.requests)
			}
			for i := 1; i < len(asked); i++ {
				if wait := asked[i].began.Sub(asked[i-1].ended); wait < 30*time.Second {
					t.Errorf("asked again after %s", wait)
				}
			}
			if f := r.Findings[3]; f.Verdict != Unknown || f.Why != tt.why {
				t.Errorf("%s: %q, want %q", f.Verdict, f.Why, tt.why)
			}
		})
	}
}

// What has begun to answer is there, even if the rest does not come in time.
func TestHangsInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := online(t, byMethod(status(405), func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "the beginning")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}))
		f := only(t, n.options(), "http://radio.example/")
		if f.Verdict != Slow || f.Took != 20*time.Second {
			t.Errorf("%s: %q, %s", f.Verdict, f.Why, f.Took)
		}
	})
}

// Stopped, a check returns at once with what it has found, whatever it was
// about: waiting for an answer, for its turn, for room or for a pause to end.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := online(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Host == "hangs.example":
				<-r.Context().Done()
			case r.URL.Path == "/0":
				w.WriteHeader(404)
			}
		})
		ctx, stop := context.WithCancel(t.Context())
		o := n.options()
		o.Concurrency, o.Pause, o.Timeout = 2, time.Minute, time.Hour
		time.AfterFunc(90*time.Second, stop) // past the first page of each, in the second pause
		began := time.Now()
		list := slices.Concat(pages("quick.example", 3), pages("hangs.example", 2), pages("prompt.example", 3))
		var last Progress
		r := checked(ctx, t, o, func(p Progress) { last = p }, list...)
		if took := time.Since(began); took != 90*time.Second {
			t.Errorf("returned after %s", took)
		}
		var got []Verdict
		for _, f := range r.Findings {
			got = append(got, f.Verdict)
		}
		want := []Verdict{Dead, NotVisited, NotVisited, NotVisited, NotVisited, Dead, NotVisited, NotVisited}
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if last.Done != 2 || last.Dead != 2 || len(last.Hosts) != 0 {
			t.Errorf("the last progress is %+v", last)
		}
	})
}

func TestStoppedBeforeItBegan(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	s := newSite(t, text("hello"))
	r := checked(ctx, t, options(newClock()), nil, s.URL)
	if got := r.Findings[0].Verdict; got != NotVisited || len(s.requests()) != 0 {
		t.Errorf("%s after %d requests", got, len(s.requests()))
	}
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := online(t, after(time.Second, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Host == "b.example":
				w.WriteHeader(404)
			case r.URL.Path == "/3":
				redirect(302, "http://b.example/")(w, r)
			}
		}))
		var all []Progress
		checked(t.Context(), t, n.options(), func(p Progress) { all = append(all, p) },
			"nonsense:", "http://a.example/#1", "http://a.example/#2", "http://a.example/3")
		var told []string
		for _, p := range all {
			told = append(told, fmt.Sprintf("%d/%d %d %s", p.Done, p.Total, p.Dead, strings.Join(p.Hosts, " ")))
		}
		want := []string{
			"1/4 0 ",
			"1/4 0 a.example", "1/4 0 ", "3/4 0 ",
			"3/4 0 a.example", "3/4 0 ", "3/4 0 b.example", "3/4 0 ",
			"3/4 0 a.example", "3/4 0 ", "3/4 0 b.example", "3/4 0 ", // and again with GET
			"4/4 1 ",
		}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

func TestNoLinks(t *testing.T) {
	if r := checked(t.Context(), t, options(newClock()), nil); len(r.Findings) != 0 {
		t.Errorf("%+v", r)
	}
}
