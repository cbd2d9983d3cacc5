package bot_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/data"
	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/search"
)

const list = `# Demo List

## Cloud Native
### Microservices
- **Service Mesh**
  - Circuit breaking
    - [Circuit Breaker](https://example.com/cb) - Stop calling what fails.
  - Load balancing
- **Messaging**
  - Caching

## FinTech
### Payments
- **Ledgers**
  - Caching
    - [Ledger cache](https://example.com/ledger) - Keep balances near.
`

type library struct{ index *search.Index }

func (l library) Current() bot.List {
	return bot.List{Index: l.index, ID: "demo", Names: []string{"list.md"}, Read: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
}

func index(t testing.TB, src string) *search.Index {
	t.Helper()
	c, err := catalog.Parse([]byte(src), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	return search.New(c)
}

func newBot(t testing.TB, src string) *bot.Bot {
	t.Helper()
	return bot.New(bot.Config{Library: library{index(t, src)}, Log: slog.New(slog.DiscardHandler), Version: "v1.2.3"})
}

func ask(t testing.TB, b *bot.Bot, text string) bot.Reply {
	t.Helper()
	return b.Handle(t.Context(), bot.Request{Platform: "test", Text: text})
}

func topicTitles(cards []bot.TopicCard) []string {
	var out []string
	for _, c := range cards {
		out = append(out, c.Title)
	}
	return out
}

func noteKinds(r bot.Reply) []bot.NoteKind {
	var out []bot.NoteKind
	for _, n := range r.Notes {
		out = append(out, n.Kind)
	}
	return out
}

func TestHandle(t *testing.T) {
	b := newBot(t, list)
	tests := []struct {
		name   string
		text   string
		kind   bot.ReplyKind
		topics []string
		urls   []string
		notes  []bot.NoteKind
	}{
		{
			name: "search", text: "search circuit breaking", kind: bot.Found,
			topics: []string{"Circuit breaking"}, urls: []string{"https://example.com/cb"},
		},
		{
			name: "free text is a search", text: "how about circuit braking?", kind: bot.Found,
			topics: []string{"Circuit breaking"}, urls: []string{"https://example.com/cb"},
		},
		{
			name: "with the prefix", text: "/arch search circuit breaking", kind: bot.Found,
			topics: []string{"Circuit breaking"}, urls: []string{"https://example.com/cb"},
		},
		{
			name: "free text with the prefix", text: "/ARCH  circuit breaking", kind: bot.Found,
			topics: []string{"Circuit breaking"}, urls: []string{"https://example.com/cb"},
		},
		{
			name: "a topic without resources says so", text: "load balancing", kind: bot.Found,
			topics: []string{"Load balancing"}, notes: []bot.NoteKind{bot.NoteEmpty},
		},
		{name: "nothing", text: "search pizza recipe", kind: bot.Nothing, notes: []bot.NoteKind{bot.NoteNext}},
		{
			name: "nothing, but near", text: "circuit printing", kind: bot.Nothing,
			notes: []bot.NoteKind{bot.NoteDidYouMean, bot.NoteNext},
		},
		{
			name: "topics", text: "topics", kind: bot.Tree,
			topics: []string{"Cloud Native", "FinTech"}, notes: []bot.NoteKind{bot.NoteNext},
		},
		{name: "a topic", text: "TOPICS cloud native", kind: bot.Place, topics: []string{"Cloud Native"}, notes: []bot.NoteKind{bot.NoteEmpty}},
		{
			name: "a topic by id", text: "topics cloud-native/microservices", kind: bot.Place,
			topics: []string{"Microservices"}, notes: []bot.NoteKind{bot.NoteEmpty},
		},
		{
			name: "a topic by place", text: "topics Payments > Ledgers > Caching", kind: bot.Place,
			topics: []string{"Caching"}, urls: []string{"https://example.com/ledger"},
		},
		{
			name: "a topic, nearly", text: "topics circiut breaker", kind: bot.Place,
			topics: []string{"Circuit breaking"}, urls: []string{"https://example.com/cb"}, notes: []bot.NoteKind{bot.NoteTakenAs},
		},
		{
			name: "two topics of that name", text: "topics caching", kind: bot.Choice,
			topics: []string{"Caching", "Caching"}, notes: []bot.NoteKind{bot.NoteDidYouMean},
		},
		{name: "no topic, but resources", text: "topics keep balances near", kind: bot.Nothing, notes: []bot.NoteKind{bot.NoteNext}},
		{name: "no such topic", text: "topics knitting", kind: bot.Nothing, notes: []bot.NoteKind{bot.NoteNext}},
		{name: "help", text: "help", kind: bot.Help, notes: []bot.NoteKind{bot.NoteNext}},
		{name: "help on a command", text: "help search", kind: bot.Help},
		{name: "a request for help is free text", text: "help me with circuit breaking", kind: bot.Found, topics: []string{"Circuit breaking"}, urls: []string{"https://example.com/cb"}},
		{name: "the prefix alone", text: "/arch", kind: bot.Help, notes: []bot.NoteKind{bot.NoteNext, bot.NoteNext}},
		{name: "search for nothing", text: "search", kind: bot.Misuse, notes: []bot.NoteKind{bot.NoteNext}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := ask(t, b, tt.text)
			if r.Kind != tt.kind || r.Text == "" {
				t.Errorf("%q is answered with %s %q, want %s and a text", tt.text, r.Kind, r.Text, tt.kind)
			}
			if diff := cmp.Diff(tt.topics, topicTitles(r.Topics)); diff != "" {
				t.Errorf("topics (-want +got):\n%s", diff)
			}
			var urls []string
			for _, res := range r.Resources {
				urls = append(urls, res.URL)
			}
			if diff := cmp.Diff(tt.urls, urls); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.notes, noteKinds(r)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A platform that knows commands says them apart from their arguments, and then
// an argument that looks like a command is none.
// Who measures the search sees more topics than who reads an answer, and how
// well each one fits.
func TestHandleLimit(t *testing.T) {
	var src strings.Builder
	src.WriteString("# Demo List\n")
	for i := range 12 {
		fmt.Fprintf(&src, "\n## Caching %c\n- [Cache](https://example.com/%d) - Keep things near.\n", 'A'+i, i)
	}
	b := newBot(t, src.String())
	for limit, want := range map[int]int{-1: 5, 0: 5, 1: 1, 10: 10, 12: 12, 99: 12} {
		reply := b.Handle(t.Context(), bot.Request{Command: "search", Text: "caching", Limit: limit})
		if len(reply.Topics) != want {
			t.Errorf("%d topics for a limit of %d, want %d", len(reply.Topics), limit, want)
		}
		for _, card := range reply.Topics {
			if card.Score <= 0 || card.Score > reply.Topics[0].Score {
				t.Errorf("%s scores %v after %v", card.Title, card.Score, reply.Topics[0].Score)
			}
		}
	}
}

func TestHandleCommandApart(t *testing.T) {
	b := newBot(t, list)
	r := b.Handle(t.Context(), bot.Request{Platform: "test", Command: "search", Text: "topics"})
	if r.Kind != bot.Nothing || r.Query != "topics" {
		t.Errorf("search for %q is answered with %s", r.Query, r.Kind)
	}
	r = b.Handle(t.Context(), bot.Request{Platform: "test", Command: "topics"})
	if r.Kind != bot.Tree {
		t.Errorf("topics is answered with %s", r.Kind)
	}
}

// The embedded list links to nothing yet: the answer says so and shows where
// the topic stands.
func TestHandleEmbeddedList(t *testing.T) {
	r := ask(t, newBot(t, string(data.List())), "circuit breaking")
	if len(r.Topics) == 0 {
		t.Fatalf("no topic: %q", r.Text)
	}
	want := []string{"Cloud Native", "Microservices", "Service Mesh Architecture", "Circuit breaking"}
	if diff := cmp.Diff(want, r.Topics[0].Path); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	if len(r.Resources) == 0 && (len(r.Notes) == 0 || r.Notes[0].Kind != bot.NoteEmpty) {
		t.Errorf("no resources, and no note about it: %+v", r.Notes)
	}
}

func TestTopicCard(t *testing.T) {
	r := ask(t, newBot(t, list), "topics cloud native")
	card := r.Topics[0]
	if card.Below != 6 || card.Resources != 1 || len(card.Children) != 1 || card.Children[0].Title != "Microservices" {
		t.Errorf("card %+v; want 6 topics and 1 resource below, and the child Microservices", card)
	}
}

// Whatever a reply tells people to type must work.
func TestSuggestedCommandsWork(t *testing.T) {
	b := newBot(t, list)
	for _, text := range []string{"topics", "topics caching", "circuit printing", "topics keep balances near", "pizza", "help", "help search", "help topics", "help help", "", "topcs", "serach caching", "caching knid:video", "topics page:2", "topic", "random", "about"} {
		r := ask(t, b, text)
		var commands []string
		for _, n := range r.Notes {
			commands = append(commands, n.Commands...)
		}
		for _, c := range r.Commands {
			commands = append(commands, c.Examples...)
		}
		for _, c := range commands {
			switch got := ask(t, b, c); got.Kind {
			case bot.Misuse, bot.Failure, bot.Choice:
				t.Errorf("%q suggests %q, which is answered with %s %q", text, c, got.Kind, got.Text)
			}
		}
	}
}

// A new list serves from the next request on.
func TestLibraryIsAskedEachTime(t *testing.T) {
	var current swapped
	current.Store(index(t, list))
	b := bot.New(bot.Config{Library: &current, Log: slog.New(slog.DiscardHandler)})
	if r := ask(t, b, "sharding"); r.Kind != bot.Nothing {
		t.Fatalf("answered with %s", r.Kind)
	}
	current.Store(index(t, "# L\n\n## Data\n### Stores\n- **Databases**\n  - Sharding\n"))
	if r := ask(t, b, "sharding"); r.Kind != bot.Found {
		t.Errorf("after the swap answered with %s", r.Kind)
	}
}

type swapped struct{ atomic.Pointer[search.Index] }

func (s *swapped) Current() bot.List { return bot.List{Index: s.Load()} }

func TestPlain(t *testing.T) {
	got := ask(t, newBot(t, list), "circuit breaking").Plain()
	want := "“circuit breaking”: 1 topic, 1 resource.\n" +
		"- Cloud Native › Microservices › Service Mesh › Circuit breaking\n" +
		"- Circuit Breaker: https://example.com/cb"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, text := range []string{"help", "topics cloud native", "pizza"} {
		if ask(t, newBot(t, list), text).Plain() == "" {
			t.Errorf("%q has no plain text", text)
		}
	}
}

func FuzzHandle(f *testing.F) {
	b := newBot(f, list)
	for _, s := range []string{"", "search x kind:video year:2020-", "cache topic:\"cloud native", "ask x: level:", "save Ledger cache", "random fintech", "new", "topics caching", "help", "/arch", "\x00", "🚀", "topics \xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := ask(t, b, text)
		if r.Kind == bot.Failure || r.Text == "" {
			t.Errorf("%q is answered with %s %q", text, r.Kind, r.Text)
		}
		b.Complete(t.Context(), bot.Request{Text: text})
	})
}

// A broad topic is shown by a few resources of each topic below it.
func TestBroadTopicsAreSpread(t *testing.T) {
	b := newBot(t, `# List

## Cooking
- **Stove**
  - Soups
    - [One](https://example.com/1) - First. `+"`video`"+`
    - [Two](https://example.com/2) - Second.
    - [Three](https://example.com/3) - Third. `+"`video`"+`
  - Roasts
    - [Four](https://example.com/4) - Fourth. `+"`video`"+`
`)
	for text, want := range map[string][]string{
		"cooking":            {"One", "Four", "Two", "Three"},
		"stove":              {"One", "Four", "Two", "Three"},
		"soups":              {"One", "Two", "Three"},
		"cooking kind:video": {"One", "Four", "Three"},
	} {
		query, kind, _ := strings.Cut(text, " kind:")
		var got []string
		for _, r := range b.Handle(t.Context(), bot.Request{Text: query, Command: "search", Options: bot.Options{"kind": kind}}).Resources {
			got = append(got, r.Title)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s shows %v, want %v", text, got, want)
		}
	}
}
