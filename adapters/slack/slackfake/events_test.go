package slackfake_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

func must(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parsed is the value as JSON decodes it.
func parsed(t *testing.T, v any) any {
	t.Helper()
	var out any
	if err := json.Unmarshal(must(t, v), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEvents has people do what the app is told of, both ways.
func TestEvents(t *testing.T) {
	for name, connect := range ways {
		t.Run(name, func(t *testing.T) {
			events := make(chan map[string]any, 8)
			w := connect(t, slackfake.Options{View: "agent"}, func(g got) any {
				if g.str("type") != "event_callback" || g.str("team_id") == "" || g.str("event_id") == "" {
					t.Errorf("%v", g.payload)
				}
				events <- g.payload["event"].(map[string]any)
				return nil
			})
			ann := w.As(w.ann.ID)
			check := func(what string, outcomes []slackfake.Outcome, want object) {
				t.Helper()
				fine(t, outcomes...)
				got := <-events
				for k, v := range want {
					if got[k] != v {
						t.Errorf("%s: %s is %v, want %v", what, k, got[k], v)
					}
				}
			}
			dm := w.DM(w.ann.ID)
			m, out := ann.Say(dm.ID, "hello")
			check("direct message", out, object{"type": "message", "channel_type": "im", "channel": dm.ID, "text": "hello", "user": w.ann.ID, "ts": m.TS})
			_, out = ann.SayIn(w.inside.ID, m.TS, "<@"+w.team.Bot+"> hello")
			check("mention", out, object{"type": "app_mention", "channel": w.inside.ID, "thread_ts": m.TS})
			check("invitation", ann.Invite(w.out.ID), object{"type": "member_joined_channel", "user": w.team.Bot, "inviter": w.ann.ID, "channel_type": "C"})
			check("somebody joins", w.As(w.bob.ID).Join(w.out.ID), object{"type": "member_joined_channel", "user": w.bob.ID})
			check("home", ann.OpenHome("messages"), object{"type": "app_home_opened", "tab": "messages", "channel": dm.ID})
			_, out = ann.OpenPane(w.inside.ID)
			check("pane", out, object{"type": "assistant_thread_started"})
			_, ts, err := w.api.PostMessage(w.inside.ID, slack.MsgOptionText("mine", false))
			if err != nil {
				t.Fatal(err)
			}
			own, _ := w.Message(w.inside.ID, ts)
			check("its own", []slackfake.Outcome{w.Echo(own)}, object{"type": "message", "bot_id": w.team.BotID, "channel_type": "channel"})
			if _, out := ann.Say(w.inside.ID, "nothing to do with the app"); out != nil {
				t.Errorf("%+v", out)
			}
			w.EditToken(w.token.Value, func(t *slackfake.Token) { t.Scopes = []string{"chat:write"} })
			if _, out := ann.Say(dm.ID, "without the scope"); out != nil {
				t.Errorf("%+v", out)
			}
		})
	}
}

func TestSubscriptions(t *testing.T) {
	types := make(chan string, 4)
	w := newWorld(t, slackfake.Options{Events: []string{"message.channels", "app_mention"}})
	w.overHTTP(t, func(g got) any { types <- g.payload["event"].(map[string]any)["type"].(string); return nil })
	_, out := w.As(w.ann.ID).Say(w.inside.ID, "<@"+w.team.Bot+">")
	fine(t, out...)
	if diff := cmp.Diff([]string{"message", "app_mention"}, []string{<-types, <-types}); diff != "" {
		t.Error(diff)
	}
	if _, out := w.As(w.ann.ID).Say(w.DM(w.ann.ID).ID, "x"); out != nil {
		t.Errorf("%+v", out)
	}
}

func TestMessageShortcut(t *testing.T) {
	for name, connect := range ways {
		t.Run(name, func(t *testing.T) {
			seen := make(chan got, 1)
			w := connect(t, slackfake.Options{}, func(g got) any { seen <- g; return nil })
			m, _ := w.As(w.bob.ID).Say(w.inside.ID, "how do I shard?")
			fine(t, w.As(w.ann.ID).MessageShortcut(m, "find"))
			g := <-seen
			if g.str("type") != "message_action" || g.str("callback_id") != "find" || g.payload["message"].(map[string]any)["text"] != m.Text || g.str("response_url") == "" {
				t.Errorf("%v", g.payload)
			}
		})
	}
}

func TestVerifyURL(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	server := w.overHTTP(t, func(g got) any { return g.str("challenge") })
	if err := w.VerifyURL(); err != nil {
		t.Error(err)
	}
	server.Close()
	if err := w.VerifyURL(); err == nil {
		t.Error("nobody answered, and it was fine")
	}
	w.Disconnect()
	w.overHTTP(t, func(g got) any { return map[string]any{"challenge": "another"} })
	if err := w.VerifyURL(); err == nil {
		t.Error("another challenge came back, and it was fine")
	}
}

func TestPane(t *testing.T) {
	for view, silent := range map[string]bool{"agent": true, "assistant": false} {
		w := newWorld(t, slackfake.Options{View: view})
		w.overHTTP(t, func(got) any { return nil })
		pane, _ := w.As(w.ann.ID).OpenPane("")
		api := w.api
		p := slack.AssistantThreadsSetSuggestedPromptsParameters{Title: "Try", ChannelID: pane.Channel, ThreadTS: pane.ThreadTS}
		p.AddPrompt("Sharding", "what is sharding?")
		if err := api.SetAssistantThreadsSuggestedPrompts(p); err != nil {
			t.Error(err)
		}
		if got, _ := w.Pane(pane.Channel, pane.ThreadTS); (got.Prompts == nil) != silent {
			t.Errorf("%s: %+v", view, got)
		}
		p.ThreadTS = ""
		if err := api.SetAssistantThreadsSuggestedPrompts(p); err != nil {
			t.Error(err)
		}
		if got, _ := w.Pane(pane.Channel, ""); len(got.Prompts) != 1 || got.Heading != "Try" {
			t.Errorf("%s: %+v", view, got)
		}
		for range 4 {
			p.AddPrompt("one", "more")
		}
		if err := api.SetAssistantThreadsSuggestedPrompts(p); err == nil || err.Error() != "invalid_arguments" {
			t.Errorf("%s: five prompts: %v", view, err)
		}
		if err := api.SetAssistantThreadsStatus(slack.AssistantThreadsSetStatusParameters{ChannelID: pane.Channel, ThreadTS: pane.ThreadTS, Status: "thinks", LoadingMessages: []string{"a", "b"}}); err != nil {
			t.Error(err)
		}
		if err := api.SetAssistantThreadsTitle(slack.AssistantThreadsSetTitleParameters{ChannelID: pane.Channel, ThreadTS: pane.ThreadTS, Title: "Sharding"}); err != nil {
			t.Error(err)
		}
		if got, _ := w.Pane(pane.Channel, pane.ThreadTS); got.Status != "thinks" || got.Title != "Sharding" || len(got.Loading) != 2 {
			t.Errorf("%s: %+v", view, got)
		}
		if err := api.SetAssistantThreadsTitle(slack.AssistantThreadsSetTitleParameters{ChannelID: pane.Channel, ThreadTS: "1.000000", Title: "x"}); err == nil || err.Error() != "invalid_thread_ts" {
			t.Error(err)
		}
		m, out := w.As(w.ann.ID).SayIn(pane.Channel, pane.ThreadTS, "what is it?")
		fine(t, out...)
		if _, _, err := api.PostMessage(pane.Channel, slack.MsgOptionText("that", false), slack.MsgOptionTS(m.ThreadTS)); err != nil {
			t.Error(err)
		}
		if posts := w.Posts(pane.Channel); len(posts) != 1 || posts[0].ThreadTS != pane.ThreadTS {
			t.Errorf("%s: %+v", view, posts)
		}
	}
}

// TestRemote does by the control API what a test in another process needs.
func TestRemote(t *testing.T) {
	s, err := slackfake.Start(slackfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	r, ctx := slackfake.Remote{URL: s.URL}, t.Context()
	get := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	team, err := r.AddTeam(ctx, slackfake.Team{Domain: "far"})
	get(err)
	token, err := r.Install(ctx, team.ID, "chat:write", "commands")
	get(err)
	ann, err := r.AddUser(ctx, slackfake.User{Team: team.ID})
	get(err)
	channel, err := r.AddChannel(ctx, slackfake.Channel{Team: team.ID, Members: []string{ann.ID, token.User}})
	get(err)
	id, err := r.Inject(ctx, slackfake.Fault{Method: "chat.postMessage", Error: "fatal_error", Times: 1})
	get(err)
	api := slack.New(token.Value, slack.OptionAPIURL(s.APIURL()))
	if _, _, err := api.PostMessage(channel.ID, slack.MsgOptionText("x", false)); err == nil || err.Error() != "fatal_error" {
		t.Error(err)
	}
	posts, err := r.Posts(ctx, channel.ID)
	get(err)
	if len(posts) != 1 || posts[0].Text != "x" {
		t.Errorf("%+v", posts)
	}
	faults, err := r.Faults(ctx)
	get(err)
	if len(faults) != 1 || faults[0].Hits != 1 {
		t.Errorf("%+v", faults)
	}
	get(r.Release(ctx, id))
	get(r.Clear(ctx, id))
	calls, err := r.Calls(ctx, "chat.postMessage")
	get(err)
	if len(calls) != 1 || calls[0].Error != "fatal_error" || calls[0].Fault != id || calls[0].Team != team.ID {
		t.Errorf("%+v", calls)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hi") }))
	t.Cleanup(server.Close)
	get(r.Connect(ctx, slackfake.Endpoints{Commands: server.URL, Interactivity: server.URL, Events: server.URL}))
	out, err := r.Do(ctx, slackfake.Deed{User: ann.ID, Do: "command", Channel: channel.ID, Name: "/arch", Text: "x"})
	get(err)
	if len(out) != 1 || out[0].Message == nil || out[0].Message.Text != "hi" {
		t.Errorf("%+v", out)
	}
	shown, err := r.Responses(ctx, out[0].ID)
	get(err)
	if len(shown) != 1 {
		t.Errorf("%+v", shown)
	}
	again, err := r.Redeliver(ctx, out[0].ID)
	get(err)
	if again.Message == nil {
		t.Errorf("%+v", again)
	}
	state, err := r.State(ctx)
	get(err)
	if len(state.Teams) != 1 || len(state.Messages[channel.ID]) != 3 || len(state.Tokens) != 1 {
		t.Errorf("%+v", state)
	}
	if _, err := r.Do(ctx, slackfake.Deed{User: "U404"}); err == nil || !strings.Contains(err.Error(), "U404") {
		t.Error(err)
	}
	if _, err := r.Do(ctx, slackfake.Deed{User: ann.ID, Do: "fly"}); err == nil {
		t.Error("somebody flew")
	}
	if _, err := (slackfake.Remote{URL: s.URL}).Install(ctx, "T404"); err == nil {
		t.Error("installed in a workspace that does not exist")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := r.State(ended); err == nil {
		t.Error("asked without a context")
	}
}
