package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"archbot/internal/bot"
	"archbot/internal/inflight"
)

// When a workspace ends its installation, what is kept of it is erased first and its
// tokens last: cut off, it is begun anew by the next event, or by the next call that
// fails, as long as there is an installation.

// clockDifference is how far this machine's clock may be from Slack's without an end
// being taken for that of another installation.
const clockDifference = time.Minute

// uninstalled takes in that the app was taken out of a workspace, and revoked that its
// tokens were. They come in any order, more than once, and late: perhaps when the
// workspace has installed the app again. Slack is told that they have arrived once they
// have had their effect.
func (a *Adapter) uninstalled(team string, at time.Time) error {
	return a.erasing(bot.WorkspaceID(team), func(ctx context.Context, team bot.WorkspaceID) error {
		installed, err := a.installedAt(ctx, team)
		switch {
		case err != nil:
			return err
		case !installed.IsZero() && at.After(installed.Add(clockDifference)):
			return a.end(ctx, team, installed)
		}
		return a.endDead(ctx, team, installed)
	})
}

func (a *Adapter) revoked(team string, e *slackevents.TokensRevokedEvent) error {
	if len(e.Tokens.Bot) == 0 {
		return nil // somebody's own
	}
	return a.erasing(bot.WorkspaceID(team), func(ctx context.Context, team bot.WorkspaceID) error {
		in, err := a.installed.of(ctx, team)
		if err == nil && !slices.Contains(e.Tokens.Bot, string(in.user)) {
			return nil
		}
		installed, err := a.installedAt(ctx, team)
		if err != nil {
			return err
		}
		return a.endDead(ctx, team, installed)
	})
}

// erasing does what ends an installation while Slack waits. Where it fails, or takes
// longer than Slack waits, Slack delivers the event again.
func (a *Adapter) erasing(team bot.WorkspaceID, do func(context.Context, bot.WorkspaceID) error) error {
	end, err := a.work.Begin(string(team))
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		defer end()
		ctx, over := a.working()
		defer over()
		err := errCall // what a panic leaves
		a.guarded(ctx, func(ctx context.Context) outcome { err = do(ctx, team); return outcome{} })
		a.report(ctx, "a workspace that has left is not forgotten yet", err)
		done <- err
	}()
	patience := time.NewTimer(a.config.Patience)
	defer patience.Stop()
	select {
	case err = <-done:
	case <-patience.C:
		err = context.DeadlineExceeded
	}
	if err != nil {
		return fmt.Errorf("%w: %w", inflight.ErrBusy, err)
	}
	return nil
}

// installedAt is when the app was installed in a workspace; the zero time where it is
// not, and where its token is a setting.
func (a *Adapter) installedAt(ctx context.Context, team bot.WorkspaceID) (time.Time, error) {
	if a.many == nil {
		return time.Time{}, nil
	}
	r, err := a.many.look(ctx, team)
	if errors.Is(err, errNotInstalled) || errors.Is(err, errRecord) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return r.kept.Installed, nil
}

// endDead ends an installation if Slack says that its token is none any more. An error
// says that Slack has not said whether it is.
func (a *Adapter) endDead(ctx context.Context, team bot.WorkspaceID, installed time.Time) error {
	token := a.config.BotToken
	if a.many != nil {
		r, err := a.many.look(ctx, team)
		if errors.Is(err, errNotInstalled) || errors.Is(err, errRecord) {
			return a.end(ctx, team, installed) // what was left undone, if anything
		}
		if err != nil {
			return err
		}
		token = r.kept.Token
	}
	_, err := newClient(a.config, a.http, token, retries).AuthTestContext(ctx)
	if err == nil {
		a.log.InfoContext(ctx, "the end of an installation is none of the present one", "workspace", team)
		return nil
	}
	if err = redacted(err); classify(err) == dead {
		return a.end(ctx, team, installed)
	}
	return err
}

// end erases all that is kept of a workspace. An installation is erased if it is the
// one of that time; the zero time is any.
func (a *Adapter) end(ctx context.Context, team bot.WorkspaceID, installed time.Time) error {
	if a.config.Ended != nil {
		if err := a.config.Ended(ctx, scopeOf(team)); err != nil {
			return err
		}
	}
	if a.many == nil {
		a.log.ErrorContext(ctx, "the app was taken out of the workspace: install it again, and set its new SLACK_BOT_TOKEN", "workspace", team)
		return nil
	}
	if err := a.many.erase(ctx, team, installed); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "a workspace has ended its installation, and is forgotten", "workspace", team)
	return nil
}

// erase erases an installation of that time; the zero time is any.
func (m *many) erase(ctx context.Context, team bot.WorkspaceID, installed time.Time) error {
	defer m.cache.Remove(team)
	for range maxAttempts {
		data, version, err := m.store.LoadInstallation(ctx, scopeOf(team))
		if err != nil || version == "" {
			return err
		}
		if k, _, err := unseal(m.keys, team, data); err == nil && !installed.IsZero() && !k.Installed.Equal(installed) {
			return nil // installed again meanwhile
		}
		if err = m.store.EraseInstallation(ctx, scopeOf(team), version); !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
	return bot.ErrConflict
}

// doubt looks into an answer that says that a workspace's token is of no use, once at a
// time.
func (m *many) doubt(team bot.WorkspaceID, token string, why error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.checking[team] {
		return
	}
	end, err := m.adapter.work.Begin(string(team))
	if err != nil {
		return // the next call that fails comes here as well
	}
	m.checking[team] = true
	go func() {
		defer end()
		ctx, cancel := context.WithTimeout(context.Background(), answerTime)
		defer cancel()
		m.adapter.guarded(ctx, func(ctx context.Context) outcome {
			m.adapter.report(ctx, "a token that is of no use is not looked into", m.lookInto(ctx, team, token, why))
			return outcome{}
		})
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.checking, team)
	}()
}

// lookInto finds out what became of a token. Only where Slack says that it was revoked,
// the workspace is forgotten: a token that Slack does not know, or does not take from
// this address, is for somebody to look at.
func (m *many) lookInto(ctx context.Context, team bot.WorkspaceID, token string, why error) error {
	m.cache.Remove(team)
	r, err := m.look(ctx, team)
	if errors.Is(err, errNotInstalled) {
		return nil
	}
	if err != nil || r.kept.Token != token {
		return err // there is another one since
	}
	_, err = r.in.client.AuthTestContext(ctx)
	answer, refused := errors.AsType[slack.SlackErrorResponse](err)
	if !refused {
		return redacted(err)
	}
	switch answer.Err {
	case "account_inactive", "token_revoked":
		return m.adapter.end(ctx, team, r.kept.Installed)
	case "token_expired":
		if r.kept.Refresh != "" { // this clock is behind Slack's, or somebody has shortened its life
			return m.change(ctx, team, func(k *kept) bool {
				k.Expires = m.now()
				return k.Token == token
			})
		}
	case "invalid_auth", "not_authed":
	default:
		return err
	}
	m.adapter.log.ErrorContext(ctx, "a workspace has to install the app again", "workspace", team, "reason", answer.Err, "found by", why)
	return m.change(ctx, team, func(k *kept) bool {
		if k.Token != token {
			return false
		}
		k.Token, k.Broken = "", "Slack does not take its token ("+answer.Err+")"
		return true
	})
}
