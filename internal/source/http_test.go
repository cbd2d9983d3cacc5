package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/guard"
)

// markdown returns a list with one topic and n resources.
func markdown(n int) string {
	var b strings.Builder
	b.WriteString("# A List\n\n## Things\n\n")
	for i := range n {
		fmt.Fprintf(&b, "- [Thing %d](https://example.com/%d) - About thing %d.\n", i, i, i)
	}
	return b.String()
}

// serve starts a server whose answer can be exchanged.
func serve(t *testing.T, h http.HandlerFunc) (address string, exchange func(http.HandlerFunc)) {
	t.Helper()
	var now atomic.Value
	now.Store(h)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now.Load().(http.HandlerFunc)(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/list.md", func(h http.HandlerFunc) { now.Store(h) }
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, s)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

// bomb is a small answer that unpacks to more than a list may have.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(bytes.Repeat([]byte("- [a](https://example.com)\n"), catalog.MaxBytes/20))
	z.Close()
	return b.Bytes()
})

// badAnswers are what a server may say instead of a list.
var badAnswers = []struct {
	name     string
	answer   http.HandlerFunc
	kind     Kind
	why, fix string
	timeout  time.Duration
}{
	{name: "404", answer: status(404), kind: Unreachable, why: "the server answers 404 Not Found", fix: "check the address, and that the list can be read without logging in"},
	{name: "410", answer: status(410), kind: Unreachable, why: "the server answers 410 Gone", fix: "check the address"},
	{name: "401", answer: status(401), kind: Unreachable, why: "the server answers 401 Unauthorized", fix: "make the list public, or put credentials into the address"},
	{name: "403", answer: status(403), kind: Unreachable, why: "the server answers 403 Forbidden", fix: "make the list public, or put credentials into the address"},
	{name: "429", answer: status(429), kind: Unreachable, why: "the server answers 429 Too Many Requests", fix: "reload less often"},
	{name: "500", answer: status(500), kind: Unreachable, why: "the server answers 500 Internal Server Error", fix: "try again later"},
	{name: "503", answer: status(503), kind: Unreachable, why: "the server answers 503 Service Unavailable", fix: "try again later"},
	{name: "an unknown status", answer: status(799), kind: Unreachable, why: "the server answers status 799", fix: "try again later"},
	{name: "204", answer: status(204), kind: Unreachable, why: "the server answers 204 No Content", fix: "answers 200 with the Markdown itself"},
	{name: "304 though nobody asked", answer: status(304), kind: Unreachable, why: "the server answers 304 Not Modified", fix: "answers 200"},
	{
		name: "an HTML page",
		answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			io.WriteString(w, "<!doctype html><title>A list</title>")
		},
		kind: NotList, why: "an HTML page, not Markdown", fix: "give the address of the raw file",
	},
	{name: "an HTML page that says it is text", answer: text("<!doctype html>\n<html><body>x</body></html>"), kind: NotList, why: "HTML", fix: "raw"},
	{name: "nothing", answer: text(""), kind: NotList, why: "empty"},
	{name: "prose without an entry", answer: text("Just some words.\n"), kind: NotList},
	{name: "every line malformed", answer: text(strings.Repeat("- [x](\n* ](http://\n[[[[\n| | |\n#######\n- []()\n", 20)), kind: NotList},
	{
		name: "an endless body",
		answer: func(w http.ResponseWriter, _ *http.Request) {
			for line := []byte(markdown(1000)); ; {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		},
		kind: TooLarge, why: "it is larger than 10 MiB, or has no end", fix: "split the list into several",
	},
	{
		name: "a length that is too large",
		answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(catalog.MaxBytes+1))
			io.WriteString(w, markdown(3))
		},
		kind: TooLarge, why: "it is larger than 10 MiB",
	},
	{
		name: "a gzip bomb",
		answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "text/plain")
			w.Write(bomb())
		},
		kind: TooLarge, why: "it is larger than 10 MiB",
	},
	{
		name: "packed in another way",
		answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			io.WriteString(w, "\x0b\x02\x80")
		},
		kind: NotList, why: "packed in a way that was not asked for",
	},
	{
		name: "a body that breaks off",
		answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5000")
			io.WriteString(w, markdown(3))
		},
		kind: Unreachable, why: "unexpected EOF",
	},
	{
		name: "headers without end",
		answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 2*maxHeaderBytes))
		},
		kind: Unreachable, why: "the answer is broken",
	},
	{
		name:   "a redirect to itself",
		answer: func(w http.ResponseWriter, r *http.Request) { redirect(r.URL.String())(w, r) },
		kind:   Refused, why: "it redirects more than 5 times", fix: "give the address that it leads to in the end",
	},
	{name: "a redirect to a file", answer: redirect("file:///etc/passwd"), kind: Refused, why: "it redirects to something that is no web address"},
	{name: "a redirect to nowhere", answer: status(302), kind: Unreachable, why: "the server answers 302 Found"},
	{
		name:   "a redirect that repeats the query",
		answer: func(w http.ResponseWriter, r *http.Request) { redirect("http://%zz/?"+r.URL.RawQuery)(w, r) },
		kind:   Unreachable, why: "its text is left out",
	},
	{
		name:   "never",
		answer: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		kind:   Unreachable, why: "there was no complete answer within 50ms", fix: "allow more time",
		timeout: 50 * time.Millisecond,
	},
	{
		name: "a trickle",
		answer: func(w http.ResponseWriter, r *http.Request) {
			for tick := time.NewTicker(5 * time.Millisecond); ; {
				select {
				case <-r.Context().Done():
					return
				case <-tick.C:
					io.WriteString(w, "- [a](https://example.com)\n")
					w.(http.Flusher).Flush()
				}
			}
		},
		kind: Unreachable, why: "there was no complete answer within 50ms",
		timeout: 50 * time.Millisecond,
	},
}

