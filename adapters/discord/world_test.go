package discord

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/search"
	"archbot/internal/store/memory"
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
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var tree any // so that discordgo's own encoding is indented too
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(tree); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const demo = `# Demo List

## Cloud Native
### Microservices
- **Service Mesh Architecture**
  - Circuit breaking
    - [Circuit Breaker](https://martinfowler.com/bliki/CircuitBreaker.html) - Stop calling what fails, give it time to recover, and try again with a single call before trusting it. ` + "`article` `2014` `intro`" + `
    - [Closing circuits, opening minds (a talk)](https://example.com/talk_(1)) - How a team found out which calls to cut, and which to wait for. ` + "`video` `2020` `advanced`" + `
    - [断路器模式：微服务架构中的故障隔离与恢复策略](https://example.com/duanluqi) - 当下游服务失败时，断路器会停止调用，直到它恢复。
  - Load balancing
- **Delivery**
  - Caching
    - [Cache invalidation](https://example.com/cache?x=1&y=*2*) - Why **stale** is sometimes right, and @everyone is not. ` + "`paper` `intermediate`" + `

## FinTech
### Payments
- **Ledgers**
  - Caching
`

var day = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)

type library struct{ list bot.List }

func (l library) Current() bot.List { return l.list }

// demoBot is a bot over the demo list that remembers, on a day that never ends, with a
// known key, so that golden files can hold its buttons.
func demoBot(t testing.TB, edit ...func(*bot.Config)) *bot.Bot {
	t.Helper()
	c, err := catalog.Parse([]byte(demo), catalog.Options{Name: "demo.md"})
	if err != nil {
		t.Fatal(err)
	}
	config := bot.Config{
		Library: library{bot.List{Index: search.New(c), ID: "demo", Names: []string{"demo.md"}, Read: day}},
		Log:     slog.New(slog.DiscardHandler), State: memory.New(func() time.Time { return day }),
		Keys: []string{"a key of sixteen and more"}, Version: "v1.2.3",
		Now: func() time.Time { return day }, Pick: func(int) int { return 1 },
	}
	for _, f := range edit {
		f(&config)
	}
	return bot.New(config)
}

// typed is a slash command in a channel.
func typed(line string) bot.Request {
	return bot.Request{Platform: Platform, Workspace: "100", Channel: "200", User: "300", Surface: bot.SurfaceCommand, Text: line}
}
