package slack

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
)

// dies is a store whose process dies at a write: before it reaches the store, or after.
type dies struct {
	bot.State
	mu    sync.Mutex
	at    int // the write, counted from 1; 0 for none
	after bool
	n     int
}

// errDied is what a process that is no more would have seen.
var errDied = errors.New("the process is dead")

func (d *dies) KeepInstallation(ctx context.Context, s bot.Scope, data []byte, was bot.Version) (bot.Version, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	if d.at == 0 || d.n < d.at {
		return d.State.KeepInstallation(ctx, s, data, was)
	}
	if d.n == d.at && d.after {
		if _, err := d.State.KeepInstallation(ctx, s, data, was); err != nil {
			return "", err
		}
	}
	return "", errDied
}

// renewed has a replica exchange a workspace's tokens, and returns what came of it.
func renewed(t *testing.T, a *Adapter, w tenant) error {
	t.Helper()
	r := a.many.renew(bot.WorkspaceID(w.ID))
	<-r.done
	return r.err
}

// exchanges are how often Slack was asked to exchange a refresh token, with success.
func exchanges(e *estate, installs int) (n int) {
	for _, c := range e.Calls("oauth.v2.access") {
		if c.Error == "" {
			n++
		}
	}
	return n - installs
}

// A token is exchanged before it expires, once, and both work on.
func TestRenew(t *testing.T) {
	e := newEstate(t, slackfake.Options{Rotation: true})
	w := e.tenants("acme")[0]
	first, _ := e.kept(w)
	e.later(refreshAhead - time.Minute)
	if !e.mention(w) || exchanges(e, 1) != 0 {
		t.Errorf("%d exchanges before it is due", exchanges(e, 1))
	}
	e.later(2 * time.Minute)
	if !e.mention(w) {
		t.Error("no answer while the token is exchanged")
	}
	e.settle()
	second, _ := e.kept(w)
	if second.Token == first.Token || second.Refresh == first.Refresh || second.Refreshing != nil || exchanges(e, 1) != 1 ||
		!second.Installed.Equal(first.Installed) || second.Installer != first.Installer {
		t.Errorf("%+v became %+v by %d exchanges", first, second, exchanges(e, 1))
	}
	for range 5 { // for days, with a question each half day
		e.later(12*time.Hour + time.Minute)
		if !e.mention(w) {
			t.Fatalf("no answer with a token that has expired:\n%s", e.log)
		}
	}
	e.settle()
	if n := exchanges(e, 1); n < 5 || n > 7 {
		t.Errorf("%d exchanges in two days and a half", n)
	}
}

// Many questions at once, to several replicas, when the token has expired: all are
// answered, and the refresh token, which is good once, is used once.
func TestRenewTogether(t *testing.T) {
	e := newEstate(t, slackfake.Options{Rotation: true})
	e.replica()
	e.replica()
	w := e.tenants("acme")[0]
	e.later(13 * time.Hour)
	var crowd sync.WaitGroup
	for range 12 {
		crowd.Go(func() { e.As(w.ann.ID).Say(w.channel.ID, "<@"+w.Bot+"> circuit breaking") })
	}
	crowd.Wait()
	e.settle()
	if posts := len(e.Posts(w.channel.ID)); posts != 12 || exchanges(e, 1) != 1 {
		t.Errorf("%d answers, %d exchanges\n%s", posts, exchanges(e, 1), e.log)
	}
	if k, _ := e.kept(w); k.Broken != "" || k.Refreshing != nil {
		t.Errorf("kept: %+v", k)
	}
}

// Nobody has to ask for a token to be kept fresh.
func TestSweep(t *testing.T) {
	e := newEstate(t, slackfake.Options{Rotation: true})
	all := e.tenants("one", "two", "three")
	e.later(13 * time.Hour)
	e.adapter.many.sweep(t.Context())
	if n := exchanges(e, 3); n != 3 {
		t.Errorf("%d exchanges of three", n)
	}
	for _, w := range all {
		if k, _ := e.kept(w); !k.Expires.After(e.clock.Now().Add(11 * time.Hour)) {
			t.Errorf("%s: until %v", w.Name, k.Expires)
		}
	}
	e.adapter.many.sweep(t.Context())
	if n := exchanges(e, 3); n != 3 {
		t.Errorf("%d exchanges after another look", n)
	}
}

