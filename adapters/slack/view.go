package slack

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// showForm opens the form of a command for whoever pressed something.
func (a *Adapter) showForm(ctx context.Context, c slack.InteractionCallback, command string) {
	r := a.ofInteraction(c)
	r.Surface, r.Command, r.Event = bot.SurfaceForm, command, ""
	if f := a.bot.Form(r); f != nil {
		a.opensForm(ctx, r.Workspace, c.TriggerID, string(r.Channel), bot.Reply{Form: f})
	}
}

// opensForm shows the form of a reply to whoever just pressed or typed something, with
// what the reply says at the field that it is about; what they fill in belongs to the
// channel. It reports whether Slack shows it.
func (a *Adapter) opensForm(ctx context.Context, team bot.WorkspaceID, trigger, channel string, reply bot.Reply) bool {
	if trigger == "" {
		return false
	}
	in, err := a.installed.of(ctx, team)
	if err == nil {
		_, err = in.client.OpenViewContext(ctx, trigger, renderForm(reply.Form, channel, map[string]string{reply.Field: reply.Text}))
		err = in.answered(err)
	}
	a.report(ctx, "a form cannot be shown", err)
	return err == nil
}

// submission is what a view's submission is acknowledged with
// (https://docs.slack.dev/surfaces/modals#updating_response).
type submission struct {
	Action string                  `json:"response_action"`
	View   *slack.ModalViewRequest `json:"view,omitempty"`
	Errors map[string]string       `json:"errors,omitempty"`
}

// submit answers a form that was filled in: with what is wrong at the field, or with
// the answer in the form's place.
func (a *Adapter) submit(c slack.InteractionCallback) (ack any, err error) {
	command, ok := strings.CutPrefix(c.View.CallbackID, actionPrefix+kindForm+"/")
	if !ok {
		return nil, nil
	}
	r := a.ofInteraction(c)
	r.Surface, r.Command, r.Options = bot.SurfaceForm, command, formOptions(c.View.State)
	if r.Channel == "" {
		r.Channel = bot.ChannelID(c.View.PrivateMetadata)
		r = a.asked(r) // who may do what there, too
	}
	// A form that is acknowledged with nothing closes, and could show no answer.
	working := renderModal(modalTitle, message{Blocks: []slack.Block{remark("Looking …")}}, c.View.PrivateMetadata)
	return a.answer(r.Workspace, r.Event, submission{Action: "update", View: &working}, func(ctx context.Context) outcome {
		reply := a.bot.Handle(ctx, r)
		if reply.Kind == bot.Silent {
			return outcome{ack: a.replays.of(r.Event, time.Now())}
		}
		a.followed(ctx, r, reply)
		if errs := formErrors(command, reply); errs != nil {
			return outcome{ack: submission{Action: "errors", Errors: errs}}
		}
		view := renderModal(modalTitle, render(reply, a.spoken()), c.View.PrivateMetadata)
		return outcome{ack: submission{Action: "update", View: &view}, late: func(ctx context.Context) {
			a.report(ctx, "an answer to a form did not arrive", a.updateView(ctx, r.Workspace, c.View.ID, view))
		}}
	})
}

const modalTitle = "archbot"

// showInView brings a reply to where a view’s button was pressed: into a window in
// place of what it shows, or onto the App Home.
func (a *Adapter) showInView(ctx context.Context, c slack.InteractionCallback, reply bot.Reply) error {
	r := a.ofInteraction(c)
	if c.View.Type == slack.VTHomeTab {
		return a.publishHome(ctx, r, &reply)
	}
	return a.updateView(ctx, r.Workspace, c.View.ID, renderModal(modalTitle, render(reply, a.spoken()), c.View.PrivateMetadata))
}

func (a *Adapter) updateView(ctx context.Context, team bot.WorkspaceID, id string, view slack.ModalViewRequest) error {
	in, err := a.installed.of(ctx, team)
	if err != nil {
		return err
	}
	_, err = in.client.UpdateViewContext(ctx, view, "", "", id)
	return in.answered(err)
}

// drawHome brings somebody's App Home up to date, while what it comes of is acknowledged.
func (a *Adapter) drawHome(r bot.Request) error {
	return a.begin(r.Workspace, func(ctx context.Context) {
		a.report(ctx, homeStale, a.publishHome(ctx, r, nil))
	})
}

const homeStale = "the App Home cannot be brought up to date"

// followed has the App Home follow what somebody did elsewhere, where it shows that.
func (a *Adapter) followed(ctx context.Context, r bot.Request, reply bot.Reply) {
	if reply.Changed {
		a.report(ctx, homeStale, a.drawHome(r))
	}
}

// publishHome brings somebody's App Home up to date, with the answer to what they
// asked there, if anything.
func (a *Adapter) publishHome(ctx context.Context, r bot.Request, answer *bot.Reply) error {
	in, err := a.installed.of(ctx, r.Workspace)
	if err != nil {
		return err
	}
	ask := func(command string) bot.Reply {
		return a.bot.Handle(ctx, bot.Request{
			Platform: r.Platform, Workspace: r.Workspace, Home: r.Home, User: r.User, Locale: r.Locale, Zone: r.Zone,
			Surface: bot.SurfaceButton, Command: command,
		})
	}
	home := renderHome(homeState{Answer: answer, Tree: ask("topics"), Reading: ask("saved"), Digests: ask("digest list"), Options: a.spoken()})
	_, err = in.client.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: string(r.User), View: home})
	return in.answered(err)
}
