package slack

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
	"archbot/internal/store/storetest"
)

func TestInstall(t *testing.T) {
	for name, o := range map[string]slackfake.Options{"plain": {}, "rotation": {Rotation: true}, "PKCE": {PKCE: true, Rotation: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, o, func(c *Config) { c.PKCE = o.PKCE })
			w := e.move("Acme <b>& Sons</b>")
			answer := e.install(&w)
			if answer.status != http.StatusOK || !strings.Contains(answer.body, "Acme &lt;b&gt;&amp; Sons&lt;/b&gt;") || strings.Contains(answer.body, "will not work") {
				t.Errorf("%d\n%s", answer.status, answer.body)
			}
			e.settle()
			dm := e.DM(w.ann.ID).ID
			if posts := e.Posts(dm); len(posts) != 1 || !strings.Contains(posts[0].Text, "Hello") {
				t.Errorf("the installer is greeted with %+v", posts)
			}
			k, ok := e.kept(w)
			if !ok || k.Bot != bot.UserID(w.Bot) || k.Installer != bot.UserID(w.ann.ID) || k.Name != w.Name || len(k.missing()) > 0 || (k.Refresh != "") != o.Rotation {
				t.Errorf("kept: %+v", k)
			}
			if !e.mention(w) {
				t.Errorf("a mention is not answered; the log:\n%s", e.log)
			}
			// Installed again, the new token counts, and nobody is greeted twice.
			e.install(&w)
			e.settle()
			again, _ := e.kept(w)
			e.EditToken(k.Token, func(token *slackfake.Token) { token.Revoked = true })
			if again.Token == k.Token || !e.mention(w) || len(e.Posts(dm)) != 1 {
				t.Errorf("installed again: %d greetings; the log:\n%s", len(e.Posts(dm)), e.log)
			}
			for _, secret := range []string{k.Token, again.Token, e.ClientSecret, testKeys[0]} {
				if strings.Contains(e.log.String(), secret) {
					t.Errorf("the log has %q:\n%s", secret, e.log)
				}
			}
		})
	}
}

