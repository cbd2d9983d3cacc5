package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
	"archbot/internal/checkup"
)

// Workspace is one that has installed the app, without its tokens.
type Workspace struct {
	ID         bot.WorkspaceID `json:"id"`
	Name       string          `json:"name"`
	Enterprise string          `json:"enterprise,omitempty"`
	Installer  bot.UserID      `json:"installer"`
	Installed  time.Time       `json:"installed"`
	Missing    []string        `json:"missing_scopes,omitempty"` // that the bot needs and was not given
	Expires    time.Time       `json:"token_expires,omitzero"`   // zero where it does not
	// Trouble says why it cannot be answered; empty where it can.
	Trouble string `json:"trouble,omitempty"`
}

// ErrNoWorkspaces says that the configuration is for one workspace.
var ErrNoWorkspaces = errors.New("no workspace installs the app here: that is with SLACK_CLIENT_ID and SLACK_CLIENT_SECRET in place of SLACK_BOT_TOKEN")

// ErrNoWorkspace says that a workspace has not installed the app.
var ErrNoWorkspace = errors.New("the app is not installed in that workspace")

func workspaceOf(k kept) Workspace {
	return Workspace{
		ID: k.Team, Name: k.Name, Enterprise: k.Enterprise, Installer: k.Installer, Installed: k.Installed,
		Missing: k.missing(), Expires: k.Expires, Trouble: k.Broken,
	}
}

// Workspaces returns those that have installed the app, in the order of their ids. One
// that cannot be read has a Trouble.
func (a *Adapter) Workspaces(ctx context.Context) ([]Workspace, error) {
	if a.many == nil {
		return nil, ErrNoWorkspaces
	}
	teams, err := a.many.store.Installed(ctx, Platform)
	if err != nil {
		return nil, err
	}
	var all []Workspace
	for _, team := range teams {
		r, err := a.many.look(ctx, team)
		switch {
		case errors.Is(err, errNotInstalled): // it has left meanwhile
		case errors.Is(err, errRecord):
			all = append(all, Workspace{ID: team, Trouble: err.Error()})
		case err != nil:
			return nil, err
		default:
			all = append(all, workspaceOf(r.kept))
		}
	}
	return all, nil
}

// Remove takes the app out of a workspace, and erases all that is kept of it. Where
// Slack cannot be asked it fails, and erases nothing: the app would be left there, and
// nobody could answer. Forced, it does not ask.
func (a *Adapter) Remove(ctx context.Context, team bot.WorkspaceID, forced bool) error {
	if a.many == nil {
		return ErrNoWorkspaces
	}
	r, err := a.many.look(ctx, team)
	switch {
	case errors.Is(err, errNotInstalled):
		return ErrNoWorkspace
	case err != nil && !(forced && errors.Is(err, errRecord)):
		return err
	}
	if !forced {
		err := r.in.client.UninstallAppContext(ctx, a.config.ClientID, a.config.ClientSecret)
		if answer, refused := errors.AsType[slack.SlackErrorResponse](err); err != nil && !(refused && classes[answer.Err] == dead) {
			return fmt.Errorf("the app cannot be taken out of the workspace: %w", redacted(err))
		}
	}
	return a.end(ctx, team, time.Time{})
}

// Export is all that is kept of a workspace but its tokens.
type Export struct {
	Workspace *Workspace `json:"workspace"` // null where the app is not installed
	Kept      []Exported `json:"kept"`
}

// Exported is one thing that is kept: c:CHANNEL:THREAD is a conversation, t:TOKEN what a
// button stands for, s:USER a reading list.
type Exported struct {
	Name  string     `json:"name"`
	Until time.Time  `json:"until"`
	Data  *Data      `json:"data,omitempty"`
	Saved []SavedFor `json:"saved,omitempty"`
}

// SavedFor is an entry of a reading list.
type SavedFor struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	Data *Data     `json:"data,omitempty"`
}

// Data is what is kept, as text where it is some.
type Data struct {
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
}

func dataOf(b []byte) *Data {
	switch {
	case len(b) == 0:
		return nil
	case utf8.Valid(b):
		return &Data{Text: string(b)}
	}
	return &Data{Base64: b}
}

