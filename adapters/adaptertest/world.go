package adaptertest

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/data"
	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/digest"
	"archbot/internal/search"
	"archbot/internal/vocabulary"
)

// Log keeps everything that is logged, at every level.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write is io.Writer's.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns what was logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Logger returns a logger that writes to l.
func (l *Log) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// library is a list that stays as it is.
type library struct{ list bot.List }

func (l library) Current() bot.List { return l.list }

// Embedded is the list that comes along, with its vocabularies, indexed once.
var Embedded = sync.OnceValue(func() bot.List {
	c, err := catalog.Parse(data.List(), catalog.Options{Name: data.ListName})
	if err != nil {
		panic(err)
	}
	terms, _ := vocabulary.Parse(data.Vocabulary(), data.VocabularyName)
	talk, _ := vocabulary.ParseTalk(data.Talk(), data.TalkName)
	return bot.List{
		Index: search.New(c, terms, talk), ID: "embedded", Names: []string{"embedded"}, Read: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	}
})

// hostile is a list whose words try to be more than words.
const hostile = "# List\n\n## Mentions\n\n" +
	"- [<!channel> @everyone <@U0BOB> zebra](https://example.com/a) - <!here> @here <@&1> *bold* [x](https://evil.example) `code` zebra. `video`\n" +
	"- [Plain zebra](https://example.com/b) - ||spoiler|| ~~strike~~ zebra. `article`\n"

// newWorld makes a bot on a list and a state, in which the digests are as well; wrap
// may be nil.
func newWorld(t testing.TB, list bot.List, state bot.State, wrap func(bot.State) bot.State, limits bot.Limits) World {
	t.Helper()
	log := &Log{}
	w := World{Log: log, Senders: &digest.Senders{}}
	c := bot.Config{
		Library: library{list}, Log: log.Logger(), State: state, Limits: limits, Keys: []string{"a key for the tests' buttons"},
		Version: "v1.2.3", Pick: func(n int) int { return n - 1 },
	}
	if kept, ok := state.(digest.Store); ok {
		w.engine = &digest.Engine{
			Store: kept, Senders: w.Senders, Log: log.Logger(), Policy: digest.DefaultPolicy, Workers: 1, Poll: time.Hour,
			List: func(ctx context.Context) (digest.List, error) { return w.Bot.DigestList(ctx) },
		}
		c.Digests = &bot.Digests{Anyone: true, Engine: w.engine}
	}
	if wrap != nil {
		c.State = wrap(state)
	}
	w.Bot = bot.New(c)
	return w
}

// Deliver posts what is due of digests, on the platforms of the Senders.
func (w World) Deliver(t testing.TB) {
	t.Helper()
	if err := w.engine.Tick(t.Context(), time.Time{}); err != nil {
		t.Error(err)
	}
}

func hostileList(t testing.TB) bot.List {
	t.Helper()
	c, err := catalog.Parse([]byte(hostile), catalog.Options{Name: "hostile.md"})
	if err != nil {
		t.Fatal(err)
	}
	return bot.List{Index: search.New(c), ID: "hostile", Names: []string{"hostile.md"}}
}
