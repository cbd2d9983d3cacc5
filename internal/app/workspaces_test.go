package app

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/digest"
	"archbot/internal/store/redistest"
)

// many is a Slack in which workspaces install an app that is served at an address.
type many struct {
	*slackfake.Server
	address string
}

// newMany starts the fake for an app at a port of its own choice; tokens may have another
// life than Slack's.
func newMany(t testing.TB, life ...time.Duration) *many {
	t.Helper()
	server, err := slackfake.Start(slackfake.Options{
		TokenLife: append(life, 0)[0],
		Events:    namesOf(slack.Events()), Rotation: true, View: "agent", RedirectURIs: []string{"http://127.0.0.1:"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return &many{Server: server, address: "127.0.0.1:" + redistest.FreePort(t)}
}

// settings are what somebody sets who serves it there.
func (m *many) settings(more ...string) []string {
	return append([]string{
		"SLACK_API_URL=" + m.APIURL(), "SLACK_CLIENT_ID=" + m.ClientID, "SLACK_CLIENT_SECRET=" + m.ClientSecret,
		"SLACK_SIGNING_SECRET=" + m.SigningSecret, "ARCHBOT_URL=http://" + m.address, "ARCHBOT_ADDR=" + m.address, "ARCHBOT_KEY=a key of sixteen and more",
	}, more...)
}

// install has a new workspace install the app, and returns it with somebody in it.
func (m *many) install(t testing.TB, name string) (slackfake.Team, slackfake.User) {
	t.Helper()
	team := m.AddTeam(slackfake.Team{Name: name})
	user := m.AddUser(slackfake.User{Team: team.ID, Name: "ann"})
	if status, body := m.installAgain(t, team, user); status != http.StatusOK || !strings.Contains(body, "Welcome") {
		t.Fatalf("%s: %d %s", name, status, body)
	}
	team, _ = m.Team(team.ID)
	return team, user
}

func (m *many) installAgain(t testing.TB, team slackfake.Team, user slackfake.User) (status int, body string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(address string) (status int, location, body string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := browser.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, response.Header.Get("Location"), string(text)
	}
	_, consent, _ := get("http://" + m.address + slack.PathInstall)
	back, err := m.Authorize(consent, team.ID, user.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	status, _, body = get(back)
	return status, body
}

// ran runs a method of Program, and returns what it printed and its status.
func ran(t testing.TB, environ []string, do func(*Program) error) (out, said string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &Program{In: strings.NewReader(""), Out: &stdout, Err: &stderr, Environ: environ, patience: 10 * time.Second}
	status = p.Exit("archbot", do(p))
	return stdout.String(), stderr.String(), status
}

// A workspace installs the app that is served, asks, is listed, exported, encrypted with
// another key, and taken out again; the other stays.
func TestWorkspaces(t *testing.T) {
	m := newMany(t)
	server := redistest.Start(t)
	environ := m.settings("REDIS_URL=redis://" + server.Addr)
	s := serve(t, environ...)
	if !strings.Contains(s.said.String(), "workspaces install it at http://"+m.address+"/slack/install") {
		t.Errorf("serve says\n%s", s.said)
	}
	m.Connect(slackfake.Endpoints{
		Commands: "http://" + s.addr + slack.PathCommands, Interactivity: "http://" + s.addr + slack.PathInteractivity, Events: "http://" + s.addr + slack.PathEvents,
	})
	one, ann := m.install(t, "One \x1b[31m& Only")
	two, _ := m.install(t, "Two")
	dm := m.DM(ann.ID).ID
	if !m.Await(func() bool { return len(m.Posts(dm)) == 1 }) {
		t.Fatalf("nobody is welcomed; serve says\n%s", s.said)
	}
	root, _ := m.As(ann.ID).Say(dm, "what do you have on circuit breaking?")
	if !m.Await(func() bool {
		p, _ := m.Pane(dm, root.TS)
		return len(m.Posts(dm)) == 2 && p.Title != ""
	}) {
		t.Fatalf("no answer; serve says\n%s", s.said)
	}

	out, said, status := ran(t, environ, func(p *Program) error { return p.Workspaces(t.Context(), false) })
	line := regexp.MustCompile(`(?m)^` + one.ID + `  One \[31m& Only  installed by ` + ann.ID + ` on \d{4}-\d\d-\d\d \d\d:\d\d$`)
	if status != 0 || said != "" || !line.MatchString(out) || strings.Contains(out, "xox") || strings.Contains(out, "\x1b") || !strings.Contains(out, "Two") {
		t.Errorf("%d %q\n%s", status, said, out)
	}
	out, _, _ = ran(t, environ, func(p *Program) error { return p.Workspaces(t.Context(), true) })
	var listed []slack.Workspace
	if err := json.Unmarshal([]byte(out), &listed); err != nil || len(listed) != 2 || strings.Contains(out, "xox") {
		t.Errorf("%v\n%s", err, out)
	}

	out, said, status = ran(t, environ, func(p *Program) error { return p.ExportWorkspace(t.Context(), one.ID) })
	var export slack.Export
	if err := json.Unmarshal([]byte(out), &export); err != nil || status != 0 || export.Workspace == nil || len(export.Kept) == 0 || strings.Contains(out, "xox") {
		t.Errorf("%d %q %v\n%s", status, said, err, out)
	}

	// The key is changed, while serve runs with the old one.
	newer := append([]string{}, environ...)
	newer = append(newer, "ARCHBOT_KEY=another key of sixteen,a key of sixteen and more")
	for _, want := range []string{"2 now, 0 before", "0 now, 2 before"} {
		if out, said, status = ran(t, newer, func(p *Program) error { return p.ReencryptWorkspaces(t.Context()) }); status != 0 || !strings.Contains(out, want) {
			t.Errorf("%d %q, want %s\n%s", status, said, want, out)
		}
	}
	if out, said, status = ran(t, environ, func(p *Program) error { return p.ReencryptWorkspaces(t.Context()) }); status != 1 || !strings.Contains(said, one.ID) {
		t.Errorf("without the key: %d %q\n%s", status, said, out)
	}
	if out, _, _ = ran(t, environ, func(p *Program) error { return p.Workspaces(t.Context(), false) }); strings.Count(out, "not answered") != 2 {
		t.Errorf("without the key:\n%s", out)
	}
	if said, status := examined(t, nil, environ...); status != 1 || !strings.Contains(said, "Not answered: "+one.ID) {
		t.Errorf("doctor: %d\n%s", status, said)
	}
	if said, status := examined(t, nil, newer...); status != 0 || !strings.Contains(said, "/slack/install: 2.") {
		t.Errorf("doctor: %d\n%s", status, said)
	}

	if out, said, status = ran(t, newer, func(p *Program) error { return p.RemoveWorkspace(t.Context(), one.ID, false) }); status != 0 || !strings.Contains(out, one.ID) {
		t.Errorf("%d %q\n%s", status, said, out)
	}
	for _, again := range []func(*Program) error{
		func(p *Program) error { return p.RemoveWorkspace(t.Context(), one.ID, false) },
		func(p *Program) error { return p.ExportWorkspace(t.Context(), one.ID) },
		func(p *Program) error { return p.ExportWorkspace(t.Context(), "T0NONE") },
	} {
		if out, said, status = ran(t, newer, again); status != 1 || out != "" || !strings.Contains(said, "not installed") {
			t.Errorf("once more: %d %q\n%s", status, said, out)
		}
	}
	out, _, _ = ran(t, newer, func(p *Program) error { return p.Workspaces(t.Context(), false) })
	if strings.Contains(out, one.ID) || !strings.Contains(out, two.ID) {
		t.Errorf("afterwards:\n%s", out)
	}
	s.stop(nil)
	if err := s.end(t); err != nil {
		t.Error(err)
	}
	if strings.Contains(s.said.String(), "xoxe") || strings.Contains(s.said.String(), m.ClientSecret) {
		t.Errorf("serve says a secret:\n%s", s.said)
	}
}

// What a workspace leaves behind when it takes the app out: its digests, paused, and
// nothing else.
func TestWorkspaceLeaves(t *testing.T) {
	m := newMany(t)
	server := redistest.Start(t)
	environ := m.settings("REDIS_URL=redis://" + server.Addr)
	s := serve(t, environ...)
	m.Connect(slackfake.Endpoints{
		Commands: "http://" + s.addr + slack.PathCommands, Interactivity: "http://" + s.addr + slack.PathInteractivity, Events: "http://" + s.addr + slack.PathEvents,
	})
	team, ann := m.install(t, "One")
	dm := m.DM(ann.ID).ID
	for i, text := range []string{"what do you have on circuit breaking?", "send me circuit breaking every monday at 09:00"} {
		if !m.Await(func() bool { return len(m.Posts(dm)) == i+1 }) {
			t.Fatalf("%d posts; serve says\n%s", len(m.Posts(dm)), s.said)
		}
		m.As(ann.ID).Say(dm, text)
	}
	exported := func() (e struct {
		slack.Export
		Digests []digest.Record `json:"digests"`
	}) {
		t.Helper()
		out, said, status := ran(t, environ, func(p *Program) error { return p.ExportWorkspace(t.Context(), team.ID) })
		if err := json.Unmarshal([]byte(out), &e); err != nil || status != 0 {
			t.Fatalf("%d %q %v\n%s", status, said, err, out)
		}
		return e
	}
	if !m.Await(func() bool { return len(m.Posts(dm)) == 3 }) {
		t.Fatalf("no answer; serve says\n%s", s.said)
	}
	if e := exported(); e.Workspace == nil || len(e.Kept) == 0 || len(e.Digests) != 1 || e.Digests[0].Pause != nil {
		t.Fatalf("before: %+v; the bot says %q", e, m.Posts(dm)[2].Text)
	}
	m.Uninstall(team.ID, true)
	if !m.Await(func() bool { return exported().Workspace == nil }) {
		t.Fatalf("it is not erased; serve says\n%s", s.said)
	}
	if e := exported(); len(e.Kept) != 0 || len(e.Digests) != 1 || e.Digests[0].Pause == nil || e.Digests[0].Pause.Why != digest.Stopped {
		t.Errorf("afterwards: %+v", e)
	}
	s.stop(nil)
	if err := s.end(t); err != nil {
		t.Error(err)
	}
}

// Where Slack cannot be asked nothing is erased, unless it is forced.
func TestRemoveWorkspaceForced(t *testing.T) {
	m := newMany(t)
	environ := m.settings("ARCHBOT_STATE=" + filepath.Join(t.TempDir(), "state.db"))
	s := serve(t, environ...)
	team, _ := m.install(t, "One")
	remove := func(forced bool) func(*Program) error {
		return func(p *Program) error { return p.RemoveWorkspace(t.Context(), team.ID, forced) }
	}
	if _, said, status := ran(t, environ, remove(false)); status != 2 || !strings.Contains(said, "another archbot is using it") || !strings.Contains(said, "with Redis") {
		t.Errorf("while serve runs: %d %s", status, said)
	}
	s.stop(nil)
	if err := s.end(t); err != nil {
		t.Error(err)
	}
	m.Inject(slackfake.Fault{Method: "apps.uninstall", Reset: true})
	if _, said, status := ran(t, environ, remove(false)); status != 2 || !strings.Contains(said, "cannot be taken out") {
		t.Errorf("without Slack: %d %s", status, said)
	}
	if out, said, status := ran(t, environ, remove(true)); status != 0 {
		t.Errorf("forced: %d %s%s", status, out, said)
	}
	if out, _, _ := ran(t, environ, func(p *Program) error { return p.Workspaces(t.Context(), false) }); out != "No workspace has installed the app.\n" {
		t.Errorf("afterwards:\n%s", out)
	}
}

// Half a set-up says which variable to set, and gives nothing away.
func TestWorkspacesSettings(t *testing.T) {
	m := newMany(t)
	for _, name := range []string{"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "ARCHBOT_KEY", "ARCHBOT_URL", "SLACK_SIGNING_SECRET"} {
		environ := slices.DeleteFunc(m.settings(), func(v string) bool { return strings.HasPrefix(v, name+"=") })
		for what, do := range map[string]func(*Program) error{
			"serve": func(p *Program) error {
				ctx, cancel := context.WithTimeout(t.Context(), late)
				defer cancel()
				return p.Serve(ctx, ServeOptions{})
			},
			"workspaces": func(p *Program) error { return p.Workspaces(t.Context(), false) },
		} {
			_, said, status := ran(t, environ, do)
			if status != 2 || !strings.Contains(said, name) || strings.Contains(said, m.ClientSecret) || strings.Contains(said, m.SigningSecret) {
				t.Errorf("%s without %s: %d %s", what, name, status, said)
			}
		}
	}
	if _, said, status := ran(t, nil, func(p *Program) error { return p.Workspaces(t.Context(), false) }); status != 2 || !strings.Contains(said, "SLACK_CLIENT_ID") {
		t.Errorf("for one workspace: %d %s", status, said)
	}
}
