package slackfake_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

func plainLabel(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject("plain_text", s, false, false)
}

func modal(title string) slack.ModalViewRequest {
	return slack.ModalViewRequest{Type: "modal", Title: plainLabel(title), Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
}

// TestTriggers opens modals with triggers in every state of theirs.
func TestTriggers(t *testing.T) {
	c := newClock()
	triggers := make(chan string, 1)
	w := newWorld(t, slackfake.Options{Now: c.Now})
	w.overHTTP(t, func(g got) any { triggers <- g.str("trigger_id"); return nil })
	fresh := func() string { fine(t, w.As(w.ann.ID).Shortcut("s")); return <-triggers }
	open := func(trigger string) string {
		_, err := w.api.OpenView(trigger, modal("x"))
		if err == nil {
			return ""
		}
		return err.Error()
	}
	one := fresh()
	if got := open(one); got != "" {
		t.Error(got)
	}
	if got := open(one); got != "exchanged_trigger_id" {
		t.Error(got)
	}
	two := fresh()
	c.advance(3 * time.Second)
	if got := open(two); got != "" {
		t.Error(got)
	}
	three := fresh()
	c.advance(3*time.Second + 1)
	if got := open(three); got != "expired_trigger_id" {
		t.Error(got)
	}
	other := w.AddTeam(slackfake.Team{})
	stranger := slack.New(w.Install(other.ID, scopes...).Value, slack.OptionAPIURL(w.APIURL()))
	if _, err := stranger.OpenView(fresh(), modal("x")); err == nil || err.Error() != "invalid_trigger_id" {
		t.Error(err)
	}
}

// TestViewLimits takes every limit of views.
func TestViewLimits(t *testing.T) {
	trigger := make(chan string, 1)
	w := newWorld(t, slackfake.Options{})
	w.overHTTP(t, func(g got) any { trigger <- g.str("trigger_id"); return nil })
	tests := map[string]struct {
		limit int
		edit  func(v *slack.ModalViewRequest, n int)
	}{
		"title":            {24, func(v *slack.ModalViewRequest, n int) { v.Title = plainLabel(chars(n)) }},
		"submit":           {24, func(v *slack.ModalViewRequest, n int) { v.Submit = plainLabel(chars(n)) }},
		"close":            {24, func(v *slack.ModalViewRequest, n int) { v.Close = plainLabel(chars(n)) }},
		"private_metadata": {3000, func(v *slack.ModalViewRequest, n int) { v.PrivateMetadata = chars(n) }},
		"callback_id":      {255, func(v *slack.ModalViewRequest, n int) { v.CallbackID = chars(n) }},
		"external_id":      {255, func(v *slack.ModalViewRequest, n int) { v.ExternalID = chars(n) }},
		"blocks": {100, func(v *slack.ModalViewRequest, n int) {
			v.Blocks.BlockSet = nil
			for range n {
				v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewDividerBlock())
			}
		}},
	}
	for name, tt := range tests {
		for _, n := range []int{tt.limit, tt.limit + 1} {
			fine(t, w.As(w.ann.ID).Shortcut("s"))
			v := modal("x")
			tt.edit(&v, n)
			_, err := w.api.OpenView(<-trigger, v)
			if n == tt.limit && err != nil {
				t.Errorf("%s at the limit: %v", name, err)
			}
			if refused, _ := errors.AsType[slack.SlackErrorResponse](err); n > tt.limit && (refused.Err != "invalid_arguments" || !strings.Contains(strings.Join(refused.ResponseMetadata.Messages, "\n"), "/view/"+name)) {
				t.Errorf("%s past the limit: %v %q", name, err, refused.ResponseMetadata.Messages)
			}
		}
	}
	fine(t, w.As(w.ann.ID).Shortcut("s"))
	v := modal("x")
	v.Blocks.BlockSet = []slack.Block{slack.NewInputBlock("i", plainLabel("l"), nil, slack.NewPlainTextInputBlockElement(nil, "a"))}
	_, err := w.api.OpenView(<-trigger, v)
	if refused, _ := errors.AsType[slack.SlackErrorResponse](err); !strings.Contains(strings.Join(refused.ResponseMetadata.Messages, "\n"), "must define `submit`") {
		t.Errorf("an input without a submit button: %v %q", err, refused.ResponseMetadata.Messages)
	}
}

