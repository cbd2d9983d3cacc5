package catalog

import (
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// quadratic are pieces on which goldmark alone takes time with the square of
// how often they are repeated, and the first on which this package did.
var quadratic = []string{
	"[a](", "*a_", "_a*", "> ", ">", "1. ", "![a](", "[a](<b", "a**b_c", "[\n", "*a_\n",
	"ğŸ“š", "- **a**\n  - b\n", "http://", "www.", "## [a](http://b.c)\n",
}

// repeated are further pieces that have been hard on some parser or other.
var repeated = []string{
	"+ ", "- a\n  ", "[", "![", "[a](b \"c", "[[[a]]]", "[a][b]", "[a]", "[a]: ", "[^a]", "](", "]", "`a``b```", "``a`", "`", "`\n",
	"a `b", "<a ", "a <a b=\"", "<!-- ", "a <!-- ", "a <?", "a <![CDATA[", "<?", "**a", "~~a", "*a **a ", "a@", "http://a.",
	"www.a.b)", "&a", "&#", "\\[", "|a", "|a\n", "a|b\n-|-\n", "# ", "#\n", "<b>", "</b>", "<", "<details>", "<details>\n\n",
	"<summary>", "<ul><li>", "<div>\n\n", "<table><tr><td>", "</", "<a href=\"", "<a href=x>", "a\n===\n", "a\n", "\t", "\t- ", "- - ",
	"* a\n\n  ", "~~~\n", "```\n", "    a\n", "{", "\\", "\u202e", "â€™", "é", "\x00", "- [a](http://b.c)\n", "- a\n\n",
	"**[a](http://b.c)** ", "<br>", "[a](http://b.c)<br>\n", ":a: ", ":a", "://", "a://", "- `a` ", "`also: a` ",
	"- [a](http://b.c) `also: a > b`\n", "---\n", "---\na: b\n", "[a](#a) ", "## a\n", "### a\n# b\n", "|a|b|\n|-|-|\n", "\r", "\r\n\t",
}

// blocks are pieces that open and close what lists are made of, rightly or not.
var blocks = []string{
	"\n", "\n\n", "\n\n# A\n\n", "\n\n## B\n\n", "\n\n### C\n", "- ", "  - ", "* ", "[x][c]", "\n[c]: https://c.example\n", "[c]: d\n",
	"\n\n[d]: https://d.example\n\n", "<li>", "</li>", "<ul>", "</ul>", "<h1>", "</h1>", "<h2>T", "</h2>", "<summary>s</summary>", "</details>",
	"<details>\n<summary>", "</summary>\n\n", "<td>", "<tr>", "<th>", "</table>", "<p>", "</p>", "<div>", "</div>", "https://e.example ",
	"[l](https://l.example)", "[r](docs/r.md)", "[#](#a)", "**b**", " - ", "`video` `2019`", "x ", "License", "Contributing", "    ", "  ", "|",
	"![i](j.png)", "<a href=\"https://h.example\">", "</a>", "<a name=a>", "<img src=x alt=y>", "<pre>", "</pre>", "<script>", "~~", "-->",
	"&amp;", "&#35;", "===\n", "\ufeff", "’", "ğŸ", "\u00a0", "\u2028",
}

// TestMixtures holds lists that are put together by chance, the same ones each
// time, to what FuzzParse and FuzzChunks show: 1,000 of them, a hundred times
// that for ARCHBOT_SOAK.
func TestMixtures(t *testing.T) {
	count := 1_000
	if os.Getenv("ARCHBOT_SOAK") != "" {
		count *= 100
	}
	pieces := slices.Concat(quadratic, repeated, blocks, blocks)
	chance := rand.New(rand.NewPCG(1, 2))
	var list string
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%v\n%s", p, debug.Stack())
		}
		if t.Failed() {
			t.Logf("reading %q", list)
		}
	}()
	for ; count > 0 && !t.Failed(); count-- {
		list = ""
		for range 1 + chance.IntN(24) {
			list += pieces[chance.IntN(len(pieces))]
		}
		hangsTogether(t, []byte(list))
		sameInParts(t, list)
	}
}

