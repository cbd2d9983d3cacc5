package slack

import (
	"strings"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// paned is a stage with a pane, whose bot remembers conversations.
func paned(t testing.TB, view View, edit ...func(*Config)) *stage {
	t.Helper()
	w := newWorld(t, bot.Config{State: memory.New(time.Now), Conversation: bot.DefaultConversation})
	return newStageIn(t, w.Bot, &adaptertest.Log{}, overHTTP, view, edit...)
}

// pane is what a thread of ann's pane shows, or its top.
func (s *stage) pane(t testing.TB, thread string) slackfake.Pane {
	t.Helper()
	s.settle()
	p, ok := s.Pane(s.DM(s.ann.ID).ID, thread)
	if !ok {
		t.Fatalf("there is no thread %q in the pane", thread)
	}
	return p
}

// Somebody opens today's pane, asks, goes on in the thread, and opens it again.
func TestAgentPane(t *testing.T) {
	s := paned(t, AgentView)
	ann, dm := s.As(s.ann.ID), s.DM(s.ann.ID).ID
	ann.OpenHome("messages")
	if top := s.pane(t, ""); len(top.Prompts) != 4 || top.Heading == "" || top.Sets != 1 {
		t.Errorf("at the top: %+v", top)
	}
	root, _ := ann.Say(dm, "what do you have on load balancing?")
	first := s.pane(t, root.TS)
	if first.Title != "Load balancing" || first.Status != "" || first.Sets != 2 {
		t.Errorf("the thread: %+v", first)
	}
	ann.SayIn(dm, root.TS, "any videos?")
	if again := s.pane(t, root.TS); again.Title != "Load balancing" || again.Status != "" || again.Sets != 3 {
		t.Errorf("the thread goes on: %+v", again)
	}
	var answers []slackfake.Message
	for _, m := range s.Posts(dm) {
		if !strings.Contains(m.Text, "Hello") {
			answers = append(answers, m)
		}
		if m.ThreadTS != root.TS {
			t.Errorf("an answer that is not in the thread: %+v", m)
		}
	}
	if len(answers) != 2 || !strings.Contains(string(answers[1].Blocks), "video") {
		t.Fatalf("answers: %+v", answers)
	}
	ann.OpenHome("messages")
	if top := s.pane(t, ""); top.Prompts[0][0] != "Start with Load balancing" || top.Prompts[0][1] != "topic Load balancing" {
		t.Errorf("at the top, afterwards: %+v", top)
	}
	for _, c := range s.Calls("") {
		if c.Error != "" {
			t.Errorf("a call that fails: %+v", c)
		}
	}
	other, _ := ann.Say(dm, s.pane(t, "").Prompts[0][1])
	if p := s.pane(t, other.TS); p.Title != "Load balancing" {
		t.Errorf("what a suggestion leads to: %+v", p)
	}
}

// In the pane before today's a thread begins before anything is asked.
func TestAssistantPane(t *testing.T) {
	s := paned(t, AssistantView)
	ann, dm := s.As(s.ann.ID), s.DM(s.ann.ID).ID
	ann.OpenHome("messages")
	s.settle()
	if calls := s.Calls("assistant.threads.setSuggestedPrompts"); len(calls) != 0 {
		t.Errorf("suggestions at the top: %+v", calls)
	}
	opened, _ := ann.OpenPane(s.channel.ID)
	if p := s.pane(t, opened.ThreadTS); len(p.Prompts) != 4 {
		t.Errorf("the thread: %+v", p)
	}
	ann.SayIn(dm, opened.ThreadTS, "what do you have on load balancing?")
	s.settle()
	ann.SayIn(dm, opened.ThreadTS, "any videos?")
	p := s.pane(t, opened.ThreadTS)
	posts := s.Posts(dm)
	if p.Title != "Load balancing" || p.Status != "" || len(posts) != 3 || posts[2].ThreadTS != opened.ThreadTS {
		t.Errorf("%+v\n%+v", p, posts)
	}
	next, _ := ann.OpenPane("")
	if p := s.pane(t, next.ThreadTS); p.Prompts[0][1] != "topic Load balancing" {
		t.Errorf("the next thread: %+v", p)
	}
}

// The status is there while an answer is being made, and goes with it, or without one.
func TestPaneStatus(t *testing.T) {
	let := make(chan struct{})
	w := newWorld(t, bot.Config{State: stopped{memory.New(time.Now), let}, Limits: bot.DefaultLimits})
	s := newStageIn(t, w.Bot, &adaptertest.Log{}, overHTTP, AgentView, func(c *Config) { c.Patience = time.Millisecond })
	dm := s.DM(s.ann.ID).ID
	root, out := s.As(s.ann.ID).Say(dm, "circuit breaking")
	if !s.Await(func() bool { p, _ := s.Pane(dm, root.TS); return p.Status == thinking }) {
		t.Fatal("there is no status while the bot is thinking")
	}
	close(let)
	if p := s.pane(t, root.TS); p.Status != "" {
		t.Errorf("after the answer: %+v", p)
	}
	s.Redeliver(out[0].ID)
	if p := s.pane(t, root.TS); p.Status != "" {
		t.Errorf("after a message that was answered before: %+v", p)
	}
	id := s.Inject(slackfake.Fault{Method: "chat.postMessage", Error: "internal_error"})
	lost, _ := s.As(s.ann.ID).Say(dm, "load balancing")
	if p := s.pane(t, lost.TS); p.Status != "" || p.Title != "" {
		t.Errorf("after an answer that did not arrive: %+v", p)
	}
	s.Clear(id)
}

// Where the workspace has no pane, direct messages are what they always were, and Slack
// is not asked each time.
func TestNoPane(t *testing.T) {
	s := newStage(t, withState(t).Bot, &adaptertest.Log{}, overHTTP, func(c *Config) { c.View = AgentView })
	ann, dm := s.As(s.ann.ID), s.DM(s.ann.ID).ID
	for range 3 {
		ann.Say(dm, "circuit breaking")
		s.settle()
	}
	ann.OpenHome("messages")
	s.settle()
	if n := len(s.Calls("assistant.threads.setStatus")); n != 1 {
		t.Errorf("Slack is asked %d times", n)
	}
	if n := len(s.Calls("assistant.threads.setSuggestedPrompts")) + len(s.Calls("assistant.threads.setTitle")); n != 0 {
		t.Errorf("%d calls for a pane that is not there", n)
	}
	for _, m := range s.Posts(dm) {
		if m.ThreadTS != "" {
			t.Errorf("an answer in a thread: %+v", m)
		}
	}
	if posts := s.Posts(dm); len(posts) != 4 {
		t.Errorf("%d posts", len(posts))
	}
}

// A pane that does not answer holds an answer up for a while at most, and harms none.
func TestPaneFaults(t *testing.T) {
	for name, f := range map[string]slackfake.Fault{
		"cut off": {Reset: true}, "in trouble": {Status: 503}, "too fast": {RetryAfter: 60}, "unsure": {Error: "fatal_error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := paned(t, AgentView)
			for _, method := range []string{"setStatus", "setTitle"} {
				f.Method = "assistant.threads." + method
				s.Inject(f)
			}
			root, _ := s.As(s.ann.ID).Say(s.DM(s.ann.ID).ID, "circuit breaking")
			s.settle()
			posts := s.Posts(s.DM(s.ann.ID).ID)
			if len(posts) != 2 || posts[1].ThreadTS != root.TS {
				t.Errorf("%+v", posts)
			}
		})
	}
}

func TestEventsOf(t *testing.T) {
	if got := namesOf(EventsOf(AssistantView)); len(got) != len(Events())+1 || got[3] != "assistant_thread_started" {
		t.Errorf("%q", got)
	}
	if got := namesOf(EventsOf(AgentView)); len(got) != len(Events()) {
		t.Errorf("%q", got)
	}
}
