package bot_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/dialogue"
	"archbot/internal/store/memory"
)

// says is a message to the bot alone.
func says(user, text string) bot.Request {
	return bot.Request{
		Platform: "test", Workspace: "team", Home: "team", Channel: bot.ChannelID("direct/" + user), User: bot.UserID(user),
		Surface: bot.SurfaceDirect, Text: text,
	}
}

// topicOf is the end of the id of a reply's first topic; "" without one.
func topicOf(r bot.Reply) string {
	if len(r.Topics) == 0 {
		return ""
	}
	id := string(r.Topics[0].ID)
	return id[strings.LastIndexByte(id, '/')+1:]
}

// A conversation is remembered for as long as the settings say after its last message,
// and not at all where they say so.
func TestConversationTime(t *testing.T) {
	now := at()
	state := memory.New(func() time.Time { return now })
	b := talking(state)
	b.Handle(t.Context(), says("ann", "service mesh"))
	now = now.Add(bot.DefaultConversation - time.Minute)
	if r := b.Handle(t.Context(), says("ann", "more")); topicOf(r) != "service-mesh-architecture" || r.Page != 2 {
		t.Errorf("a day later: %s %q", r.Kind, r.Text)
	}
	now = now.Add(bot.DefaultConversation - time.Minute)
	if r := b.Handle(t.Context(), says("ann", "any videos?")); topicOf(r) != "service-mesh-architecture" || r.Filter.Kind != "video" {
		t.Errorf("two days later: %s %q", r.Kind, r.Text)
	}
	now = now.Add(bot.DefaultConversation + time.Minute)
	if r := b.Handle(t.Context(), says("ann", "more")); r.Kind != bot.Talk {
		t.Errorf("too late: %s %q", r.Kind, r.Text)
	}
	forgetful := bot.New(bot.Config{Library: library{embedded()}, State: memory.New(at), Now: at})
	forgetful.Handle(t.Context(), says("ann", "service mesh"))
	if r := forgetful.Handle(t.Context(), says("ann", "more")); r.Kind != bot.Talk {
		t.Errorf("without a memory: %s %q", r.Kind, r.Text)
	}
}

// asking counts how often a conversation is loaded.
type asking struct {
	bot.State
	loads int
}

func (a *asking) LoadConversation(ctx context.Context, id bot.ConversationID) ([]byte, error) {
	a.loads++
	return a.State.LoadConversation(ctx, id)
}

// The message that a thread hangs from goes on from nothing, so nothing is loaded for it;
// what is said below it goes on from its answer.
func TestThreadBegins(t *testing.T) {
	state := &asking{State: memory.New(at)}
	b := talking(state)
	r := says("ann", "service mesh")
	r.Channel, r.Surface, r.Message, r.Thread = "#a", bot.SurfaceMention, "1", "1"
	if topic := topicOf(b.Handle(t.Context(), r)); topic != "service-mesh-architecture" || state.loads != 0 {
		t.Errorf("it is answered with %s, and a conversation is loaded %d times", topic, state.loads)
	}
	r.Message, r.Text = "2", "more"
	if reply := b.Handle(t.Context(), r); topicOf(reply) != "service-mesh-architecture" || reply.Page != 2 || state.loads != 1 {
		t.Errorf("below it: %s, page %d, and a conversation is loaded %d times", topicOf(reply), reply.Page, state.loads)
	}
	r.Surface, r.Message, r.Command = bot.SurfaceMenu, "1", "ask" // not what began the thread, but about it
	if reply := b.Handle(t.Context(), r); reply.Page != 3 || state.loads != 2 {
		t.Errorf("of a menu: page %d, and a conversation is loaded %d times", reply.Page, state.loads)
	}
}

// Where people talk, "search" is a command only where it is no part of what they name.
func TestSearchIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"search for an online shop": "search-architecture",
		"search engine for a store": "search-architecture",
		"search kubernetes":         "kubernetes-architecture",
		"search for load balancing": "load-balancing",
	} {
		if r := talking(memory.New(at)).Handle(t.Context(), says("ann", text)); topicOf(r) != want {
			t.Errorf("%q is answered with %q, want %q", text, topicOf(r), want)
		}
	}
}