// TestHostile shows that a megabyte of each piece, alone and after an ordinary
// start, is read or refused within two seconds of a processor's time, which says
// the same on a busy machine. The pieces that were never hard on this package,
// and all of them under the race detector, are a tenth of that unless
// ARCHBOT_SOAK asks for more.
func TestHostile(t *testing.T) {
	const megabyte = 1 << 20
	soak := os.Getenv("ARCHBOT_SOAK") != ""
	for _, piece := range quadratic {
		if raceEnabled && !soak {
			readInTime(t, piece, megabyte/10)
		} else {
			readInTime(t, piece, megabyte)
		}
	}
	for _, piece := range repeated {
		if soak {
			readInTime(t, piece, megabyte)
		} else {
			readInTime(t, piece, megabyte/10)
		}
	}
}

func readInTime(t *testing.T, piece string, size int) {
	t.Helper()
	limit := 2 * time.Second
	if raceEnabled {
		limit *= 10 // what the race detector may cost
	}
	for _, start := range []string{"", "# List\n\n## Topic\n\n- [a](https://example.com/a) - b "} {
		src := []byte(start + strings.Repeat(piece, size/len(piece)))
		took := fastest(limit, func() { _, _ = Parse(src, Options{Name: "hostile.md"}) })
		if took > limit {
			t.Errorf("%d bytes of %q after %q took %v", size, piece, start, took)
		}
	}
}

// fastest is how long f keeps processors busy at best: it is run again, twice at
// most, when that was longer than a limit.
func fastest(limit time.Duration, f func()) time.Duration {
	best := time.Duration(1<<63 - 1)
	for try := 0; try < 3 && best > limit; try++ {
		began := busy()
		f()
		best = min(best, busy()-began)
	}
	return best
}

// TestBounds shows what is refused, and that the refusal names the line.
func TestBounds(t *testing.T) {
	ordinary := "# List\n\n- [a](https://example.com/a)\n\n"
	for name, test := range map[string]struct{ src, want string }{
		"quotes in a line":  {strings.Repeat("> ", 101) + "a", "list.md:5: this line nests more than 100 levels deep"},
		"lists in a line":   {strings.Repeat("1. ", 101) + "a", "list.md:5: this line nests more than 100 levels deep"},
		"deep indent":       {strings.Repeat(" ", 500) + "- a", "list.md:5: this line nests more than 100 levels deep"},
		"brackets in lines": {strings.Repeat("[a](\n", 7000), "list.md:5: this block has 7000 brackets"},
		"emphasis in line":  {strings.Repeat("*a_", 7000), "list.md:5: this block has 14000 brackets"},
		"many blocks":       {strings.Repeat(strings.Repeat("[a](", 5000)+"\n\n", 3), "list.md:7: this block has 5000 brackets"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(ordinary+test.src), Options{Name: "list.md"})
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	section := "## Part\n\n" + strings.Repeat("word ", 5000) + "\n\n" + strings.Repeat(strings.Repeat(strings.Repeat("[a](", 1000)+"\n", 3)+"\n", 4)
	_, err := Parse([]byte(strings.Repeat(section, 3)), Options{Name: "list.md"})
	if err == nil || !strings.HasPrefix(err.Error(), "list.md:21: the blocks up to here have too many brackets") {
		t.Errorf("parts that are each in bounds: got %v", err)
	}
	for name, src := range map[string]string{
		"quotes":     strings.Repeat("> ", 100) + "a",
		"rule":       strings.Repeat("- ", 300),
		"a long row": "|" + strings.Repeat("a|", 2000) + "\n|" + strings.Repeat("-|", 2000),
	} {
		if _, err := Parse([]byte(ordinary+src), Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
