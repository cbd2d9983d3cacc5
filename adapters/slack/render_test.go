package slack

import (
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// answers are a reply of every kind, from the core as it is.
var answers = []struct {
	name  string
	reply func(t *testing.T) bot.Reply
}{
	{"search", line("search circuit breaking")},
	{"search_slip", line("search circiut braker kind:article")},
	{"search_topics_alone", line("search payment gateway kind:podcast")},
	{"search_page_2", func(t *testing.T) bot.Reply {
		w := withState()
		return w.press(t, w.ask(t, "search caching"), bot.ButtonNext)
	}},
	{"search_without_state", func(t *testing.T) bot.Reply { return newWorld(bot.Config{}).ask(t, "search circuit breaking") }},
	{"ask", line("ask how do I stop calls to a failing service?")},
	{"shared", func(t *testing.T) bot.Reply {
		w := withState()
		return w.press(t, w.ask(t, "search circuit breaking kind:article"), bot.ButtonShare)
	}},
	{"addressed", func(t *testing.T) bot.Reply {
		r := typed("topic circuit breaking")
		r.Options = bot.Options{"for": "U2"}
		return withState().Handle(t.Context(), r)
	}},
	{"nothing", line("search pizza recipe")},
	{"nothing_but_near", line("search message in a bottle")},
	{"tree", line("topics")},
	{"place", line("topics microservices")},
	{"place_leaf", line("topics circuit breaking")},
	{"place_taken_as", line("topics circuit braking")},
	{"choice", line("topics payment")},
	{"guide", line("topic circuit breaking")},
	{"guide_wide", line("topic cloud native")},
	{"random", line("random")},
	{"news", func(t *testing.T) bot.Reply {
		w := withState()
		before, after := grown()
		w.holds(before)
		if err := w.Mark(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(24 * time.Hour)
		w.holds(after)
		return w.ask(t, "new")
	}},
	{"news_none", line("new")},
	{"save", line("save https://martinfowler.com/bliki/CircuitBreaker.html")},
	{"reading", func(t *testing.T) bot.Reply { return reader(t).ask(t, "saved") }},
	{"reading_empty", line("saved")},
	{"unsave", line("unsave https://martinfowler.com/bliki/CircuitBreaker.html")},
	{"confirm", line("forget")},
	{"forgotten", line("forget confirm:yes")},
	{"about", line("about")},
	{"help", line("help")},
	{"help_search", line("help search")},
	{"welcome", line("")},
	{"introduction", func(t *testing.T) bot.Reply {
		r, ok := withState().Introduce(t.Context(), typed(""))
		if !ok {
			t.Fatal("met before")
		}
		return r
	}},
	{"misuse_form", line("search")},
	{"misuse_option", line("search caching kind:vidoe")},
	{"misuse_no_command", func(t *testing.T) bot.Reply {
		r := typed("caching")
		r.Command = "frobnicate"
		return withState().Handle(t.Context(), r)
	}},
	{"misuse_quoted", line("search x year:`<!channel>`*bold*")},
	{"stale", func(t *testing.T) bot.Reply {
		return withState().Handle(t.Context(), pressed(bot.Button{Token: "nonsense"}))
	}},
	{"limited", func(t *testing.T) bot.Reply {
		now := func() time.Time { return time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC) }
		every := bot.Rate{Every: time.Minute, Burst: 1}
		w := newWorld(bot.Config{State: memory.New(now), Limits: bot.Limits{User: every, Channel: every, Workspace: every}})
		w.ask(t, "topics")
		return w.ask(t, "topics")
	}},
	{"away", func(t *testing.T) bot.Reply { return newWorld(bot.Config{}).ask(t, "saved") }},
	{"failure", func(t *testing.T) bot.Reply {
		w := withState()
		w.list.Index = nil
		return w.ask(t, "topics")
	}},
	{"silent", func(t *testing.T) bot.Reply {
		w, r := withState(), typed("topics")
		r.Event = "Ev1"
		w.Handle(t.Context(), r)
		return w.Handle(t.Context(), r)
	}},
}

// line is the reply to a command line.
func line(text string) func(*testing.T) bot.Reply {
	return func(t *testing.T) bot.Reply { return withState().ask(t, text) }
}

// reader is a world with something on the reading list.
func reader(t *testing.T) *world {
	t.Helper()
	w := withState()
	for _, r := range w.ask(t, "search caching").Resources[:8] {
		if saved := w.ask(t, "save "+r.URL); saved.Kind != bot.Done {
			t.Fatalf("save %s: %s", r.URL, saved.Text)
		}
	}
	return w
}

func TestRenderGolden(t *testing.T) {
	kinds := make(map[bot.ReplyKind]bool)
	for _, a := range answers {
		t.Run(a.name, func(t *testing.T) {
			r := a.reply(t)
			kinds[r.Kind] = true
			m := render(r, inSlack)
			checkMessage(t, m, r)
			golden(t, "messages/"+a.name, m)
		})
	}
	for _, k := range []bot.ReplyKind{
		bot.Found, bot.Nothing, bot.Tree, bot.Place, bot.Choice, bot.Guide, bot.Reading, bot.News, bot.Confirm,
		bot.Done, bot.About, bot.Help, bot.Misuse, bot.Stale, bot.Limited, bot.Away, bot.Failure, bot.Silent,
	} {
		if !kinds[k] {
			t.Errorf("no golden file of the kind %s", k)
		}
	}
}
