package links

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"archbot/internal/guard"
)

// saying is what a server says, and what that means.
type saying struct {
	name    string
	answer  http.HandlerFunc
	want    Verdict
	why     string   // the beginning of it
	asked   []string // the methods, in their order
	waited  []time.Duration
	retries int // 2 when 0
}

func sayings() []saying {
	return []saying{
		{name: "200", answer: text("hello"), want: Fine, asked: []string{"HEAD"}},
		{name: "204", answer: status(204), want: Fine, asked: []string{"HEAD"}},
		{name: "404", answer: status(404), want: Dead, why: "it answers 404 Not Found", asked: []string{"HEAD", "GET"}},
		{name: "410", answer: status(410), want: Dead, why: "it answers 410 Gone", asked: []string{"HEAD", "GET"}},
		{name: "401", answer: status(401), want: Unknown, why: "it answers 401 Unauthorized, though", asked: []string{"HEAD", "GET"}},
		{name: "403", answer: status(403), want: Unknown, why: "it answers 403 Forbidden, though", asked: []string{"HEAD", "GET"}},
		{name: "400", answer: status(400), want: Unknown, why: "it answers 400 Bad Request", asked: []string{"HEAD", "GET"}},
		{name: "501", answer: status(501), want: Unknown, why: "it answers 501 Not Implemented", asked: []string{"HEAD", "GET"}},
		{name: "999", answer: status(999), want: Unknown, why: "it answers status 999", asked: []string{"HEAD", "GET", "GET", "GET"}},
		{name: "302 to nowhere", answer: status(302), want: Unknown, why: "it answers 302 Found", asked: []string{"HEAD", "GET"}},
		{
			name: "HEAD 405, GET 200", answer: byMethod(status(405), text("hello")),
			want: Fine, asked: []string{"HEAD", "GET"},
		},
		{
			name: "HEAD 404, GET 200", answer: byMethod(status(404), text("hello")),
			want: Fine, asked: []string{"HEAD", "GET"},
		},
		{
			name: "HEAD breaks off, GET 200", answer: byMethod(reset, text("hello")),
			want: Fine, asked: []string{"HEAD", "GET"},
		},
		{
			name: "HEAD 500, GET 404", answer: byMethod(status(500), status(404)),
			want: Dead, why: "it answers 404 Not Found", asked: []string{"HEAD", "GET"},
		},
		{
			name:   "429 with Retry-After, then 200",
			answer: inTurn(busy(429, "7"), text("hello")),
			want:   Fine, asked: []string{"HEAD", "HEAD"}, waited: []time.Duration{7 * time.Second},
		},
		{
			name:   "429 with a date in Retry-After, then 200",
			answer: inTurn(busy(429, newClock().now.Add(9*time.Second).Format(http.TimeFormat)), text("hello")),
			want:   Fine, asked: []string{"HEAD", "HEAD"}, waited: []time.Duration{9 * time.Second},
		},
		{
			name:   "503 with Retry-After, then 200",
			answer: inTurn(busy(503, "5"), text("hello")),
			want:   Fine, asked: []string{"HEAD", "HEAD"}, waited: []time.Duration{5 * time.Second},
		},
		{
			name: "429 for ever", answer: busy(429, "3"),
			want: Unknown, why: "it answers 429 Too Many Requests", asked: []string{"HEAD", "HEAD", "HEAD"},
			waited: []time.Duration{3 * time.Second, 3 * time.Second},
		},
		{
			name: "429 with a Retry-After of an hour", answer: busy(429, "3600"),
			want: Unknown, why: "it answers 429 Too Many Requests and asks to be left alone for 1h0m0s", asked: []string{"HEAD"},
		},
		{
			name: "429 with a Retry-After that is none", answer: inTurn(busy(429, "soon"), text("hello")),
			want: Fine, asked: []string{"HEAD", "HEAD"},
		},
		{
			name: "500, then 200", answer: inTurn(status(500), status(500), text("hello")),
			want: Fine, asked: []string{"HEAD", "GET", "GET"},
		},
		{
			name: "500 for ever", answer: status(500),
			want: Unknown, why: "it answers 500 Internal Server Error", asked: []string{"HEAD", "GET", "GET", "GET"},
		},
		{
			name: "500 once too often", answer: inTurn(status(500), status(500), status(502), status(503), text("hello")), retries: 1,
			want: Unknown, why: "it answers 502 Bad Gateway", asked: []string{"HEAD", "GET", "GET"},
		},
		{
			name: "a reset, then 200", answer: inTurn(reset, reset, text("hello")),
			want: Fine, asked: []string{"HEAD", "GET", "GET"},
		},
		{
			name: "resets for ever", answer: reset,
			want: Unknown, why: "there is no connection (read: connection reset by peer)", asked: []string{"HEAD", "GET", "GET", "GET"},
		},
		{
			name: "a body that breaks off, then 200",
			answer: byMethod(status(405), inTurn(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "5000")
				io.WriteString(w, "half of it")
			}, text("hello"))),
			want: Fine, asked: []string{"HEAD", "GET", "GET"},
		},
		{
			name: "404 with a body that breaks off",
			answer: byMethod(status(405), func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "5000")
				w.WriteHeader(404)
				io.WriteString(w, "half of it")
			}),
			want: Dead, why: "it answers 404 Not Found", asked: []string{"HEAD", "GET"},
		},
		{
			name: "headers without end",
			answer: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Long", strings.Repeat("x", 2*maxHeaderBytes))
			},
			want: Unknown, why: "its answer is broken (", asked: []string{"HEAD", "GET", "GET", "GET"},
		},
		{
			name:   "no HTTP at all",
			answer: inTurn(raw("\x1b]0;owned\x07 220 mail.example ESMTP\r\n")),
			want:   Unknown, why: "its answer is broken (", asked: []string{"HEAD", "GET", "GET", "GET"},
		},
	}
}

