package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// prompter is a bot that suggests, in turn, all that it may suggest by chance.
func prompter(t testing.TB, l bot.Library, state bot.State) *bot.Bot {
	t.Helper()
	n := 0
	return bot.New(bot.Config{
		Library: l, State: state, Conversation: time.Hour,
		Pick: func(most int) int { n++; return n % most },
	})
}

func said(text string) bot.Request {
	return bot.Request{Platform: "slack", Workspace: "T1", Home: "T1", Channel: "D1", User: "U1", Surface: bot.SurfaceDirect, Text: text}
}

// Whatever is suggested leads to an answer, about what it says.
func TestPromptsLeadSomewhere(t *testing.T) {
	b := prompter(t, library{embedded()}, memory.New(time.Now))
	seen := make(map[string]bool)
	for range 60 {
		prompts := b.Prompts(t.Context(), said(""))
		if len(prompts) != 4 {
			t.Fatalf("%d prompts: %+v", len(prompts), prompts)
		}
		for _, p := range prompts {
			if seen[p.Message] {
				continue
			}
			seen[p.Message] = true
			r := said(p.Message)
			r.Thread = bot.MessageID(p.Message) // a conversation of its own
			reply := b.Handle(t.Context(), r)
			about, topical := strings.CutPrefix(p.Title, "What is there on ")
			about = strings.TrimSuffix(about, "?")
			if reply.Kind == bot.Nothing || reply.Kind.Complaint() || topical && (len(reply.Topics) == 0 || reply.Topics[0].Title != about) {
				t.Errorf("%q leads to %s %q", p.Message, reply.Kind, reply.Text)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("%d different prompts", len(seen))
	}
}

// What somebody asked about last is suggested to them, and to nobody else.
func TestPromptsRemember(t *testing.T) {
	state := memory.New(time.Now)
	b := prompter(t, library{embedded()}, state)
	ask := said("what do you have on load balancing?")
	b.NoteTopic(t.Context(), ask, b.Handle(t.Context(), ask))
	prompts := b.Prompts(t.Context(), said(""))
	if len(prompts) != 4 || prompts[0].Message != "topic Load balancing" || prompts[1].Message != "search Load balancing kind:video" {
		t.Fatalf("%+v", prompts)
	}
	for _, p := range prompts {
		if reply := b.Handle(t.Context(), said(p.Message)); reply.Kind == bot.Nothing || reply.Kind.Complaint() {
			t.Errorf("%q leads to %s %q", p.Message, reply.Kind, reply.Text)
		}
	}
	other := said("")
	other.User = "U2"
	if p := b.Prompts(t.Context(), other); strings.Contains(p[0].Title, "Load balancing") {
		t.Errorf("somebody else’s: %+v", p)
	}
	// What leads nowhere is not remembered, and all of it can be forgotten.
	for _, text := range []string{"sourdough bread", "help", "topics"} {
		b.NoteTopic(t.Context(), said(text), b.Handle(t.Context(), said(text)))
	}
	if p := b.Prompts(t.Context(), said("")); p[0].Message != "topic Load balancing" {
		t.Errorf("after something else: %+v", p)
	}
	if err := state.Forget(t.Context(), bot.Person{Platform: "slack", Workspace: "T1", User: "U1"}); err != nil {
		t.Fatal(err)
	}
	if p := b.Prompts(t.Context(), said("")); p[0].Message == "topic Load balancing" {
		t.Errorf("forgotten: %+v", p)
	}
}

// deaf is a state that is out of reach.
type deaf struct{ bot.State }

func (deaf) LoadConversation(_ context.Context, _ bot.ConversationID) ([]byte, error) {
	return nil, errors.New("out of reach")
}

// Without a state, a topic or a list there are fewer, and they are sound.
func TestPromptsWithLess(t *testing.T) {
	if p := prompter(t, library{embedded()}, nil).Prompts(t.Context(), said("")); len(p) != 4 {
		t.Errorf("without a state: %+v", p)
	}
	if p := prompter(t, library{embedded()}, deaf{memory.New(time.Now)}).Prompts(t.Context(), said("")); len(p) != 4 {
		t.Errorf("with a state out of reach: %+v", p)
	}
	hostile := "# L\n\n## <!channel> a\n### <!everyone> b\n- [A](https://a.example)\n- [B](https://b.example)\n- [C](https://c.example)\n"
	for _, src := range []string{"# L\n\n- [A](https://a.example)\n", hostile} {
		p := prompter(t, library{index(t, src)}, nil).Prompts(t.Context(), said(""))
		if len(p) != 1 || p[0].Message != "topics" {
			t.Errorf("%q: %+v", src, p)
		}
	}
}