// TestStack pushes modals until no more fit, updates one, and closes them.
func TestStack(t *testing.T) {
	var w *world
	step := 0
	w = newWorld(t, slackfake.Options{})
	w.overHTTP(t, func(g got) any {
		step++
		switch {
		case g.str("type") == "shortcut":
			v := modal("one")
			v.Submit, v.ExternalID, v.NotifyOnClose = plainLabel("Go"), "ext", true
			if _, err := w.api.OpenView(g.str("trigger_id"), v); err != nil {
				t.Error(err)
			}
		case g.str("type") == "view_submission" && step == 2:
			v := modal("two")
			v.Blocks.BlockSet = []slack.Block{slack.NewActionBlock("b", slack.NewButtonBlockElement("more", "", plainLabel("More")))}
			return slack.NewPushViewSubmissionResponse(&v)
		case g.str("type") == "block_actions":
			_, err := w.api.PushView(g.str("trigger_id"), modal("three"))
			if err != nil {
				t.Error(err)
			}
		}
		return nil
	})
	ann := w.As(w.ann.ID)
	fine(t, ann.Shortcut("s"))
	one, _ := w.Modal(w.ann.ID)
	out := fine(t, ann.Submit(one, nil))
	if out.View == nil || out.View.Title != "two" || out.View.Previous != one.ID || out.View.Root != one.ID {
		t.Fatalf("%+v", out.View)
	}
	if below := ann.Submit(one, nil); below.Failure != "not_sent" {
		t.Errorf("what lies below was submitted: %+v", below)
	}
	fine(t, ann.Press(*out.View, "more"))
	if stack := w.Modals(w.ann.ID); len(stack) != 3 || stack[2].Title != "three" {
		t.Fatalf("%+v", stack)
	}
	top, _ := w.Modal(w.ann.ID)
	fine(t, ann.Close(top, false))
	if stack := w.Modals(w.ann.ID); len(stack) != 2 {
		t.Errorf("%+v", stack)
	}
	v := modal("one again")
	if _, err := w.api.UpdateView(v, "ext", one.Hash, ""); err != nil {
		t.Error(err)
	}
	if _, err := w.api.UpdateView(v, "", one.Hash, one.ID); err == nil || err.Error() != "hash_conflict" {
		t.Error(err)
	}
	if got, _ := w.View(one.ID); got.Title != "one again" || got.Updates != 1 {
		t.Errorf("%+v", got)
	}
}

// TestSubmissionAnswers are answers to a submission, good and bad.
func TestSubmissionAnswers(t *testing.T) {
	bad := modal(chars(25))
	next := modal("next")
	tests := map[string]struct {
		answer  any
		failure string
		title   string // of what is on top afterwards
	}{
		"nothing":       {},
		"an object":     {answer: map[string]any{}},
		"clear":         {answer: slack.NewClearViewSubmissionResponse()},
		"update":        {answer: slack.NewUpdateViewSubmissionResponse(&next), title: "next"},
		"a bad update":  {answer: slack.NewUpdateViewSubmissionResponse(&bad), failure: "bad_response", title: "form"},
		"no such block": {answer: slack.NewErrorsViewSubmissionResponse(map[string]string{"nope": "x"}), failure: "bad_response", title: "form"},
		"no words":      {answer: slack.NewErrorsViewSubmissionResponse(map[string]string{"i": ""}), failure: "bad_response", title: "form"},
		"errors":        {answer: slack.NewErrorsViewSubmissionResponse(map[string]string{"i": "x"}), title: "form"},
		"unknown":       {answer: map[string]any{"response_action": "explode"}, failure: "bad_response", title: "form"},
		"text":          {answer: "ok", failure: "bad_response", title: "form"},
		"a message":     {answer: map[string]any{"text": "ok"}, failure: "bad_response", title: "form"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slackfake.Options{})
			w.overHTTP(t, func(g got) any {
				if g.str("type") != "shortcut" {
					return tt.answer
				}
				v := modal("form")
				v.Submit = plainLabel("Go")
				v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewInputBlock("i", plainLabel("l"), nil, slack.NewPlainTextInputBlockElement(nil, "a").WithInitialValue("kept")))
				if _, err := w.api.OpenView(g.str("trigger_id"), v); err != nil {
					t.Error(err)
				}
				return nil
			})
			fine(t, w.As(w.ann.ID).Shortcut("s"))
			v, _ := w.Modal(w.ann.ID)
			out := w.As(w.ann.ID).Submit(v, nil)
			if out.Failure != tt.failure {
				t.Errorf("%q %q", out.Failure, out.Problems)
			}
			if top, _ := w.Modal(w.ann.ID); top.Title != tt.title {
				t.Errorf("%q on top", top.Title)
			}
		})
	}
}

