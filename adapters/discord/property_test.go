package discord

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"archbot/adapters/adaptertest"
	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
)

// nasty is what a list or a person may write, to break markup or a limit.
var nasty = []string{
	"", " ", "\u200B", "\u0301", "a", "Circuit Breaker", "snake_case and 2*3*4", "**bold** _slanted_ ~~struck~~ ||hidden|| `code`", "```go\nblock\n```",
	"> quoted", ">>> all of it", "# heading", "-# small", "- item", "1. item", "[text](https://evil.example)", "<https://evil.example>", "https://bare.example/x_y_z",
	"@everyone", "@here", "<@300>", "<@!300>", "<@&77>", "<#200>", "</arch search:1>", "<:emoji:123>", "<t:1618953630:R>", "<id:browse>",
	"`", "``", "*", "_", "~", "|", ">", "<", "\\", "\\\\", "a\\", "]", "](", ")", "“unclosed", "`search x`", "`kind:video` and `@everyone`", "a`b`c`d`e",
	"👩‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽", "שלום \u202Egpj.exe\u202C", "断路器模式：故障隔离与恢复策略", "e\u0301\u0302\u0303\u0304", "\xff\xfe\x00", "line\r\nbreak\ttab\u2028",
}

// huge is more than anybody writes.
var huge = []string{
	strings.Repeat("\\", 4000), strings.Repeat("<@300>", 900), strings.Repeat("👩‍👩‍👧‍👦", 400), "x" + strings.Repeat("\u0301", 5000), strings.Repeat("word ", 3000),
	strings.Repeat("🇩🇪", 300), strings.Repeat("*a*", 1000), strings.Repeat("`save` ", 400), strings.Repeat("断", 9000), strings.Repeat("@everyone ", 400),
}

// addresses are nasty where an address is expected.
var addresses = []string{
	"https://example.com/a?b=1&c=<d>|e*f*`g`)", "http://user@example.com:80/#x", "javascript:alert(1)", "https://", "//example.com", "mailto:a@example.com",
	"https://example.com/" + strings.Repeat("long/", 90), "https://example.com/" + strings.Repeat("long/", 300), "https://例え.jp/パス", "https://example.com/a b",
	"https://example.com/\u202Egpj.exe", "https://example.com/?q=" + strings.Repeat("(", 250), "https://x.example/>)[<@300>", "https://x.example/@everyone",
}

// chance makes replies by lot, of what is nasty on Discord.
func chance(seed, more uint64) adaptertest.Chance {
	return adaptertest.Chance{
		Rand: rand.New(rand.NewPCG(seed, more)), Nasty: nasty, Huge: huge, Addresses: addresses,
		Users: []bot.UserID{"", "301", "<@300>", "@everyone"},
	}
}

// tries is how many random replies a test makes; a hundred times as many where the
// tests run at full size.
func tries() int {
	if os.Getenv("ARCHBOT_SOAK") != "" {
		return 2000
	}
	return 20
}

var (
	anyMention = regexp.MustCompile(`<@[!&]?\d+>|<#\d+>|@everyone|@here|</[^>]*:\d+>|<a?:\w+:\d+>|<t:-?\d+|<id:`)
	markedLink = regexp.MustCompile(`\]\((https?://[^\s()<>]*)\)`)
	bareLink   = regexp.MustCompile(`https?://`)
)

// Whatever a reply holds, Discord takes it, and the words in it stay words.
func TestRenderHoldsLimits(t *testing.T) {
	c := chance(1, 2)
	for n := range tries() {
		r := c.Reply()
		for _, m := range []message{render(renderOptions{Slash: n%2 == 0, Again: n%3 == 0}, r), plain(r)} {
			if wrong := discordfake.CheckMessage(asJSON(t, m)); len(wrong) > 0 {
				t.Fatalf("reply %d: Discord refuses %q\n%.3000s", n, wrong, encode(t, m))
			}
			if t.Failed() {
				return
			}
			wordsStayWords(t, r, m)
		}
		if m := formModal(bot.Form{Command: "search", Title: c.Word(), Fields: []bot.Field{{Option: bot.Option{Name: "query", Help: c.Word()}, Value: c.Word()}}}); len(discordfake.CheckModal(asJSON(t, m))) > 0 {
			t.Fatalf("modal %d: %s", n, encode(t, m))
		}
	}
}

