package terminal

import (
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"archbot/adapters/adaptertest"
	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/search"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// golden compares got with a file below testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	adaptertest.Golden(t, *update, filepath.Join("testdata", name), []byte(got))
}

const list = `# Demo List

## Cloud Native
### Microservices
- **Service Mesh Architecture**
  - Circuit breaking
    - [Circuit Breaker](https://martinfowler.com/bliki/CircuitBreaker.html) - Stop calling what fails, give it time to recover, and try again with a single call before trusting it.
    - [断路器模式：微服务架构中的故障隔离与恢复策略](https://example.com/a/rather/long/address/that/does/not/fit/into/forty/cells/at/all) - 当下游服务失败时，断路器会停止调用，直到它恢复。
  - Load balancing
- **A Title That Is So Long That It Cannot Possibly Fit Into The Column Of A Narrow Terminal**
  - Caching

## FinTech
### Payments
- **Ledgers**
  - Caching
`

func newBot(t testing.TB, src string) *bot.Bot {
	t.Helper()
	c, err := catalog.Parse([]byte(src), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	return bot.New(bot.Config{Library: library{search.New(c)}, Log: slog.New(slog.DiscardHandler), Alone: true})
}

type library struct{ index *search.Index }

func (l library) Current() bot.List { return bot.List{Index: l.index} }

func ask(t testing.TB, text string) bot.Reply {
	t.Helper()
	return newBot(t, list).Handle(t.Context(), bot.Request{Platform: Platform, Text: text})
}

var asked = []struct{ name, text string }{
	{"search", "circuit breaking"},
	{"nothing", "circuit printing"},
	{"topics", "topics"},
	{"topic", "topics microservices"},
	{"leaf", "topics circuit breaking"},
	{"choice", "topics caching"},
	{"help", "help"},
	{"help_search", "help search"},
	{"misuse", "search"},
}

func TestRenderGolden(t *testing.T) {
	for _, width := range []int{40, 80, 120} {
		for _, a := range asked {
			t.Run(fmt.Sprintf("%s_%d", a.name, width), func(t *testing.T) {
				got := Render(View{Width: width}, ask(t, a.text))
				golden(t, fmt.Sprintf("%s_%d.txt", a.name, width), got)
				for l := range strings.SplitSeq(got, "\n") {
					// What is there to be copied stays in one piece.
					whole := strings.HasPrefix(l, "    https://") || strings.HasPrefix(l, "  topics ") || strings.HasPrefix(l, "  search ")
					if cells(l) > width && !whole {
						t.Errorf("%d cells in %q", cells(l), l)
					}
				}
			})
		}
	}
}

func TestRenderPainted(t *testing.T) {
	v := View{Width: 80, Color: true, Links: true, Prefix: "archbot "}
	for _, a := range asked[:4] {
		t.Run(a.name, func(t *testing.T) {
			// Escapes are made visible, so that the files show what they hold.
			golden(t, a.name+"_painted.txt", strings.ReplaceAll(Render(v, ask(t, a.text)), "\x1b", "␛"))
		})
	}
}

func TestJSONGolden(t *testing.T) {
	for _, a := range asked[:4] {
		t.Run(a.name, func(t *testing.T) {
			var b strings.Builder
			if err := JSON(&b, ask(t, a.text)); err != nil {
				t.Fatal(err)
			}
			golden(t, a.name+".json", b.String())
		})
	}
}

// What a list or a person wrote must not reach the terminal as a command to it.
func TestRenderIsSafe(t *testing.T) {
	const evil = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202Egpj.exe\r\nsecond\tline\x00\xff"
	card := bot.TopicCard{Title: evil, Path: []string{evil, evil}}
	card.Children = []bot.TopicCard{{Title: evil, Path: []string{evil}}}
	for _, kind := range []bot.ReplyKind{bot.Found, bot.Nothing, bot.Tree, bot.Place, bot.Choice, bot.Help, bot.Misuse, bot.Failure, bot.Guide, bot.Reading, bot.News, bot.Confirm, bot.Done, bot.About, bot.Limited} {
		r := bot.Reply{
			Kind: kind, Text: evil, Query: evil, Topics: []bot.TopicCard{card},
			Resources: []bot.ResourceCard{{
				Title: evil, URL: "https://example.com/" + evil, Description: evil,
				Kind: evil, Level: evil, Path: []string{evil}, Remark: evil,
				Buttons: []bot.Button{{Label: evil, Token: "t"}},
			}},
			SharedBy: evil, Facts: []bot.Fact{{Name: evil, Value: evil}},
			Form:    &bot.Form{Command: evil, Fields: []bot.Field{{Option: bot.Option{Name: "x", Help: evil}, Value: evil}}},
			Buttons: []bot.Button{{Kind: bot.ButtonNext, Label: evil, Token: "t", Command: evil}},
			Menus:   []bot.Menu{{Label: evil, Choices: []bot.Button{{Label: evil, Token: "t"}}}},
			Notes:   []bot.Note{{Text: evil, Commands: []string{evil}}},
		}
		for _, v := range []View{{Width: 80}, {Width: 80, Numbers: true}, {Width: 80, Links: true, Prefix: "archbot "}} {
			got := Render(v, r)
			got = strings.NewReplacer("\x1b]8;;", "", "\x1b\\", "").Replace(got) // our own links
			if i := strings.IndexFunc(got, unsafe); i >= 0 {
				t.Errorf("%s: %q is not safe", kind, got[max(0, i-20):min(len(got), i+20)])
			}
		}
	}
}

func unsafe(r rune) bool {
	return r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || reorders(r))
}

func TestLinkRefusesOtherSchemes(t *testing.T) {
	v := View{Width: 80, Links: true}
	for _, address := range []string{"javascript:alert(1)", "file:///etc/passwd", "ssh://host", "%zz", ""} {
		if got := v.link(address, "text"); got != "text" {
			t.Errorf("link(%q) = %q", address, got)
		}
	}
	if got, want := v.link("https://e.com/a b", "text"), "\x1b]8;;https://e.com/a%20b\x1b\\text\x1b]8;;\x1b\\"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestArgumentIsFitForAShell(t *testing.T) {
	v := View{Prefix: "archbot "}
	for command, want := range map[string]string{
		"topics":                              "topics",
		"topics Cloud Native":                 "topics Cloud Native",
		"topics Decentralized Exchange (DEX)": "topics 'Decentralized Exchange (DEX)'",
		"topics it's":                         `topics 'it'\''s'`,
		"topics $(reboot)":                    "topics '$(reboot)'",
	} {
		if got := v.argument(command); got != want {
			t.Errorf("argument(%q) = %q, want %q", command, got, want)
		}
	}
	if got := (View{}).argument("topics (x)"); got != "topics (x)" {
		t.Errorf("in a chat: %q", got)
	}
}