// busy asks for patience.
func busy(code int, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		w.WriteHeader(code)
	}
}

// raw answers with bytes that need not be HTTP.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		io.WriteString(conn, answer)
		conn.Close()
	}
}

func TestAnswers(t *testing.T) {
	for _, tt := range sayings() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			o := options(c)
			if tt.retries > 0 {
				o.Retries = tt.retries
			}
			s := newSite(t, tt.answer)
			f := only(t, o, s.URL+"/page")
			if f.Verdict != tt.want || !strings.HasPrefix(f.Why, tt.why) || (f.Why == "") != (tt.want == Fine) {
				t.Errorf("%s: %q, want %s: %q", f.Verdict, f.Why, tt.want, tt.why)
			}
			var want []string
			for _, method := range tt.asked {
				want = append(want, method+" /page")
			}
			if got := s.requests(); !slices.Equal(got, want) {
				t.Errorf("asked %q, want %q", got, want)
			}
			if got, _ := c.waits(); tt.waited != nil && !slices.Equal(got, tt.waited) {
				t.Errorf("waited %v, want %v", got, tt.waited)
			}
		})
	}
}

// The wait doubles, half of it is chance, and it does not grow for ever.
func TestBackoff(t *testing.T) {
	for try, most := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second} {
		seen := make(map[time.Duration]bool)
		for range 100 {
			d := backoff(try)
			if d < most/2 || d > most {
				t.Fatalf("try %d: %s, want %s to %s", try, d, most/2, most)
			}
			seen[d] = true
		}
		if len(seen) < 2 {
			t.Errorf("try %d: always the same", try)
		}
	}
	if d := backoff(1000); d > longestBackoff {
		t.Errorf("after very many tries: %s", d)
	}

	c := newClock()
	s := newSite(t, status(500))
	o := options(c)
	o.Retries = 3
	only(t, o, s.URL)
	waits, _ := c.waits()
	if len(waits) != 3 {
		t.Fatalf("waited %v, want three times", waits)
	}
	for i, d := range waits {
		if most := time.Second << i; d < most/2 || d > most {
			t.Errorf("waited %v, want at most 1s, 2s, 4s and at least half of it", waits)
		}
	}
}

