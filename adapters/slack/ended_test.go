package slack

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
)

// lived is a workspace whose people have kept something.
func (e *estate) lived(t *testing.T, w tenant) {
	t.Helper()
	p := bot.Person{Platform: Platform, Workspace: bot.WorkspaceID(w.ID), User: bot.UserID(w.ann.ID)}
	if err := e.store.Save(t.Context(), p, bot.Saved{ID: "https://example.com", At: e.clock.Now()}); err != nil {
		t.Fatal(err)
	}
	id := bot.ConversationID{Scope: scopeOf(bot.WorkspaceID(w.ID)), Channel: "C1"}
	if err := e.store.KeepConversation(t.Context(), id, p, []byte("said"), 24*time.Hour); err != nil {
		t.Fatal(err)
	}
}

// forgotten fails unless nothing is kept of one, and all of the other.
func (e *estate) forgotten(t *testing.T, gone, stays tenant) {
	t.Helper()
	kept, err := e.store.KeptOf(t.Context(), scopeOf(bot.WorkspaceID(gone.ID)))
	if _, there := e.kept(gone); there || len(kept) > 0 || err != nil {
		t.Errorf("kept of who has left: %+v, %v, an installation: %v\n%s", kept, err, there, e.log)
	}
	kept, err = e.store.KeptOf(t.Context(), scopeOf(bot.WorkspaceID(stays.ID)))
	if _, there := e.kept(stays); !there || len(kept) < 2 || err != nil {
		t.Errorf("kept of who stays: %+v, %v, an installation: %v", kept, err, there)
	}
	if !e.mention(stays) {
		t.Errorf("who stays is not answered:\n%s", e.log)
	}
}

// In whatever order, once or more often, with both events or one of them: a workspace
// that leaves is forgotten.
func TestUninstalled(t *testing.T) {
	leave := map[string]func(*estate, tenant){
		"revoked first":   func(e *estate, w tenant) { e.Uninstall(w.ID, true) },
		"uninstall first": func(e *estate, w tenant) { e.Uninstall(w.ID, false) },
		"again": func(e *estate, w tenant) {
			for _, out := range e.Uninstall(w.ID, false) {
				e.Redeliver(out.ID)
			}
		},
		"only uninstalled": func(e *estate, w tenant) {
			e.EditToken(e.token(w), func(t *slackfake.Token) { t.Revoked = true })
			e.Event(w.ID, map[string]any{"type": "app_uninstalled"})
		},
		"only revoked": func(e *estate, w tenant) {
			e.EditToken(e.token(w), func(t *slackfake.Token) { t.Revoked = true })
			e.Event(w.ID, map[string]any{"type": "tokens_revoked", "tokens": map[string]any{"bot": []any{w.Bot}}})
		},
		"a call that fails": func(e *estate, w tenant) {
			e.EditToken(e.token(w), func(t *slackfake.Token) { t.Revoked = true })
			e.As(w.ann.ID).OpenHome("home")
		},
		"a workspace that is deleted": func(e *estate, w tenant) {
			e.EditTeam(w.ID, func(t *slackfake.Team) { t.Gone = true })
			e.As(w.ann.ID).OpenHome("home")
		},
		"a refresh token that is revoked": func(e *estate, w tenant) {
			e.later(7 * time.Hour)
			e.Inject(slackfake.Fault{Method: "oauth.v2.access", Error: "token_revoked"})
			e.mention(w)
		},
	}
	for name, how := range leave {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, slackfake.Options{Rotation: true})
			all := e.tenants("gone", "stays")
			for _, w := range all {
				e.lived(t, w)
			}
			e.clock.Advance(2 * clockDifference)
			how(e, all[0])
			e.settle()
			for _, f := range e.Faults() {
				e.Clear(f.ID)
			}
			e.forgotten(t, all[0], all[1])
			// Whoever comes back begins anew, and is greeted anew.
			if answer := e.install(&all[0]); answer.status != 200 && name != "a workspace that is deleted" {
				t.Errorf("installed again: %d", answer.status)
			}
			e.settle()
		})
	}
}

// token is a workspace's.
func (e *estate) token(w tenant) string {
	k, _ := e.kept(w)
	return k.Token
}

// The end of an installation that arrives when the workspace has installed the app
// again is not the end of the new one; nor are a person's own tokens, or those that
// rotation has used up.
func TestLateEnd(t *testing.T) {
	e := newEstate(t, slackfake.Options{Rotation: true})
	all := e.tenants("back", "stays")
	e.clock.Advance(2 * clockDifference)
	outcomes := e.Uninstall(all[0].ID, true)
	e.settle()
	e.install(&all[0])
	e.settle()
	e.lived(t, all[0])
	e.lived(t, all[1])
	for _, out := range outcomes {
		e.Redeliver(out.ID)
	}
	for _, tokens := range []map[string]any{{"oauth": []any{all[0].ann.ID}}, {"bot": []any{"U0OTHER"}}, {"bot": []any{all[0].Bot}}} {
		e.Event(all[0].ID, map[string]any{"type": "tokens_revoked", "tokens": tokens})
	}
	e.settle()
	for _, w := range all {
		kept, err := e.store.KeptOf(t.Context(), scopeOf(bot.WorkspaceID(w.ID)))
		if _, there := e.kept(w); !there || len(kept) < 2 || err != nil || !e.mention(w) {
			t.Errorf("%s: %+v, %v\n%s", w.Name, kept, err, e.log)
		}
	}
}