// Each bad answer is a clear error at the first load. At a reload it is told,
// the last good version goes on serving, and the next good one is taken.
func TestBadAnswers(t *testing.T) {
	for _, tt := range badAnswers {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address, exchange := serve(t, tt.answer)
			address = strings.Replace(address, "://", "://hunter:s3cr3t@", 1) + "?token=t0k3n"
			cfg := Config{Lists: []string{address}, AllowPrivate: true, Timeout: tt.timeout}
			check := func(when string, err error) {
				t.Helper()
				in, ok := errors.AsType[*Error](err)
				if !ok {
					t.Fatalf("%s: %v, want an *Error", when, err)
				}
				if in.Kind != tt.kind || !strings.Contains(in.Why, tt.why) || !strings.Contains(in.Fix, tt.fix) || in.Fix == "" {
					t.Errorf("%s: kind %s, %v", when, in.Kind, err)
				}
				for ; err != nil; err = errors.Unwrap(err) {
					for _, secret := range []string{"hunter", "s3cr3t", "t0k3n"} {
						if strings.Contains(err.Error(), secret) {
							t.Errorf("%s: the error tells a secret: %v", when, err)
						}
					}
				}
			}

			check("first load", newLoader(t, cfg).Load(t.Context()))

			exchange(text(markdown(20)))
			cfg.Timeout = 0
			l := loaded(t, cfg)
			l.lists[0].from = withTimeout(l.lists[0].from, tt.timeout)
			good := l.Current()
			exchange(tt.answer)
			change, err := l.Reload(t.Context())
			check("reload", err)
			if !change.Empty() || l.Current() != good {
				t.Errorf("reload: %s; the last good version does not serve", change)
			}

			exchange(text(markdown(21)))
			l.lists[0].from = withTimeout(l.lists[0].from, DefaultTimeout)
			if change, err := l.Reload(t.Context()); err != nil || len(change.Added) != 1 {
				t.Errorf("after it is mended: %s, %v", change, err)
			}
		})
	}
}

func withTimeout(from origin, d time.Duration) origin {
	r := from.(remote)
	if d > 0 {
		r.timeout = d
	}
	return r
}

