package app

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/config"
)

// examined is what archbot doctor says and its exit status.
func examined(t *testing.T, channels []string, environ ...string) (said string, status int) {
	t.Helper()
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	var out, complaints bytes.Buffer
	p := &Program{
		In: strings.NewReader(""), Out: &out, Err: &complaints, patience: time.Minute,
		Environ: slices.Concat([]string{"ARCHBOT_LIST=" + list, "ARCHBOT_STATE=" + filepath.Join(dir, "state.db")}, environ),
	}
	status = p.Exit("archbot doctor", p.Doctor(t.Context(), channels))
	if complaints.Len() > 0 {
		t.Errorf("it complains: %s", complaints.String())
	}
	for _, name := range []string{"SLACK_BOT_TOKEN=", "SLACK_APP_TOKEN=", "SLACK_SIGNING_SECRET="} {
		for _, v := range environ {
			if secret, ok := strings.CutPrefix(v, name); ok && strings.Contains(out.String(), secret) {
				t.Errorf("it says %s", v)
			}
		}
	}
	return strings.Join(strings.Fields(out.String()), " "), status
}

func TestDoctorOnSlack(t *testing.T) {
	f := newFakeSlack(t, true)
	app := "SLACK_APP_TOKEN=" + f.appToken()
	secret := "SLACK_SIGNING_SECRET=" + f.SigningSecret
	lacking := f.Install(f.ann.Team, slices.DeleteFunc(namesOf(slack.Scopes()), func(s string) bool { return s == "im:history" })...).Value
	greedy := f.Install(f.ann.Team, append(namesOf(slack.Scopes()), "reactions:write")...).Value
	archived := f.AddChannel(slackfake.Channel{Team: f.ann.Team, Name: "old", Archived: true})
	for name, c := range map[string]struct {
		environ  []string
		channels []string
		status   int
		says     []string
	}{
		"fine": {f.settings(app, secret), []string{f.channel.ID}, 0, []string{
			"fine list", "fine state", "fine Slack token The bot is @archbot in the workspace Acme.",
			"fine Slack scopes", "fine clock", "fine Slack Socket Mode", "fine Slack over HTTP", "fine Slack channel " + f.channel.ID + " The bot is in #general.",
		}},
		"socket mode alone": {f.settings(app), nil, 0, []string{"off Slack over HTTP"}},
		"http alone":        {f.settings(secret), nil, 0, []string{"off Slack Socket Mode"}},
		"wrong token": {f.settings(app, "SLACK_BOT_TOKEN=xoxb-nobody"), []string{f.channel.ID}, 1, []string{
			"wrong Slack token Slack refuses SLACK_BOT_TOKEN: invalid_auth.", "→ Install the app to the workspace again", "fine Slack Socket Mode",
		}},
		"missing scope": {f.settings(app, "SLACK_BOT_TOKEN="+lacking), nil, 1, []string{
			"wrong Slack scopes The token lacks im:history (questions in direct messages).", "→ Add them under OAuth & Permissions",
		}},
		"more scopes": {f.settings(app, "SLACK_BOT_TOKEN="+greedy), nil, 0, []string{"doubt Slack scopes", "reactions:write"}},
		"not in the channel": {f.settings(app), []string{f.outside.ID}, 1, []string{
			"wrong Slack channel " + f.outside.ID + " The bot is not in #random. → Type /invite @archbot there.",
		}},
		"archived":   {f.settings(app), []string{archived.ID}, 1, []string{"#old is archived"}},
		"no channel": {f.settings(app), []string{"C0NOWHERE"}, 1, []string{"channel_not_found", "→ Name it by its id"}},
		"wrong app token": {f.settings("SLACK_APP_TOKEN=xapp-nobody"), nil, 1, []string{
			"wrong Slack Socket Mode Slack gives out no connection: invalid_auth.", "make a new app-level token",
		}},
		"not that secret": {f.settings(app, "SLACK_SIGNING_SECRET=what is this"), nil, 0, []string{"doubt Slack over HTTP", "→ Copy the Signing Secret"}},
		"half a set-up":   {[]string{"SLACK_BOT_TOKEN=xoxb-1"}, nil, 1, []string{"wrong Slack It is half set up. → set SLACK_APP_TOKEN"}},
		"no tokens":       {nil, nil, 0, []string{"off Slack No token is set."}},
		"no Slack":        {[]string{"SLACK_API_URL=" + nobody(t), "SLACK_BOT_TOKEN=xoxb-1", app}, nil, 1, []string{"wrong Slack token Slack cannot be asked:", "connection refused", "→ See that this machine reaches Slack"}},
		"clock off":       {f.settings(app, "SLACK_API_URL="+delayed(t, f.URL, 10*time.Minute)+"/api/"), nil, 1, []string{"wrong clock", "→ Set the clock by NTP."}},
		"clock a bit off": {f.settings(app, "SLACK_API_URL="+delayed(t, f.URL, 2*time.Minute)+"/api/"), nil, 0, []string{"doubt clock"}},
	} {
		t.Run(name, func(t *testing.T) {
			said, status := examined(t, c.channels, c.environ...)
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			for _, s := range c.says {
				if !strings.Contains(said, s) {
					t.Errorf("it does not say %q, but\n%s", s, said)
				}
			}
		})
	}
	f.Inject(slackfake.Fault{Method: "apps.connections.open", Error: "socket_mode_not_enabled"})
	if said, status := examined(t, nil, f.settings(app)...); status != 1 || !strings.Contains(said, "switch it on under Socket Mode") {
		t.Errorf("Socket Mode off: status %d\n%s", status, said)
	}
}

