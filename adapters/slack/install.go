package slack

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
	"archbot/internal/seal"
)

// Where a workspace installs the app, and where Slack sends the browser back to
// (https://docs.slack.dev/authentication/installing-with-oauth).
const (
	PathInstall = "/slack/install"
	PathOAuth   = "/slack/oauth"
)

// installer has workspaces install the app.
type installer struct {
	adapter *Adapter
	many    *many
	states  states
}

func newInstaller(a *Adapter, keys *seal.Keyring) *installer {
	return &installer{adapter: a, many: a.many, states: states{keys: keys, now: a.config.Now}}
}

// apiURL is where the Web API is, with a slash at the end.
func (c Config) apiURL() string { return strings.TrimSuffix(cmp.Or(c.APIURL, slack.APIURL), "/") + "/" }

// slackURL is where Slack's own pages are: beside the Web API.
func (c Config) slackURL() string { return strings.TrimSuffix(c.apiURL(), "api/") }

// installAddress is where people install the app, and redirectURL where Slack sends
// them back to.
func (c Config) installAddress() string { return strings.TrimSuffix(c.Address, "/") + PathInstall }
func (c Config) redirectURL() string    { return strings.TrimSuffix(c.Address, "/") + PathOAuth }

// begin sends a browser to Slack's consent page, with a state that only this browser
// can come back with.
func (i *installer) begin(w http.ResponseWriter, r *http.Request) {
	c := i.adapter.config
	browser := browserOf(r)
	if browser == "" {
		browser = newBrowser()
	}
	state, verifier := i.states.issue(browser)
	http.SetCookie(w, i.cookie(browser, stateTime))
	q := url.Values{
		"client_id": {c.ClientID}, "scope": {strings.Join(namesOf(Scopes()), ",")},
		"redirect_uri": {c.redirectURL()}, "state": {state},
	}
	if c.PKCE {
		q.Set("code_challenge", slack.GenerateCodeChallenge(verifier))
		q.Set("code_challenge_method", "S256")
	}
	secure(w.Header())
	w.Header().Set("Location", c.slackURL()+"oauth/v2/authorize?"+q.Encode())
	w.WriteHeader(http.StatusFound)
}

// cookie holds the word that binds a state to a browser. Lax lets it come along when
// Slack sends the browser back. No life at all deletes it.
func (i *installer) cookie(browser string, life time.Duration) *http.Cookie {
	age := int(life.Seconds())
	if age == 0 {
		age = -1
	}
	return &http.Cookie{ //nolint:gosec // G124: over http it is for this machine, where Secure would keep it from coming back
		Name: cookieName, Value: browser, Path: PathOAuth[:strings.LastIndex(PathOAuth, "/")], MaxAge: age,
		HttpOnly: true, Secure: strings.HasPrefix(i.adapter.config.Address, "https:"), SameSite: http.SameSiteLaxMode,
	}
}

// come takes in what Slack sends a browser back with, and tells the person what came of
// it.
func (i *installer) come(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet { // what only asks for headers must not use a code up
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "GET only", http.StatusMethodNotAllowed)
		return
	}
	p, k := i.finish(r)
	if p.done {
		http.SetCookie(w, i.cookie("", 0))
	}
	p.write(w, i.adapter.config.installAddress())
	if k != nil {
		i.adapter.welcome(*k)
	}
}

// installing is where it is kept which states have been used.
var installing = bot.Scope{Platform: Platform, User: "oauth"}

// maxQuery is how long what Slack sends along may be, in bytes.
const maxQuery = 4 << 10

