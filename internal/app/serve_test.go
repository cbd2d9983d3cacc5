package app

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/store/redistest"
)

const smallList = "# List\n\n## Resilience\n\n### Circuit breaking\n\n- [Breakers](https://example.com/breakers) - When to open.\n\n### Load balancing\n\n- [Balancers](https://example.com/balancers) - Who gets it.\n"

// late is when something that should happen counts as not happening.
const late = 20 * time.Second

// serving is archbot serve in this process.
type serving struct {
	addr  string // where it listens
	said  *buffer
	stop  context.CancelCauseFunc
	ended chan error
}

// serve starts archbot serve, and returns once it listens.
func serve(t *testing.T, environ ...string) *serving {
	t.Helper()
	s := &serving{said: &buffer{}, ended: make(chan error, 1)}
	said := newTeller(s.said, regexp.MustCompile(`Listening on (\S+)\. `))
	p := &Program{In: strings.NewReader(""), Out: io.Discard, Err: said, Environ: environ, patience: 10 * time.Second}
	ctx, stop := context.WithCancelCause(t.Context())
	s.stop = stop
	go func() { s.ended <- p.Serve(ctx, ServeOptions{}) }()
	t.Cleanup(func() { stop(nil) })
	select {
	case s.addr = <-said.found:
	case err := <-s.ended:
		t.Fatalf("serve ends with %v, and says\n%s", err, s.said)
	case <-time.After(late):
		t.Fatalf("serve does not listen, but says\n%s", s.said)
	}
	return s
}

// end waits for serve to end.
func (s *serving) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(late):
		t.Fatalf("serve does not end, and says\n%s", s.said)
		return nil
	}
}

// teller passes on what is written, and tells of the first thing that is found in it.
type teller struct {
	io.Writer
	look  *regexp.Regexp
	found chan string

	mu   sync.Mutex
	seen bytes.Buffer
}

func newTeller(to io.Writer, look *regexp.Regexp) *teller {
	return &teller{Writer: to, look: look, found: make(chan string, 1)}
}

func (w *teller) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen.Write(p)
	if m := w.look.FindSubmatch(w.seen.Bytes()); m != nil {
		select {
		case w.found <- string(m[1]):
		default:
		}
	}
	return w.Writer.Write(p)
}

// Over both transports: a command and a mention are answered; told to stop, serve
// finishes what it has begun, and leaves nothing behind.
func TestServe(t *testing.T) {
	for _, socketMode := range []bool{false, true} {
		name := "http"
		if socketMode {
			name = "socket mode"
		}
		t.Run(name, func(t *testing.T) {
			f := newFakeSlack(t, socketMode)
			transport, how := "SLACK_SIGNING_SECRET="+f.SigningSecret, "Slack: on, over HTTP."
			if socketMode {
				transport, how = "SLACK_APP_TOKEN="+f.appToken(), "Slack: on, by Socket Mode."
			}
			dir := t.TempDir()
			list := filepath.Join(dir, "list.md")
			writeList(t, list, smallList)
			s := serve(t, f.settings(transport, "ARCHBOT_LIST="+list, "ARCHBOT_STATE="+filepath.Join(dir, "state.db"))...)
			if !strings.HasPrefix(s.said.String(), how) {
				t.Errorf("it says %q", s.said)
			}
			at := "http://" + s.addr
			f.Connect(slackfake.Endpoints{Commands: at + slack.PathCommands, Interactivity: at + slack.PathInteractivity, Events: at + slack.PathEvents})
			if socketMode && !f.Await(func() bool { return f.Sockets() > 0 }) {
				t.Fatal("it opens no socket")
			}
			alive(t, at, socketMode)

			out := f.As(f.ann.ID).Command(f.channel.ID, "/arch", "search circuit breaking")
			if said := answer(t, f, out); !strings.Contains(string(said.Blocks), "Circuit breaking") || said.Only != f.ann.ID {
				t.Errorf("the command: %+v", said)
			}
			held := f.Inject(slackfake.Fault{Method: "chat.postMessage", Hold: true})
			bot, _ := f.Team(f.ann.Team)
			f.As(f.ann.ID).Say(f.channel.ID, "<@"+bot.Bot+"> load balancing")
			if !f.Await(func() bool { return f.Faults()[0].Held == 1 }) {
				t.Fatal("the mention is not answered")
			}
			s.stop(&interruption{syscall.SIGTERM})
			f.Release(held)
			if err := s.end(t); err != nil {
				t.Errorf("serve ends with %v", err)
			}
			posts := f.Posts(f.channel.ID)
			if len(posts) != 1 || !strings.Contains(posts[0].Text, "Load balancing") {
				t.Errorf("what was begun is not finished: %+v", posts)
			}
			f.Close()
			nothingLeft(t)
			for _, secret := range []string{f.token.Value, f.SigningSecret, transport} {
				if strings.Contains(s.said.String(), secret) {
					t.Errorf("it says a secret: %s", s.said)
				}
			}
		})
	}
}

