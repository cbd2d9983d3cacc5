package adaptertest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/internal/bot"
)

// A scenario is what somebody does and has to see.
type scenario struct {
	name    string
	hostile bool // on a list that tries to do harm
	limits  bot.Limits
	state   func(bot.State) bot.State // wraps the state
	do      func(*testing.T, Driver)
}

// cases are what every adapter does. A case has one subject, so that a failure says
// what is broken.
var cases = slices.Concat(asking, acting, talking, subscribing, failing)

const breaker = "https://martinfowler.com/bliki/CircuitBreaker.html"

var asking = []scenario{
	{name: "search finds", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search circuit breaking")
		has(t, s, "Circuit breaking", "Cloud Native › Microservices › Service Mesh Architecture")
		if !s.Private || !slices.Contains(s.Links, breaker) {
			t.Errorf("private: %v, links %q", s.Private, s.Links)
		}
		button(t, s, "More")
		button(t, s, "Save")
		button(t, s, "Share with the channel")
		quiet(t, s)
	}},
	{name: "words that are no command are a search", do: func(t *testing.T, d Driver) {
		has(t, d.Command(t, "circiut braker"), "Circuit breaking")
	}},
	{name: "options narrow down", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search load balancing kind:video")
		has(t, s, "video ·")
		if strings.Contains(s.Text, "article ·") || strings.Contains(s.Text, "paper ·") {
			t.Errorf("there is more than videos in\n%s", s.Text)
		}
	}},
	{name: "nothing on that", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search sourdough bread recipe")
		has(t, s, "nothing", "sourdough bread recipe")
		if !s.Private || len(s.Links) > 0 {
			t.Errorf("private: %v, links %q", s.Private, s.Links)
		}
	}},
	{name: "bare command shows the way", do: func(t *testing.T, d Driver) { has(t, d.Command(t, ""), "search") }},
	{name: "help", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "help")
		for _, c := range bot.Commands() {
			has(t, s, c.Name)
		}
	}},
	{name: "help on one command", do: func(t *testing.T, d Driver) {
		has(t, d.Command(t, "help search"), "kind", "level", "year", "circuit breaking")
	}},
	{name: "topics", do: func(t *testing.T, d Driver) {
		has(t, d.Command(t, "topics"), "Blockchain Architecture", "AI/ML Systems", "E-Commerce", "Cloud Native", "FinTech", "Social Media Platforms")
	}},
	{name: "one topic", do: func(t *testing.T, d Driver) { has(t, d.Command(t, "topic load balancing"), "Load balancing", "intro") }},
	{name: "random", do: func(t *testing.T, d Driver) {
		if s := d.Command(t, "random cloud native"); len(s.Links) == 0 {
			t.Errorf("nothing is recommended by\n%s", s.Text)
		}
	}},
	{name: "new", do: func(t *testing.T, d Driver) {
		if s := d.Command(t, "new"); s.Nothing || s.Text == "" {
			t.Error("no answer")
		}
	}},
	{name: "about", do: func(t *testing.T, d Driver) { has(t, d.Command(t, "about"), "v1.2.3", "embedded") }},
	{name: "unknown option", do: func(t *testing.T, d Driver) { has(t, d.Command(t, "search caching knd:video"), "kind") }},
	{name: "a value that is none", do: func(t *testing.T, d Driver) { has(t, d.Command(t, "search caching kind:vidoe"), "video") }},
	{name: "completion", do: func(t *testing.T, d Driver) {
		offered := d.Complete(t, "search", "topic", "circ")
		if !slices.Contains(offered, "Circuit breaking") {
			t.Errorf("offered: %q", offered)
		}
		if offered := d.Complete(t, "search", "topic", ""); len(offered) == 0 {
			t.Error("nothing is offered before something is typed")
		}
	}},
	{name: "for one person", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search circuit breaking for:@bob")
		has(t, s, "Circuit breaking")
		slices.Sort(s.Told)
		if s.Private || !slices.Contains(s.Told, "bob") || slices.Contains(s.Told, "everybody") {
			t.Errorf("private: %v, told: %v", s.Private, s.Told)
		}
	}},
	{name: "public", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search circuit breaking public:yes")
		has(t, s, "Circuit breaking")
		if s.Private || slices.Contains(s.Told, "everybody") {
			t.Errorf("private: %v, told: %v", s.Private, s.Told)
		}
	}},
}

