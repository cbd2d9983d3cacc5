package slackfake_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

// fine fails the test unless what somebody did was taken.
func fine(t *testing.T, outcomes ...slackfake.Outcome) slackfake.Outcome {
	t.Helper()
	if len(outcomes) == 0 {
		t.Fatal("the app was sent nothing")
	}
	for _, o := range outcomes {
		if o.Failure != "" {
			t.Fatalf("%s: %q %+v", o.Failure, o.Problems, o)
		}
	}
	return outcomes[0]
}

func TestCommand(t *testing.T) {
	for name, connect := range ways {
		t.Run(name, func(t *testing.T) {
			w := connect(t, slackfake.Options{}, func(g got) any {
				return map[string]any{"text": g.str("command") + " " + g.str("text") + " in " + g.str("channel_name")}
			})
			out := fine(t, w.As(w.ann.ID).Command(w.out.ID, "/arch", "search sharding"))
			want := slackfake.Seen{Channel: w.out.ID, Only: w.ann.ID, Text: "/arch search sharding in random"}
			if diff := cmp.Diff(want, out.Message.Seen()); diff != "" {
				t.Error(diff)
			}
			if got := w.Responses(out.ID); len(got) != 1 || got[0].TS != out.Message.TS {
				t.Errorf("%+v", got)
			}
			dm := w.As(w.ann.ID).Command(w.DM(w.ann.ID).ID, "/arch", "")
			if got := fine(t, dm).Message.Text; got != "/arch  in directmessage" {
				t.Error(got)
			}
			if c := w.Complaints(); c != nil {
				t.Error(c)
			}
		})
	}
}

