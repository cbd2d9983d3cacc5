package slack

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// How the tokens of an installation are exchanged, so that one process does it at a
// time and a crash at any point loses no installation:
//
//  1. The lease is written into what is kept (Refreshing), in place of the version that
//     was read. Of several processes one succeeds. A crash before the call leaves a lease
//     that ends, and a refresh token that is good.
//  2. Slack exchanges the refresh token, which is spent by it. A crash before the answer
//     is written loses the new one: whoever comes next is told invalid_refresh_token. The
//     old access token is good for hours yet, and serves them; whoever installed the app
//     is told to install it again (Broken). Nothing that is kept of the workspace is lost.
//  3. The new tokens are written, and used from then on. Where the store is out of reach
//     they are written as soon as it is back (unsaved), over whatever others have made of
//     the lease meanwhile.
//
// Whoever installs or removes the app meanwhile has written another version, and theirs
// is what counts.

const (
	// leaseTime is longer than a call may take, by more than clocks are apart.
	leaseTime = time.Minute
	// renewalPause lies between two attempts to exchange a token of one workspace.
	renewalPause = 10 * time.Second
	// pollTime lies between two looks at what another process does.
	pollTime = 100 * time.Millisecond
	// sweepTime lies between two looks at all installations for tokens that are due. It
	// is what refreshes those of workspaces where nobody asks anything: a refresh token
	// may expire as well.
	sweepTime = 30 * time.Minute
)

// renewal is an exchange of a workspace's tokens by this process.
type renewal struct {
	done chan struct{} // closed in the end; then err may be read
	err  error
	at   time.Time // the end
}

// unsaved is what an exchange came to that could not be written yet.
type unsaved struct {
	kept  kept
	spent string // the refresh token that it was exchanged for
}

// errUnsaved says that new tokens are there which nobody may use yet.
var errUnsaved = errors.New("new tokens of the workspace cannot be written just now")

// renew exchanges a workspace's tokens, unless this process does so already, or has just
// failed to.
func (m *many) renew(team bot.WorkspaceID) *renewal {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.renewals[team]; r != nil {
		select {
		case <-r.done:
			if r.err != nil && m.now().Sub(r.at) < renewalPause {
				return r
			}
		default:
			return r
		}
	}
	r := &renewal{done: make(chan struct{})}
	end, err := m.adapter.work.Begin("")
	if err != nil {
		r.err = err
		close(r.done)
		return r
	}
	m.renewals[team] = r
	go func() {
		defer end()
		ctx, cancel := context.WithTimeout(context.Background(), leaseTime)
		defer cancel()
		r.err = errCall // what a panic leaves
		m.adapter.guarded(ctx, func(ctx context.Context) outcome {
			r.err = m.exchange(ctx, team)
			return outcome{}
		})
		m.adapter.report(ctx, "the tokens of a workspace are not exchanged", r.err)
		m.mu.Lock()
		defer m.mu.Unlock()
		r.at = m.now()
		if r.err == nil {
			delete(m.renewals, team)
		}
		close(r.done)
	}()
	return r
}