// Who writes in different places, and different people in one place, are different
// conversations; whoever writes in a thread goes on from what is said there.
func TestConversationsApart(t *testing.T) {
	b := talking(memory.New(at))
	place := func(user, channel, thread string, s bot.Surface, text string) bot.Request {
		r := says(user, text)
		r.Channel, r.Thread, r.Surface = bot.ChannelID(channel), bot.MessageID(thread), s
		return r
	}
	topics := map[string]bot.Request{
		"load-balancing":                  says("ann", "load balancing"),
		"service-discovery":               says("bob", "service discovery"),
		"cdn-architecture":                place("ann", "#a", "", bot.SurfaceMention, "cdn architecture"),
		"cache-strategies":                place("bob", "#a", "", bot.SurfaceMention, "cache strategies"),
		"content-ingestion":               place("ann", "#b", "", bot.SurfaceMention, "content ingestion"),
		"presence-management":             place("ann", "#a", "1", bot.SurfaceThread, "presence management"),
		"websocket-architecture":          place("ann", "#a", "2", bot.SurfaceThread, "websocket architecture"),
		"dynamic-pricing-systems":         place("ann", "#c", "1", bot.SurfaceThread, "dynamic pricing systems"),
		"user-profiling":                  place("cid", "#a", "", bot.SurfaceCommand, "ask user profiling"),
		"multi-signature-implementations": {Platform: "test", User: "ann", Surface: bot.SurfaceDirect, Text: "multi-signature implementations"},
		"automated-market-maker-amm":      {Platform: "other", User: "ann", Surface: bot.SurfaceDirect, Text: "automated market maker"},
		"hardware-security-modules":       {Platform: "test", User: "bob", Surface: bot.SurfaceDirect, Text: "hardware security modules"},
		"a-b-testing-infrastructure":      {Platform: "test", Workspace: "other", User: "ann", Channel: "direct/ann", Surface: bot.SurfaceDirect, Text: "a/b testing"},
	}
	for want, r := range topics {
		if got := topicOf(b.Handle(t.Context(), r)); got != want {
			t.Fatalf("%q is answered with %s", r.Text, got)
		}
	}
	for want, r := range topics {
		r.Text = "more"
		if r.Surface == bot.SurfaceCommand {
			r.Text = "ask more"
		}
		if got := b.Handle(t.Context(), r); topicOf(got) != want || got.Page != 2 {
			t.Errorf("in %s %s %s it goes on with %s, page %d, not with %s", r.Channel, r.Thread, r.User, topicOf(got), got.Page, want)
		}
	}
	other := place("bob", "#a", "1", bot.SurfaceThread, "any videos?")
	if got := topicOf(b.Handle(t.Context(), other)); got != "presence-management" {
		t.Errorf("another one in the thread goes on with %s", got)
	}
}

// away is a state whose conversations cannot be reached.
type away struct {
	bot.State
	load, keep error
	data       []byte
	kept       int
}

func (s *away) LoadConversation(context.Context, bot.ConversationID) ([]byte, error) {
	return s.data, s.load
}

func (s *away) KeepConversation(context.Context, bot.ConversationID, bot.Person, []byte, time.Duration) error {
	s.kept++
	return s.keep
}

// While the state is out of reach each message is answered by itself, and what is there
// is not overwritten.
func TestConversationAway(t *testing.T) {
	s := &away{State: memory.New(at), load: bot.ErrUnavailable, keep: bot.ErrUnavailable}
	b := talking(s)
	if r := b.Handle(t.Context(), says("ann", "videos on load balancing")); r.Kind != bot.Found || topicOf(r) != "load-balancing" || r.Filter.Kind != "video" {
		t.Errorf("a question: %s %q", r.Kind, r.Text)
	}
	if r := b.Handle(t.Context(), says("ann", "more")); r.Kind != bot.Away || !strings.Contains(r.Text, "memory") {
		t.Errorf("more: %s %q", r.Kind, r.Text)
	}
	if r := b.Handle(t.Context(), says("ann", "hello")); r.Kind != bot.Talk {
		t.Errorf("hello: %s %q", r.Kind, r.Text)
	}
	if s.kept > 0 {
		t.Errorf("it was overwritten %d times", s.kept)
	}
}

// What another archbot has kept is no reason not to answer.
func TestConversationOfAnother(t *testing.T) {
	for _, data := range [][]byte{{}, {99, 1, 2}, []byte("nonsense")} {
		s := &away{State: memory.New(at), data: data}
		b := talking(s)
		if r := b.Handle(t.Context(), says("ann", "load balancing")); topicOf(r) != "load-balancing" || s.kept != 1 {
			t.Errorf("after %q: %s %q, kept %d times", data, r.Kind, r.Text, s.kept)
		}
		if r := b.Handle(t.Context(), says("ann", "more")); r.Kind != bot.Talk {
			t.Errorf("more after %q: %s %q", data, r.Kind, r.Text)
		}
	}
}