// What is kept of a workspace shows nothing of its tokens, and opens as nobody else's.
func TestKeptIsSealed(t *testing.T) {
	e := newEstate(t, slackfake.Options{Rotation: true})
	all := e.tenants("one", "two")
	k, _ := e.kept(all[0])
	data, _, err := e.store.LoadInstallation(t.Context(), scopeOf(bot.WorkspaceID(all[0].ID)))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{k.Token, k.Refresh, k.Token[len(k.Token)-12:], "xox", string(k.Installer)} {
		if strings.Contains(string(data), word) {
			t.Errorf("%q can be read in the store", word)
		}
	}
	// Put in the other's place, it is refused, and its token is not used.
	two := scopeOf(bot.WorkspaceID(all[1].ID))
	_, was, err := e.store.LoadInstallation(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.store.KeepInstallation(t.Context(), two, data, was); err != nil {
		t.Fatal(err)
	}
	e.later(remembered)
	if _, err := e.adapter.installed.of(t.Context(), bot.WorkspaceID(all[1].ID)); !errors.Is(err, errRecord) {
		t.Errorf("%v, want a refusal", err)
	}
	if !e.mention(all[0]) || e.mention(all[1]) {
		t.Error("one is not answered, or the other is")
	}
}

// A page says what is wrong, and nothing is installed.
func TestPages(t *testing.T) {
	away := &outage{}
	e := newEstate(t, slackfake.Options{}, func(c *Config) {
		away.State = c.Installations.(bot.State)
		c.Installations = away
	})
	w := e.move("acme")
	fault := func(f slackfake.Fault) func(*browser, string) webAnswer {
		return func(b *browser, back string) webAnswer {
			f.Method = "oauth.v2.access"
			id := e.Inject(f)
			defer e.Clear(id)
			return b.get(back)
		}
	}
	change := func(name, value string) func(*browser, string) webAnswer {
		return func(b *browser, back string) webAnswer {
			address, q, _ := strings.Cut(back, "?")
			values, err := url.ParseQuery(q)
			if err != nil {
				t.Fatal(err)
			}
			values.Set(name, value)
			return b.get(address + "?" + values.Encode())
		}
	}
	for _, tt := range []struct {
		name   string
		status int
		says   string
		come   func(*browser, string) webAnswer
	}{
		{"no state", 400, "no way back", change("state", "")},
		{"state of no browser", 400, "no way back", change("state", "AAAA")},
		{"state that is no base64", 400, "no way back", change("state", "!<script>")},
		{"no code", 400, "no way back", change("code", "")},
		{"far too long", 400, "no way back", change("x", strings.Repeat("x", maxQuery))},
		{"wrong code", 400, "used already", change("code", "wrong")},
		{"another browser", 400, "elsewhere", func(_ *browser, back string) webAnswer { return e.browser().get(back) }},
		{"another browser that has begun too", 400, "elsewhere", func(_ *browser, back string) webAnswer {
			other := e.browser()
			other.consent(w, false)
			return other.get(back)
		}},
		{"too late", 400, "too long", func(b *browser, back string) webAnswer {
			e.clock.Advance(stateTime)
			return b.get(back)
		}},
		{"Slack says the app is wrong", 502, "not set up", fault(slackfake.Fault{Error: "bad_client_secret"})},
		{"Slack says something else", 400, "this reason: some_error", fault(slackfake.Fault{Error: "some_error"})},
		{"Slack is away", 502, "does not answer", fault(slackfake.Fault{Reset: true})},
		{"Slack is in trouble", 502, "does not answer", fault(slackfake.Fault{Status: 503})},
		{"Slack says it is too much", 502, "does not answer", fault(slackfake.Fault{RetryAfter: 1})},
		{"the store is away", 503, "Not just now", func(b *browser, back string) webAnswer {
			away.set(true)
			defer away.set(false)
			return b.get(back)
		}},
		{"only asked about", 405, "GET only", func(b *browser, back string) webAnswer { return b.do(http.MethodPost, back) }},
		{"denied for another reason", 400, "reason: &lt;b&gt;", change("error", "<b>")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := e.browser()
			got := tt.come(b, b.consent(w, false))
			if got.status != tt.status || !strings.Contains(got.body, tt.says) || strings.Contains(got.body, "<script") {
				t.Errorf("%d, want %d and %q\n%s", got.status, tt.status, tt.says, got.body)
			}
			if tt.status != 405 {
				checkPage(t, got)
			}
		})
	}
	t.Run("denied", func(t *testing.T) {
		b := e.browser()
		got := b.get(b.consent(w, true))
		checkPage(t, got)
		if got.status != 200 || !strings.Contains(got.body, "Not installed") || len(b.Jar.Cookies(mustURL(t, e.url+PathOAuth))) != 0 {
			t.Errorf("%d\n%s", got.status, got.body)
		}
	})
	if _, ok := e.kept(w); ok {
		t.Error("something was installed")
	}
	if asked := len(e.Calls("oauth.v2.access")); asked != 7 { // the wrong code, five faults, the store
		t.Errorf("Slack was asked %d times", asked)
	}
}

func mustURL(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

var attribute = regexp.MustCompile(`(?:href|src)="([^"]*)"`)

// checkPage holds what every page has to be: closed to everything, and with links that
// lead where they should.
func checkPage(t *testing.T, a webAnswer) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cache-Control": "no-store", "X-Frame-Options": "DENY", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, m := range attribute.FindAllStringSubmatch(a.body, -1) {
		if !strings.HasSuffix(m[1], PathInstall) && !strings.Contains(m[1], "/app_redirect?") {
			t.Errorf("a link to %q", m[1])
		}
	}
	if strings.Count(a.body, "<") != strings.Count(a.body, ">") || strings.Contains(policy, "unsafe") || !strings.HasPrefix(policy, "default-src 'none';") {
		t.Errorf("a page that is not closed: %s\n%s", policy, a.body)
	}
}