// Wherever a process dies over an exchange, the installation is not lost: another
// process answers at once, with the old token or a new one, and what is kept stays. Only
// where the new tokens died with it has somebody to install the app again, within hours
// that the old one is good for, and is told so.
func TestRenewCrashes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		at     int
		after  bool
		broken bool
	}{
		{"before the lease", 1, false, false},
		{"with the lease", 1, true, false},
		{"with the tokens, before they are written", 2, false, true},
		{"when they are written", 2, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, slackfake.Options{Rotation: true})
			w := e.tenants("acme")[0]
			before, _ := e.kept(w)
			if err := e.store.Save(t.Context(), bot.Person{Platform: Platform, Workspace: bot.WorkspaceID(w.ID), User: bot.UserID(w.ann.ID)}, bot.Saved{ID: "x"}); err != nil {
				t.Fatal(err)
			}
			mortal := &dies{State: e.store, at: tt.at, after: tt.after}
			victim, _ := e.replica(func(c *Config) { c.Installations = mortal })
			e.later(refreshAhead + time.Minute)
			if err := renewed(t, victim, w); !errors.Is(err, errDied) {
				t.Fatalf("%v, want a death", err)
			}
			e.dead(victim)
			// While the lease lasts, the old token will do; after it, another takes over.
			for _, d := range []time.Duration{0, leaseTime + time.Second, time.Second} {
				e.later(d)
				if !e.mention(w) {
					t.Fatalf("no answer %s later:\n%s", d, e.log)
				}
			}
			e.settle()
			k, _ := e.kept(w)
			if (k.Broken != "") != tt.broken || k.Refreshing != nil {
				t.Errorf("kept: %+v", k)
			}
			said := e.Posts(e.DM(w.ann.ID).ID)
			if told := len(said) > 1 && strings.Contains(said[len(said)-1].Text, PathInstall); told != tt.broken {
				t.Errorf("the installer is told: %v, %+v", told, said)
			}
			if !tt.broken {
				e.later(24 * time.Hour)
				if !e.mention(w) {
					t.Errorf("no answer a day later:\n%s", e.log)
				}
				return
			}
			e.later(5 * time.Hour)
			if !e.mention(w) {
				t.Errorf("no answer while the old token is good:\n%s", e.log)
			}
			e.later(24 * time.Hour)
			if e.mention(w) {
				t.Error("an answer with a token that has expired")
			}
			if e.install(&w); !e.mention(w) {
				t.Errorf("no answer when it is installed again:\n%s", e.log)
			}
			after, _ := e.kept(w)
			shelf, err := e.store.Saved(t.Context(), bot.Person{Platform: Platform, Workspace: bot.WorkspaceID(w.ID), User: bot.UserID(w.ann.ID)})
			if err != nil || len(shelf) != 1 || after.Broken != "" || after.Token == before.Token {
				t.Errorf("installed again: %+v, shelf %v, %v", after, shelf, err)
			}
		})
	}
}

// dead takes a replica away, as its process's death does.
func (e *estate) dead(victim *Adapter) {
	e.Disconnect()
	for i, a := range e.replicas {
		if a == victim {
			e.replicas = append(e.replicas[:i:i], e.replicas[i+1:]...)
			break
		}
	}
	e.Connect(slackfake.Endpoints{Commands: e.url + PathCommands, Interactivity: e.url + PathInteractivity, Events: e.url + PathEvents})
}

// New tokens that cannot be written are used by nobody, and written when the store is
// back: also when another replica has given up on the old ones meanwhile.
func TestRenewWithoutStore(t *testing.T) {
	e := newEstate(t, slackfake.Options{Rotation: true})
	w := e.tenants("acme")[0]
	first, _ := e.kept(w)
	away := &outage{State: e.store}
	lucky, _ := e.replica(func(c *Config) { c.Installations = away })
	e.later(refreshAhead + time.Minute)
	hold := e.Inject(slackfake.Fault{Method: "oauth.v2.access", Hold: true, After: true})
	r := lucky.many.renew(bot.WorkspaceID(w.ID))
	if !e.Await(func() bool { return holds(e, hold) }) {
		t.Fatal("no exchange")
	}
	away.set(true) // between Slack's doing and its answer
	e.Release(hold)
	<-r.done
	if !errors.Is(r.err, errUnsaved) || !errors.Is(r.err, bot.ErrUnavailable) {
		t.Errorf("%v", r.err)
	}
	if k, _ := e.kept(w); k.Token != first.Token {
		t.Error("written to a store that is away")
	}
	// The other replica takes over, and finds the refresh token spent.
	e.later(leaseTime + time.Second)
	if err := renewed(t, e.adapter, w); err != nil {
		t.Error(err)
	}
	if k, _ := e.kept(w); k.Broken == "" {
		t.Errorf("kept: %+v", k)
	}
	away.set(false)
	e.later(renewalPause)
	if err := renewed(t, lucky, w); err != nil {
		t.Error(err)
	}
	k, _ := e.kept(w)
	if k.Broken != "" || k.Token == first.Token || k.Refreshing != nil {
		t.Errorf("kept: %+v", k)
	}
	e.later(24 * time.Hour)
	if !e.mention(w) {
		t.Errorf("no answer a day later:\n%s", e.log)
	}
}

