package bot_test

import (
	"testing"

	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// In a thread, what names nobody is answered when it goes on with the conversation.
func TestOverheard(t *testing.T) {
	b := talking(memory.New(at))
	says := func(thread bot.MessageID, text string, named bool) bot.Reply {
		t.Helper()
		return b.Handle(t.Context(), bot.Request{
			Platform: "test", Workspace: "W", Home: "W", Channel: "C", Thread: thread, User: "ann",
			Surface: bot.SurfaceThread, Overheard: !named, Text: text,
		})
	}
	silent := func(thread bot.MessageID, text string) {
		t.Helper()
		if r := says(thread, text, false); r.Kind != bot.Silent {
			t.Errorf("%q is answered: %s %q", text, r.Kind, r.Text)
		}
	}
	answered := func(thread bot.MessageID, text string) {
		t.Helper()
		if r := says(thread, text, false); r.Kind != bot.Found {
			t.Errorf("%q is not answered: %s %q", text, r.Kind, r.Text)
		}
	}
	silent("elsewhere", "circuit breaking")
	silent("elsewhere", "any videos?")
	if r := says("t1", "what do you have on CDNs?", true); r.Kind != bot.Found {
		t.Fatalf("%s %q", r.Kind, r.Text)
	}
	answered("t1", "any videos?")
	silent("t1", "thanks!")
	silent("t1", "help")
	answered("t1", "what about load balancing?")
	silent("t2", "more")
	silent("t1", "shall we get pizza at noon?")
	silent("t1", "more")
	if r := says("t1", "load balancing", true); r.Kind != bot.Found {
		t.Fatalf("%s %q", r.Kind, r.Text)
	}
	answered("t1", "more")
}
