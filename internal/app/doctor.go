package app

import (
	"context"
	"errors"
	"fmt"

	"archbot/adapters/slack"
	"archbot/adapters/terminal"
	"archbot/internal/catalog"
	"archbot/internal/checkup"
	"archbot/internal/store/bolt"
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
	defer a.Stop()
	found := []checkup.Finding{a.checkList(ctx), a.checkState(ctx)}
	forSlack, forDiscord := a.divided(channels)
	found = append(found, a.checkSlack(ctx, forSlack)...)
	found = append(found, a.checkDiscord(ctx, forDiscord)...)
	if _, err := fmt.Fprint(p.Out, terminal.Checkup(p.view(p.Out, settings, shellPrefix), found)); err != nil {
		return failed(ctx, err)
	}
	if checkup.Worst(found) == checkup.Wrong {
		return said(statusNothing)
	}
	return nil
}

// checkList loads the lists, and says whether something is wrong with them.
func (a *App) checkList(ctx context.Context) checkup.Finding {
	f := checkup.Finding{Part: "list", Verdict: checkup.Fine}
	if err := a.loader.Load(ctx); err != nil {
		f.Verdict, f.Text = checkup.Wrong, "It cannot be read: "+err.Error()+"."
		f.Mend = "See that ARCHBOT_LIST is right; serve does not start without a list."
		return f
	}
	c := a.loader.Current().Catalog
	f.Text = fmt.Sprintf("Topics: %d, resources: %d.", len(c.Topics), len(c.Resources))
	wrong := 0
	for _, problem := range c.Problems {
		if problem.Severity == catalog.Error {
			wrong++
		}
	}
	if wrong > 0 {
		f.Verdict, f.Mend = checkup.Doubt, fmt.Sprintf("archbot list check shows what is wrong with it (errors: %d).", wrong)
	}
	return f
}

// checkState says where the state is kept, and whether it can be reached: by asking
// for the key that buttons are signed with, which is always there.
func (a *App) checkState(ctx context.Context) checkup.Finding {
	f := checkup.Finding{Part: "state", Verdict: checkup.Fine, Text: "It is kept in a local file, for one process."}
	mend := "See that the file that ARCHBOT_STATE names can be written, or name another."
	if a.options.Settings.Redis != "" {
		f.Text, mend = "Redis answers.", "See that Redis runs, and that REDIS_URL and the settings beside it are right."
	}
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	a.wait = startPatience // to say what is wrong, and not only that something is
	err := a.openState(ctx)
	if errors.Is(err, bolt.ErrTaken) { // as it should be while serve runs
		f.Text = "It is kept in a local file, which another archbot is using."
		return f
	}
	if err == nil {
		_, err = a.State.SigningKey(ctx)
	}
	if err != nil {
		f.Verdict, f.Text, f.Mend = checkup.Wrong, "It cannot be reached: "+err.Error()+".", mend
	}
	return f
}

func (a *App) checkSlack(ctx context.Context, channels []string) []checkup.Finding {
	if !slackSet(a.options.Settings) {
		return []checkup.Finding{{Part: "Slack", Verdict: checkup.Off, Text: "No token is set."}}
	}
	adapter, err := slack.New(a.slackConfig())
	if err != nil {
		return []checkup.Finding{{Part: "Slack", Verdict: checkup.Wrong, Text: "It is half set up.", Mend: err.Error() + "."}}
	}
	return adapter.Checkup(ctx, channels)
}