func TestHangs(t *testing.T) {
	s := newSite(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	o := options(newClock())
	o.Timeout, o.Retries = 20*time.Millisecond, 1
	f := only(t, o, s.URL+"/page")
	if f.Verdict != Unknown || f.Why != "it does not answer within 20ms" {
		t.Errorf("%s: %q", f.Verdict, f.Why)
	}
	if n := len(s.requests()); n != 3 { // HEAD, GET, and GET once more
		t.Errorf("%d requests, want 3", n)
	}
}

func TestSlow(t *testing.T) {
	c := newClock()
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/late" {
			c.Sleep(r.Context(), 6300*time.Millisecond)
		}
	})
	o := options(c)
	o.Slow = 6 * time.Second
	f := only(t, o, s.URL+"/late")
	if f.Verdict != Slow || f.Why != "it answers after 6.3s" || f.Took != 6300*time.Millisecond {
		t.Errorf("%s: %q, %s", f.Verdict, f.Why, f.Took)
	}
	if f := only(t, o, s.URL+"/prompt"); f.Verdict != Fine {
		t.Errorf("%s: %q", f.Verdict, f.Why)
	}
}

// Our own pauses and waits are not the server's slowness; its redirects are.
func TestSlowIsTheServersTime(t *testing.T) {
	c := newClock()
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		c.Sleep(r.Context(), 2*time.Second)
		if step, _ := strconv.Atoi(r.URL.Path[1:]); step > 0 {
			redirect(302, "/"+strconv.Itoa(step-1))(w, r)
		}
	})
	o := options(c)
	o.Pause = time.Minute
	if f := only(t, o, s.URL+"/1"); f.Verdict != Fine || f.Took != 4*time.Second {
		t.Errorf("%s: %q, %s", f.Verdict, f.Why, f.Took)
	}
	if f := only(t, o, s.URL+"/2"); f.Verdict != Slow || f.Took != 6*time.Second {
		t.Errorf("%s: %q, %s", f.Verdict, f.Why, f.Took)
	}
}

// Of a body without an end only the beginning is read.
func TestEndlessBody(t *testing.T) {
	stopped := make(chan struct{})
	s := newSite(t, byMethod(status(405), func(w http.ResponseWriter, _ *http.Request) {
		defer close(stopped)
		for line := []byte(strings.Repeat("x", 1<<10)); ; {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	}))
	o := options(newClock())
	o.Timeout = time.Hour // so that it is not what ends the reading
	if f := only(t, o, s.URL); f.Verdict != Fine {
		t.Errorf("%s: %q", f.Verdict, f.Why)
	}
	<-stopped // the connection was given up
}

func TestRedirects(t *testing.T) {
	paths := map[string]http.HandlerFunc{
		"/a":         redirect(301, "/b"),
		"/b":         redirect(308, "/c?x=1"),
		"/c":         text("here"),
		"/c-for-now": redirect(302, "/a"),
		"/then-now":  redirect(301, "/for-now"),
		"/for-now":   redirect(307, "/c"),
		"/circle":    redirect(302, "/circle"),
		"/pingpong":  redirect(301, "/pong"),
		"/pong":      redirect(301, "/pingpong"),
		"/gone":      redirect(301, "/nothing"),
		"/nothing":   status(404),
		"/closed":    redirect(301, "/members"),
		"/members":   status(403),
		"/file":      redirect(302, "file:///etc/passwd"),
		"/mail":      redirect(301, "mailto:a@example.com"),
		"/rubbish":   redirect(302, "http://%zz/"),
		"/old/page":  redirect(301, "/"),
		"/":          text("the front"),
		"/cookie": func(w http.ResponseWriter, r *http.Request) {
			if _, err := r.Cookie("seen"); err != nil {
				http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
				redirect(302, "/cookie")(w, r)
			}
		},
		"/sticky": func(w http.ResponseWriter, r *http.Request) {
			if _, err := r.Cookie("stuck"); err != nil {
				http.SetCookie(w, &http.Cookie{Name: "stuck", Value: "1"})
				redirect(301, "/sticky")(w, r)
			}
		},
		"/named":       redirect(301, "/c#own"),
		"/head-is-odd": byMethod(redirect(302, "/nothing"), redirect(301, "/c")),
	}
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if answer, ok := paths[r.URL.Path]; ok {
			answer(w, r)
			return
		}
		t.Errorf("asked for %s", r.URL)
	})
	for _, tt := range []struct {
		path    string
		want    Verdict
		why     string
		movedTo string // behind the site's own address
		at      string
	}{
		{"/a", Moved, "", "/c?x=1", "/c?x=1"},
		{"/a#part", Moved, "", "/c?x=1#part", "/c?x=1"},
		{"/named#part", Moved, "", "/c#own", "/c#own"},
		{"/c-for-now", Fine, "", "", "/c?x=1"},
		{"/then-now", Moved, "", "/for-now", "/c"},
		{"/for-now", Fine, "", "", "/c"},
		{"/circle", Unknown, "it redirects more than 10 times", "", ""},
		{"/pingpong", Unknown, "it redirects more than 10 times", "", ""},
		{"/gone", Dead, "it redirects to " + s.URL + "/nothing: it answers 404 Not Found", "/nothing", "/nothing"},
		{"/closed", Unknown, "it redirects to " + s.URL + "/members: it answers 403 Forbidden, ", "/members", "/members"},
		{"/file", Unknown, `it redirects to "file:///etc/passwd", which is no web address`, "", ""},
		{"/mail", Unknown, `it redirects to "mailto:a@example.com", which is no web address`, "", ""},
		{"/rubbish", Unknown, `it redirects to "http://%zz/", which is no web address`, "", ""},
		{"/old/page", Moved, "that is the front page of a site: ", "/", "/"},
		{"/cookie", Fine, "", "", ""},
		{"/sticky", Fine, "", "", ""},
		{"/head-is-odd", Moved, "", "/c", "/c"},
	} {
		full := func(path string) string {
			if path == "" {
				return ""
			}
			return s.URL + path
		}
		f := only(t, options(newClock()), s.URL+tt.path)
		if f.Verdict != tt.want || !strings.HasPrefix(f.Why, tt.why) || f.MovedTo != full(tt.movedTo) || f.At != full(tt.at) {
			t.Errorf("%s: %s, %q, moved to %q, at %q; want %+v", tt.path, f.Verdict, f.Why, f.MovedTo, f.At, tt)
		}
	}
	circles := 0
	for _, request := range s.requests() {
		if strings.HasSuffix(request, " /circle") {
			circles++
		}
	}
	if want := 2 * (1 + maxRedirects); circles != want {
		t.Errorf("went %d times round the circle, want %d", circles, want)
	}
}

