package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archbot/adapters/slack"
	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/store/redistest"
)

// canary stands in every secret of these tests.
const canary = "hunter2-canary"

// canaries are all secrets there are, set so that serve would run with them in Slack, in
// Discord and on Redis; what is given besides wins.
func canaries(t *testing.T, more ...string) []string {
	t.Helper()
	values := map[string]string{
		"REDIS_URL": "redis://ann:" + canary + "@" + bare(nobody(t)), "SLACK_BOT_TOKEN": "xoxb-" + canary, "SLACK_APP_TOKEN": "xapp-" + canary,
		"SLACK_CLIENT_SECRET": "",
	}
	var environ []string
	for _, r := range config.Rows() {
		if !r.Secret {
			continue
		}
		value, ok := values[r.Env]
		if !ok {
			value = canary + "-of-" + r.Env
		}
		environ = append(environ, r.Env+"="+value)
	}
	list := filepath.Join(t.TempDir(), "list.md")
	writeList(t, list, smallList)
	environ = append(environ, "ARCHBOT_LOG=debug", "ARCHBOT_ADDR=127.0.0.1:0", "ARCHBOT_LIST="+list,
		"SLACK_API_URL="+nobody(t), "DISCORD_API_URL="+nobody(t))
	for _, v := range more {
		name, _, _ := strings.Cut(v, "=")
		environ = slices.DeleteFunc(environ, func(v string) bool { return strings.HasPrefix(v, name+"=") })
	}
	return slices.Concat(environ, more)
}

// bare is an address without scheme and path.
func bare(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u.Host
}

// shows returns how a text shows a secret: as it is, or encoded; nothing where it does not.
func shows(text, secret string) string {
	forms := []string{secret, hex.EncodeToString([]byte(secret)), url.QueryEscape(secret)}
	for shift := range 3 { // what stands before it decides how Base64 writes it
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
		forms = append(forms, encoded[4:len(encoded)-4])
	}
	for _, f := range forms {
		if strings.Contains(text, f) {
			return f
		}
	}
	return ""
}

func TestShows(t *testing.T) {
	for _, text := range []string{canary, hex.EncodeToString([]byte("a" + canary)), "Basic " + base64.StdEncoding.EncodeToString([]byte("ann:"+canary+"!"))} {
		if shows("<"+text+">", canary) == "" {
			t.Errorf("%s is not found", text)
		}
	}
	if got := shows("hunter", canary); got != "" {
		t.Errorf("%q is found", got)
	}
}

// echo is a server that answers all there is with a status, and repeats what it was asked.
func echo(t *testing.T, status int) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ := httputil.DumpRequest(r, true)
		w.WriteHeader(status)
		_, _ = w.Write(asked)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// Whatever fails, and however much is logged, neither serve nor doctor shows a secret.
func TestSecretsOfWhatFails(t *testing.T) {
	guarded := redistest.Start(t, "--requirepass", "another")
	f, refusing := newFakeSlack(t, true), "SLACK_API_URL="
	refusing += f.APIURL()
	d, _ := newFakeDiscord(t)
	atRedis := func(scheme string) string { return "REDIS_URL=" + scheme + "://ann:" + canary + "@" + guarded.Addr }
	const away, noSlack, noDiscord = "the state is out of reach", "no connection to Slack can be opened", "Discord cannot be asked"
	for name, c := range map[string]struct {
		more   []string
		serve  string // what serve says of it
		doctor string
	}{
		"nobody is there":        {nil, noSlack, "wrong state"},
		"Redis is not there":     {nil, away, "It cannot be reached: "},
		"a wrong password":       {[]string{atRedis("redis")}, "WRONGPASS", "WRONGPASS"},
		"no TLS":                 {[]string{atRedis("rediss")}, away, "It cannot be reached: "},
		"no such scheme":         {[]string{atRedis("http")}, "the Redis URL must begin with", "the Redis URL must begin with"},
		"no such database":       {[]string{atRedis("redis") + "/" + canary}, "database is not a number", "database is not a number"},
		"a key that is short":    {[]string{"ARCHBOT_KEY=" + canary}, "ARCHBOT_KEY: each must have 16", "ARCHBOT_KEY: each must have 16"},
		"half a set-up":          {[]string{"SLACK_CLIENT_SECRET=" + canary}, "set either SLACK_BOT_TOKEN", "It is half set up"},
		"Slack refuses":          {[]string{refusing}, "Slack does not accept SLACK_APP_TOKEN", "Slack refuses SLACK_BOT_TOKEN"},
		"Slack repeats it 200":   {[]string{"SLACK_API_URL=" + echo(t, 200)}, noSlack, "wrong Slack token"},
		"Slack repeats it 400":   {[]string{"SLACK_API_URL=" + echo(t, 400)}, noSlack, "wrong Slack token"},
		"Slack repeats it 500":   {[]string{"SLACK_API_URL=" + echo(t, 500)}, noSlack, "wrong Slack token"},
		"Discord refuses":        {[]string{"DISCORD_API_URL=" + d.URL()}, "DISCORD_TOKEN", "Discord refuses DISCORD_TOKEN"},
		"Discord repeats it 200": {[]string{"DISCORD_API_URL=" + echo(t, 200)}, noDiscord, "wrong Discord token"},
		"Discord repeats it 400": {[]string{"DISCORD_API_URL=" + echo(t, 400)}, noDiscord, "wrong Discord token"},
		"Discord repeats it 500": {[]string{"DISCORD_API_URL=" + echo(t, 500)}, noDiscord, "wrong Discord token"},
		"a list behind a token": {
			[]string{"ARCHBOT_ALLOW_PRIVATE=true", "ARCHBOT_LIST=http://ann:" + canary + "@" + bare(echo(t, 404)) + "/list.md?token=" + canary}, "404 Not Found", "404 Not Found",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they do little but wait for what does not answer
			environ := canaries(t, c.more...)
			said := saidByServe(t, environ, c.serve)
			if form := shows(said, canary); form != "" {
				t.Errorf("serve shows %q:\n%s", form, said)
			}
			out, complaints, _ := ran(t, environ, func(p *Program) error { return p.Doctor(t.Context(), []string{"C1", "123"}) })
			if joined := strings.Join(strings.Fields(out+complaints), " "); !strings.Contains(joined, c.doctor) {
				t.Errorf("doctor does not say %q, but\n%s%s", c.doctor, out, complaints)
			}
			if form := shows(out+complaints, canary); form != "" {
				t.Errorf("doctor shows %q:\n%s%s", form, out, complaints)
			}
		})
	}
}