var acting = []scenario{
	{name: "next page", do: func(t *testing.T, d Driver) {
		first := d.Command(t, "search circuit breaking")
		second := d.Press(t, first, "More")
		if slices.Equal(first.Links, second.Links) || len(second.Links) == 0 || !second.Private {
			t.Errorf("first %q, second %q, private: %v", first.Links, second.Links, second.Private)
		}
	}},
	{name: "only one kind", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search load balancing")
		i := slices.IndexFunc(s.Buttons, func(b string) bool { return strings.HasPrefix(b, "Only ") })
		if i < 0 {
			t.Fatalf("buttons %q", s.Buttons)
		}
		button(t, d.Press(t, s, s.Buttons[i]), "All kinds")
	}},
	{name: "a topic from the menu", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search circuit breaking")
		if !slices.Contains(s.Choices, "Circuit breaking") {
			t.Fatalf("choices %q", s.Choices)
		}
		has(t, d.Choose(t, s, "Circuit breaking"), "Circuit breaking", "from easy to hard")
	}},
	{name: "save and take off", do: func(t *testing.T, d Driver) {
		has(t, d.Command(t, "saved"), "empty")
		s := d.Command(t, "search circuit breaking")
		saved := d.Press(t, s, button(t, s, "Save"))
		has(t, saved, "reading list")
		if !saved.Private {
			t.Error("everybody sees what somebody saves")
		}
		shelf := d.Command(t, "saved")
		has(t, shelf, "1 resource")
		d.Press(t, shelf, button(t, shelf, "Remove"))
		has(t, d.Command(t, "saved"), "empty")
		has(t, d.Command(t, "save "+breaker), "reading list")
		has(t, d.Command(t, "unsave "+breaker), "off your reading list")
	}},
	{name: "share once", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search circuit breaking")
		shared := d.Press(t, s, "Share with the channel")
		has(t, shared, "Circuit breaking", "ann")
		if shared.Private || slices.Contains(shared.Told, "everybody") || slices.Contains(shared.Told, "bob") {
			t.Errorf("private: %v, told: %v", shared.Private, shared.Told)
		}
		if twice := d.Press(t, s, "Share with the channel"); !twice.Nothing && !twice.Private {
			t.Errorf("shared twice:\n%s", twice.Text)
		}
	}},
	{name: "forget", do: func(t *testing.T, d Driver) {
		d.Command(t, "save "+breaker)
		s := d.Command(t, "forget")
		i := slices.IndexFunc(s.Buttons, func(b string) bool {
			return strings.Contains(strings.ToLower(b), "erase") || strings.Contains(strings.ToLower(b), "forget")
		})
		if i < 0 {
			t.Fatalf("buttons %q", s.Buttons)
		}
		d.Press(t, s, s.Buttons[i])
		has(t, d.Command(t, "saved"), "empty")
	}},
	{name: "form", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "search kind:video")
		if !slices.Contains(s.Form, "query") || !slices.Contains(s.Form, "kind") {
			t.Fatalf("form %q", s.Form)
		}
		wrong := d.Fill(t, s, map[string]string{"query": "circuit breaking", "year": "MMXX"})
		if !strings.Contains(wrong.Wrong["year"], "MMXX") {
			t.Errorf("wrong: %v", wrong.Wrong)
		}
		has(t, d.Fill(t, s, map[string]string{"query": "load balancing", "kind": "article", "year": "2000-"}), "Load balancing", "article ·")
	}},
	{name: "find resources for a message", do: func(t *testing.T, d Driver) {
		s := d.Menu(t, "our payment service hangs whenever the fraud check is down, do we need a circuit breaker? "+strings.Repeat("please advise ", 80))
		has(t, s, "Circuit")
		if !s.Private {
			t.Error("everybody sees what somebody looks up")
		}
	}},
}