// Where the end cannot be carried out, Slack is not told that it was, and delivers the
// event again.
func TestEndFails(t *testing.T) {
	away := &outage{}
	e := newEstate(t, slackfake.Options{}, func(c *Config) {
		away.State = c.Installations.(bot.State)
		c.Installations, c.Ended = away, away.ForgetScope
	})
	all := e.tenants("gone", "stays")
	for _, w := range all {
		e.lived(t, w)
	}
	e.clock.Advance(2 * clockDifference)
	away.set(true)
	outcomes := e.Uninstall(all[0].ID, true)
	for _, out := range outcomes {
		if out.Failure == "" || out.Attempts != 4 {
			t.Errorf("%+v", out)
		}
	}
	away.set(false)
	e.Redeliver(outcomes[1].ID)
	e.settle()
	e.forgotten(t, all[0], all[1])
}

// Cut off at any point, the end is carried out by the next event: what is kept goes
// first, the tokens last.
func TestEndIsCutOff(t *testing.T) {
	ended := errors.New("cut off")
	var fail bool
	e := newEstate(t, slackfake.Options{}, func(c *Config) {
		forget := c.Ended
		c.Ended = func(ctx context.Context, s bot.Scope) error {
			if err := forget(ctx, s); err != nil || !fail {
				return err
			}
			return ended
		}
	})
	all := e.tenants("gone", "stays")
	for _, w := range all {
		e.lived(t, w)
	}
	e.clock.Advance(2 * clockDifference)
	fail = true
	out := e.Uninstall(all[0].ID, false)
	if _, there := e.kept(all[0]); !there {
		t.Fatal("the tokens are erased before the rest")
	}
	fail = false
	e.Redeliver(out[0].ID)
	e.settle()
	e.forgotten(t, all[0], all[1])
}

// A token that Slack does not know is not used again, and nothing is erased: installing
// the app again mends it.
func TestUnknownToken(t *testing.T) {
	for _, answer := range []string{"invalid_auth", "not_authed"} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, slackfake.Options{})
			w := e.tenants("acme")[0]
			e.lived(t, w)
			id := e.Inject(slackfake.Fault{Team: w.ID, Error: answer})
			e.mention(w)
			calls := len(e.Calls(""))
			for range 5 {
				e.mention(w)
			}
			if again := len(e.Calls("")); again != calls {
				t.Errorf("%d more calls with a token that is of no use", again-calls)
			}
			e.Clear(id)
			kept, err := e.store.KeptOf(t.Context(), scopeOf(bot.WorkspaceID(w.ID)))
			if k, there := e.kept(w); !there || k.Broken == "" || k.Token != "" || len(kept) < 2 || err != nil {
				t.Errorf("%+v, %+v, %v", k, kept, err)
			}
			if e.install(&w); !e.mention(w) {
				t.Errorf("installed again:\n%s", e.log)
			}
		})
	}
}

// An error that is no end costs one answer.
func TestPassingErrors(t *testing.T) {
	e := newEstate(t, slackfake.Options{})
	w := e.tenants("acme")[0]
	e.Inject(slackfake.Fault{Method: "chat.postMessage", Team: w.ID, Error: "account_inactive", Times: 1})
	e.mention(w) // and auth.test says that all is well
	if k, there := e.kept(w); !there || k.Broken != "" || !e.mention(w) {
		t.Errorf("%+v\n%s", k, e.log)
	}
}

// With a token that is a setting, leaving is logged, and what is kept is forgotten too.
func TestUninstalledSingle(t *testing.T) {
	forgot := 0
	s := newStage(t, withState(t).Bot, nil, overHTTP, func(c *Config) {
		c.Log = nil
		c.Ended = func(_ context.Context, scope bot.Scope) error {
			if forgot++; scope.Workspace == "" {
				return fmt.Errorf("forget %+v", scope)
			}
			return nil
		}
	})
	s.Event(s.team.ID, map[string]any{"type": "app_uninstalled"}) // but the token is good
	s.settle()
	if forgot != 0 {
		t.Error("somebody is forgotten who has not left")
	}
	s.Uninstall(s.team.ID, true)
	s.settle()
	if forgot == 0 {
		t.Error("nothing is forgotten")
	}
}