// What the limits refuse is not remembered.
func TestConversationWithinLimits(t *testing.T) {
	s := &away{State: memory.New(at)}
	b := bot.New(bot.Config{
		Library: library{embedded()}, State: s, Conversation: time.Hour, Now: at,
		Limits: bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 1}},
	})
	b.Handle(t.Context(), says("ann", "load balancing"))
	if r := b.Handle(t.Context(), says("ann", "service mesh")); r.Kind != bot.Limited || s.kept != 1 {
		t.Errorf("%s, kept %d times", r.Kind, s.kept)
	}
}

// A button goes on where its answer stood, and the talk goes on from what it showed;
// so it does from a command's answer.
func TestConversationHeedsButtons(t *testing.T) {
	b := talking(memory.New(at))
	press := func(r bot.Request, button bot.Button) bot.Reply {
		r.Surface, r.Token = bot.SurfaceButton, button.Token
		return b.Handle(t.Context(), r)
	}
	ann := says("ann", "the inventory part of order management")
	first := b.Handle(t.Context(), ann)
	next := press(ann, button(t, first, bot.ButtonNext))
	b.Handle(t.Context(), says("bob", ann.Text))
	typed := b.Handle(t.Context(), says("bob", "more"))
	if len(next.Resources) == 0 || next.Page != 2 || fmt.Sprint(urls(next)) != fmt.Sprint(urls(typed)) {
		t.Errorf("the button shows %v, typing %v", urls(next), urls(typed))
	}
	third := b.Handle(t.Context(), says("ann", "more"))
	if third.Page != 3 || topicOf(third) != topicOf(first) {
		t.Errorf("after the button: %s %q", third.Kind, third.Text)
	}
	only := press(ann, button(t, first, bot.ButtonOnly))
	if only.Filter.Kind == "" || topicOf(only) != topicOf(first) {
		t.Errorf("only: %+v %s", only.Filter, topicOf(only))
	}
	for _, line := range []string{"topic circuit breaking", "search circuit breaking", "topics circuit breaking"} {
		shown := b.Handle(t.Context(), says("cid", line))
		if r := b.Handle(t.Context(), says("cid", "save the first one")); r.Kind != bot.Done || !strings.Contains(r.Text, shown.Resources[0].Title) {
			t.Errorf("after %q: %s %q", line, r.Kind, r.Text)
		}
		if r := b.Handle(t.Context(), says("cid", "only patterns")); topicOf(r) != "circuit-breaking" || r.Filter.Kind != "pattern" {
			t.Errorf("after %q: %s %q", line, r.Kind, r.Text)
		}
	}
}

func urls(r bot.Reply) []string {
	var out []string
	for _, res := range r.Resources {
		out = append(out, res.URL)
	}
	return out
}

// Who asks to be forgotten is asked nothing about what they talked of.
func TestForgetEndsConversations(t *testing.T) {
	b := talking(memory.New(at))
	b.Handle(t.Context(), says("ann", "service mesh"))
	b.Handle(t.Context(), says("ann", "forget confirm:yes"))
	if r := b.Handle(t.Context(), says("ann", "more")); r.Kind != bot.Talk {
		t.Errorf("%s %q", r.Kind, r.Text)
	}
}

// A message may be longer than a query, and is read by its lines where it has some.
func TestLongMessages(t *testing.T) {
	b := talking(memory.New(at))
	story := strings.Repeat("We have had this shop for many years and nobody knows how it works any more. ", 40) + "What is a circuit breaker?"
	if r := b.Handle(t.Context(), says("ann", story)); topicOf(r) != "circuit-breaking" {
		t.Errorf("a story: %s %q", r.Kind, r.Text)
	}
	list := "Some things:\n\n- service discovery\n- kubernetes\n* websockets"
	if r := b.Handle(t.Context(), says("ann", list)); len(r.Topics) != 3 {
		t.Errorf("a list: %s %q", r.Kind, r.Text)
	}
	wrapped := "how do I stop calls\nto a service that keeps failing?"
	if r := b.Handle(t.Context(), says("ann", wrapped)); topicOf(r) != "circuit-breaking" {
		t.Errorf("a wrapped line: %s %q", r.Kind, r.Text)
	}
	for text, kind := range map[string]bot.ReplyKind{
		strings.Repeat("x", bot.MaxMessage+1):                   bot.Misuse,
		"search " + strings.Repeat("circuit ", bot.MaxText/8+1): bot.Misuse,
		"ask " + strings.Repeat("circuit breaker ", 60):         bot.Found,
	} {
		if r := b.Handle(t.Context(), says("ann", text)); r.Kind != kind {
			t.Errorf("%d characters: %s %q", len(text), r.Kind, r.Text)
		}
	}
	command := says("ann", strings.Repeat("circuit breaker ", 60))
	command.Surface, command.Command = bot.SurfaceCommand, "ask"
	if r := b.Handle(t.Context(), command); r.Kind != bot.Found {
		t.Errorf("as a command: %s %q", r.Kind, r.Text)
	}
}

