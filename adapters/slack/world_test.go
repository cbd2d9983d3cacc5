package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/data"
	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/digest"
	"archbot/internal/search"
	"archbot/internal/store/memory"
	"archbot/internal/vocabulary"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// golden compares got, as indented JSON, with a file below testdata.
func golden(t *testing.T, name string, got any) {
	t.Helper()
	adaptertest.Golden(t, *update, filepath.Join("testdata", filepath.FromSlash(name)+".json"), encode(t, got))
}

// encode writes v as it is sent, but to be read.
func encode(t testing.TB, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var inSlack = renderOptions{Command: "/arch", Name: "archbot"}

// world is a bot over a list that can change, on a day that never ends.
type world struct {
	*bot.Bot
	t    testing.TB
	list bot.List
	now  time.Time

	digests *bot.Digests // nil without a state
}

func (w *world) Current() bot.List { return w.list }

// embedded is the list that comes along, with its vocabularies.
var embedded = sync.OnceValue(func() *search.Index { return indexOf(string(data.List())) })

func indexOf(markdown string) *search.Index {
	c, err := catalog.Parse([]byte(markdown), catalog.Options{Name: data.ListName})
	if err != nil {
		panic(err)
	}
	terms, _ := vocabulary.Parse(data.Vocabulary(), data.VocabularyName)
	talk, _ := vocabulary.ParseTalk(data.Talk(), data.TalkName)
	return search.New(c, terms, talk)
}

// newWorld is a bot with the embedded list. Its buttons are signed with a known key,
// so that golden files can hold them; without a state it has none.
func newWorld(t testing.TB, c bot.Config) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)}
	w.holds(embedded())
	c.Library, c.Log, c.Version = w, slog.New(slog.DiscardHandler), "v1.2.3"
	if c.State != nil {
		c.Keys = []string{"a key of sixteen and more"}
	}
	c.Now = func() time.Time { return w.now }
	c.Pick = func(int) int { return 7 }
	w.Bot = bot.New(c)
	return w
}

// withState is a bot that remembers, and delivers digests.
func withState(t testing.TB) *world {
	t.Helper()
	now := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	kept := memory.New(func() time.Time { return now })
	senders := &digest.Senders{}
	senders.Add(string(Platform), paper{})
	var w *world
	engine := &digest.Engine{
		Store: kept, Senders: senders, Log: slog.New(slog.DiscardHandler), Policy: digest.DefaultPolicy, Pace: digest.DefaultPace,
		Workers: 1, Poll: time.Hour, List: func(ctx context.Context) (digest.List, error) { return w.DigestList(ctx) },
	}
	desk := &bot.Digests{Engine: engine, Anyone: true}
	w = newWorld(t, bot.Config{State: kept, Digests: desk})
	w.digests = desk
	return w
}

// paper is a platform on which everything works, and nothing is seen.
type paper struct{}

func (paper) Post(context.Context, digest.Post) (digest.MessageID, error) { return "1.1", nil }

func (paper) Find(context.Context, digest.Sought) (digest.MessageID, bool, error) {
	return "", false, nil
}

func (w *world) holds(x *search.Index) {
	w.list = bot.List{Index: x, ID: "demo", Names: []string{"embedded"}, Read: w.now}
}

// typed is a slash command in a channel.
func typed(line string) bot.Request {
	return bot.Request{
		Platform: "slack", Workspace: "T1", Home: "T1", Channel: "C1", User: "U1",
		Surface: bot.SurfaceCommand, Zone: "Europe/Berlin", Text: line,
	}
}

// pressed is a button of an answer.
func pressed(b bot.Button) bot.Request {
	r := typed("")
	r.Surface, r.Token = bot.SurfaceButton, b.Token
	return r
}

func (w *world) handle(r bot.Request) bot.Reply { return w.Handle(w.t.Context(), r) }

func (w *world) ask(line string) bot.Reply { return w.handle(typed(line)) }

func (w *world) press(r bot.Reply, kind bot.ButtonKind) bot.Reply {
	w.t.Helper()
	all := r.Buttons
	for _, res := range r.Resources {
		all = append(all, res.Buttons...)
	}
	for _, b := range all {
		if b.Kind == kind {
			return w.handle(pressed(b))
		}
	}
	w.t.Fatalf("no button to %s in %+v", kind, all)
	return bot.Reply{}
}

// grown is the embedded list without some of its resources, and with them.
func grown() (before, after *search.Index) {
	lines := strings.SplitAfter(string(data.List()), "\n")
	var kept []string
	cut := 0
	for _, l := range lines {
		if strings.Contains(l, "](https://martinfowler.com/") && cut < 3 {
			cut++
			continue
		}
		kept = append(kept, l)
	}
	return indexOf(strings.Join(kept, "")), embedded()
}