// finish installs the app for whoever came back, if they may.
func (i *installer) finish(r *http.Request) (webPage, *kept) {
	if len(r.URL.RawQuery) > maxQuery {
		return pageBadState, nil
	}
	q := r.URL.Query()
	state, problem := i.states.open(q.Get("state"), browserOf(r))
	if problem != nil {
		return *problem, nil
	}
	if refusal := q.Get("error"); refusal != "" {
		return pageRefusal(refusal), nil
	}
	if q.Get("code") == "" {
		return pageBadState, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), exchangeTime)
	defer cancel()
	first, err := i.adapter.config.Events.FirstTime(ctx, installing, bot.EventID(state.ID), stateTime)
	if err != nil {
		i.adapter.report(ctx, "an installation cannot be kept", err)
		return pageAway, nil
	}
	if !first {
		return pageUsed, nil
	}
	k, err := i.exchange(ctx, q.Get("code"), state.Verifier)
	if err != nil {
		i.adapter.report(ctx, "an installation has failed", err)
		return pageFailed(err), nil
	}
	if err := i.many.replace(ctx, k); err != nil {
		i.adapter.log.ErrorContext(ctx, "an installation cannot be kept", "workspace", k.Team, "error", err)
		return pageUnkept(err), nil
	}
	i.adapter.log.InfoContext(ctx, "a workspace has installed the app", "workspace", k.Team, "missing scopes", k.missing())
	return pageInstalled(k, i.adapter.config.slackURL()), &k
}

// exchangeTime is how long Slack may take to give out tokens: the server that this runs
// on answers within fifteen seconds.
const exchangeTime = 10 * time.Second

// Why what Slack answers is no installation that the app can do with.
var (
	errOrganization = errors.New("the app was installed for a whole organization")
	errNoBot        = errors.New("no token for a bot was given out")
)

// exchange has Slack give out the tokens that a code stands for.
func (i *installer) exchange(ctx context.Context, code, verifier string) (kept, error) {
	c := i.adapter.config
	options := []slack.OAuthOption{slack.OAuthOptionAPIURL(c.apiURL())}
	if c.PKCE {
		options = append(options, slack.OAuthOptionCodeVerifier(verifier))
	}
	answer, err := slack.GetOAuthV2ResponseContext(ctx, i.adapter.http, c.ClientID, c.ClientSecret, code, c.redirectURL(), options...)
	switch {
	case err != nil:
		return kept{}, redacted(err)
	case answer.IsEnterpriseInstall || answer.Team.ID == "":
		return kept{}, errOrganization
	case answer.AccessToken == "" || answer.TokenType != "bot":
		return kept{}, errNoBot
	}
	k := kept{
		Team: bot.WorkspaceID(answer.Team.ID), Name: answer.Team.Name, Enterprise: answer.Enterprise.ID, App: answer.AppID,
		Bot: bot.UserID(answer.BotUserID), Scopes: strings.Split(answer.Scope, ","), Installer: bot.UserID(answer.AuthedUser.ID),
		Installed: i.adapter.config.Now().UTC().Truncate(time.Second), Token: answer.AccessToken, Refresh: answer.RefreshToken,
	}
	slices.Sort(k.Scopes)
	if answer.ExpiresIn > 0 {
		k.Expires = i.adapter.config.Now().Add(time.Duration(answer.ExpiresIn) * time.Second)
	}
	return k, nil
}

// replace keeps an installation, in place of the one that there is.
func (m *many) replace(ctx context.Context, k kept) error {
	defer m.cache.Remove(k.Team)
	for range maxAttempts {
		_, was, err := m.store.LoadInstallation(ctx, scopeOf(k.Team))
		if err != nil {
			return err
		}
		if _, err = m.keep(ctx, k, was); !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
	return bot.ErrConflict
}

// welcome introduces the bot to whoever installed it, the first time.
func (a *Adapter) welcome(k kept) {
	a.report(context.Background(), "nobody is welcomed", a.begin(k.Team, func(ctx context.Context) {
		in, err := a.installed.of(ctx, k.Team)
		if err != nil {
			a.report(ctx, "an introduction did not arrive", err)
			return
		}
		channel, _, _, err := in.client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{string(k.Installer)}})
		if err != nil {
			a.report(ctx, "an introduction did not arrive", in.answered(err))
			return
		}
		a.introduce(ctx, bot.Request{
			Platform: Platform, Workspace: k.Team, Home: k.Team, Channel: bot.ChannelID(channel.ID), User: k.Installer, Surface: bot.SurfaceDirect,
		})
	}))
}