// saidByServe runs serve until it has said something, or has ended, and returns all of
// what it said.
func saidByServe(t *testing.T, environ []string, something string) string {
	t.Helper()
	said := &buffer{}
	p := &Program{In: strings.NewReader(""), Out: io.Discard, Err: said, Environ: environ}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	over := make(chan struct{})
	go func() {
		defer close(over)
		p.Exit("archbot serve", p.Serve(ctx, ServeOptions{Register: true}))
	}()
	until(t, said, func() bool {
		select {
		case <-over:
			return true
		default:
			return strings.Contains(said.String(), something)
		}
	})
	stop()
	<-over
	if !strings.Contains(said.String(), something) {
		t.Errorf("serve does not say %q, but\n%s", something, said)
	}
	return said.String()
}

// Nor do the web pages and what is logged of those who forge and guess.
func TestSecretsOfWhatIsForged(t *testing.T) {
	environ := canaries(t, "REDIS_URL=", "ARCHBOT_REDIS_PASSWORD=", "SLACK_BOT_TOKEN=", "SLACK_CLIENT_ID=1.2", "SLACK_CLIENT_SECRET="+canary,
		"ARCHBOT_URL=https://bot.example.com", "DISCORD_PUBLIC_KEY="+strings.Repeat("ab", 32), "ARCHBOT_STATE="+filepath.Join(t.TempDir(), "state.db"))
	s := serve(t, environ...)
	var pages bytes.Buffer
	for _, path := range []string{
		"/", "/debug/pprof/cmdline", "/debug/vars", "/metrics", "/healthz", slack.PathEvents, slack.PathCommands, slack.PathInstall,
		slack.PathPrefix + "oauth?code=x&state=y", "/discord/interactions",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.addr+path, strings.NewReader("payload={}"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Slack-Signature", "v0=00")
			r.Header.Set("X-Slack-Request-Timestamp", "1")
			r.Header.Set("X-Signature-Ed25519", "00")
			answer, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&pages, method, path, answer.Status, answer.Header)
			_, _ = io.Copy(&pages, answer.Body)
			answer.Body.Close()
		}
	}
	s.stop(nil)
	_ = s.end(t)
	if form := shows(pages.String()+s.said.String(), canary); form != "" {
		t.Errorf("it shows %q:\n%s\n%s", form, pages.String(), s.said)
	}
}

// Nor does a panic, though it is about the settings themselves.
func TestSecretsOfAPanic(t *testing.T) {
	settings, _, err := config.Load(canaries(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	logs := &buffer{}
	a, err := New(Options{Settings: settings, Logs: logs, Keep: KeepMemory})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer a.Stop()
	broken := func() bot.List {
		panic(fmt.Sprintf("%+v %#v %s", a.options, a.options.Settings, a.options.Settings.Key))
	}
	a.list.Store(&broken)
	reply := a.Bot.Handle(t.Context(), bot.Request{Text: "search x"})
	if !strings.Contains(logs.String(), "panic") || !strings.Contains(logs.String(), "ARCHBOT_KEY") && !strings.Contains(logs.String(), "[redacted]") {
		t.Errorf("the panic is not logged: %+v\n%s", reply, logs)
	}
	if form := shows(logs.String()+fmt.Sprintf("%+v", reply), canary); form != "" {
		t.Errorf("it shows %q:\n%s", form, logs)
	}
}