// Export returns all that is kept of a workspace; what may be kept is read from state.
func (a *Adapter) Export(ctx context.Context, state bot.Workspaces, team bot.WorkspaceID) (Export, error) {
	if a.many == nil {
		return Export{}, ErrNoWorkspaces
	}
	out := Export{Kept: []Exported{}}
	r, err := a.many.look(ctx, team)
	switch {
	case err == nil:
		w := workspaceOf(r.kept)
		out.Workspace = &w
	case errors.Is(err, errRecord):
		out.Workspace = &Workspace{ID: team, Trouble: err.Error()}
	case !errors.Is(err, errNotInstalled):
		return Export{}, err
	}
	all, err := state.KeptOf(ctx, scopeOf(team))
	if err != nil {
		return Export{}, err
	}
	for _, k := range all {
		e := Exported{Name: k.Name, Until: k.Until.UTC().Truncate(time.Second), Data: dataOf(k.Data)}
		for _, s := range k.Shelf {
			e.Saved = append(e.Saved, SavedFor{ID: s.ID, At: s.At.UTC(), Data: dataOf(s.Data)})
		}
		out.Kept = append(out.Kept, e)
	}
	if out.Workspace == nil && len(out.Kept) == 0 {
		return out, ErrNoWorkspace
	}
	return out, nil
}

// Reencrypted is what became of the installations when they were to be encrypted with
// the first key.
type Reencrypted struct {
	Done, Already int
	Unreadable    []bot.WorkspaceID
}

// Reencrypt encrypts with the first key what an older one has encrypted. It may be begun
// again, and while others run.
func (a *Adapter) Reencrypt(ctx context.Context) (Reencrypted, error) {
	var out Reencrypted
	if a.many == nil {
		return out, ErrNoWorkspaces
	}
	teams, err := a.many.store.Installed(ctx, Platform)
	if err != nil {
		return out, err
	}
	for _, team := range teams {
		done, err := a.many.reencrypt(ctx, team)
		switch {
		case errors.Is(err, errNotInstalled):
		case errors.Is(err, errRecord):
			out.Unreadable = append(out.Unreadable, team)
		case err != nil:
			return out, err
		case done:
			out.Done++
		default:
			out.Already++
		}
	}
	return out, nil
}

func (m *many) reencrypt(ctx context.Context, team bot.WorkspaceID) (done bool, err error) {
	for range maxAttempts {
		r, err := m.look(ctx, team)
		if err != nil || r.current {
			return false, err
		}
		if _, err = m.keep(ctx, r.kept, r.version); !errors.Is(err, bot.ErrConflict) {
			return err == nil, err
		}
	}
	return false, bot.ErrConflict
}

// checkMany looks at the installations.
func (a *Adapter) checkMany(ctx context.Context) []checkup.Finding {
	f := checkup.Finding{Part: "Slack workspaces", Verdict: checkup.Fine}
	if a.config.Installations == nil {
		f.Verdict, f.Text = checkup.Off, "They cannot be looked at while another archbot uses the state’s file, or without a state."
		return []checkup.Finding{f}
	}
	all, err := a.Workspaces(ctx)
	if err != nil {
		f.Verdict, f.Text, f.Mend = checkup.Wrong, "They cannot be looked at: "+err.Error()+".", "See what is said of the state."
		return []checkup.Finding{f}
	}
	var trouble, less []string
	for _, w := range all {
		if w.Trouble != "" {
			trouble = append(trouble, string(w.ID))
		} else if len(w.Missing) > 0 {
			less = append(less, string(w.ID))
		}
	}
	f.Text = fmt.Sprintf("Workspaces that have installed the app, at %s: %d.", a.config.installAddress(), len(all))
	found := []checkup.Finding{f}
	if len(trouble) > 0 {
		found = append(found, checkup.Finding{
			Part: "Slack workspaces", Verdict: checkup.Wrong, Text: "Not answered: " + strings.Join(trouble, ", ") + ".",
			Mend: "archbot workspaces says why; mostly somebody there has to install the app again.",
		})
	}
	if len(less) > 0 {
		found = append(found, checkup.Finding{
			Part: "Slack workspaces", Verdict: checkup.Doubt, Text: "Without all scopes: " + strings.Join(less, ", ") + ".",
			Mend: "Somebody there has to install the app again.",
		})
	}
	return found
}
