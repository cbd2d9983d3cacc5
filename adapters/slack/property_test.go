package slack

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"archbot/adapters/adaptertest"
	"archbot/internal/bot"
	"archbot/internal/catalog"
)

// nasty is what a list or a person may write, to break markup or a limit.
var nasty = []string{
	"", " ", "\u200B", "\u0301", "a", "Circuit Breaker", "snake_case and 2*3*4", "*bold* _slanted_ ~struck~ `code`", "```block```",
	"> quoted", ">>> all of it", "&gt; escaped &amp; twice &lt;", "<!channel>", "<!here|here>", "<!everyone>", "<@U12345>", "<#C12345|general>",
	"<!subteam^S1|team>", "<!date^1392734382^{date}|soon>", "<https://evil.example|click>", "@channel @here #general", "https://bare.example/x_y_z",
	"`", "``", "*", "_", "~", "|", ">", "<", "&", "“unclosed", "”closed", "“`search`”", "`search x`", "`kind:video`", "a`b`c`d`e`f`g`h`i`j`k",
	"👩‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽", "שלום \u202Egpj.exe\u202C", "断路器模式：故障隔离与恢复策略", "e\u0301\u0302\u0303\u0304", "\xff\xfe\x00", "line\r\nbreak\ttab\u2028",
}

// huge is more than anybody writes.
var huge = []string{
	strings.Repeat("&", 700), strings.Repeat("<", 4000), strings.Repeat("👩‍👩‍👧‍👦", 400), "x" + strings.Repeat("\u0301", 5000), strings.Repeat("word ", 3000),
	strings.Repeat("🇩🇪", 300), strings.Repeat("*a*", 1000), strings.Repeat("`save` ", 400), strings.Repeat("断", 9000),
}

// addresses are nasty where an address is expected.
var addresses = []string{
	"https://example.com/a?b=1&c=<d>|e*f*`g`", "http://user@example.com:80/#x", "javascript:alert(1)", "https://", "//example.com", "mailto:a@example.com",
	"https://example.com/" + strings.Repeat("long/", 300), "https://example.com/" + strings.Repeat("%3C", 1300), "https://例え.jp/パス", "https://example.com/a b",
	"https://example.com/\u202Egpj.exe", "https://example.com/?q=" + strings.Repeat("&", 900), "https://x.example/>|<!channel>",
}

// chance makes replies by lot, of what is nasty on Slack.
func chance(seed, more uint64) adaptertest.Chance {
	return adaptertest.Chance{
		Rand: rand.New(rand.NewPCG(seed, more)), Nasty: nasty, Huge: huge, Addresses: addresses,
		Users: []bot.UserID{"", "U12345", "W1", "<!channel>"},
	}
}

// replies is how many random replies a test makes; a hundred times as many where
// there is time.
func replies() int {
	if os.Getenv("ARCHBOT_SOAK") != "" {
		return 10_000
	}
	return 100
}