// Only the first hop is on an address that is let through here.
func TestPrivateAddresses(t *testing.T) {
	for _, tt := range []struct{ to, why string }{
		{"http://169.254.169.254/latest/meta-data", "it is at 169.254.169.254, a link-local address; only public addresses are visited"},
		{"http://127.0.0.2/", "it is at 127.0.0.2, a loopback address; only public addresses are visited"},
		{"http://[::ffff:10.0.0.1]/", "it is at 10.0.0.1, a private address; only public addresses are visited"},
	} {
		s := newSite(t, redirect(302, tt.to))
		dialer := guard.Dialer(false)
		check := dialer.ControlContext
		dialer.ControlContext = func(ctx context.Context, network, to string, c syscall.RawConn) error {
			if to == s.Listener.Addr().String() {
				return nil
			}
			return check(ctx, network, to, c)
		}
		o := options(newClock())
		o.Dial = dialer.DialContext
		f := only(t, o, s.URL)
		if want := "it redirects to " + tt.to + ": " + tt.why; f.Verdict != Unknown || f.Why != want {
			t.Errorf("%s: %q, want %q", f.Verdict, f.Why, want)
		}
		if n := len(s.requests()); n != 1 {
			t.Errorf("%d requests, want 1: what is refused is not tried again", n)
		}

		o.Dial = nil // which must guard as well
		if f := only(t, o, tt.to); f.Verdict != Unknown || f.Why != tt.why {
			t.Errorf("%s: %q, want %q", f.Verdict, f.Why, tt.why)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cause *net.DNSError
		want  Verdict
		why   string
		dials int
	}{
		{"does not exist", &net.DNSError{Err: "no such host", IsNotFound: true}, Dead, "there is no host gone.example", 1},
		{"name server in trouble", &net.DNSError{Err: "server misbehaving", IsTemporary: true}, Unknown, "its name cannot be looked up just now (server misbehaving)", 3},
		{"name server hangs", &net.DNSError{Err: "i/o timeout", IsTimeout: true}, Unknown, "it does not answer within 20s", 3},
	} {
		o := options(newClock())
		dials := 0
		o.Dial = func(_ context.Context, network, address string) (net.Conn, error) {
			dials++
			cause := *tt.cause
			cause.Name, _, _ = net.SplitHostPort(address)
			return nil, &net.OpError{Op: "dial", Net: network, Err: &cause}
		}
		f := only(t, o, "https://gone.example/page")
		if f.Verdict != tt.want || f.Why != tt.why || dials != tt.dials {
			t.Errorf("%s: %s: %q after %d dials, want %+v", tt.name, f.Verdict, f.Why, dials, tt)
		}
	}
}

func TestNamesOfOtherScripts(t *testing.T) {
	o := options(newClock())
	o.Retries = 0
	var dialed string
	o.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = address
		return nil, errors.New("no need")
	}
	only(t, o, "https://bücher.example/straße")
	if want := "xn--bcher-kva.example:443"; dialed != want {
		t.Errorf("dialed %q, want %q", dialed, want)
	}
}