// A state is good once, also when two come with it at the same time, and though the
// browser is the same.
func TestStateIsGoodOnce(t *testing.T) {
	e := newEstate(t, slackfake.Options{})
	w := e.move("acme")
	b := e.browser()
	back := b.consent(w, false)
	cookies := b.Jar.Cookies(mustURL(t, e.url+PathOAuth))
	statuses := make(chan int, 8)
	for range cap(statuses) {
		go func() {
			r := httptest.NewRequest(http.MethodGet, back, http.NoBody)
			for _, c := range cookies {
				r.AddCookie(c)
			}
			recorder := httptest.NewRecorder()
			e.adapter.Handler().ServeHTTP(recorder, r)
			statuses <- recorder.Code
		}()
	}
	var all []int
	for range cap(statuses) {
		all = append(all, <-statuses)
	}
	slices.Sort(all)
	if all[0] != 200 || all[1] != 400 || len(e.Calls("oauth.v2.access")) != 1 {
		t.Errorf("%v, with %d exchanges", all, len(e.Calls("oauth.v2.access")))
	}
	if got := b.get(back); got.status != 400 || !strings.Contains(got.body, "used already") {
		t.Errorf("once more: %d\n%s", got.status, got.body)
	}
	e.settle()
}

// What only asks for a page's headers, as previews of links do, uses nothing up.
func TestHeadUsesNothingUp(t *testing.T) {
	e := newEstate(t, slackfake.Options{})
	w := e.move("acme")
	b := e.browser()
	back := b.consent(w, false)
	if got := b.do(http.MethodHead, back); got.status != http.StatusMethodNotAllowed {
		t.Errorf("HEAD: %d", got.status)
	}
	if got := b.get(back); got.status != http.StatusOK {
		t.Errorf("after that: %d\n%s", got.status, got.body)
	}
	e.settle()
}

// Two tabs of one browser may both be at it.
func TestTwoTabs(t *testing.T) {
	e := newEstate(t, slackfake.Options{})
	w := e.move("acme")
	b := e.browser()
	first, second := b.consent(w, false), b.consent(w, false)
	if query(t, first).Get("state") == query(t, second).Get("state") {
		t.Error("two states are one")
	}
	if got := b.get(first); got.status != http.StatusOK {
		t.Errorf("the first tab: %d\n%s", got.status, got.body)
	}
	e.settle()
}

func TestInstallLink(t *testing.T) {
	e := newEstate(t, slackfake.Options{PKCE: true}, func(c *Config) { c.PKCE = true })
	begun := e.browser().get(e.url + PathInstall)
	q := query(t, begun.header.Get("Location"))
	if got := strings.Split(q.Get("scope"), ","); !slices.Equal(got, namesOf(Scopes())) {
		t.Errorf("scopes %q", got)
	}
	if q.Get("redirect_uri") != e.url+PathOAuth || q.Get("client_id") != e.ClientID || q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 {
		t.Errorf("%v", q)
	}
	cookie := begun.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/slack", "Max-Age=600"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Errorf("over http, the cookie is never sent back: %q", cookie)
	}
	i := newInstaller(e.adapter, nil)
	i.adapter = &Adapter{config: Config{Address: "https://bot.example.com"}}
	if !i.cookie("x", stateTime).Secure {
		t.Error("over https, the cookie goes over http too")
	}
	for api, want := range map[string]string{"": "https://slack.com/", "https://slack-gov.com/api/": "https://slack-gov.com/", "http://127.0.0.1:1/api": "http://127.0.0.1:1/"} {
		if got := (Config{APIURL: api}).slackURL(); got != want {
			t.Errorf("beside %q: %s", api, got)
		}
	}
}

func TestPagesOfErrors(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want webPage
	}{
		{errOrganization, pageOrganization}, {errNoBot, pageOperator}, {slack.SlackErrorResponse{Err: "invalid_code"}, pageUsed},
		{slack.SlackErrorResponse{Err: "bad_redirect_uri"}, pageOperator},
	} {
		if got := pageFailed(tt.err); got.title != tt.want.title {
			t.Errorf("%v: %q", tt.err, got.title)
		}
	}
	if got := pageUnkept(bot.ErrFull); got.title != pageFull.title {
		t.Errorf("full: %q", got.title)
	}
	k := kept{Team: "T1", App: `A"<`, Name: "x", Scopes: []string{"commands"}}
	w := httptest.NewRecorder()
	pageInstalled(k, "https://slack.com/").write(w, "https://x"+PathInstall)
	if body := w.Body.String(); !strings.Contains(body, "chat:write") || !strings.Contains(body, "app=A%22%3C&amp;team=T1") {
		t.Errorf("%s", body)
	}
}