// delayed is a server whose clock is behind, and which is like another otherwise.
func delayed(t testing.TB, address string, by time.Duration) string {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ModifyResponse: func(r *http.Response) error {
			r.Header.Set("Date", time.Now().Add(-by).UTC().Format(http.TimeFormat))
			return nil
		},
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	return s.URL
}

// nobody is an address at which nobody listens.
func nobody(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String() + "/api/"
}

func TestDoctorOnListAndState(t *testing.T) {
	m := miniredis.RunT(t)
	newer := miniredis.RunT(t)
	if err := newer.Set("archbot:{archbot}:schema", "99"); err != nil {
		t.Fatal(err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	dir := t.TempDir()
	bad, taken := filepath.Join(dir, "bad.md"), filepath.Join(dir, "taken.db")
	writeList(t, bad, "# List\n\n## One\n\n- [A](https://example.com/a)\n- [A](https://example.com/a)\n")
	serving, err := keeping(t, KeepState, &buffer{}, config.Settings{State: taken})
	if err != nil {
		t.Fatal(err)
	}
	defer serving.Stop()
	for name, c := range map[string]struct {
		environ []string
		status  int
		says    []string
	}{
		"a file":            {nil, 0, []string{"fine list Topics: 3, resources: 2.", "fine state It is kept in a local file, for one process."}},
		"a file in use":     {[]string{"ARCHBOT_STATE=" + taken}, 0, []string{"fine state It is kept in a local file, which another archbot is using."}},
		"no file":           {[]string{"ARCHBOT_STATE=" + dir}, 1, []string{"wrong state", "→ See that the file that ARCHBOT_STATE names can be written"}},
		"Redis":             {[]string{"REDIS_URL=redis://" + m.Addr()}, 0, []string{"fine state Redis answers."}},
		"a newer Redis":     {[]string{"REDIS_URL=redis://" + newer.Addr()}, 1, []string{"wrong state"}},
		"Redis that is out": {[]string{"REDIS_URL=redis://ann:hunter2@" + silent.Addr().String()}, 1, []string{"wrong state It cannot be reached", "→ See that Redis runs"}},
		"errors in a list":  {[]string{"ARCHBOT_LIST=" + bad}, 0, []string{"doubt list", "→ archbot list check shows what is wrong with it (errors: 1)."}},
		"no list":           {[]string{"ARCHBOT_LIST=" + filepath.Join(dir, "none.md")}, 1, []string{"wrong list It cannot be read", "fine state"}},
	} {
		t.Run(name, func(t *testing.T) {
			said, status := examined(t, nil, c.environ...)
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			for _, s := range c.says {
				if !strings.Contains(said, s) {
					t.Errorf("it does not say %q, but\n%s", s, said)
				}
			}
			if strings.Contains(said, "hunter2") {
				t.Errorf("it says the password: %s", said)
			}
		})
	}
}
