package slack

import (
	"strings"
	"testing"
	"testing/cryptotest"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

func TestHomeGolden(t *testing.T) {
	for name, h := range map[string]func(w *world) homeState{
		"home": func(w *world) homeState {
			w.reads()
			return homeState{Tree: w.ask("topics"), Reading: w.ask("saved"), Options: inSlack}
		},
		"home_answer": func(w *world) homeState {
			r := typed("search circuit breaking")
			r.Channel = "" // nobody else is there
			found := w.handle(r)
			return homeState{Answer: &found, Tree: w.ask("topics"), Reading: w.ask("saved"), Options: inSlack}
		},
		"home_digests": func(w *world) homeState {
			subscribed := w.subscribed().ask("digest list")
			return homeState{Tree: w.ask("topics"), Reading: w.ask("saved"), Digests: subscribed, Options: inSlack}
		},
		"home_without_state": func(w *world) homeState {
			w = newWorld(w.t, bot.Config{})
			return homeState{Tree: w.ask("topics"), Reading: w.ask("saved"), Options: inSlack}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cryptotest.SetGlobalRandom(t, 9) // ids of digests are random
			view := renderHome(h(withState(t)))
			checkView(t, view.Blocks.BlockSet)
			golden(t, "views/"+name, view)
		})
	}
}

func TestFormGolden(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 9) // ids of digests are random
	w := withState(t)
	search := w.ask("search kind:video year:20x")
	if search.Form == nil {
		t.Fatalf("no form in %+v", search)
	}
	topic, subscribe := w.ask("topic"), w.ask("digest add")
	zoneless := typed("digest add circuit breaking weekdays 08:30 as a course count 4 kind article")
	zoneless.Zone = ""
	zone := w.handle(zoneless)
	edit := w.subscribed().ask("digest edit 2")
	for name, view := range map[string]slack.ModalViewRequest{
		"form_search": renderForm(search.Form, "C1", nil),
		"form_wrong":  renderForm(search.Form, "C1", map[string]string{"year": "“20x” is no year."}),
		"form_topic":  renderForm(topic.Form, "", nil),
		"form_digest": renderForm(subscribe.Form, "C1", nil),
		"form_zone":   renderForm(zone.Form, "C1", map[string]string{zone.Field: zone.Text}),
		"form_edit":   renderForm(edit.Form, "C1", nil),
		"modal":       renderModal("Circuit breaking", render(w.ask("topic circuit breaking"), inSlack), "C1"),
	} {
		t.Run(name, func(t *testing.T) {
			checkView(t, view.Blocks.BlockSet)
			for _, s := range []string{view.Title.Text, view.Close.Text} {
				if s == "" || length(s) > 24 {
					t.Errorf("%q is too long", s)
				}
			}
			golden(t, "views/"+name, view)
		})
	}
}

func TestFormOptions(t *testing.T) {
	state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{
		"archbot/field/query": {"archbot/field/query": {Value: "caching"}},
		"archbot/field/kind":  {"archbot/field/kind": {SelectedOption: slack.OptionBlockObject{Value: "video"}}},
		"archbot/field/year":  {"archbot/field/year": {}},
		"somebody/else":       {"somebody/else": {Value: "x"}},
	}}
	if diff := cmp.Diff(bot.Options{"query": "caching", "kind": "video"}, formOptions(state)); diff != "" {
		t.Error(diff)
	}
	if got := formOptions(nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// What is wrong with a form that was sent is said at the field that it is about.
func TestFormErrors(t *testing.T) {
	w := withState(t)
	for _, c := range []struct {
		given bot.Options
		at    string
	}{
		{bot.Options{"query": "caching", "year": "20x"}, "year"},
		{bot.Options{"query": "caching", "topic": "Nowhere"}, "topic"},
		{bot.Options{"query": strings.Repeat("x", 600), "kind": "video"}, "query"},
		{bot.Options{}, "query"},
	} {
		r := typed("")
		r.Command, r.Options, r.Surface = "search", c.given, bot.SurfaceForm
		reply := w.handle(r)
		errs := formErrors("search", reply)
		if len(errs) != 1 || errs["archbot/field/"+c.at] == "" {
			t.Errorf("%.60v: %v for %q", c.given, errs, reply.Text)
		}
	}
	if errs := formErrors("frobnicate", bot.Reply{Kind: bot.Misuse, Field: "query"}); errs != nil {
		t.Errorf("of no command: %v", errs)
	}
}

func TestCompletionsGolden(t *testing.T) {
	w := withState(t)
	r := typed("load")
	r.Command, r.Focus = "search", "topic"
	s := renderCompletions(w.Complete(t.Context(), r))
	if len(s.Options) == 0 {
		t.Fatal("nothing to choose")
	}
	c := &checker{TB: t}
	for _, o := range s.Options {
		c.text(object{"text": o.Text.Text, "type": o.Text.Type}, "plain_text", 75)
		c.most("value", o.Value, 150)
	}
	golden(t, "views/completions", s)
}

// Slack says that a menu could not be loaded when the field is not there.
func TestNoCompletions(t *testing.T) {
	if got := strings.TrimSpace(string(encode(t, renderCompletions(nil)))); !strings.Contains(got, `"options": []`) {
		t.Errorf("got %s", got)
	}
}

func TestCompletionsThatCannotBeChosen(t *testing.T) {
	long := strings.Repeat("x", 151)
	s := renderCompletions([]bot.Completion{
		{Label: "long", Value: long}, {Label: "none"}, {Label: "twice", Value: "a"}, {Label: "twice", Value: "a"},
		{Label: long, Hint: long, Value: "b"}, {Label: "\u200B", Hint: " ", Value: "c"},
	})
	var values []string
	for _, o := range s.Options {
		values = append(values, o.Value)
		if !visible(o.Text.Text) || length(o.Text.Text) > 75 || o.Description != nil && length(o.Description.Text) > 75 {
			t.Errorf("%+v", o)
		}
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, values); diff != "" {
		t.Error(diff)
	}
}