// answer is what a command was answered with: at once, or where the first index was
// not made in time, soon after.
func answer(t *testing.T, f *fakeSlack, out slackfake.Outcome) slackfake.Message {
	t.Helper()
	if out.Message != nil {
		return *out.Message
	}
	if out.Failure != "" || !f.Await(func() bool { return len(f.Responses(out.ID)) > 0 }) {
		t.Fatalf("no answer: %+v", out)
	}
	return f.Responses(out.ID)[0]
}

// alive asks for the health of what listens, and whether it takes what nobody signed.
func alive(t *testing.T, at string, socketMode bool) {
	t.Helper()
	unsigned := http.StatusUnauthorized
	if socketMode {
		unsigned = http.StatusNotFound
	}
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/": http.StatusNotFound, slack.PathEvents: unsigned} {
		method := http.MethodGet
		if path == slack.PathEvents {
			method = http.MethodPost
		}
		r, err := http.NewRequestWithContext(t.Context(), method, at+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Close = true
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s %s: status %d, want %d", method, path, answer.StatusCode, want)
		}
	}
}

// nothingLeft fails when code of ours still runs, besides tests.
func nothingLeft(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(late)
	for {
		var ours []string
		stacks := make([]byte, 1<<20)
		for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
			if strings.Contains(stack, "archbot/") && !strings.Contains(stack, "testing.tRunner") && !strings.Contains(stack, "os/signal") {
				ours = append(ours, stack)
			}
		}
		if len(ours) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still running:\n%s", strings.Join(ours, "\n\n"))
		}
		runtime.Gosched()
	}
}

// Half a set-up, or one that Slack refuses, ends with what to do.
func TestServeRefused(t *testing.T) {
	f := newFakeSlack(t, true)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	for name, c := range map[string]struct {
		environ []string
		says    string
	}{
		"nothing set":     {nil, "no platform is set up"},
		"no way in":       {[]string{"SLACK_BOT_TOKEN=xoxb-1"}, "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"},
		"no way out":      {[]string{"SLACK_APP_TOKEN=xapp-1"}, "without SLACK_BOT_TOKEN nothing can be posted"},
		"tokens swapped":  {[]string{"SLACK_BOT_TOKEN=xapp-1", "SLACK_APP_TOKEN=xoxb-1"}, "SLACK_BOT_TOKEN is no bot token"},
		"wrong app token": {f.settings("SLACK_APP_TOKEN=xapp-nobody"), "make a new app-level token"},
		"port taken":      {append(f.settings("SLACK_APP_TOKEN="+f.appToken()), "ARCHBOT_ADDR="+taken.Addr().String()), "ARCHBOT_ADDR is"},
	} {
		t.Run(name, func(t *testing.T) {
			var said buffer
			p := &Program{In: strings.NewReader(""), Out: io.Discard, Err: &said, Environ: append(c.environ, "ARCHBOT_LIST="+list, "ARCHBOT_STATE="+filepath.Join(dir, "state.db"))}
			err := p.Serve(t.Context(), ServeOptions{})
			if status := p.Exit("archbot serve", err); status != statusUsage || !strings.Contains(said.String(), c.says) {
				t.Errorf("status %d, and it says\n%s", status, said.String())
			}
			for _, secret := range []string{"xoxb-1", "xapp-1", "xapp-nobody", f.token.Value} {
				if strings.Contains(said.String(), secret) {
					t.Errorf("it says %s: %s", secret, said.String())
				}
			}
		})
	}
}

// A list whose server is in trouble is waited for: the process lives, says that it is not
// ready, and answers once the list is there. One that is not there at all ends serve.
func TestServeAwaitsLists(t *testing.T) {
	port := redistest.FreePort(t)
	var requests atomic.Int64
	var alive, ready int
	var text string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 1 {
			http.Error(w, "in trouble", http.StatusServiceUnavailable)
			return
		}
		alive, _ = asked(t, "http://127.0.0.1:"+port+"/healthz")
		ready, text = asked(t, "http://127.0.0.1:"+port+"/readyz")
		_, _ = io.WriteString(w, smallList)
	}))
	defer server.Close()
	f := newFakeSlack(t, false)
	environ := f.settings("SLACK_SIGNING_SECRET="+f.SigningSecret, "ARCHBOT_STATE="+filepath.Join(t.TempDir(), "state.db"), "ARCHBOT_ALLOW_PRIVATE=true", "ARCHBOT_RELOAD=0")
	s := serve(t, append(environ, "ARCHBOT_LIST="+server.URL+"/list.md", "ARCHBOT_ADDR=127.0.0.1:"+port)...)
	if alive != 200 || ready != 503 || !strings.Contains(text, "not read yet") {
		t.Errorf("meanwhile it answers %d and %d, %q", alive, ready, text)
	}
	if !strings.Contains(s.said.String(), "503 Service Unavailable") || requests.Load() != 2 {
		t.Errorf("the list is asked for %d times; it says %q", requests.Load(), s.said)
	}
	if status, _ := asked(t, "http://"+s.addr+"/readyz"); status != 200 {
		t.Errorf("with the list it is not ready: %d", status)
	}

	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	p := &Program{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Environ: append(environ, "ARCHBOT_LIST="+gone.URL)}
	if err := p.Serve(t.Context(), ServeOptions{}); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("without a list: %v", err)
	}
}
