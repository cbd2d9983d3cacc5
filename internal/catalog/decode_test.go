package catalog

import (
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	for name, test := range map[string]struct{ src, want string }{
		"utf-8":                  {"é — 📚", "é — 📚"},
		"byte order mark":        {"\xef\xbb\xbfa", "a"},
		"utf-16, little endian":  {"\xff\xfea\x00=\xd8\xda\xdc", "a📚"},
		"utf-16, big endian":     {"\xfe\xff\x00a\xd8=\xdc\xda", "a📚"},
		"windows newlines":       {"a\r\nb\r\n", "a\nb\n"},
		"old macintosh newlines": {"a\rb\r", "a\nb\n"},
		"windows-1252":           {"caf\xe9 \x96 na\xefve", "café – naïve"},
		"one broken byte":        {"café, naïve, \xff", "café, naïve, \ufffd"},
		"tabs before text":       {"-\ta\n\t- b\n  \tc\td", "-\ta\n    - b\n    c\td"},
		"yaml front matter":      {"---\na: b\nc:\n  - d\n---\n# e", "\n\n\n\n\n# e"},
		"toml front matter":      {"+++\na = 1\n+++\n# b", "\n\n\n# b"},
		"thematic break":         {"---\n\nSome text.\n\n---\n", "---\n\nSome text.\n\n---\n"},
		"unclosed front matter":  {"---\na: b\n", "---\na: b\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := decode([]byte(test.src)).text; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestRepair shows that misread text is repaired where that is certain, and that
// text which only looks like it is left alone (decision 10).
func TestRepair(t *testing.T) {
	for name, test := range map[string]struct{ was, want, page string }{
		"windows-1254 emoji":    {"Resources ğŸ“š", "Resources 📚", "windows-1254"},
		"windows-1252 emoji":    {"Go ðŸš€ now", "Go 🚀 now", "windows-1252"},
		"windows-1252 quotes":   {"Itâ€™s â€œfineâ€\u009d", "It’s “fine”", "windows-1252"},
		"Mac Roman dash":        {"a ‚Äî b", "a — b", "Mac Roman"},
		"Mac Roman, throughout": {"Caf√© ‚Äî na√Øve", "Café — naïve", "Mac Roman"},
		"accents, throughout":   {"cafÃ© crÃ¨me brÃ»lÃ©e", "café crème brûlée", "windows-1252"},
		"chinese, throughout":   {"æž¶æž„ å¾®æœ\u008dåŠ¡ æ¨¡å¼\u008f", "架构 微服务 模式", "windows-1252"},
		"amid other text":       {"ğŸ“š für Übung – schön, größer", "📚 für Übung – schön, größer", "windows-1254"},
		"french capital":        {"Le «CAFÉ» est fermé", "", ""},
		"french ellipsis":       {"« très occupé…» et fâché, à l’été", "", ""},
		"turkish":               {"ğüşıöç İstanbul’da şölen", "", ""},
		"one pair":              {"Ã© alone", "", ""},
		"chinese":               {"架构师技术图谱", "", ""},
		"mathematics":           {"√2 ≈ 1.41, ∆x ≠ Ω", "", ""},
		"ascii":                 {"plain", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := test.want
			if want == "" {
				want = test.was
			}
			got, repairs := repair(test.was)
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if (len(repairs) > 0) != (test.page != "") || len(repairs) > 0 && repairs[0].page != test.page {
				t.Errorf("repairs %+v, want page %q", repairs, test.page)
			}
		})
	}
}

// TestRepairIsReported shows that what was changed stands in the problems.
func TestRepairIsReported(t *testing.T) {
	c := parse(t, "# List ğŸ“š\n\n## Topic\n\n- [Itâ€™s](https://a.example)\n- [b](https://b.example) ğŸš€ğŸš€ and ğŸš€\n")
	var got []string
	for _, p := range c.Problems {
		got = append(got, p.String())
	}
	want := []string{
		`list.md:1: warning: "ğŸ“š" is UTF-8 that was read as windows-1254; it is shown as "📚"; write what was meant and save as UTF-8`,
		`list.md:5: warning: "â€™" is UTF-8 that was read as windows-1254; it is shown as "’"; write what was meant and save as UTF-8`,
		`list.md:6: warning: "ğŸš€ğŸš€" is UTF-8 that was read as windows-1254; it is shown as "🚀🚀"; write what was meant and save as UTF-8`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if c.Title != "List 📚" || c.Resources[0].Title != "It’s" {
		t.Errorf("title %q, resource %q", c.Title, c.Resources[0].Title)
	}
}

// TestDamageIsReported shows that unreadable bytes stand in the problems too.
func TestDamageIsReported(t *testing.T) {
	c := parse(t, "# é\n\n- [é \xff](https://a.example) é\n")
	if len(c.Problems) != 1 || c.Problems[0].Code != "encoding" || c.Problems[0].Line != 3 {
		t.Errorf("problems %v", c.Problems)
	}
	c = parse(t, "# L\n\n- [caf\xe9](https://a.example)\n")
	if len(c.Problems) != 1 || c.Problems[0].Code != "encoding" || c.Resources[0].Title != "café" {
		t.Errorf("problems %v, resource %+v", c.Problems, c.Resources[0])
	}
}
