package app

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"archbot/internal/bot"
	"archbot/internal/config"
)

// chat is what a conversation on a pipe prints.
func chat(t *testing.T, redis, user string, lines ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	p := &Program{
		In: strings.NewReader(strings.Join(lines, "\n") + "\n"), Out: &out, Err: &complaints,
		Environ: []string{"REDIS_URL=redis://" + redis, "USER=" + user}, patience: time.Minute,
	}
	if err := p.Chat(t.Context()); err != nil {
		t.Fatal(err)
	}
	if complaints.Len() > 0 {
		t.Errorf("it complains: %s", complaints.String())
	}
	return out.String()
}

// Two terminals with the same Redis see each other's state, each user their own.
func TestTwoTerminals(t *testing.T) {
	m := miniredis.RunT(t)
	chat(t, m.Addr(), "ann", "topic circuit breaking", "1")
	if got := chat(t, m.Addr(), "ann", "saved"); !strings.Contains(got, "Your reading list: 1 resource.") {
		t.Errorf("ann's other terminal shows:\n%s", got)
	}
	if got := chat(t, m.Addr(), "bob", "saved"); !strings.Contains(got, "Your reading list is empty.") {
		t.Errorf("bob's terminal shows:\n%s", got)
	}
	if got := chat(t, m.Addr(), "ann", "forget", "1", "saved"); !strings.Contains(got, "is erased") || !strings.Contains(got, "Your reading list is empty.") {
		t.Errorf("after forget:\n%s", got)
	}
}

// A button of one replica works on another, limits are shared, and an event that both
// hear of is answered by one.
func TestTwoReplicas(t *testing.T) {
	m := miniredis.RunT(t)
	replica := func() *App {
		a, err := New(Options{
			Settings: config.Settings{Lists: []string{"embedded"}, Redis: config.Secret("redis://" + m.Addr()), RedisPrefix: "team"},
			Logs:     t.Output(), Keep: KeepState, Limits: bot.Limits{User: bot.Rate{Every: bot.MaxWindow / 4, Burst: 4}},
			patience: time.Minute,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(a.Stop)
		if err := a.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return a
	}
	one, other := replica(), replica()
	r := bot.Request{Platform: "slack", Workspace: "T1", Home: "T1", Channel: "C1", User: "U1", Event: "E1", Text: "load balancing"}
	answer := one.Bot.Handle(t.Context(), r)
	if answer.Kind != bot.Found || !answer.More {
		t.Fatalf("%s %q", answer.Kind, answer.Text)
	}
	if again := other.Bot.Handle(t.Context(), r); again.Kind != bot.Silent {
		t.Errorf("the event again, elsewhere: %s %q", again.Kind, again.Text)
	}
	r.Event, r.Text, r.Surface = "", "", bot.SurfaceButton
	for _, b := range answer.Buttons {
		if b.Kind == bot.ButtonNext {
			r.Token = b.Token
		}
	}
	for range 3 {
		if next := other.Bot.Handle(t.Context(), r); next.Kind != bot.Found || next.Page != 2 {
			t.Errorf("the button elsewhere: %s %q", next.Kind, next.Text)
		}
	}
	if next := one.Bot.Handle(t.Context(), r); next.Kind != bot.Limited {
		t.Errorf("after four requests: %s %q", next.Kind, next.Text)
	}
}