func TestManyRefuse(t *testing.T) {
	good := Config{
		ClientID: "1.2", ClientSecret: "secret", SigningSecret: testSecret, Address: "https://bot.example.com", Keys: testKeys, Bot: withState(t).Bot,
	}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		says string
		edit func(*Config)
	}{
		{"either SLACK_BOT_TOKEN", func(c *Config) { c.BotToken = "xoxb-secret" }},
		{"SLACK_CLIENT_ID", func(c *Config) { c.ClientID = "" }},
		{"SLACK_CLIENT_SECRET", func(c *Config) { c.ClientSecret = "" }},
		{"set ARCHBOT_KEY", func(c *Config) { c.Keys = nil }},
		{"set ARCHBOT_URL", func(c *Config) { c.Address = "" }},
		{"no https address", func(c *Config) { c.Address = "http://bot.example.com" }},
		{"no https address", func(c *Config) { c.Address = "https://" }},
		{"no https address", func(c *Config) { c.Address = "https://a:secret@bot.example.com" }},
		{"no https address", func(c *Config) { c.Address = "https://bot.example.com?x=1" }},
		{"SLACK_SIGNING_SECRET", func(c *Config) { c.SigningSecret = "" }},
	} {
		c := good
		tt.edit(&c)
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", tt.says, err)
		}
	}
}

// Whatever comes back from Slack, or says so: a page, no token for a state that was not
// issued, and nothing of what was sent in it as it stands.
func FuzzCallback(f *testing.F) {
	clock := storetest.NewClock()
	store := memory.New(clock.Now)
	a, err := New(Config{
		ClientID: "1.2", ClientSecret: "secret", SigningSecret: testSecret, Address: "https://bot.example.com", Keys: testKeys,
		Bot: withState(f).Bot, Installations: store, Events: store, Transport: nowhere{}, Now: clock.Now,
	})
	if err != nil {
		f.Fatal(err)
	}
	a.installer.states.keys = newKeys(f, newBrowser())
	word := newBrowser()
	good, _ := a.installer.states.issue(word)
	here := strings.NewReplacer("GOOD", good, "WORD", word) // each process has its own
	f.Add("state=GOOD&code=c", "WORD")
	f.Add("state=GOOD&error=access_denied", "WORD")
	f.Add("state=GOOD&error=%3Cscript%3E", "WORD")
	f.Add("state=GOOD&code=c", newBrowser())
	f.Add("state=AAAA&code=%00", "WORD")
	f.Add("%zz&&;=", "")
	handler := a.Handler()
	f.Fuzz(func(t *testing.T, raw, cookie string) {
		raw, cookie = here.Replace(raw), here.Replace(cookie)
		r := httptest.NewRequest(http.MethodGet, PathOAuth, http.NoBody)
		r.URL.RawQuery = raw
		r.Header.Set("Cookie", cookieName+"="+cookie)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 599 || w.Header().Get("Content-Security-Policy") != policy {
			t.Errorf("%d %v", w.Code, w.Header())
		}
		if body := w.Body.String(); strings.Contains(body, "<script") || strings.Contains(body, "Welcome") || strings.Count(body, "<") != strings.Count(body, ">") {
			t.Errorf("%s", body)
		}
		if w.Code/100 != 4 && (cookie != word || !strings.Contains(r.URL.Query().Get("state"), good[:20])) {
			t.Errorf("%d for a state that was not issued here: %q %q", w.Code, raw, cookie)
		}
	})
}

// Nothing is taken for a state that was not issued to this browser, in its time.
func FuzzState(f *testing.F) {
	e := storetest.NewClock()
	k := newKeys(f, newBrowser())
	s := states{keys: k, now: e.Now}
	word := newBrowser()
	good, _ := s.issue(word)
	here := strings.NewReplacer("GOOD", good, "WORD", word) // each process has its own
	f.Add("GOOD", "WORD", int64(0))
	f.Add("GOOD", "WORD", int64(600))
	f.Add("GOODA", "WORD", int64(0))
	f.Add("", "", int64(0))
	f.Fuzz(func(t *testing.T, sealed, browser string, seconds int64) {
		sealed, browser = here.Replace(sealed), here.Replace(browser)
		now := e.Now().Add(time.Duration(seconds%1_000_000) * time.Second)
		st, page := states{keys: k, now: func() time.Time { return now }}.open(sealed, browser)
		if page == nil && (sealed != good || browser != word || !now.Before(e.Now().Add(stateTime))) {
			t.Errorf("%q in %q is taken for %+v", sealed, browser, st)
		}
	})
}