func TestCommandAnswers(t *testing.T) {
	long := make([]any, 51)
	for i := range long {
		long[i] = map[string]any{"type": "divider"}
	}
	tests := map[string]struct {
		answer  any
		want    *slackfake.Seen // nil: nothing is shown
		failure string
	}{
		"nothing":        {},
		"text":           {answer: "plain", want: &slackfake.Seen{Text: "plain", Only: "ann"}},
		"in the channel": {answer: map[string]any{"text": "all", "response_type": "in_channel"}, want: &slackfake.Seen{Text: "all"}},
		"blocks": {
			answer: map[string]any{"text": "b", "blocks": []any{map[string]any{"type": "divider"}}},
			want:   &slackfake.Seen{Text: "b", Blocks: `[{"type":"divider"}]`, Only: "ann"},
		},
		"too many blocks": {answer: map[string]any{"blocks": long}, failure: "invalid_blocks"},
		"an error":        {answer: 500, failure: "http_service_error"},
		"no such page":    {answer: 404, failure: "http_client_error"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slackfake.Options{})
			w.overHTTP(t, func(got) any { return tt.answer })
			out := w.As(w.ann.ID).Command(w.inside.ID, "/arch", "x")
			if out.Failure != tt.failure {
				t.Fatalf("%q %q, want %q", out.Failure, out.Problems, tt.failure)
			}
			if (out.Message != nil) != (tt.want != nil) {
				t.Fatalf("%+v", out.Message)
			}
			if tt.want == nil {
				return
			}
			tt.want.Channel = w.inside.ID
			if tt.want.Only != "" {
				tt.want.Only = w.ann.ID
			}
			if diff := cmp.Diff(*tt.want, out.Message.Seen()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDeadline has the fake's clock pass three seconds while the app answers.
func TestDeadline(t *testing.T) {
	for name, connect := range ways {
		for took, want := range map[time.Duration]string{3 * time.Second: "", 3*time.Second + 1: "operation_timeout"} {
			t.Run(name+" "+took.String(), func(t *testing.T) {
				c := newClock()
				w := connect(t, slackfake.Options{Now: c.Now}, func(got) any {
					c.advance(took)
					return map[string]any{"text": "late"}
				})
				out := w.As(w.ann.ID).Command(w.inside.ID, "/arch", "x")
				if out.Failure != want || out.Took != took || (out.Message == nil) != (want != "") {
					t.Errorf("%+v", out)
				}
			})
		}
	}
}

func TestNobodyListens(t *testing.T) {
	for _, mode := range []bool{false, true} {
		w := newWorld(t, slackfake.Options{SocketMode: mode})
		if out := w.As(w.ann.ID).Command(w.inside.ID, "/arch", "x"); out.Failure != "dispatch_failed" {
			t.Errorf("socket mode %v: %+v", mode, out)
		}
	}
}

// form is a modal with an input of each way to choose.
func form() slack.ModalViewRequest {
	plain := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	query := slack.NewPlainTextInputBlockElement(plain("What?"), "query").WithMaxLength(20)
	kind := slack.NewOptionsSelectBlockElement("static_select", plain("Kind"), "kind", slack.NewOptionBlockObject("video", plain("Video"), nil), slack.NewOptionBlockObject("paper", plain("Paper"), nil))
	topic := &slack.SelectBlockElement{Type: "external_select", Placeholder: plain("Topic"), ActionID: "topic"}
	return slack.ModalViewRequest{
		Type: "modal", CallbackID: "search", Title: plain("Search"), Submit: plain("Go"), Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("q", plain("Query"), nil, query),
			slack.NewInputBlock("k", plain("Kind"), nil, kind).WithOptional(true),
			slack.NewActionBlock("t", topic),
		}},
	}
}

// TestForm goes from a shortcut through suggestions and errors to an answer.
func TestForm(t *testing.T) {
	for name, connect := range ways {
		t.Run(name, func(t *testing.T) {
			var w *world
			submitted := make(chan map[string]any, 4)
			w = connect(t, slackfake.Options{}, func(g got) any {
				switch g.str("type") {
				case "shortcut":
					if _, err := w.api.OpenView(g.str("trigger_id"), form()); err != nil {
						t.Error(err)
					}
				case "block_suggestion":
					return map[string]any{"options": []any{map[string]any{"text": map[string]any{"type": "plain_text", "text": "Like " + g.str("value")}, "value": "id-1"}}}
				case "view_submission":
					state := g.payload["view"].(map[string]any)["state"].(map[string]any)["values"].(map[string]any)
					submitted <- state
					if len(submitted) == 1 {
						return map[string]any{"response_action": "errors", "errors": map[string]any{"q": "Too vague."}}
					}
				}
				return nil
			})
			ann := w.As(w.ann.ID)
			opened := fine(t, ann.Shortcut("search"))
			v, ok := w.Opened(opened.ID)
			if top, _ := w.Modal(w.ann.ID); !ok || top.ID != v.ID || v.Title != "Search" {
				t.Fatalf("%+v, on top %+v", v, top)
			}
			if out := ann.Submit(v, nil); out.Failure != "not_sent" || out.Errors["q"] == "" || out.Errors["k"] != "" {
				t.Errorf("an empty form: %+v", out)
			}
			if out := ann.Submit(v, map[string][]string{"query": {"longer than twenty characters"}}); out.Failure != "not_sent" {
				t.Errorf("too long: %+v", out)
			}
			if out := ann.Select(v, "topic", "id-1"); out.Failure != "not_sent" {
				t.Errorf("chosen before it was offered: %+v", out)
			}
			if out := ann.Suggest(v, "topic", "sh"); out.Failure != "not_sent" {
				t.Errorf("too short to ask: %+v", out)
			}
			offered := fine(t, ann.Suggest(v, "topic", "shar"))
			if diff := cmp.Diff([]slackfake.Choice{{Text: "Like shar", Value: "id-1"}}, offered.Options); diff != "" {
				t.Error(diff)
			}
			fine(t, ann.Select(v, "topic", "id-1"))
			out := fine(t, ann.Submit(v, map[string][]string{"query": {"sharding"}, "k": {"paper"}}))
			if diff := cmp.Diff(map[string]string{"q": "Too vague."}, out.Errors); diff != "" || out.View == nil {
				t.Errorf("%s %+v", diff, out)
			}
			if out = fine(t, ann.Submit(v, map[string][]string{"query": {"sharding now"}})); out.View != nil {
				t.Errorf("still open: %+v", out.View)
			}
			<-submitted
			state := <-submitted
			if diff := cmp.Diff(map[string]any{"type": "plain_text_input", "value": "sharding now"}, state["q"].(map[string]any)["query"]); diff != "" {
				t.Error(diff)
			}
			if k := state["k"].(map[string]any)["kind"].(map[string]any)["selected_option"].(map[string]any); k["value"] != "paper" {
				t.Error(k)
			}
			if c := w.Complaints(); c != nil {
				t.Error(c)
			}
		})
	}
}

func TestPress(t *testing.T) {
	for name, connect := range ways {
		t.Run(name, func(t *testing.T) {
			pressed := make(chan got, 4)
			w := connect(t, slackfake.Options{}, func(g got) any { pressed <- g; return nil })
			plain := slack.NewTextBlockObject("plain_text", "Save", false, false)
			button := slack.NewButtonBlockElement("save", "r1", plain)
			link := slack.NewButtonBlockElement("open", "", plain).WithURL("https://example.com")
			blocks := slack.MsgOptionBlocks(slack.NewActionBlock("b1", button, link))
			if _, err := w.api.PostEphemeral(w.inside.ID, w.ann.ID, blocks, slack.MsgOptionText("save it", false)); err != nil {
				t.Fatal(err)
			}
			if _, _, err := w.api.PostMessage(w.inside.ID, blocks, slack.MsgOptionText("save it", false)); err != nil {
				t.Fatal(err)
			}
			messages := w.Messages(w.inside.ID)
			if out := w.As(w.bob.ID).Press(messages[0], "save"); out.Failure != "not_sent" {
				t.Errorf("bob does not see ann's message: %+v", out)
			}
			fine(t, w.As(w.ann.ID).Press(messages[0], "save"))
			private := <-pressed
			if private.payload["message"] != nil || private.payload["container"].(map[string]any)["is_ephemeral"] != true {
				t.Errorf("an ephemeral message is not sent along: %v", private.payload)
			}
			fine(t, w.As(w.bob.ID).Press(messages[1], "open"))
			public := <-pressed
			if public.payload["message"].(map[string]any)["ts"] != messages[1].TS {
				t.Errorf("%v", public.payload)
			}
			if out := w.As(w.bob.ID).Press(messages[1], "no such"); out.Failure != "not_sent" {
				t.Errorf("%+v", out)
			}
			url := public.str("response_url")
			_, _, err := w.api.PostMessage("", slack.MsgOptionReplaceOriginal(url), slack.MsgOptionText("replaced", false))
			if m, _ := w.Message(w.inside.ID, messages[1].TS); err != nil || m.Text != "replaced" || m.Blocks != nil {
				t.Errorf("%v %+v", err, m)
			}
			_, _, err = w.api.PostMessage("", slack.MsgOptionDeleteOriginal(private.str("response_url")))
			if m, _ := w.Message(w.inside.ID, messages[0].TS); err != nil || !m.Gone {
				t.Errorf("%v %+v", err, m)
			}
		})
	}
}

func TestResponseURL(t *testing.T) {
	urls := make(chan string, 1)
	c := newClock()
	w := newWorld(t, slackfake.Options{Now: c.Now})
	w.overHTTP(t, func(g got) any { urls <- g.str("response_url"); return nil })
	answer := func(url, kind string) error {
		_, _, err := w.api.PostMessage("", slack.MsgOptionResponseURL(url, kind), slack.MsgOptionText("more", false))
		return err
	}
	out := fine(t, w.As(w.ann.ID).Command(w.out.ID, "/arch", "x"))
	url := <-urls
	for i := range 5 {
		if err := answer(url, []string{"ephemeral", "in_channel"}[i%2]); err != nil {
			t.Fatalf("use %d: %v", i, err)
		}
	}
	if err := answer(url, "ephemeral"); err == nil {
		t.Error("a sixth use went through")
	}
	got := w.Responses(out.ID)
	if len(got) != 5 || got[0].Only != w.ann.ID || got[1].Only != "" || got[0].Via != "response_url" {
		t.Errorf("%+v", got)
	}
	fine(t, w.As(w.ann.ID).Command(w.out.ID, "/arch", "x"))
	url = <-urls
	c.advance(30 * time.Minute)
	if err := answer(url, "ephemeral"); err != nil {
		t.Errorf("after 30 minutes: %v", err)
	}
	c.advance(1)
	if err := answer(url, "ephemeral"); err == nil {
		t.Error("it is good for longer than 30 minutes")
	}
}

// TestManyAtOnce has people type, the app post and a test look, all at once.
func TestManyAtOnce(t *testing.T) {
	for name, connect := range ways {
		t.Run(name, func(t *testing.T) {
			var w *world
			w = connect(t, slackfake.Options{}, func(g got) any {
				if _, _, err := w.api.PostMessage(w.inside.ID, slack.MsgOptionText(g.str("text"), false)); err != nil {
					t.Error(err)
				}
				return map[string]any{"text": g.str("text")}
			})
			var all sync.WaitGroup
			for i := range 40 {
				all.Go(func() {
					text := strconv.Itoa(i)
					out := w.As(w.ann.ID).Command(w.inside.ID, "/arch", text)
					if out.Message == nil || out.Message.Text != text {
						t.Errorf("%+v", out)
					}
					w.Messages(w.inside.ID)
				})
			}
			all.Wait()
			messages := w.Messages(w.inside.ID)
			if len(messages) != 80 {
				t.Errorf("%d messages", len(messages))
			}
			for i := 1; i < len(messages); i++ {
				if messages[i-1].TS >= messages[i].TS {
					t.Errorf("%s is not before %s", messages[i-1].TS, messages[i].TS)
				}
			}
		})
	}
}

func BenchmarkCommand(b *testing.B) {
	s, err := slackfake.Start(slackfake.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	b.Cleanup(app.Close)
	s.Connect(slackfake.Endpoints{Commands: app.URL})
	team := s.AddTeam(slackfake.Team{})
	s.Install(team.ID)
	ann := s.AddUser(slackfake.User{Team: team.ID})
	channel := s.AddChannel(slackfake.Channel{Team: team.ID})
	for b.Loop() {
		if out := s.As(ann.ID).Command(channel.ID, "/arch", "x"); out.Failure != "" {
			b.Fatal(out)
		}
	}
}