// A resolver of our own, so that what Go makes of "no such name" is seen too.
func TestNameThatDoesNotExist(t *testing.T) {
	dialer := guard.Dialer(false)
	dialer.Resolver = &net.Resolver{
		PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go denyName(there)
			return here, nil
		},
	}
	o := options(newClock())
	o.Dial = dialer.DialContext
	f := only(t, o, "https://gone.example./page") // with a dot at its end no search domain is tried
	if f.Verdict != Dead || f.Why != "there is no host gone.example." {
		t.Errorf("%s: %q", f.Verdict, f.Why)
	}
}

// denyName answers a DNS query over TCP: there is no such name.
func denyName(conn net.Conn) {
	defer conn.Close()
	query := make([]byte, 512)
	n, err := conn.Read(query[:2])
	for total := 2 + int(query[0])<<8 + int(query[1]); n < total && err == nil; {
		var more int
		more, err = conn.Read(query[n:total])
		n += more
	}
	if err != nil {
		return
	}
	answer := query[:n]
	copy(answer[4:], []byte{0x81, 0x83}) // a response; NXDOMAIN
	conn.Write(answer)
}

// A refused connection may be the network's fault, so it is tried again and is
// not dead in the end.
func TestRefusedConnection(t *testing.T) {
	o := options(newClock())
	dials := 0
	o.Dial = func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connect: connection refused")}
	}
	f := only(t, o, "https://down.example/")
	if want := "there is no connection (connect: connection refused)"; f.Verdict != Unknown || f.Why != want || dials != 3 {
		t.Errorf("%s: %q after %d dials, want %q after 3", f.Verdict, f.Why, dials, want)
	}
}

func TestNoAddress(t *testing.T) {
	s := newSite(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/100%/50%off" {
			t.Errorf("asked for %q", r.URL.Path)
		}
	})
	r := checked(t.Context(), t, options(newClock()), nil, "http://[::1", "ftp://example.com/", "https://", " "+s.URL+"/100%/50%off ")
	for i, want := range []Verdict{Unknown, Unknown, Unknown, Fine} {
		if f := r.Findings[i]; f.Verdict != want {
			t.Errorf("%q: %s: %q, want %s", f.URL, f.Verdict, f.Why, want)
		}
	}
}

func TestRequestSaysWhoAsks(t *testing.T) {
	var got http.Header
	var user, password string
	s := newSite(t, func(_ http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		user, password, _ = r.BasicAuth()
	})
	o := options(newClock())
	o.UserAgent = "archbot/1.2 (link check)"
	only(t, o, strings.Replace(s.URL, "://", "://u:p@", 1))
	if got.Get("User-Agent") != "archbot/1.2 (link check)" || got.Get("Referer") != "" || user != "u" || password != "p" {
		t.Errorf("asked with %v, as %q %q", got, user, password)
	}
}

func TestOptions(t *testing.T) {
	_, err := New(Options{Pause: -1, Retries: -1})
	if err == nil {
		t.Fatal("options without sense are taken")
	}
	for _, want := range []string{"concurrency is 0", "pause is -1ns", "time limit is 0s", "slow is 0s", "retries is -1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if _, err := New(Defaults()); err != nil {
		t.Error(err)
	}
}
