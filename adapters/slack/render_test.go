package slack

import (
	"os"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// answers are a reply of every kind, from the core as it is.
var answers = []struct {
	name  string
	reply func(w *world) bot.Reply
}{
	{"search", line("search circuit breaking")},
	{"search_slip", line("search circiut braker kind:article")},
	{"search_topics_alone", line("search payment gateway kind:podcast")},
	{"search_page_2", func(w *world) bot.Reply {
		return w.press(w.ask("search caching"), bot.ButtonNext)
	}},
	{"search_without_state", func(w *world) bot.Reply { return newWorld(w.t, bot.Config{}).ask("search circuit breaking") }},
	{"ask", line("ask how do I stop calls to a failing service?")},
	{"shared", func(w *world) bot.Reply {
		return w.press(w.ask("search circuit breaking kind:article"), bot.ButtonShare)
	}},
	{"addressed", func(w *world) bot.Reply {
		r := typed("topic circuit breaking")
		r.Options = bot.Options{"for": "U2"}
		return w.handle(r)
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
	{"news", func(w *world) bot.Reply {
		before, after := grown()
		w.holds(before)
		if err := w.Mark(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		w.now = w.now.Add(24 * time.Hour)
		w.holds(after)
		return w.ask("new")
	}},
	{"news_none", line("new")},
	{"save", line("save https://martinfowler.com/bliki/CircuitBreaker.html")},
	{"reading", func(w *world) bot.Reply { return w.reads().ask("saved") }},
	{"reading_empty", line("saved")},
	{"unsave", line("unsave https://martinfowler.com/bliki/CircuitBreaker.html")},
	{"confirm", line("forget")},
	{"forgotten", line("forget confirm:yes")},
	{"about", line("about")},
	{"help", line("help")},
	{"help_search", line("help search")},
	{"welcome", line("")},
	{"introduction", func(w *world) bot.Reply {
		r, ok := w.Introduce(w.t.Context(), typed(""))
		if !ok {
			w.t.Fatal("met before")
		}
		return r
	}},
	{"misuse_form", line("search")},
	{"misuse_option", line("search caching kind:vidoe")},
	{"misuse_no_command", func(w *world) bot.Reply {
		r := typed("caching")
		r.Command = "frobnicate"
		return w.handle(r)
	}},
	{"misuse_quoted", line("search x year:`<!channel>`*bold*")},
	{"stale", func(w *world) bot.Reply {
		return w.handle(pressed(bot.Button{Token: "nonsense"}))
	}},
	{"limited", func(w *world) bot.Reply {
		now := func() time.Time { return time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC) }
		every := bot.Rate{Every: time.Minute, Burst: 1}
		w = newWorld(w.t, bot.Config{State: memory.New(now), Limits: bot.Limits{User: every, Channel: every, Workspace: every}})
		w.ask("topics")
		return w.ask("topics")
	}},
	{"away", func(w *world) bot.Reply { return newWorld(w.t, bot.Config{}).ask("saved") }},
	{"failure", func(w *world) bot.Reply {
		w.list.Index = nil
		return w.ask("topics")
	}},
	{"silent", func(w *world) bot.Reply {
		r := typed("topics")
		r.Event = "Ev1"
		w.handle(r)
		return w.handle(r)
	}},
}

// line is the reply to a command line.
func line(text string) func(*world) bot.Reply {
	return func(w *world) bot.Reply { return w.ask(text) }
}

// reads puts something on the reading list.
func (w *world) reads() *world {
	for _, r := range w.ask("search caching").Resources[:8] {
		if saved := w.ask("save " + r.URL); saved.Kind != bot.Done {
			w.t.Fatalf("save %s: %s", r.URL, saved.Text)
		}
	}
	return w
}

func TestRenderGolden(t *testing.T) {
	kinds := make(map[bot.ReplyKind]bool)
	for _, a := range answers {
		t.Run(a.name, func(t *testing.T) {
			r := a.reply(withState(t))
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

// What the core marks as code is code; what somebody else wrote is not, whatever it
// looks like.
func TestProse(t *testing.T) {
	for s, want := range map[string]string{
		"Ask with `search QUERY`.":                      "Ask with `/arch search QUERY`.",
		"Did you mean `kind:video`?":                    "Did you mean `kind:video`?",
		"It does in `archbot chat`, and `saved` shows.": "It does in `archbot chat`, and `/arch saved` shows.",
		"No “`search`” here":                            "No “ˋsearchˋ” here",
		"`<!channel>` is odd":                           "ˋ&lt;!channel&gt;ˋ is odd",
		"`*bold*`":                                      "ˋ∗bold∗ˋ",
		"one ` alone":                                   "one ˋ alone",
	} {
		if got := inSlack.prose(s); got != want {
			t.Errorf("prose(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestWhy(t *testing.T) {
	p := newPage(inSlack, details[0])
	same := bot.Reason{Typed: "circuit", Word: "circuit"}
	form := bot.Reason{Typed: "breaking", Word: "breaker"}
	slip := bot.Reason{Typed: "braker", Word: "breaker"}
	stands := bot.Reason{Typed: "k8s", Word: "kubernetes"}
	for _, c := range []struct {
		reasons []bot.Reason
		literal bool
		want    string
	}{
		{nil, true, ""},
		{[]bot.Reason{same, form}, true, "matches “circuit”, “breaker”"},
		{[]bot.Reason{same, form}, false, ""},
		{[]bot.Reason{same, slip}, false, "matches “breaker” for “braker”"},
		{[]bot.Reason{stands, stands}, true, "matches “kubernetes” for “k8s”"},
	} {
		if got := p.why(c.reasons, c.literal); got != c.want {
			t.Errorf("why(%v, %t) = %q, want %q", c.reasons, c.literal, got, c.want)
		}
	}
}

// The embedded list's own words never make an answer say less than it could.
func TestEmbeddedListIsShownInFull(t *testing.T) {
	w := withState(t)
	largest, longest, every := 0, 0, 7
	if os.Getenv("ARCHBOT_SOAK") != "" {
		every = 1
	}
	for i, topic := range w.list.Index.Catalog().Topics {
		if i%every != 0 {
			continue
		}
		for _, command := range []string{"search ", "topic ", "topics "} {
			r := w.ask(command + topic.Title)
			p := newPage(inSlack, details[0])
			if p.reply(r); p.refused {
				t.Errorf("%s%s is cut", command, topic.Title)
			}
			m := render(r, inSlack)
			checkMessage(t, m, r)
			largest = max(largest, maxMessage-p.room)
			longest = max(longest, len(encode(t, m)))
		}
	}
	t.Logf("at most %d characters of text, %d bytes of indented JSON", largest, longest)
}
