package slackfake

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OAuth (https://docs.slack.dev/authentication/installing-with-oauth) and token rotation
// (https://docs.slack.dev/authentication/using-token-rotation).

type oauthState struct {
	codes   map[string]*grant
	refresh map[string]*grant // by refresh token; each is good once
}

// grant is a permission that a person gave.
type grant struct {
	team, user, redirect, challenge string
	scopes                          []string
	born                            time.Time
	tokens                          []string // that were given for it, the newest last
}

func newOAuthState() oauthState {
	return oauthState{codes: map[string]*grant{}, refresh: map[string]*grant{}}
}

// forget takes back what a workspace has granted.
func (o *oauthState) forget(team string) {
	for token, g := range o.refresh {
		if g.team == team {
			delete(o.refresh, token)
		}
	}
}

// Authorize is a person at Slack's consent page, which an app's install link leads to.
// They allow the app, or deny it; the result is the address at which Slack sends their
// browser back to the app, with a code or an error. A link that Slack would show an
// error page for is an error.
func (s *Server) Authorize(link, team, user string, deny bool) (string, error) {
	u, err := url.Parse(link)
	if err != nil {
		return "", err
	}
	q := u.Query()
	redirect := q.Get("redirect_uri")
	if redirect == "" && len(s.opts.RedirectURIs) > 0 {
		redirect = s.opts.RedirectURIs[0]
	}
	back, err := url.Parse(redirect)
	scopes := strings.FieldsFunc(q.Get("scope"), func(r rune) bool { return r == ',' || r == ' ' })
	unknown := func(scope string) bool { return s.opts.BotScopes != nil && !slices.Contains(s.opts.BotScopes, scope) }
	challenge := q.Get("code_challenge")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case u.Path != "/oauth/v2/authorize":
		return "", errors.New("not the address of Slack's consent page: " + link)
	case q.Get("client_id") != s.ClientID:
		return "", errors.New("invalid_client_id")
	case err != nil || !slices.ContainsFunc(s.opts.RedirectURIs, func(allowed string) bool { return strings.HasPrefix(redirect, allowed) }):
		return "", errors.New("bad_redirect_uri")
	case len(scopes) == 0:
		return "", errors.New("no_scopes")
	case slices.ContainsFunc(scopes, unknown):
		return "", errors.New("invalid_scope")
	case challenge != "" && (!s.opts.PKCE || q.Get("code_challenge_method") != "S256"):
		return "", errors.New("pkce_not_allowed")
	case s.teams[team] == nil || s.users[user] == nil:
		return "", errors.New("no such workspace or person")
	}
	answer := url.Values{"state": {q.Get("state")}}
	if deny {
		answer.Set("error", "access_denied")
	} else {
		code := secret("", 40)
		s.oauth.codes[code] = &grant{team: team, user: user, redirect: q.Get("redirect_uri"), challenge: challenge, scopes: scopes, born: s.Now()}
		answer.Set("code", code)
	}
	back.RawQuery = answer.Encode()
	return back.String(), nil
}

// serveAuthorize is the consent page for a browser that says who it is: with the
// parameters as_team, as_user and deny besides those of Slack.
func (s *Server) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := s.Authorize(r.URL.String(), q.Get("as_team"), q.Get("as_user"), q.Has("deny"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Location", back)
	w.WriteHeader(http.StatusFound)
}

func oauthAccess(s *Server, c *call) (object, *apiError) {
	id, key, basic := c.http.BasicAuth()
	if !basic {
		id, key = c.str("client_id"), c.str("client_secret")
	}
	public := s.opts.PKCE && key == "" && (c.has("code_verifier") || c.str("grant_type") == "refresh_token")
	switch {
	case id != s.ClientID:
		return nil, fail("invalid_client_id")
	case key != s.ClientSecret && !public:
		return nil, fail("bad_client_secret")
	}
	switch c.str("grant_type") {
	case "", "authorization_code":
		return s.exchangeCode(c)
	case "refresh_token":
		return s.exchangeRefresh(c)
	}
	return nil, fail("invalid_grant_type")
}

func (s *Server) exchangeCode(c *call) (object, *apiError) {
	g := s.oauth.codes[c.str("code")]
	if g == nil || s.Now().Sub(g.born) > codeLife {
		return nil, fail("invalid_code")
	}
	if c.str("redirect_uri") != g.redirect {
		return nil, fail("bad_redirect_uri")
	}
	if verifier := c.str("code_verifier"); g.challenge != "" || verifier != "" {
		sum := sha256.Sum256([]byte(verifier))
		if base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge {
			return nil, fail("invalid_code_verifier")
		}
	}
	delete(s.oauth.codes, c.str("code"))
	return s.grantToken(g), nil
}

func (s *Server) exchangeRefresh(c *call) (object, *apiError) {
	g := s.oauth.refresh[c.str("refresh_token")]
	if g == nil {
		return nil, fail("invalid_refresh_token")
	}
	delete(s.oauth.refresh, c.str("refresh_token"))
	return s.grantToken(g), nil
}

// grantToken installs the app and answers with its token. Of the tokens of one grant
// the newest two are good.
func (s *Server) grantToken(g *grant) object {
	t := s.install(g.team, g.scopes, s.opts.Rotation)
	if g.tokens = append(g.tokens, t.Value); len(g.tokens) > 2 {
		if old := s.tokens[g.tokens[len(g.tokens)-3]]; old != nil {
			old.Revoked = true
		}
	}
	team := s.teams[g.team]
	out := object{
		"access_token": t.Value, "token_type": "bot", "scope": strings.Join(t.Scopes, ","), "bot_user_id": t.User,
		"app_id": s.AppID, "team": object{"id": team.ID, "name": team.Name}, "enterprise": nil,
		"is_enterprise_install": false, "authed_user": object{"id": g.user},
	}
	if s.opts.Rotation {
		refresh := secret("xoxe-1-", 60)
		s.oauth.refresh[refresh] = g
		out["refresh_token"], out["expires_in"] = refresh, int(s.opts.TokenLife.Seconds())
	}
	return out
}