func holds(e *estate, id string) bool {
	for _, f := range e.Faults() {
		if f.ID == id {
			return f.Held > 0
		}
	}
	return false
}

// Slack not answering, or saying that it is too much, costs a workspace nothing while
// its token is good, and no more than a pause afterwards.
func TestRenewOutage(t *testing.T) {
	for name, f := range map[string]slackfake.Fault{
		"no answer": {Reset: true}, "trouble": {Status: 503}, "too much": {RetryAfter: 1}, "inner": {Error: "internal_error"}, "app": {Error: "bad_client_secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, slackfake.Options{Rotation: true})
			w := e.tenants("acme")[0]
			f.Method = "oauth.v2.access"
			id := e.Inject(f)
			e.later(refreshAhead + time.Minute)
			if !e.mention(w) {
				t.Errorf("no answer though the token is good:\n%s", e.log)
			}
			e.later(6 * time.Hour)
			if e.mention(w) {
				t.Error("an answer though the token has expired")
			}
			calls := len(e.Calls("oauth.v2.access"))
			e.mention(w)
			if again := len(e.Calls("oauth.v2.access")); again != calls {
				t.Errorf("Slack is asked at every question: %d times", again)
			}
			e.Clear(id)
			e.later(leaseTime)
			if !e.mention(w) {
				t.Errorf("no answer when Slack is back:\n%s", e.log)
			}
			if k, _ := e.kept(w); k.Broken != "" {
				t.Errorf("kept: %+v", k)
			}
		})
	}
}

// What is installed anew, or removed, while tokens are exchanged is what counts.
func TestRenewMeanwhile(t *testing.T) {
	e := newEstate(t, slackfake.Options{Rotation: true})
	w := e.tenants("acme")[0]
	for _, remove := range []bool{false, true} {
		e.later(refreshAhead + time.Minute)
		hold := e.Inject(slackfake.Fault{Method: "oauth.v2.access", Hold: true, After: true, Times: 1})
		r := e.adapter.many.renew(bot.WorkspaceID(w.ID))
		if !e.Await(func() bool { return holds(e, hold) }) {
			t.Fatal("no exchange")
		}
		var want kept
		if remove {
			if err := e.adapter.many.erase(t.Context(), bot.WorkspaceID(w.ID), time.Time{}); err != nil {
				t.Fatal(err)
			}
		} else {
			e.install(&w)
			want, _ = e.kept(w)
		}
		e.Release(hold)
		<-r.done
		if got, there := e.kept(w); there == remove || got.Token != want.Token || r.err != nil {
			t.Errorf("removed: %v, there is %+v, want %+v (%v)", remove, got, want, r.err)
		}
	}
	e.settle()
}

// While the store is out of reach, what is known of a workspace goes on.
func TestStoreAway(t *testing.T) {
	away := &outage{refused: make(chan struct{}, 1)}
	e := newEstate(t, slackfake.Options{}, func(c *Config) {
		away.State = c.Installations.(bot.State)
		c.Installations = away
	})
	all := e.tenants("one", "two")
	e.mention(all[0])
	e.later(2 * remembered)
	away.set(true)
	if !e.mention(all[0]) {
		t.Errorf("no answer:\n%s", e.log)
	}
	// Who is not remembered is answered when the store is back: Slack has been told that
	// the message has arrived.
	e.adapter.many.cache.Remove(bot.WorkspaceID(all[1].ID))
	answered := make(chan bool)
	<-away.refused // of the one before
	go func() { answered <- e.mention(all[1]) }()
	<-away.refused
	away.set(false)
	if !<-answered {
		t.Errorf("no answer:\n%s", e.log)
	}
}
