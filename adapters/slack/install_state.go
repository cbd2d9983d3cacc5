package slack

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"archbot/internal/seal"
)

// A state goes to Slack with whoever installs the app and comes back with them. It is
// encrypted and signed, bound to the browser by a word in a cookie, good for ten
// minutes, and good once: so nobody can have somebody else install the app into a
// workspace of theirs, and nothing has to be kept for those who never come back.
type states struct {
	keys *seal.Keyring
	now  func() time.Time
}

// stateTime is how long somebody may take on Slack's pages.
const stateTime = 10 * time.Minute

// cookieName is the cookie's that binds a state to a browser.
const cookieName = "archbot_install"

// browserSize is how long the word in it is; rand.Text makes 26 letters and digits.
const browserSize = 26

func newBrowser() string { return rand.Text() }

// browserOf is the word in the cookie; empty where there is none that is ours.
func browserOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil || len(c.Value) != browserSize {
		return ""
	}
	return c.Value
}

// state is what a state says.
type state struct {
	ID       string `json:"id"`
	Until    int64  `json:"until"`    // in seconds since 1970
	Verifier string `json:"verifier"` // of PKCE (RFC 7636): 43 to 128 letters and digits
}

// issue makes a state for a browser.
func (s states) issue(browser string) (sealed, verifier string) {
	st := state{ID: rand.Text(), Until: s.now().Add(stateTime).Unix(), Verifier: rand.Text() + rand.Text()}
	plain, err := json.Marshal(st)
	if err != nil {
		panic(err) // of two words and a number
	}
	return base64.RawURLEncoding.EncodeToString(s.keys.Seal(plain, stateWords(browser)...)), st.Verifier
}

func stateWords(browser string) []string { return []string{string(Platform), "oauth state", browser} }

// open reads a state that came back; a page says what is wrong with it.
func (s states) open(sealed, browser string) (state, *webPage) {
	if browser == "" {
		return state{}, &pageOtherBrowser
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return state{}, &pageBadState
	}
	plain, _, err := s.keys.Open(raw, stateWords(browser)...)
	if errors.Is(err, seal.ErrForged) {
		return state{}, &pageOtherBrowser
	}
	var st state
	if err != nil || json.Unmarshal(plain, &st) != nil || st.ID == "" {
		return state{}, &pageBadState
	}
	if !s.now().Before(time.Unix(st.Until, 0)) {
		return state{}, &pageLate
	}
	return st, nil
}
