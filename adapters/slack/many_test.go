package slack

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/seal"
	"archbot/internal/store/memory"
	"archbot/internal/store/storetest"
)

// testKeys are what tokens are encrypted with in tests.
var testKeys = []string{"a key of thirty-two characters ….", "an older key of as many characters"}

// estate is an app that workspaces install, on a fake Slack: one replica or more, on
// one store.
type estate struct {
	*slackfake.Server
	t        testing.TB
	clock    *storetest.Clock
	store    bot.State
	log      *adaptertest.Log
	adapter  *Adapter // the first replica
	url      string   // where browsers reach it
	replicas []*Adapter
}

// newEstate starts a fake Slack and one replica of the app.
func newEstate(t testing.TB, o slackfake.Options, edit ...func(*Config)) *estate {
	t.Helper()
	e := &estate{t: t, clock: storetest.NewClock(), log: &adaptertest.Log{}}
	e.store = memory.New(e.clock.Now)
	o.Now, o.Stamp, o.Events = e.clock.Now, time.Now, namesOf(Events())
	o.RedirectURIs, o.BotScopes = []string{"http://127.0.0.1:"}, namesOf(Scopes())
	fake, err := slackfake.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	e.Server = fake
	e.adapter, e.url = e.replica(edit...)
	return e
}

// replica starts another process of the app, as far as it can be told from outside, and
// has Slack deliver to it as well.
func (e *estate) replica(edit ...func(*Config)) (a *Adapter, address string) {
	e.t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	e.t.Cleanup(server.Close)
	c := Config{
		Bot: newWorld(e.t, bot.Config{State: e.store}).Bot, Log: e.log.Logger(), SigningSecret: e.SigningSecret, APIURL: e.APIURL(),
		ClientID: e.ClientID, ClientSecret: e.ClientSecret, Address: server.URL, Keys: testKeys,
		Installations: e.store, Events: e.store, Ended: e.store.ForgetScope,
		Spacing: -1, Patience: 20 * time.Second, Now: e.clock.Now,
	}
	for _, f := range edit {
		f(&c)
	}
	a, err := New(c)
	if err != nil {
		e.t.Fatal(err)
	}
	handler = a.Handler()
	e.Connect(slackfake.Endpoints{
		Commands: server.URL + PathCommands, Interactivity: server.URL + PathInteractivity, Events: server.URL + PathEvents,
	})
	e.t.Cleanup(func() { <-a.work.Settled() })
	e.replicas = append(e.replicas, a)
	return a, server.URL
}

// settle waits until all replicas have finished what they have begun.
func (e *estate) settle() {
	for _, a := range e.replicas {
		<-a.work.Settled()
	}
}

// tenant is a workspace with somebody in it, and a channel.
type tenant struct {
	slackfake.Team
	ann     slackfake.User
	channel slackfake.Channel
}

// move adds a workspace that has not installed the app yet.
func (e *estate) move(name string) tenant {
	e.t.Helper()
	w := tenant{Team: e.AddTeam(slackfake.Team{Name: name})}
	w.ann = e.AddUser(slackfake.User{Team: w.ID, Name: "ann"})
	w.channel = e.AddChannel(slackfake.Channel{Team: w.ID, Name: "general", Creator: w.ann.ID, Members: []string{w.ann.ID}})
	return w
}

// browser is somebody's, at a replica's address.
type browser struct {
	*http.Client
	e   *estate
	url string
}

func (e *estate) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		e.t.Fatal(err)
	}
	return &browser{e: e, url: e.url, Client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// webAnswer is what a browser is sent.
type webAnswer struct {
	status int
	header http.Header
	body   string
}

func (b *browser) get(address string) webAnswer {
	b.e.t.Helper()
	return b.do(http.MethodGet, address)
}

func (b *browser) do(method, address string) webAnswer {
	b.e.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, address, http.NoBody)
	if err != nil {
		b.e.t.Fatal(err)
	}
	response, err := b.Do(r)
	if err != nil {
		b.e.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.e.t.Fatal(err)
	}
	return webAnswer{response.StatusCode, response.Header, string(body)}
}

