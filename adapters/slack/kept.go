package slack

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"archbot/internal/bot"
	"archbot/internal/seal"
)

// kept is what is remembered of the app in one workspace. All of it is encrypted where
// it is kept, but for the enterprise's id.
type kept struct {
	Team       bot.WorkspaceID `json:"team"`
	Name       string          `json:"name"`                 // of the workspace
	Enterprise string          `json:"enterprise,omitempty"` // that the workspace belongs to
	App        string          `json:"app"`
	Bot        bot.UserID      `json:"bot"` // the bot's own user
	Scopes     []string        `json:"scopes"`
	Installer  bot.UserID      `json:"installer"`
	Installed  time.Time       `json:"installed"`

	Token   string    `json:"token,omitempty"`   // empty where Slack does not know it
	Refresh string    `json:"refresh,omitempty"` // good once; empty where tokens do not expire
	Expires time.Time `json:"expires,omitzero"`

	// Refreshing says that a process is about to exchange Refresh, or has died over it:
	// then it may be spent.
	Refreshing *refreshing `json:"refreshing,omitempty"`
	// Broken says why the tokens are of no use, which only installing again mends.
	Broken string `json:"broken,omitempty"`
}

// refreshing is a lease: until it ends, others leave the refresh token alone.
type refreshing struct {
	By    string    `json:"by"`
	Until time.Time `json:"until"`
}

// expired reports whether the token is of no use any more.
func (k kept) expired(now time.Time) bool { return !k.Expires.IsZero() && !now.Before(k.Expires) }

// refreshAhead is how long before its end a token is exchanged: half of its life, so
// that an outage, or an exchange whose answer is lost, leaves hours to mend it. Slack
// lets two tokens of an installation be good at once.
const refreshAhead = 6 * time.Hour

// due reports whether the token should be exchanged.
func (k kept) due(now time.Time) bool {
	return k.Refresh != "" && k.Broken == "" && !now.Before(k.Expires.Add(-refreshAhead))
}

// missing are the scopes that the bot needs and was not given.
func (k kept) missing() []string {
	var out []string
	for _, s := range namesOf(Scopes()) {
		if !slices.Contains(k.Scopes, s) {
			out = append(out, s)
		}
	}
	return out
}

// scopeOf is where a workspace's state is kept.
func scopeOf(team bot.WorkspaceID) bot.Scope { return bot.Scope{Platform: Platform, Workspace: team} }

// maxEnterprise is how long an enterprise's id may be, in bytes; Slack's have some ten.
const maxEnterprise = 64

var errRecord = errors.New("what is kept of the workspace cannot be read")

// sealed writes an installation: the enterprise's id behind its length, then the rest,
// encrypted and bound to platform, workspace and enterprise. So it is of no use in the
// place of another's.
func (k kept) sealed(keys *seal.Keyring) ([]byte, error) {
	if len(k.Enterprise) > maxEnterprise {
		return nil, fmt.Errorf("%w: an enterprise’s id of %d bytes", errRecord, len(k.Enterprise))
	}
	plain, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	out := binary.AppendUvarint(nil, uint64(len(k.Enterprise)))
	out = append(out, k.Enterprise...)
	return append(out, keys.Seal(plain, bindings(k.Team, k.Enterprise)...)...), nil
}

// unseal reads what sealed wrote for a workspace. Current reports whether the first of
// the keys encrypted it.
func unseal(keys *seal.Keyring, team bot.WorkspaceID, data []byte) (k kept, current bool, err error) {
	length, n := binary.Uvarint(data)
	if n <= 0 || length > maxEnterprise || uint64(len(data)-n) < length {
		return k, false, errRecord
	}
	enterprise, sealed := string(data[n:n+int(length)]), data[n+int(length):]
	plain, current, err := keys.Open(sealed, bindings(team, enterprise)...)
	if err != nil {
		return k, false, fmt.Errorf("%w: %w", errRecord, err)
	}
	if err := json.Unmarshal(plain, &k); err != nil || k.Team != team || k.Enterprise != enterprise {
		return kept{}, false, errRecord // the library's error would show what it holds
	}
	return k, current, nil
}

func bindings(team bot.WorkspaceID, enterprise string) []string {
	return []string{string(Platform), "installation", string(team), enterprise}
}
