package slack

import (
	"context"
	"os"
	"testing"
	"testing/cryptotest"
	"time"

	"archbot/internal/bot"
	"archbot/internal/digest"
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
	{"digest_list", func(w *world) bot.Reply { return w.subscribed().ask("digest") }},
	{"digest_list_empty", line("digest list")},
	{"digest_show", func(w *world) bot.Reply { return w.subscribed().ask("digest show 1") }},
	{"digest_added", line("digest add circuit breaking first tuesday of the month 4pm count 3")},
	{"digest_paused", func(w *world) bot.Reply { return w.subscribed().ask("digest show 2") }},
	{"digest_history", func(w *world) bot.Reply { w.subscribed().ask("digest now 1"); return w.ask("digest history 1") }},
	{"digest_zone", func(w *world) bot.Reply {
		r := typed("digest add circuit breaking weekdays 08:30 as a course")
		r.Zone = ""
		return w.handle(r)
	}},
	{"digest_barred", func(w *world) bot.Reply {
		w.digests.Engine.Senders.Add(string(Platform), shut{})
		return w.ask("digest add circuit breaking")
	}},
	{"edition", func(w *world) bot.Reply { return w.Edition(w.t.Context(), w.planned(5)) }},
	{"edition_long", func(w *world) bot.Reply { return w.Edition(w.t.Context(), w.planned(10)) }},
	{"edition_details", func(w *world) bot.Reply {
		post := w.planned(5)
		post.To = "1.1"
		return w.Edition(w.t.Context(), post)
	}},
	{"edition_preview", func(w *world) bot.Reply { return w.subscribed().ask("digest preview 1 explain:yes") }},
	{"talk_hello", said("hello there")},
	{"talk_more", said("more")},
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

// said is the reply to a message in direct messages.
func said(text string) func(*world) bot.Reply {
	return func(w *world) bot.Reply {
		r := typed(text)
		r.Surface, r.Channel, r.Direct = bot.SurfaceDirect, "D1", true
		w.Introduce(w.t.Context(), r) // who is met for the first time is greeted at length
		return w.handle(r)
	}
}

// shut is a platform that does not let the bot in.
type shut struct{ paper }

func (shut) Probe(context.Context, digest.Place) (digest.Ability, error) {
	return digest.Ability{Mend: "I am not in this channel: type `/invite @archbot`, then try again."}, nil
}

// subscribed is the world with two digests, one of which is paused.
func (w *world) subscribed() *world {
	w.ask("digest add load balancing every monday 09:00 zone:Europe/Berlin")
	if r := w.ask("digest add fintech every 2 weeks on friday 14:30 count 10 as a course"); r.Kind != bot.Done {
		w.t.Fatalf("%s %q", r.Kind, r.Text)
	}
	w.ask("digest pause 2")
	return w
}

// planned is an edition as the engine posts it.
func (w *world) planned(count int) digest.Post {
	l, err := w.DigestList(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	s := digest.Subscription{
		ID: "abcdefghij", Place: digest.Place{Platform: string(Platform), Workspace: "T1", Channel: "C1"}, Zone: "UTC", Count: count, Topic: "cloud-native",
	}
	l.Anchor(&s)
	slot := digest.Slot{Date: digest.DateOf(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)), At: digest.DefaultAt}
	return digest.Post{Key: s.Key(slot), Place: s.Place, Subscription: s.ID, Content: l.Plan(s, slot, nil)}
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
			cryptotest.SetGlobalRandom(t, 9) // ids of digests are random
			r := a.reply(withState(t))
			kinds[r.Kind] = true
			m := render(r, inSlack)
			checkMessage(t, m, r)
			golden(t, "messages/"+a.name, m)
		})
	}
	for _, k := range []bot.ReplyKind{
		bot.Found, bot.Nothing, bot.Tree, bot.Place, bot.Choice, bot.Guide, bot.Reading, bot.News, bot.Confirm,
		bot.Done, bot.About, bot.Help, bot.Digest, bot.Edition, bot.Details, bot.Talk, bot.Misuse, bot.Stale, bot.Limited, bot.Away, bot.Failure, bot.Silent,
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
