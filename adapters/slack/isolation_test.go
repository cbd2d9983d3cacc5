package slack

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
)

// placed adds a workspace that has installed the app, without going through pages.
func (e *estate) placed(t *testing.T, name string) tenant {
	t.Helper()
	w := e.move(name)
	token := e.Install(w.ID, namesOf(Scopes())...)
	w.Team, _ = e.Team(w.ID)
	e.EditChannel(w.channel.ID, func(c *slackfake.Channel) { c.Members = []string{w.ann.ID, w.Bot} })
	k := kept{
		Team: bot.WorkspaceID(w.ID), Name: name, App: "A1", Bot: bot.UserID(w.Bot), Scopes: token.Scopes,
		Installer: bot.UserID(w.ann.ID), Installed: e.clock.Now(), Token: token.Value,
	}
	if err := e.adapter.many.replace(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	return w
}

// breaks are ways in which a workspace is broken.
var breaks = []struct {
	name string
	do   func(*testing.T, *estate, tenant)
}{
	{"revoked", func(_ *testing.T, e *estate, w tenant) {
		e.EditToken(e.token(w), func(t *slackfake.Token) { t.Revoked = true })
	}},
	{"slow", func(_ *testing.T, e *estate, w tenant) { e.Inject(slackfake.Fault{Team: w.ID, Hold: true}) }},
	{"rate limited", func(_ *testing.T, e *estate, w tenant) { e.Inject(slackfake.Fault{Team: w.ID, RetryAfter: 1}) }},
	{"wrong token", func(t *testing.T, e *estate, w tenant) {
		t.Helper()
		k, _ := e.kept(w)
		k.Token = "xoxb-of-nobody"
		if err := e.adapter.many.replace(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}},
	{"missing scope", func(_ *testing.T, e *estate, w tenant) {
		e.EditToken(e.token(w), func(t *slackfake.Token) { t.Scopes = []string{"app_mentions:read", "commands"} })
	}},
	{"archived", func(_ *testing.T, e *estate, w tenant) {
		e.EditChannel(w.channel.ID, func(c *slackfake.Channel) { c.Archived = true })
	}},
	{"deleted", func(_ *testing.T, e *estate, w tenant) {
		e.EditTeam(w.ID, func(t *slackfake.Team) { t.Gone = true })
	}},
	{"cut off", func(_ *testing.T, e *estate, w tenant) { e.Inject(slackfake.Fault{Team: w.ID, Reset: true}) }},
	{"in trouble", func(_ *testing.T, e *estate, w tenant) { e.Inject(slackfake.Fault{Team: w.ID, Status: 503}) }},
	{"unreadable", func(t *testing.T, e *estate, w tenant) {
		t.Helper()
		scope := scopeOf(bot.WorkspaceID(w.ID))
		_, was, err := e.store.LoadInstallation(t.Context(), scope)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.store.KeepInstallation(t.Context(), scope, []byte("not what was sealed"), was); err != nil {
			t.Fatal(err)
		}
	}},
}

// A thousand workspaces (a hundred of them in every run), ten of them broken in different
// ways and asking as much as they can: the others are answered as if they were alone.
func TestIsolation(t *testing.T) {
	total := 100
	if os.Getenv("ARCHBOT_SOAK") != "" {
		total = 1000
	}
	e := newEstate(t, slackfake.Options{Patience: time.Minute}, func(c *Config) { c.Log, c.Patience = nil, 2*time.Second })
	var good, bad []tenant
	for i := range total {
		w := e.placed(t, fmt.Sprintf("workspace-%d", i))
		if i%(total/len(breaks)) == 7 {
			bad = append(bad, w)
		} else {
			good = append(good, w)
		}
	}
	e.round(t, good[:1], 1) // what is made once is made
	before := e.round(t, good[1:], 1)
	for i, w := range bad {
		breaks[i].do(t, e, w)
	}
	e.later(2 * remembered)
	var flood sync.WaitGroup
	for i, w := range bad {
		asked := maxShare / 4
		if breaks[i].name == "slow" {
			asked = maxShare + maxShare/4
		}
		for range asked {
			flood.Go(func() {
				e.As(w.ann.ID).Say(w.channel.ID, "<@"+w.Bot+"> circuit breaking")
				e.As(w.ann.ID).OpenHome("home")
			})
		}
	}
	flood.Wait() // all of it is begun, or was told to come back
	if !e.Await(func() bool { return e.adapter.work.Of(bad[1].ID) == maxShare }) {
		t.Fatal("the slow workspace does not fill its share")
	}
	during := e.round(t, good[1:], 2)
	t.Logf("%d workspaces answered in %s alone, and in %s beside %d that are broken", len(good)-1, before.Round(time.Millisecond), during.Round(time.Millisecond), len(bad))
	if during > 3*before+3*time.Second {
		t.Errorf("others take %s instead of %s", during, before)
	}
	for _, f := range e.Faults() {
		e.Clear(f.ID)
	}
	e.settle()
	for i, w := range bad {
		there := e.remains(w)
		if gone := breaks[i].name == "revoked" || breaks[i].name == "deleted"; there == gone {
			t.Errorf("%s: an installation: %v", breaks[i].name, there)
		}
	}
}

// remains reports whether anything is kept of a workspace, be it readable or not.
func (e *estate) remains(w tenant) bool {
	_, version, err := e.store.LoadInstallation(e.t.Context(), scopeOf(bot.WorkspaceID(w.ID)))
	if err != nil {
		e.t.Fatal(err)
	}
	return version != ""
}

// round has somebody in each workspace type a command and mention the bot, and returns
// how long it takes until all have their answers. Each has been asked that often.
func (e *estate) round(t *testing.T, all []tenant, times int) time.Duration {
	t.Helper()
	began := time.Now()
	work := make(chan tenant)
	var crowd sync.WaitGroup
	for range 16 {
		crowd.Go(func() {
			for w := range work {
				if out := e.As(w.ann.ID).Command(w.channel.ID, DefaultCommand, "circuit breaking"); out.Message == nil {
					t.Errorf("%s: a command is not answered: %+v", w.Name, out)
				}
				_, outcomes := e.As(w.ann.ID).Say(w.channel.ID, "<@"+w.Bot+"> circuit breaking")
				for _, o := range outcomes {
					if o.Failure != "" || o.Attempts != 1 {
						t.Errorf("%s: a mention is not taken: %+v", w.Name, o)
					}
				}
			}
		})
	}
	for _, w := range all {
		work <- w
	}
	close(work)
	crowd.Wait()
	for _, w := range all {
		for e.adapter.work.Of(w.ID) > 0 {
			if err := wait(t.Context(), time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
	}
	took := time.Since(began)
	for _, w := range all {
		if posts := len(e.Posts(w.channel.ID)); posts != times {
			t.Errorf("%s: %d answers, want %d", w.Name, posts, times)
		}
	}
	return took
}