// Every limit holds and no mention is made, whatever a reply has in it.
func TestLimitsHold(t *testing.T) {
	for seed := range replies() {
		c := chance(uint64(seed), 1)
		r := c.Reply()
		checkMessage(t, render(r, inSlack), r)
		if seed%10 == 0 {
			tree, reading, digests := c.Reply(), c.Reply(), c.Reply()
			home := renderHome(homeState{Answer: &r, Tree: tree, Reading: reading, Digests: digests, Options: inSlack})
			checkView(t, home.Blocks.BlockSet, mention(r.SharedBy),
				mention(r.Addressed), mention(tree.Addressed), mention(reading.Addressed), mention(digests.Addressed))
		}
		if r.Form != nil {
			view := renderForm(r.Form, "", map[string]string{"query": c.Word()})
			checkView(t, view.Blocks.BlockSet)
			if length(view.Title.Text) > 24 || !visible(view.Title.Text) {
				t.Errorf("the title %q", view.Title.Text)
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d, %s", seed, r.Kind)
		}
	}
}

// An answer is cut down, not cut off: where resources do not fit, it says how many,
// and whatever leads on is still there.
func TestWhatDoesNotFitIsCounted(t *testing.T) {
	r := bot.Reply{Kind: bot.Place, Text: "Caching: 60 resources.", Topics: []bot.TopicCard{{ID: "caching", Title: "Caching"}}}
	for i := range 60 {
		r.Resources = append(r.Resources, bot.ResourceCard{
			Title: fmt.Sprintf("Resource %d %s", i, strings.Repeat("long ", 60)), URL: "https://example.com/" + strings.Repeat("x", 1000),
			Description: strings.Repeat("word ", 200), Kind: catalog.Video,
		})
	}
	r.Buttons = []bot.Button{{Kind: bot.ButtonShare, Label: "Share with the channel", Token: "t"}}
	m := render(r, inSlack)
	checkMessage(t, m, r)
	sent := string(encode(t, m))
	shown := strings.Count(sent, "Resource ") - strings.Count(m.Text, "Resource ")
	if want := fmt.Sprintf("%d more: `/arch search Caching topic:caching`", 60-shown); shown < 5 || !strings.Contains(sent, want) {
		t.Errorf("%d shown, and no %q", shown, want)
	}
	if !strings.Contains(sent, "Share with the channel") {
		t.Error("no button")
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		s    string
		room int
		want string
	}{
		{"short", 5, "short"},
		{"a longer sentence", 11, "a longer…"},
		{"unbreakable", 6, "unbre…"},
		{"a&b", 7, "a&b"},
		{"a&b", 6, "a…"},
		{"<<<<", 9, "<<…"},
		{"👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 13, "👩‍👩‍👧‍👦…"},
		{"🇩🇪🇫🇷", 7, "🇩🇪…"},
		{"👍🏽👍🏽", 6, "👍🏽…"},
		{"e\u0301e\u0301", 3, "e\u0301…"},
		{"e\u0301\u0301\u0301", 3, "e\u0301…"}, // one character that does not fit
	} {
		if got := clip(c.s, c.room); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.s, c.room, got, c.want)
		}
	}
}

func TestEscape(t *testing.T) {
	for s, want := range map[string]string{
		"a < b & c > d":      "a &lt; b &amp; c &gt; d",
		"<!channel>":         "&lt;!channel&gt;",
		"> quoted":           "› quoted",
		"*bold* snake_case":  "∗bold∗ snake_case",
		"`code` a`b`":        "ˋcodeˋ aˋbˋ",
		"~gone~ 2*3 __init_": "∼gone∼ 2*3 ˍˍinitˍ",
		"&amp;":              "&amp;amp;",
	} {
		if got := escape(s); got != want {
			t.Errorf("escape(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestLink(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/a?b=1&c=2":    "<https://example.com/a?b=1&amp;c=2|x>",
		"https://example.com/a|b>c":        "<https://example.com/a%7Cb%3Ec|x>",
		"https://example.com/a b":          "<https://example.com/a%20b|x>",
		"https://example.com/snake_case/":  "<https://example.com/snake_case/|x>",
		"https://例え.jp:8080/":              "<https://xn--r8jz45g.jp:8080/|x>",
		"javascript:alert(1)":              "x",
		"ftp://example.com":                "x",
		"https:///path":                    "x",
		"":                                 "x",
		"https://e.com/\x00":               "x",
		"https://e.com/" + longPath(2000):  "x",
		"https://e.com/?" + longPath(1800): "<https://e.com/?" + longPath(1800) + "|x>",
	} {
		if got := link(address, "x", 2000); got != want {
			t.Errorf("link(%.60q) = %.80q, want %.80q", address, got, want)
		}
	}
}

func longPath(n int) string { return strings.Repeat("p", n) }

func TestMention(t *testing.T) {
	for id, want := range map[bot.UserID]string{
		"U12345": "<@U12345>", "W1": "<@W1>", "": "", "channel": "channel", "!channel": "!channel", "U1>": "U1&gt;", "C1": "C1",
	} {
		if got := mention(id); got != want {
			t.Errorf("mention(%q) = %q, want %q", id, got, want)
		}
	}
}

// FuzzRender puts whatever it is given into every field of a reply.
func FuzzRender(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, "https://example.com", uint8(3))
	}
	for _, a := range addresses {
		f.Add("Title", a, uint8(12))
	}
	f.Fuzz(func(t *testing.T, s, address string, n uint8) {
		card := bot.ResourceCard{
			Title: s, URL: address, Description: s, Remark: s, Path: []string{s}, Reasons: []bot.Reason{{Typed: s, Word: "x"}},
			Buttons: []bot.Button{{Kind: bot.ButtonSave, Label: s, Token: "t"}},
		}
		topic := bot.TopicCard{Title: s, Path: []string{"Top", s}, Children: []bot.TopicCard{{Title: s, Resources: 2}}}
		for _, kind := range []bot.ReplyKind{bot.Found, bot.Place, bot.Choice, bot.Digest, bot.Edition, bot.Details} {
			r := bot.Reply{
				Kind: kind, Title: s, Text: "“" + s + "” `search` " + s, Query: s, Topics: []bot.TopicCard{topic}, SharedBy: bot.UserID(s), Addressed: "U1",
				Notes: []bot.Note{{Kind: bot.NoteNext, Text: s, Commands: []string{s}}}, Facts: []bot.Fact{{Name: s, Value: s}},
				Buttons: []bot.Button{{Kind: bot.ButtonNext, Label: s, Token: "t"}}, Menus: []bot.Menu{{Label: s, Choices: []bot.Button{{Label: s, Token: "t"}}}},
			}
			for range n % 20 {
				r.Resources = append(r.Resources, card)
			}
			checkMessage(t, render(r, inSlack), r)
		}
	})
}