// newLoader and loaded fail the test when the loader does.
func newLoader(t *testing.T, cfg Config) *Loader {
	t.Helper()
	l, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func loaded(t *testing.T, cfg Config) *Loader {
	t.Helper()
	l := newLoader(t, cfg)
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestConditionalRequests(t *testing.T) {
	for _, tt := range []struct{ name, etag, modified string }{
		{"ETag", `"v1"`, ""},
		{"weak ETag", `W/"v1"`, ""},
		{"Last-Modified", "", "Mon, 02 Feb 2026 10:00:00 GMT"},
		{"both", `"v1"`, "Mon, 02 Feb 2026 10:00:00 GMT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			versioned := func(etag, modified, body string) http.HandlerFunc {
				return func(w http.ResponseWriter, r *http.Request) {
					asked++
					h := r.Header
					if h.Get("If-None-Match")+h.Get("If-Modified-Since") == etag+modified {
						w.WriteHeader(http.StatusNotModified)
						return
					}
					if asked > 1 && (h.Get("If-None-Match") != tt.etag || h.Get("If-Modified-Since") != tt.modified) {
						t.Errorf("request %d: asked with %q, %q; want those of the last version accepted",
							asked, h.Get("If-None-Match"), h.Get("If-Modified-Since"))
					}
					w.Header().Set("ETag", etag)
					w.Header().Set("Last-Modified", modified)
					text(body)(w, r)
				}
			}
			address, exchange := serve(t, versioned(tt.etag, tt.modified, markdown(20)))
			l := loaded(t, Config{Lists: []string{address}, AllowPrivate: true})
			first := l.Current()

			if change, err := l.Reload(t.Context()); err != nil || !change.Empty() || l.Current() != first {
				t.Errorf("unchanged: %s, %v, swapped %v", change, err, l.Current() != first)
			}
			// A version that is turned down is asked for again each time, and so reported.
			exchange(versioned(`"v2"`, tt.modified, "# Oops\n"))
			for range 2 {
				if _, err := l.Reload(t.Context()); err == nil {
					t.Error("a broken version is not reported")
				}
			}
			exchange(versioned(tt.etag, tt.modified, markdown(20)))
			if change, err := l.Reload(t.Context()); err != nil || !change.Empty() || l.Current() != first {
				t.Errorf("back at the first version: %s, %v", change, err)
			}
			exchange(versioned(`"v3"`, tt.modified, markdown(21)))
			if change, err := l.Reload(t.Context()); err != nil || len(change.Added) != 1 {
				t.Errorf("a new version: %s, %v", change, err)
			}
			if asked != 6 {
				t.Errorf("%d requests, want 6", asked)
			}
		})
	}
}

// A server may name the same bytes anew; that is no new version, but its new
// name counts from then on.
func TestSameBytesUnderANewName(t *testing.T) {
	var etag, asked string
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Get("If-None-Match")
		w.Header().Set("ETag", etag)
		text(markdown(3))(w, r)
	})
	etag = `"a"`
	l := loaded(t, Config{Lists: []string{address}, AllowPrivate: true})
	first := l.Current()
	for _, want := range []string{`"a"`, `"b"`} {
		etag = `"b"`
		if _, err := l.Reload(t.Context()); err != nil || asked != want || l.Current() != first {
			t.Errorf("asked with %s, want %s; swapped %v, %v", asked, want, l.Current() != first, err)
		}
	}
}

func TestRequestSaysWhoAsks(t *testing.T) {
	var got http.Header
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		text(markdown(3))(w, r)
	})
	loaded(t, Config{Lists: []string{address}, AllowPrivate: true, UserAgent: "archbot/1.2"})
	if got.Get("User-Agent") != "archbot/1.2" || !strings.HasPrefix(got.Get("Accept"), "text/markdown") {
		t.Errorf("asked with %v", got)
	}
}

// Credentials and query are the first server's; where it redirects to learns
// neither.
func TestRedirectTakesNoSecretsAlong(t *testing.T) {
	var got http.Header
	target, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		text(markdown(3))(w, r)
	})
	var user, password string
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ = r.BasicAuth()
		redirect(target)(w, r)
	})
	address = strings.Replace(address, "://", "://hunter:s3cr3t@", 1) + "?token=t0k3n"
	loaded(t, Config{Lists: []string{address}, AllowPrivate: true})
	if user != "hunter" || password != "s3cr3t" {
		t.Errorf("the first server was told %q, %q", user, password)
	}
	if got.Get("Authorization")+got.Get("Referer")+got.Get("Cookie") != "" {
		t.Errorf("the second server was told %v", got)
	}
}

