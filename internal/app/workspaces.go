package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"archbot/adapters/slack"
	"archbot/adapters/terminal"
	"archbot/internal/bot"
	"archbot/internal/digest"
	"archbot/internal/store/bolt"
)

// Workspaces lists the workspaces that have installed the app in Slack.
func (p *Program) Workspaces(ctx context.Context, asJSON bool) error {
	return p.onWorkspaces(ctx, func(ctx context.Context, _ *App, adapter *slack.Adapter) error {
		all, err := adapter.Workspaces(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			return p.json(append([]slack.Workspace{}, all...))
		}
		_, err = fmt.Fprint(p.Out, workspaceLines(all))
		return err
	})
}

// workspaceLines shows a paragraph for each workspace.
func workspaceLines(all []slack.Workspace) string {
	if len(all) == 0 {
		return "No workspace has installed the app.\n"
	}
	var b strings.Builder
	for _, w := range all {
		line := []string{terminal.Clean(string(w.ID))}
		if w.Name != "" {
			line = append(line, terminal.Clean(w.Name))
		}
		if !w.Installed.IsZero() {
			line = append(line, terminal.Clean("installed by "+string(w.Installer)+" on "+w.Installed.UTC().Format("2006-01-02 15:04")))
		}
		fmt.Fprintln(&b, strings.Join(line, "  "))
		if w.Trouble != "" {
			fmt.Fprintln(&b, "  "+terminal.Clean("not answered: "+w.Trouble))
		}
		if len(w.Missing) > 0 && !w.Installed.IsZero() {
			fmt.Fprintln(&b, "  "+terminal.Clean("missing scopes: "+strings.Join(w.Missing, ", ")))
		}
	}
	return b.String()
}

// RemoveWorkspace takes the app out of a workspace and erases all that is kept of it.
func (p *Program) RemoveWorkspace(ctx context.Context, id string, forced bool) error {
	return p.onWorkspaces(ctx, func(ctx context.Context, _ *App, adapter *slack.Adapter) error {
		if err := adapter.Remove(ctx, bot.WorkspaceID(id), forced); err != nil {
			return workspaceFailed(id, err)
		}
		_, err := fmt.Fprintln(p.Out, terminal.Clean("The app is taken out of "+id+", and what was kept of it is erased."))
		return err
	})
}

// ExportWorkspace prints all that is kept of a workspace but its tokens, as JSON.
func (p *Program) ExportWorkspace(ctx context.Context, id string) error {
	return p.onWorkspaces(ctx, func(ctx context.Context, a *App, adapter *slack.Adapter) error {
		digests, err := a.kept.Workspace(ctx, digest.Place{Platform: string(slack.Platform), Workspace: id})
		if err != nil {
			return err
		}
		export, err := adapter.Export(ctx, a.State, bot.WorkspaceID(id))
		if err != nil && !(errors.Is(err, slack.ErrNoWorkspace) && len(digests) > 0) {
			return workspaceFailed(id, err)
		}
		return p.json(struct {
			slack.Export
			Digests []digest.Record `json:"digests"`
		}{export, append([]digest.Record{}, digests...)})
	})
}

// ReencryptWorkspaces encrypts the tokens of all workspaces with the first key. The exit
// status is 1 where some cannot be read.
func (p *Program) ReencryptWorkspaces(ctx context.Context) error {
	return p.onWorkspaces(ctx, func(ctx context.Context, _ *App, adapter *slack.Adapter) error {
		done, err := adapter.Reencrypt(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.Out, "Encrypted with the first key of ARCHBOT_KEY: %d now, %d before.\n", done.Done, done.Already)
		if len(done.Unreadable) == 0 {
			return nil
		}
		var ids []string
		for _, id := range done.Unreadable {
			ids = append(ids, string(id))
		}
		fmt.Fprintln(p.Err, terminal.Clean("archbot: none of the keys opens "+strings.Join(ids, ", ")+"; add the key that they were encrypted with"))
		return said(statusNothing)
	})
}

// workspaceFailed is status 1 for a workspace that there is none of.
func workspaceFailed(id string, err error) error {
	if errors.Is(err, slack.ErrNoWorkspace) {
		return &Error{Status: statusNothing, Err: fmt.Errorf("%s: %w", id, err), Hint: "archbot workspaces lists those that have."}
	}
	return err
}

func (p *Program) json(v any) error {
	e := json.NewEncoder(p.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// onWorkspaces does work with the state and the adapter that serve would have, without
// the lists. On a file, serve must not be running.
func (p *Program) onWorkspaces(ctx context.Context, work func(context.Context, *App, *slack.Adapter) error) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	a, err := New(Options{Settings: settings, Logs: p.Err, Keep: KeepState, patience: p.patience})
	if err != nil {
		return failed(ctx, err)
	}
	defer a.Stop()
	if settings.SlackClientID+settings.SlackClientSecret.Reveal() == "" {
		return failed(ctx, slack.ErrNoWorkspaces)
	}
	if _, err := slack.New(a.slackConfig()); err != nil { // said before a file is made
		return failed(ctx, err)
	}
	err = a.openState(ctx)
	if errors.Is(err, bolt.ErrTaken) {
		err = fmt.Errorf("%w; with Redis both can run", err)
	}
	if err != nil {
		return failed(ctx, err)
	}
	a.openDigests()
	adapter, err := slack.New(a.slackConfig())
	if err == nil {
		err = work(ctx, a, adapter)
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return failed(ctx, err)
}