// wordsStayWords fails when a message mentions somebody but whom it is for, or links to
// what is no resource's address.
func wordsStayWords(t *testing.T, r bot.Reply, m message) {
	t.Helper()
	text := discordfake.TextOf(asJSON(t, m))
	if !utf8.ValidString(text) {
		t.Errorf("not valid: %q", text)
	}
	for _, s := range []bot.UserID{r.SharedBy, r.Addressed} {
		if isID(string(s)) {
			text = strings.Replace(text, "<@"+string(s)+">", "", 1)
		}
	}
	text = unmarked(text)
	if found := anyMention.FindString(text); found != "" {
		t.Errorf("%q is mentioned in %.2000q", found, text)
	}
	if m.Content == "" {
		text = markedLink.ReplaceAllString(text, "")
	}
	if found := bareLink.FindStringIndex(text); found != nil {
		t.Errorf("a link is in %q", text[max(0, found[0]-50):min(len(text), found[1]+50)])
	}
	for _, u := range m.Mentions.Users {
		if u != string(r.Addressed) {
			t.Errorf("%s may be pinged", u)
		}
	}
	if len(m.Mentions.Parse) > 0 || m.Mentions.RepliedUser {
		t.Errorf("mentions are parsed: %+v", m.Mentions)
	}
}

// unmarked is a text without what shows as it stands: escaped characters, and what is
// to be typed, in which only pings would count.
func unmarked(s string) string {
	var b strings.Builder
	for s != "" {
		switch s[0] {
		case '\\':
			_, size := utf8.DecodeRuneInString(s[1:])
			s = s[1+size:]
		case '`':
			inside, rest, ok := strings.Cut(s[1:], "`")
			if !ok {
				return b.String() + s
			}
			b.WriteString(strings.NewReplacer("<", "", "://", "").Replace(inside))
			s = rest
		default:
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return b.String()
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in   string
		most int
		want string
	}{
		{"short", 10, "short"},
		{"a word too many", 10, "a word…"},
		{"unbreakablestring", 10, "unbreakab…"},
		{"👍🏽👍🏽👍🏽", 6, "👍🏽…"},
		{"断路器模式", 3, "断路…"},
		{"family 👩‍👩‍👧", 10, "family…"},
		{"x", 0, ""},
	} {
		if got := cut(tt.in, tt.most); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.most, got, tt.want)
		}
	}
	c := chance(3, 4)
	for range tries() {
		s, most := clean(c.Word()), c.IntN(300)
		if got := cut(s, most); length(got) > most || !utf8.ValidString(got) {
			t.Fatalf("cut(%q, %d) = %q", s, most, got)
		}
	}
}

// What needs no cleaning by a quick look needs none.
func TestCleanLeavesWhatIsClean(t *testing.T) {
	c := chance(7, 11)
	texts := []string{"", " ", "a ", " a", "a  b", "a b", "a\tb", "\x7f", "é", "a\u200Bb", "a › é", "é ", "a\u00a0b", "\u3000", "\ufffd"}
	for range 2000 {
		short := make([]byte, c.IntN(6))
		for i := range short {
			short[i] = " ab\t\n\x00\x7f~\xc3\xa9"[c.IntN(10)]
		}
		texts = append(texts, c.Word(), string(short))
	}
	quick := 0
	for _, s := range texts {
		if isClean(s) {
			quick++
			if got := cleaned(s); got != s {
				t.Errorf("%q is called clean, and cleaned it is %q", s, got)
			}
		}
		if got := clean(s); !isClean(got) && strings.Trim(got, " ~ab") == "" {
			t.Errorf("%q, cleaned, is %q, which is not called clean", s, got)
		}
	}
	if quick < 100 || quick > len(texts)-100 {
		t.Errorf("%d of %d are called clean", quick, len(texts))
	}
}

// The layouts that are passed over would not have fit: the first that does is taken.
func TestCrowdedLayoutsArePassedOver(t *testing.T) {
	c := chance(8, 9)
	replies := askedReplies(t)
	for n := range 3 {
		replies[fmt.Sprint("chance ", n)] = c.Reply()
	}
	one := replies["found"].Resources[:1]
	for n := range maxShown * 10 {
		r := replies["found"]
		r.Resources, r.Buttons = nil, make([]bot.Button, n%10)
		for i := range 1 + n/10 {
			r.Resources = append(r.Resources, by(string(rune('a'+i)), bot.Reply{Resources: one}).Resources...)
		}
		for i := range r.Buttons {
			r.Buttons[i] = bot.Button{Label: "x", Token: bot.Token('k' + rune(i))}
		}
		replies[fmt.Sprint("many ", n)] = r
	}
	crowded := 0
	for name, r := range replies {
		v := renderOptions{Slash: true}
		for _, l := range layouts(trimmed(r)) {
			m, count, letters := v.lay(l, trimmed(r))
			if count > maxComponents {
				crowded++
			}
			if count <= maxComponents && letters <= maxText {
				if diff := cmp.Diff(string(encode(t, m)), string(encode(t, render(v, r)))); diff != "" {
					t.Errorf("%s:\n%s", name, diff)
				}
				break
			}
		}
	}
	if crowded < 50 {
		t.Errorf("%d layouts are crowded", crowded)
	}
}