// exchange returns when a workspace has a token that is not due: by its own doing, or
// by another process's.
func (m *many) exchange(ctx context.Context, team bot.WorkspaceID) error {
	if err := m.save(ctx, team); err != nil {
		return err
	}
	for {
		r, err := m.look(ctx, team)
		if err != nil {
			return err
		}
		k := r.kept
		if !k.due(m.now()) {
			return nil
		}
		if k.Refreshing != nil && k.Refreshing.By != m.me && m.now().Before(k.Refreshing.Until) {
			if !k.expired(m.now()) {
				return nil // the old one will do until then
			}
			if err := wait(ctx, pollTime); err != nil {
				return err
			}
			continue
		}
		again := k.Refreshing != nil
		k.Refreshing = &refreshing{By: m.me, Until: m.now().Add(leaseTime)}
		version, err := m.keep(ctx, k, r.version)
		if errors.Is(err, bot.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		return m.spend(ctx, k, version, again)
	}
}

// spend exchanges the refresh token, under the lease of that version. Again says that
// somebody has tried before and not told of the end.
func (m *many) spend(ctx context.Context, k kept, leased bot.Version, again bool) error {
	c := m.adapter.config
	answer, err := slack.RefreshOAuthV2TokenContext(ctx, m.adapter.http, c.ClientID, c.ClientSecret, k.Refresh, slack.OAuthOptionAPIURL(c.apiURL()))
	if err == nil && (bot.WorkspaceID(answer.Team.ID) != k.Team || answer.AccessToken == "" || answer.RefreshToken == "") {
		err = errAnswer
	}
	if err != nil {
		return m.unspent(ctx, k, leased, again, redacted(err))
	}
	fresh := k
	fresh.Refreshing = nil
	fresh.Token, fresh.Refresh = answer.AccessToken, answer.RefreshToken
	fresh.Expires = m.now().Add(time.Duration(answer.ExpiresIn) * time.Second)
	if answer.Scope != "" {
		fresh.Scopes = strings.Split(answer.Scope, ",")
	}
	m.mu.Lock()
	m.unsaved[k.Team] = unsaved{kept: fresh, spent: k.Refresh}
	m.mu.Unlock()
	return m.save(ctx, k.Team)
}

var errAnswer = errors.New("an answer of Slack’s is not about this workspace")

// save writes what an exchange came to, over what others have made of the lease that it
// was made under. What is there of another installation counts more.
func (m *many) save(ctx context.Context, team bot.WorkspaceID) error {
	m.mu.Lock()
	u, waiting := m.unsaved[team]
	m.mu.Unlock()
	if !waiting {
		return nil
	}
	err := m.change(ctx, team, func(there *kept) bool {
		if there.Refresh != u.spent {
			return false
		}
		*there = u.kept
		return true
	})
	if err != nil && !errors.Is(err, errNotInstalled) && !errors.Is(err, errRecord) {
		return errors.Join(errUnsaved, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.unsaved[team].spent == u.spent {
		delete(m.unsaved, team)
	}
	return nil
}

// unspent gives the lease back, where Slack has said no, and draws the consequences of
// its reason. Where it has not answered, the refresh token may be spent: the lease stays,
// and whoever comes after it finds out.
func (m *many) unspent(ctx context.Context, k kept, leased bot.Version, again bool, err error) error {
	answer, refused := errors.AsType[slack.SlackErrorResponse](err)
	if !refused || answer.Err == "fatal_error" || answer.Err == "internal_error" {
		return err
	}
	k.Refreshing = nil
	switch answer.Err {
	case "account_inactive", "token_revoked":
		return cmp.Or(m.adapter.end(ctx, k.Team, k.Installed), err)
	case "invalid_refresh_token", "token_expired", "invalid_auth":
		k.Broken = "Slack does not take its refresh token (" + answer.Err + ")"
		if again {
			k.Broken = "an exchange of its tokens was cut off"
		}
	}
	if _, keptErr := m.keep(ctx, k, leased); keptErr != nil {
		return errors.Join(err, keptErr)
	}
	m.cache.Remove(k.Team)
	if k.Broken != "" {
		m.adapter.log.ErrorContext(ctx, "a workspace has to install the app again", "workspace", k.Team, "reason", k.Broken)
		m.tellInstaller(ctx, k)
		return nil
	}
	return err
}

// tellInstaller asks whoever installed the app to do so again, as long as the old token
// lets it.
func (m *many) tellInstaller(ctx context.Context, k kept) {
	if k.expired(m.now()) || k.Installer == "" {
		return
	}
	reply := bot.Reply{
		Kind: bot.Misuse, For: bot.ToOne,
		Text: "I can answer in this workspace until " + k.Expires.UTC().Format("15:04 on 2 January (UTC)") +
			" and then no more, as my permission could not be renewed. You installed me: please do so once more. Nothing that I keep for you is lost by it.",
	}
	said := render(reply, m.adapter.spoken())
	said.Text += "\n" + m.adapter.config.installAddress()
	said.Blocks = append(said.Blocks, section(link(m.adapter.config.installAddress(), "Install archbot again", maxText), control{}))
	m.adapter.report(ctx, "nobody is told that the app has to be installed again", m.adapter.direct(ctx, m.install(k), k.Installer, said))
}

// sweep exchanges what is due of all installations, one after the other.
func (m *many) sweep(ctx context.Context) {
	teams, err := m.store.Installed(ctx, Platform)
	m.adapter.report(ctx, "tokens that are due are not looked for", err)
	for _, team := range teams {
		if ctx.Err() != nil {
			return
		}
		r, err := m.look(ctx, team)
		if err != nil || !r.kept.due(m.now()) {
			m.adapter.report(ctx, "an installation cannot be looked at", err)
			continue
		}
		select {
		case <-m.renew(team).done:
		case <-ctx.Done():
		}
	}
}

// keepFresh sweeps now and then, until ctx ends.
func (m *many) keepFresh(ctx context.Context) {
	for ctx.Err() == nil {
		m.sweep(ctx)
		_ = wait(ctx, sweepTime)
	}
}