// Only the first hop is on an address that is let through here.
func TestRedirectToPrivateAddress(t *testing.T) {
	for _, tt := range []struct{ to, why string }{
		{"http://169.254.169.254/latest/meta-data", "it leads to 169.254.169.254, a link-local address"},
		{"http://127.0.0.2/", "it leads to 127.0.0.2, a loopback address"},
		{"http://[::ffff:10.0.0.1]/", "it leads to 10.0.0.1, a private address"},
		{"http://localhost:1/", "a loopback address"},
	} {
		address, _ := serve(t, redirect(tt.to))
		at, err := ParseLocation(address)
		if err != nil {
			t.Fatal(err)
		}
		dialer := guard.Dialer(false)
		check := dialer.ControlContext
		dialer.ControlContext = func(ctx context.Context, network, to string, c syscall.RawConn) error {
			if to == at.url.Host {
				return nil
			}
			return check(ctx, network, to, c)
		}
		_, err = remote{at, newClient(dialer), DefaultTimeout, "test"}.fetch(t.Context(), validators{})
		if err == nil || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("redirect to %s: %v, want %q", tt.to, err, tt.why)
		}
	}
}

func TestPrivateAddressNeedsTheFlag(t *testing.T) {
	srv := httptest.NewTLSServer(text(markdown(3)))
	t.Cleanup(srv.Close)
	err := newLoader(t, Config{Lists: []string{srv.URL}}).Load(t.Context())
	in, ok := errors.AsType[*guard.AddressError](err)
	if !ok || !in.Addr.IsLoopback() || in.Addr == (netip.Addr{}) {
		t.Errorf("Load: %v, want an AddressError", err)
	}
}

func TestTLS(t *testing.T) {
	plain, _ := serve(t, text(markdown(3)))
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		max    uint16
		trust  bool
		want   string // empty when the list is read
	}{
		{name: "trusted", answer: text(markdown(3)), trust: true},
		{name: "untrusted", answer: text(markdown(3)), want: "the server's certificate is not trusted"},
		{name: "TLS 1.1", answer: text(markdown(3)), max: tls.VersionTLS11, trust: true, want: "there is no connection"},
		{name: "a redirect to plain http", answer: redirect(plain), trust: true, want: "it redirects from https to plain http"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewUnstartedServer(tt.answer)
			srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo) // it tells of failed handshakes
			srv.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tt.max}
			srv.StartTLS()
			t.Cleanup(srv.Close)
			u, err := url.Parse(srv.URL)
			if err != nil {
				t.Fatal(err)
			}
			client := newClient(guard.Dialer(true))
			if tt.trust {
				roots := x509.NewCertPool()
				roots.AddCert(srv.Certificate())
				client.Transport.(*http.Transport).TLSClientConfig.RootCAs = roots
			}
			_, err = remote{Location{url: u}, client, DefaultTimeout, "test"}.fetch(t.Context(), validators{})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("fetch: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestNoServer(t *testing.T) {
	srv := httptest.NewServer(nil)
	srv.Close()
	err := newLoader(t, Config{Lists: []string{srv.URL}, AllowPrivate: true}).Load(t.Context())
	if want := "there is no connection (connect: connection refused)"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

func TestUnknownName(t *testing.T) {
	at, err := ParseLocation("https://nowhere.invalid/list.md")
	if err != nil {
		t.Fatal(err)
	}
	const want = "https://nowhere.invalid/list.md: the name nowhere.invalid cannot be looked up; check its spelling and the name server"
	cause := &net.DNSError{Err: "no such host", Name: "nowhere.invalid", IsNotFound: true}
	got := remote{at: at}.failure(&url.Error{Op: "Get", URL: "https://…", Err: &net.OpError{Op: "dial", Err: cause}})
	if got.Error() != want || !errors.Is(got, cause) {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestHintForRawGitHub(t *testing.T) {
	at, err := ParseLocation("https://github.com/o/r")
	if err != nil {
		t.Fatal(err)
	}
	const want = "https://raw.githubusercontent.com/o/r/HEAD/README.md: the server answers 404 Not Found; " +
		"check the address, and that the list can be read without logging in " +
		"(when it is not README.md: https://github.com/OWNER/REPO/blob/BRANCH/FILE)"
	if got := (remote{at: at}).status(404).Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
