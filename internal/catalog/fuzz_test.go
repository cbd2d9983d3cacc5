package catalog

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse shows that no bytes panic, and that whatever is read hangs together.
func FuzzParse(f *testing.F) {
	shapes, _ := filepath.Glob("testdata/shapes/*.txtar")
	for _, name := range shapes {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, piece := range slices.Concat(quadratic, repeated) {
		f.Add([]byte(strings.Repeat(piece, 9)))
	}
	f.Fuzz(hangsTogether)
}

// hangsTogether reads a list with and without an address, and alone and merged.
func hangsTogether(t *testing.T, src []byte) {
	t.Helper()
	base := &url.URL{Scheme: "https", Host: "example.com", Path: "/o/r/list.md"}
	for _, opts := range []Options{{Name: "a"}, {Base: base, Exists: func(string) bool { return false }}} {
		c, err := Parse(src, opts)
		if err != nil {
			continue
		}
		wellFormed(t, c)
		wellFormed(t, Merge(c, c))
	}
}

// FuzzChunks shows that a text says the same whether it is parsed in one piece
// or cut before every heading where that is allowed.
func FuzzChunks(f *testing.F) {
	for _, s := range []string{
		"# A\n\n- [a](https://a.example)\n\n## B\n\n- [b][c]\n\n## C\n\n[c]: https://c.example\n",
		"- [x][c] [y][D]\n\n## B\n\n[c]: https://c.example\n[d]: d.md\n[c]: https://e.example\n\n## C\n\n- [c]\n", "## A\n\n```\n\n## B\n\n```\n", "## A\n\n<div>\n\n## B\n\n</div>\n\n## C\n", "## A\n\n<!--\n\n## B\n\n-->\n\n## C\n",
		"- a\n\n  b\n\n## B\n\n  c\n", "> a\n\n## B\n\n> c\n", "<details><summary>s</summary>\n\n## B\n\n- [b](https://b.example)\n\n</details>\n",
		"|a|b|\n|-|-|\n|[c](https://c.example)|d|\n\n## B\n\n*a\n\n## C\n\nb*",
	} {
		f.Add(s)
	}
	f.Fuzz(sameInParts)
}

func sameInParts(t *testing.T, s string) {
	t.Helper()
	d := decode([]byte(s))
	piece, over := readOutline(d, whole)
	if over != nil {
		return
	}
	parts, over := readOutline(d, cutText(d.text, 1))
	if over != nil {
		t.Fatal("refused in parts alone:", over.what)
	}
	want := describe(newBuild(piece, newReport("", d.text)).catalog(Options{}))
	if got := describe(newBuild(parts, newReport("", d.text)).catalog(Options{})); got != want {
		t.Errorf("in one piece\n%s\nin parts\n%s", want, got)
	}
}

// wellFormed checks what every catalog promises.
func wellFormed(t *testing.T, c *Catalog) {
	t.Helper()
	ids := map[TopicID]bool{"": true}
	for _, topic := range c.Topics {
		if ids[topic.ID] || !ids[topic.Parent] {
			t.Errorf("topic %q below %q is there twice or before its parent", topic.ID, topic.Parent)
		}
		if topic.Title == "" || topic.Line < 1 || !utf8.ValidString(string(topic.ID)) {
			t.Errorf("topic %+v", topic)
		}
		ids[topic.ID] = true
	}
	keys := map[string]bool{}
	for _, r := range c.Resources {
		key := URLKey(r.URL)
		if keys[key] {
			t.Errorf("%s is there twice", key)
		}
		keys[key] = true
		if u, err := url.Parse(r.URL); err == nil && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			t.Errorf("%q is no web address", r.URL)
		}
		if r.Title == "" || r.Also == nil || r.Path == nil || r.Line < 1 || slices.Contains(r.Also, r.Topic) {
			t.Errorf("resource %+v", r)
		}
		for _, id := range append([]TopicID{r.Topic}, r.Also...) {
			if !ids[id] {
				t.Errorf("%s is in topic %q, which is not there", r.URL, id)
			}
		}
		if found, ok := c.Resource(r.URL); !ok || found.Title != r.Title {
			t.Errorf("Resource(%q) finds %+v", r.URL, found)
		}
	}
	for _, i := range c.Items {
		if i.Title == "" || i.Path == nil || i.Line < 1 || !ids[i.Topic] {
			t.Errorf("item %+v", i)
		}
	}
}

// FuzzURLKey shows that a key is its own key, but for escapes of escapes.
func FuzzURLKey(f *testing.F) {
	for _, s := range []string{"HTTPS://A.b/C%20d/", "//a", "%", "%zz", "http://[::1]/%e4%b8%ad", "a%2525", "/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := URLKey(s)
		if !strings.ContainsRune(key, '%') && !strings.HasSuffix(key, "/") && strings.TrimSpace(key) == key && !strings.HasPrefix(key, "//") && URLKey(key) != key {
			t.Errorf("URLKey(%q) = %q, whose key is %q", s, key, URLKey(key))
		}
	})
}

// FuzzDecode shows that whatever comes in, goldmark gets valid UTF-8 with plain
// newlines, and that text in ASCII stays as it is.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"\xef\xbb\xbfa", "\xff\xfea\x00", "\xfe\xff\x00a", "a\r\nb\rc", "caf\xe9", "ğŸ“š", "---\na: b\n---\n", "\t a"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		d := decode(src)
		if !utf8.ValidString(d.text) || strings.ContainsRune(d.text, '\r') {
			t.Errorf("decode(%q) = %q", src, d.text)
		}
		if isASCII(src) && len(d.repairs)+len(d.damaged) > 0 {
			t.Errorf("%q was repaired to %q", src, d.text)
		}
	})
}

func isASCII(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
}
