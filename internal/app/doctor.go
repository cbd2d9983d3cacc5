package app

import (
	"context"
	"fmt"

	"archbot/adapters/slack"
	"archbot/adapters/terminal"
	"archbot/internal/catalog"
	"archbot/internal/checkup"
)

// Doctor looks at everything that serve needs, and says what works, what does not,
// and what to do. Channels are ids of those that the bot should be in. The exit
// status is 1 when something does not work.
func (p *Program) Doctor(ctx context.Context, channels []string) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	a, err := New(Options{Settings: settings, Logs: p.Err, Keep: KeepState, patience: p.patience})
	if err != nil {
		return failed(ctx, err)
	}
	var found []checkup.Finding
	if err := a.Start(ctx); err != nil {
		found = append(found, checkup.Finding{
			Part: "start", Verdict: checkup.Wrong, Text: err.Error() + ".", Mend: "Mend this first: serve would not start.",
		})
	} else {
		defer a.Stop()
		found = append(found, a.checkList(), a.checkState(ctx))
	}
	found = append(found, a.checkSlack(ctx, channels)...)
	if _, err := fmt.Fprint(p.Out, terminal.Checkup(p.view(p.Out, settings, shellPrefix), found)); err != nil {
		return failed(ctx, err)
	}
	if checkup.Worst(found) == checkup.Wrong {
		return said(statusNothing)
	}
	return nil
}

// checkList says what list answers, and whether something is wrong with it.
func (a *App) checkList() checkup.Finding {
	c := a.loader.Current().Catalog
	f := checkup.Finding{
		Part: "list", Verdict: checkup.Fine,
		Text: fmt.Sprintf("%d topics and %d resources.", len(c.Topics), len(c.Resources)),
	}
	wrong := 0
	for _, problem := range c.Problems {
		if problem.Severity == catalog.Error {
			wrong++
		}
	}
	if wrong > 0 {
		f.Verdict, f.Mend = checkup.Doubt, fmt.Sprintf("archbot list check shows the %d errors in it.", wrong)
	}
	return f
}

// checkState says where the state is kept, and whether it can be reached: by asking
// for the key that buttons are signed with, which is always there.
func (a *App) checkState(ctx context.Context) checkup.Finding {
	f := checkup.Finding{Part: "state", Verdict: checkup.Fine, Text: "It is kept in a local file, for one process."}
	if a.options.Settings.Redis != "" {
		f.Text = "Redis answers."
	}
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	if _, err := a.State.SigningKey(ctx); err != nil {
		f.Verdict, f.Text = checkup.Wrong, "It cannot be reached: "+err.Error()+"."
		f.Mend = "See that Redis runs, and that REDIS_URL and the settings beside it are right."
	}
	return f
}

func (a *App) checkSlack(ctx context.Context, channels []string) []checkup.Finding {
	s := a.options.Settings
	if s.SlackBotToken+s.SlackAppToken+s.SlackSigningSecret == "" {
		return []checkup.Finding{{Part: "Slack", Verdict: checkup.Off, Text: "No token is set."}}
	}
	adapter, err := slack.New(a.slackConfig())
	if err != nil {
		return []checkup.Finding{{Part: "Slack", Verdict: checkup.Wrong, Text: "It is half set up.", Mend: err.Error() + "."}}
	}
	return adapter.Checkup(ctx, channels)
}