// A context has room where it is kept.
func TestContextFits(t *testing.T) {
	if dialogue.MaxContext > bot.MaxConversation {
		t.Errorf("a context takes up to %d bytes, and %d are kept", dialogue.MaxContext, bot.MaxConversation)
	}
}

// FuzzConversation lets two people talk in one channel, a message a line by turns, and
// looks for what one of them talks of in what the other is told.
func FuzzConversation(f *testing.F) {
	f.Add("more\nany videos?\nthe second one\nsave it\nwhat are we talking about?")
	f.Add("back\ngo back to the first one\none level up\nwhat goes well with this?\nstart over\nmore")
	f.Add("yes\nthat one\nhot ones instead\nthe e-commerce one\npage 2\nwhat did I save?")
	f.Fuzz(func(t *testing.T, talk string) {
		b := talking(memory.New(at))
		in := func(user, text string) bot.Request {
			r := says(user, text)
			r.Channel, r.Surface = "#general", bot.SurfaceMention
			return r
		}
		const secret = "zyzzyva"
		b.Handle(t.Context(), in("ann", "multi-signature "+secret+" implementations"))
		b.Handle(t.Context(), in("ann", "papers"))
		alone := talking(memory.New(at))
		for i, text := range strings.Split(talk, "\n") {
			if i == 8 {
				break
			}
			got, want := b.Handle(t.Context(), in("bob", text)), alone.Handle(t.Context(), in("bob", text))
			if got.Text == "" || got.Kind == bot.Failure {
				t.Fatalf("%q is answered with %s %q", text, got.Kind, got.Text)
			}
			if got.Plain() != want.Plain() {
				t.Errorf("%q is answered otherwise where somebody else has talked:\n%s\n%s", text, got.Plain(), want.Plain())
			}
			if !strings.Contains(text, secret) && strings.Contains(got.Plain(), secret) {
				t.Errorf("%q gives away what ann said: %s", text, got.Plain())
			}
			b.Handle(t.Context(), in("ann", text))
		}
	})
}

// BenchmarkConversation is what the core does for one message of a conversation on the
// embedded list: loading it, answering, and keeping it.
func BenchmarkConversation(b *testing.B) {
	bots := talking(memory.New(at))
	bots.Handle(b.Context(), says("ann", "service mesh"))
	for name, text := range map[string]string{"question": "how do I keep slow services from taking the others down?", "follow-up": "any videos?"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if r := bots.Handle(b.Context(), says("ann", text)); r.Kind != bot.Found {
					b.Fatal(r.Text)
				}
			}
		})
	}
}

// A message that is taken up, as who held it has died, goes on from where it did at first:
// its answer may not have arrived.
func TestConversationTakenUp(t *testing.T) {
	now := at()
	state := memory.New(func() time.Time { return now })
	ask := func(text string, event bot.EventID, page int) {
		t.Helper()
		r := says("ann", text)
		r.Event, r.Hold = event, time.Second
		if reply := talking(state).Handle(t.Context(), r); topicOf(reply) != "service-mesh-architecture" || reply.Page != page {
			t.Errorf("%s, %q: page %d of %q, want %d", event, text, reply.Page, topicOf(reply), page)
		}
		now = now.Add(r.Hold)
	}
	ask("service mesh", "Ev1", 1)
	ask("service mesh", "Ev1", 1)
	ask("more", "Ev2", 2)
	ask("more", "Ev2", 2)
	ask("more", "Ev2", 2)
	ask("more", "Ev3", 3)
	ask("more", "Ev3", 3)
}