func TestHome(t *testing.T) {
	views := make(chan any, 4)
	w := newWorld(t, slackfake.Options{})
	w.overHTTP(t, func(g got) any { views <- g.payload["event"].(map[string]any)["view"]; return nil })
	ann := w.As(w.ann.ID)
	fine(t, ann.OpenHome("home")...)
	if v := <-views; v != nil {
		t.Errorf("before anything was published: %v", v)
	}
	button := slack.NewActionBlock("b", slack.NewButtonBlockElement("go", "", plainLabel("Go")))
	home := slack.HomeTabViewRequest{Type: "home", Blocks: slack.Blocks{BlockSet: []slack.Block{button}}}
	first, err := w.api.PublishView(w.ann.ID, home, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.api.PublishView(w.ann.ID, home, first.Hash); err != nil {
		t.Error(err)
	}
	if _, err := w.api.PublishView(w.ann.ID, home, first.Hash); err == nil || err.Error() != "hash_conflict" {
		t.Error(err)
	}
	fine(t, ann.OpenHome("home")...)
	if v, _ := (<-views).(map[string]any); v["id"] != first.ID {
		t.Errorf("%v", v)
	}
	shown, ok := w.Home(w.ann.ID)
	if !ok || shown.ID != first.ID || shown.Updates != 1 {
		t.Errorf("%+v", shown)
	}
	if _, ok := w.Home(w.bob.ID); ok {
		t.Error("bob has ann's home")
	}
	without := newWorld(t, slackfake.Options{NoHome: true})
	if _, err := without.api.PublishView(without.ann.ID, home, ""); err == nil || err.Error() != "not_enabled" {
		t.Error(err)
	}
}

// TestChoices chooses in every kind of element and compares what the app is told.
func TestChoices(t *testing.T) {
	actions := make(chan map[string]any, 1)
	w := newWorld(t, slackfake.Options{})
	w.overHTTP(t, func(g got) any {
		actions <- g.payload["actions"].([]any)[0].(map[string]any)
		return nil
	})
	two := []any{option(0), option(1)}
	tests := map[string]struct {
		element object
		choose  []string
		key     string
		want    any
	}{
		"static":   {object{"type": "static_select", "options": two}, []string{"id1"}, "selected_option", option(1)},
		"several":  {object{"type": "multi_static_select", "options": two}, []string{"id1", "id0"}, "selected_options", []any{option(1), option(0)}},
		"none":     {object{"type": "multi_static_select", "options": two}, nil, "selected_options", []any{}},
		"overflow": {object{"type": "overflow", "options": two}, []string{"id0"}, "selected_option", option(0)},
		"radio":    {object{"type": "radio_buttons", "options": two}, []string{"id0"}, "selected_option", option(0)},
		"boxes":    {object{"type": "checkboxes", "options": two}, []string{"id0"}, "selected_options", []any{option(0)}},
		"user":     {object{"type": "users_select"}, []string{"U1"}, "selected_user", "U1"},
		"channels": {object{"type": "multi_channels_select"}, []string{"C1", "C2"}, "selected_channels", []any{"C1", "C2"}},
		"date":     {object{"type": "datepicker"}, []string{"2027-01-31"}, "selected_date", "2027-01-31"},
		"time":     {object{"type": "timepicker"}, []string{"08:30"}, "selected_time", "08:30"},
	}
	for name, tt := range tests {
		e := with(tt.element, object{"action_id": "a"})
		home := string(must(t, object{"type": "home", "blocks": []any{object{"type": "actions", "block_id": "b", "elements": []any{e}}}}))
		if out := w.call(t, "views.publish", "user_id", w.ann.ID, "view", home); out["ok"] != true {
			t.Fatalf("%s: %v", name, out)
		}
		v, _ := w.Home(w.ann.ID)
		fine(t, w.As(w.ann.ID).Select(v, "a", tt.choose...))
		got := <-actions
		if diff := cmp.Diff(parsed(t, tt.want), got[tt.key]); diff != "" || got["type"] != tt.element["type"] || got["block_id"] != "b" {
			t.Errorf("%s: %s %v", name, diff, got)
		}
		if v, _ = w.Home(w.ann.ID); tt.element["type"] == "static_select" {
			if out := w.As(w.ann.ID).Select(v, "a", "id7"); out.Failure != "not_sent" {
				t.Errorf("%s: chose what is not there: %+v", name, out)
			}
		}
	}
}
