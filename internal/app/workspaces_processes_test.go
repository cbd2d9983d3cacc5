package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/store/redistest"
)

// serveProcess is the variable with which the test's program is archbot serve instead.
const serveProcess = "ARCHBOT_TEST_SERVE"

// serveUntilTold is archbot serve with the environment's settings.
func serveUntilTold() int {
	ctx, stop := Interruptible(context.Background())
	defer stop()
	p := &Program{
		In: strings.NewReader(""), Out: io.Discard, Err: os.Stderr, patience: 10 * time.Second, policy: killPolicy,
		Environ: slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, serveProcess) }),
	}
	return p.Exit("archbot", p.Serve(ctx, ServeOptions{}))
}

// process is a replica of serve, in a process of its own.
type process struct {
	*exec.Cmd
	addr string
	said *buffer
}

// startProcess starts a replica at an address, and returns once it listens.
func startProcess(t testing.TB, addr string, environ ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0]), addr: addr, said: &buffer{}}
	p.Env = append(slices.Clone(environ), "ARCHBOT_ADDR="+addr, serveProcess+"=1", "PATH="+os.Getenv("PATH"))
	p.Stdout, p.Stderr = p.said, p.said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	for began := time.Now(); !p.ready(); <-time.After(10 * time.Millisecond) {
		if time.Since(began) > late {
			t.Fatalf("a replica does not listen\n%s", p.said)
		}
	}
	return p
}

// ready reports whether the replica is to be sent anything.
func (p *process) ready() bool {
	response, err := http.Get("http://" + p.addr + "/readyz")
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// kill ends the replica at once, if it has not ended.
func (p *process) kill() {
	if p.ProcessState == nil {
		_ = p.Process.Kill()
		_ = p.Wait()
	}
}

// stop tells the replica to end, and fails unless it ends well.
func (p *process) stop(t testing.TB) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("a replica ends with %v, and says\n%s", err, p.said)
	}
}

// start starts a replica, and has Slack deliver to it once it listens. Browsers come to
// the one at the address of its settings.
func (m *many) start(t testing.TB, addr string, environ ...string) *process {
	t.Helper()
	p := startProcess(t, addr, m.settings(environ...)...)
	m.Connect(slackEndpoints(p.addr))
	return p
}

// slackEndpoints are where Slack posts to at an address.
func slackEndpoints(addr string) slackfake.Endpoints {
	at := "http://" + addr
	return slackfake.Endpoints{Commands: at + slack.PathCommands, Interactivity: at + slack.PathInteractivity, Events: at + slack.PathEvents}
}

// Two processes on one Redis serve workspaces whose tokens are exchanged every
// second, while one workspace leaves and another leaves and comes back: whoever is there
// is answered, each time once, each refresh token is used once, and nothing is kept of
// who has left.
func TestWorkspacesInProcesses(t *testing.T) {
	const rotation = time.Second
	m := newMany(t, 6*time.Hour+rotation)
	server := redistest.Start(t)
	store := "REDIS_URL=redis://" + server.Addr
	replicas := []*process{m.start(t, m.address, store), m.start(t, "127.0.0.1:"+redistest.FreePort(t), store)}

	type tenant struct {
		team    slackfake.Team
		ann     slackfake.User
		channel slackfake.Channel
	}
	var tenants []tenant
	for i := range 6 {
		var w tenant
		w.team, w.ann = m.install(t, fmt.Sprint("workspace ", i))
		w.channel = m.AddChannel(slackfake.Channel{Team: w.team.ID, Name: "general", Members: []string{w.ann.ID, w.team.Bot}})
		tenants = append(tenants, w)
	}
	installs := len(tenants) + 1
	const rounds = 5
	talk := func(w tenant) {
		for range rounds {
			if out := m.As(w.ann.ID).Command(w.channel.ID, slack.DefaultCommand, "circuit breaking"); out.Failure != "" || out.Message == nil {
				t.Errorf("%s: a command is not answered: %+v", w.team.Name, out)
			}
			m.As(w.ann.ID).Say(w.channel.ID, "<@"+w.team.Bot+"> circuit breaking")
			<-time.After(rotation / 2)
		}
	}
	var crowd sync.WaitGroup
	for _, w := range tenants[2:] {
		crowd.Go(func() { talk(w) })
	}
	crowd.Go(func() {
		<-time.After(rotation)
		m.Uninstall(tenants[0].team.ID, true)
	})
	crowd.Go(func() {
		<-time.After(rotation)
		m.Uninstall(tenants[1].team.ID, false)
		if status, body := m.installAgain(t, tenants[1].team, tenants[1].ann); status != http.StatusOK {
			t.Errorf("installed again: %d %s", status, body)
		}
		m.EditChannel(tenants[1].channel.ID, func(c *slackfake.Channel) { c.Members = []string{tenants[1].ann.ID, tenants[1].team.Bot} })
		talk(tenants[1])
	})
	crowd.Wait()
	for _, w := range tenants[1:] {
		if !m.Await(func() bool { return len(m.Posts(w.channel.ID)) >= rounds }) || len(m.Posts(w.channel.ID)) != rounds {
			t.Errorf("%s: %d answers to %d mentions\n%s\n%s", w.team.Name, len(m.Posts(w.channel.ID)), rounds, replicas[0].said, replicas[1].said)
		}
	}
	m.checkExchanges(t, installs, 2)
	environ := m.settings(store)
	out, said, status := ran(t, environ, func(p *Program) error { return p.Workspaces(t.Context(), true) })
	var listed []slack.Workspace
	if err := json.Unmarshal([]byte(out), &listed); err != nil || status != 0 || len(listed) != len(tenants)-1 {
		t.Errorf("%v %d %s\n%s", err, status, said, out)
	}
	for _, w := range listed {
		if w.Trouble != "" || string(w.ID) == tenants[0].team.ID {
			t.Errorf("%+v", w)
		}
	}
	if _, said, status := ran(t, environ, func(p *Program) error { return p.ExportWorkspace(t.Context(), tenants[0].team.ID) }); status != 1 {
		t.Errorf("something is kept of who has left: %d %s", status, said)
	}
	for _, p := range replicas {
		p.stop(t)
		if strings.Contains(p.said.String(), "xoxe") {
			t.Errorf("a replica says a secret\n%s", p.said)
		}
	}
}

// checkExchanges fails unless tokens were exchanged. An exchange may be refused that was
// under way when a workspace left; one of a token that was used already would have left
// the installation in trouble, too.
func (m *many) checkExchanges(t testing.TB, installs, left int) {
	t.Helper()
	done, refused := -installs, 0
	for _, c := range m.Calls("oauth.v2.access") {
		switch c.Error {
		case "":
			done++
		case "invalid_refresh_token":
			refused++
		default:
			t.Errorf("an exchange fails: %+v", c)
		}
	}
	if done < installs || refused > left {
		t.Errorf("%d exchanges, and %d were refused", done, refused)
	}
	t.Logf("%d exchanges of %d installations", done, installs)
}
