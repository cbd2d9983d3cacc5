package slackfake_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

const callback = "https://bot.example.com/slack/callback"

// consent leads to Slack's consent page.
func consent(w *slackfake.Server, more url.Values) string {
	q := url.Values{"client_id": {w.ClientID}, "scope": {"commands,chat:write"}, "state": {"st4te"}, "redirect_uri": {callback}}
	for k, v := range more {
		q[k] = v
	}
	return w.URL + "/oauth/v2/authorize?" + q.Encode()
}

// code has ann allow the app, and returns the code that Slack sends along.
func code(t *testing.T, w *world, more url.Values) string {
	t.Helper()
	back, err := w.Authorize(consent(w.Server, more), w.team.ID, w.ann.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil || u.Query().Get("state") != "st4te" {
		t.Fatal(back, err)
	}
	return u.Query().Get("code")
}

func TestOAuth(t *testing.T) {
	w := newWorld(t, slackfake.Options{RedirectURIs: []string{"https://bot.example.com/slack"}})
	one := code(t, w, nil)
	exchange := func(code, key, redirect string) (*slack.OAuthV2Response, error) {
		return slack.GetOAuthV2Response(http.DefaultClient, w.ClientID, key, code, redirect, slack.OAuthOptionAPIURL(w.APIURL()))
	}
	for _, tt := range []struct{ code, key, redirect, want string }{
		{one, "wrong", callback, "bad_client_secret"},
		{"c0de", w.ClientSecret, callback, "invalid_code"},
		{one, w.ClientSecret, callback + "2", "bad_redirect_uri"},
	} {
		if _, err := exchange(tt.code, tt.key, tt.redirect); err == nil || err.Error() != tt.want {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	got, err := exchange(one, w.ClientSecret, callback)
	if err != nil {
		t.Fatal(err)
	}
	if got.Team.ID != w.team.ID || got.AuthedUser.ID != w.ann.ID || got.Scope != "commands,chat:write" || got.BotUserID != w.team.Bot || got.RefreshToken != "" {
		t.Errorf("%+v", got)
	}
	if _, err := slack.New(got.AccessToken, slack.OptionAPIURL(w.APIURL())).AuthTest(); err != nil {
		t.Error(err)
	}
	if _, err := exchange(one, w.ClientSecret, callback); err == nil || err.Error() != "invalid_code" {
		t.Errorf("a code was good twice: %v", err)
	}
	if back, err := w.Authorize(consent(w.Server, nil), w.team.ID, w.ann.ID, true); err != nil || back != callback+"?error=access_denied&state=st4te" {
		t.Error(back, err)
	}
}

func TestConsentPage(t *testing.T) {
	w := newWorld(t, slackfake.Options{RedirectURIs: []string{callback}, BotScopes: []string{"commands", "chat:write"}})
	for want, more := range map[string]url.Values{
		"invalid_client_id": {"client_id": {"1.2"}},
		"bad_redirect_uri":  {"redirect_uri": {"https://evil.example.com/"}},
		"no_scopes":         {"scope": {""}},
		"invalid_scope":     {"scope": {"admin"}},
		"pkce_not_allowed":  {"code_challenge": {"x"}, "code_challenge_method": {"S256"}},
	} {
		if back, err := w.Authorize(consent(w.Server, more), w.team.ID, w.ann.ID, false); err == nil || err.Error() != want {
			t.Errorf("%q %v, want %s", back, err, want)
		}
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, consent(w.Server, url.Values{"as_team": {w.team.ID}, "as_user": {w.ann.ID}, "deny": {""}}), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusFound || response.Header.Get("Location") != callback+"?error=access_denied&state=st4te" {
		t.Error(response.Status, response.Header)
	}
}

func TestPKCE(t *testing.T) {
	w := newWorld(t, slackfake.Options{RedirectURIs: []string{callback}, PKCE: true})
	verifier, err := slack.GenerateCodeVerifier()
	if err != nil {
		t.Fatal(err)
	}
	challenge := url.Values{"code_challenge": {slack.GenerateCodeChallenge(verifier)}, "code_challenge_method": {"S256"}}
	one := code(t, w, challenge)
	exchange := func(key, verifier string) error {
		_, err := slack.GetOAuthV2Response(http.DefaultClient, w.ClientID, key, one, callback, slack.OAuthOptionAPIURL(w.APIURL()), slack.OAuthOptionCodeVerifier(verifier))
		return err
	}
	for _, wrong := range []string{"", verifier + "x"} {
		if err := exchange(w.ClientSecret, wrong); err == nil || err.Error() != "invalid_code_verifier" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if err := exchange("", verifier); err != nil {
		t.Error(err)
	}
}

func TestRotation(t *testing.T) {
	c := newClock()
	w := newWorld(t, slackfake.Options{Now: c.Now, Rotation: true, RedirectURIs: []string{callback}})
	first, err := slack.GetOAuthV2Response(http.DefaultClient, w.ClientID, w.ClientSecret, code(t, w, nil), callback, slack.OAuthOptionAPIURL(w.APIURL()))
	if err != nil || first.ExpiresIn != 43_200 {
		t.Fatal(err, first)
	}
	refresh := func(token string) (*slack.OAuthV2Response, error) {
		return slack.RefreshOAuthV2Token(http.DefaultClient, w.ClientID, w.ClientSecret, token, slack.OAuthOptionAPIURL(w.APIURL()))
	}
	works := func(token string) string {
		_, err := slack.New(token, slack.OptionAPIURL(w.APIURL())).AuthTest()
		if err != nil {
			return err.Error()
		}
		return ""
	}
	c.advance(12*time.Hour - time.Second)
	second, err := refresh(first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := refresh(first.RefreshToken); err == nil || err.Error() != "invalid_refresh_token" {
		t.Errorf("a refresh token was good twice: %v", err)
	}
	if got := works(first.AccessToken) + works(second.AccessToken); got != "" {
		t.Error(got)
	}
	c.advance(time.Second)
	if got := works(first.AccessToken); got != "token_expired" {
		t.Error(got)
	}
	if got := works(second.AccessToken); got != "" {
		t.Error(got)
	}
	w.Uninstall(w.team.ID, true)
	if _, err := refresh(second.RefreshToken); err == nil || err.Error() != "invalid_refresh_token" {
		t.Errorf("after the app was taken out: %v", err)
	}
}

// TestUninstall takes the app out by hand, by its own call, and revokes one token.
func TestUninstall(t *testing.T) {
	var mu sync.Mutex
	var told []string
	listen := func(w *world) {
		w.overHTTP(t, func(g got) any {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, g.payload["event"].(map[string]any)["type"].(string))
			return nil
		})
	}
	count := func(n int) func() bool {
		return func() bool { mu.Lock(); defer mu.Unlock(); return len(told) >= n }
	}
	w := newWorld(t, slackfake.Options{})
	listen(w)
	for i, out := range w.Uninstall(w.team.ID, false) {
		fine(t, out)
		if i > 1 {
			t.Error("more than two events")
		}
	}
	if diff := cmp.Diff([]string{"app_uninstalled", "tokens_revoked"}, told); diff != "" {
		t.Error(diff)
	}
	if _, err := w.api.AuthTest(); err == nil || err.Error() != "account_inactive" {
		t.Error(err)
	}
	if c, _ := w.Channel(w.inside.ID); len(c.Members) != 2 {
		t.Errorf("its user is still in the channel: %v", c.Members)
	}
	w = newWorld(t, slackfake.Options{})
	listen(w)
	if out := w.call(t, "apps.uninstall", "client_id", w.ClientID, "client_secret", "x"); out["error"] != "bad_client_secret" {
		t.Error(out)
	}
	if out := w.call(t, "apps.uninstall", "client_id", w.ClientID, "client_secret", w.ClientSecret); out["ok"] != true {
		t.Error(out)
	}
	if !w.Await(count(4)) {
		t.Errorf("told only %q", told)
	}
	w = newWorld(t, slackfake.Options{})
	listen(w)
	if got, err := w.api.SendAuthRevoke(""); err != nil || !got.Revoked {
		t.Error(err, got)
	}
	if !w.Await(count(5)) {
		t.Errorf("told only %q", told)
	}
}