// consent begins an installation, and returns the address that Slack sends the browser
// back to.
func (b *browser) consent(w tenant, deny bool) string {
	b.e.t.Helper()
	begun := b.get(b.url + PathInstall)
	if begun.status != http.StatusFound {
		b.e.t.Fatalf("an installation begins with %d: %s", begun.status, begun.body)
	}
	back, err := b.e.Authorize(begun.header.Get("Location"), w.ID, w.ann.ID, deny)
	if err != nil {
		b.e.t.Fatal(err)
	}
	return back
}

// install has a workspace install the app, and puts the bot into its channel.
func (e *estate) install(w *tenant) webAnswer {
	e.t.Helper()
	b := e.browser()
	answer := b.get(b.consent(*w, false))
	w.Team, _ = e.Team(w.ID)
	e.EditChannel(w.channel.ID, func(c *slackfake.Channel) { c.Members = []string{w.ann.ID, w.Bot} })
	return answer
}

// tenants are workspaces that have installed the app.
func (e *estate) tenants(names ...string) []tenant {
	e.t.Helper()
	var all []tenant
	for _, name := range names {
		w := e.move(name)
		if answer := e.install(&w); answer.status != http.StatusOK {
			e.t.Fatalf("%s: %d\n%s", name, answer.status, answer.body)
		}
		all = append(all, w)
	}
	e.settle()
	return all
}

// kept is what is kept of a workspace; ok is false where nothing is.
func (e *estate) kept(w tenant) (k kept, ok bool) {
	e.t.Helper()
	data, version, err := e.store.LoadInstallation(context.Background(), scopeOf(bot.WorkspaceID(w.ID)))
	if err != nil {
		e.t.Fatal(err)
	}
	if version == "" {
		return kept{}, false
	}
	keys, err := seal.New(testKeys)
	if err != nil {
		e.t.Fatal(err)
	}
	k, _, err = unseal(keys, bot.WorkspaceID(w.ID), data)
	if err != nil {
		e.t.Fatal(err)
	}
	return k, true
}

// mention asks in the workspace's channel, and reports whether it is answered there.
func (e *estate) mention(w tenant) bool {
	e.t.Helper()
	before := len(e.Posts(w.channel.ID))
	e.As(w.ann.ID).Say(w.channel.ID, "<@"+w.Bot+"> circuit breaking")
	e.settle()
	posts := e.Posts(w.channel.ID)
	return len(posts) == before+1 && strings.Contains(string(posts[before].Blocks), "Circuit breaking")
}

// later lets time pass, and forgets what replicas remember.
func (e *estate) later(d time.Duration) { e.clock.Advance(d) }

// outage is a store that can be out of reach.
type outage struct {
	bot.State
	mu      sync.Mutex
	away    bool
	refused chan struct{} // holds one when a call was refused; nil where nobody waits for it
}

func (o *outage) set(away bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.away = away
}

func (o *outage) err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away {
		select {
		case o.refused <- struct{}{}:
		default:
		}
		return bot.ErrUnavailable
	}
	return nil
}

func (o *outage) LoadInstallation(ctx context.Context, s bot.Scope) ([]byte, bot.Version, error) {
	if err := o.err(); err != nil {
		return nil, "", err
	}
	return o.State.LoadInstallation(ctx, s)
}

func (o *outage) KeepInstallation(ctx context.Context, s bot.Scope, data []byte, was bot.Version) (bot.Version, error) {
	if err := o.err(); err != nil {
		return "", err
	}
	return o.State.KeepInstallation(ctx, s, data, was)
}

func (o *outage) ForgetScope(ctx context.Context, s bot.Scope) error {
	if err := o.err(); err != nil {
		return err
	}
	return o.State.ForgetScope(ctx, s)
}

// query returns the parameters of an address.
func query(t testing.TB, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}