// FuzzClip shows that what is cut is a beginning of what there was, that it fits, and
// that escaping makes it no longer than was reckoned.
func FuzzClip(f *testing.F) {
	for i, s := range slices.Concat(nasty, huge) {
		f.Add(s, uint16(i*7))
	}
	f.Fuzz(func(t *testing.T, s string, n uint16) {
		room := int(n) + 2
		whole := clean(s)
		got := clip(whole, room)
		begin, cut := strings.CutSuffix(got, ellipsis)
		if !utf8.ValidString(got) || size(got) > room || got != whole && (!cut || !strings.HasPrefix(whole, begin)) {
			t.Fatalf("clip(%q, %d) = %q", whole, room, got)
		}
		if escaped := escape(got); length(escaped) > size(got) {
			t.Fatalf("escape(%q) = %q is longer than %d", got, escaped, size(got))
		}
	})
}

// What needs no cleaning by a quick look needs none, up to the longest that is looked at.
func TestCleanLeavesWhatIsClean(t *testing.T) {
	texts := slices.Concat(nasty, huge, []string{
		"", " ", "a ", " a", "a  b", "a b", "a\tb", "\x7f", "é › ü", "é ", "a\u00a0b", "\u3000", "a\u200Bb", "\u00ad", "\ufffd", "\xff",
		strings.Repeat("a", maxRead), strings.Repeat("a", maxRead+1), strings.Repeat("a", maxRead+2), strings.Repeat("é", maxRead/2) + "é",
	})
	quick := 0
	for _, s := range texts {
		if isClean(s) {
			quick++
			if got := cleaned(s); got != s {
				t.Errorf("%q is called clean, and cleaned it is %q", s, got)
			}
		}
		if got := clean(s); len(got) <= maxRead && !isClean(got) && !strings.Contains(got, "\ufffd") {
			t.Errorf("%q, cleaned, is %q, which is not called clean", s, got)
		}
	}
	if quick < 10 || quick > len(texts)-10 {
		t.Errorf("%d of %d are called clean", quick, len(texts))
	}
}

func BenchmarkRender(b *testing.B) {
	r := withState(b).ask("search circuit breaking")
	b.ReportAllocs()
	for b.Loop() {
		render(r, inSlack)
	}
}