var talking = []scenario{
	{name: "a direct message is a question", do: func(t *testing.T, d Driver) {
		has(t, d.Direct(t, "how do I stop calls to a failing service?"), "Circuit breaking")
	}},
	{name: "first contact", do: func(t *testing.T, d Driver) {
		has(t, d.Direct(t, "circuit breaking"), "Hello")
		if s := d.Direct(t, "circuit breaking"); strings.Contains(s.Text, "Hello, I am archbot") {
			t.Errorf("introduced twice:\n%s", s.Text)
		}
	}},
	{name: "a mention is answered in a thread", do: func(t *testing.T, d Driver) {
		s := d.Mention(t, "what do you have on CDNs?")
		has(t, s, "CDN architecture")
		if s.Private || !s.Thread {
			t.Errorf("private: %v, in a thread: %v", s.Private, s.Thread)
		}
		quiet(t, s)
	}},
	{name: "a reading list is for one", do: func(t *testing.T, d Driver) {
		has(t, d.Mention(t, "saved"), "direct message")
	}},
	{name: "redelivery has one effect", do: func(t *testing.T, d Driver) {
		d.Mention(t, "circuit breaking")
		if s := d.Again(t); !s.Nothing {
			t.Errorf("answered twice:\n%s", s.Text)
		}
		d.Direct(t, "circuit breaking")
		if s := d.Again(t); !s.Nothing {
			t.Errorf("answered twice:\n%s", s.Text)
		}
	}},
}

var failing = []scenario{
	{name: "words stay words", hostile: true, do: func(t *testing.T, d Driver) {
		for _, s := range []Seen{
			d.Command(t, "search zebra"), d.Command(t, "search zebra public:yes"), d.Mention(t, "zebra"), d.Direct(t, "zebra"),
			d.Command(t, "search <!channel> <@U0BOB> @everyone *x* nothing like it"), d.Mention(t, "<!here> @here yak"),
		} {
			s.Told = slices.DeleteFunc(s.Told, func(name string) bool { return name == "ann" })
			quiet(t, s)
			if slices.Contains(s.Links, "https://evil.example") {
				t.Errorf("a description became a link in\n%s", s.Text)
			}
		}
		has(t, d.Command(t, "search zebra"), "<!channel> @everyone <@U0BOB> zebra")
	}},
	{name: "much at once", limits: bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 1}}, do: func(t *testing.T, d Driver) {
		d.Command(t, "search caching")
		s := d.Command(t, "search caching")
		has(t, s, "try again")
		if !s.Private {
			t.Error("everybody is told that somebody asks too much")
		}
	}},
	{name: "no memory", state: func(s bot.State) bot.State { return away{s} }, do: func(t *testing.T, d Driver) {
		has(t, d.Command(t, "search circuit breaking"), "Circuit breaking")
		has(t, d.Command(t, "saved"), "cannot reach my memory")
		has(t, d.Direct(t, "circuit breaking"), "Circuit breaking")
	}},
	{name: "far too long", do: func(t *testing.T, d Driver) {
		has(t, d.Command(t, "search "+strings.Repeat("long ", 300)), "too long")
	}},
}

// away is a state that cannot be reached for what people keep.
type away struct{ bot.State }

func (away) Saved(context.Context, bot.Person) ([]bot.Saved, error) { return nil, bot.ErrUnavailable }

func (away) Take(context.Context, bot.Spend) (bot.Verdict, error) {
	return bot.Verdict{}, bot.ErrUnavailable
}

func (away) LoadConversation(context.Context, bot.ConversationID) ([]byte, error) {
	return nil, bot.ErrUnavailable
}
