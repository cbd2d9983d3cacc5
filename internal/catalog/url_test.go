package catalog

import (
	"net/url"
	"testing"
)

func TestURLKey(t *testing.T) {
	for in, want := range map[string]string{
		"HTTPS://A.Example/B/":               "https://a.example/B",
		"https://a.example//":                "https://a.example/",
		"//a.example/b":                      "https://a.example/b",
		"https://a.example/%e4%b8%ad%20/%ff": "https://a.example/中 /%ff",
		"https://a.example/?Q=1#F":           "https://a.example/?Q=1#F",
		"https://A.example?Q":                "https://a.example?Q",
		"https://a.example/100%":             "https://a.example/100%",
		"http://a.example":                   "http://a.example",
		"https://ünï.example/É":              "https://ünï.example/É",
	} {
		if got := URLKey(in); got != want {
			t.Errorf("URLKey(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestClassify(t *testing.T) {
	for in, want := range map[string]struct {
		kind target
		dest string
	}{
		"https://a.example/b":       {external, "https://a.example/b"},
		"http://a.example":          {external, "http://a.example"},
		"//a.example":               {external, "https://a.example"},
		"https://a.example/b c\"<>": {external, "https://a.example/b%20c%22%3C%3E"},
		"https://u:p@a.example:8/":  {external, "https://u:p@a.example:8/"},
		"#here":                     {local, "#here"},
		"docs/a.md":                 {relative, "docs/a.md"},
		"/docs/a.md":                {relative, "/docs/a.md"},
		"a:b/c d":                   {other, "a:b/c d"},
		"中:b":                       {relative, "中:b"},
		"mailto:a@b.example":        {other, "mailto:a@b.example"},
		"javascript:alert(1)":       {other, "javascript:alert(1)"},
		"ftp://a.example":           {other, "ftp://a.example"},
		"":                          {malformed, ""},
		"http://":                   {malformed, "http://"},
		"http:///b":                 {malformed, "http:///b"},
		"http:a.example":            {malformed, "http:a.example"},
		"https://:80/":              {malformed, "https://:80/"},
		"https://a@":                {malformed, "https://a@"},
		"https://a b.example":       {malformed, "https://a b.example"},
	} {
		if kind, dest := classify(in); kind != want.kind || dest != want.dest {
			t.Errorf("classify(%q) = %v, %q; want %v, %q", in, kind, dest, want.kind, want.dest)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"AI/ML Systems":                "ai-ml-systems",
		"Automated Market Maker (AMM)": "automated-market-maker-amm",
		"  C++ & C#  ":                 "c-c",
		"分布式 设计":                       "分布式-设计",
		"🎉":                            "topic",
		"Éa":                           "éa",
	} {
		if got := slug(in); got != want {
			t.Errorf("slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSiblings(t *testing.T) {
	ids := siblings{}
	for i, want := range []TopicID{"p/a", "p/a-2", "p/a-2-2", "p/a-3", "p/a-4"} {
		title := "A"
		if i == 2 {
			title = "A 2" // its slug is the second A's id
		}
		if got := ids.id("p", title); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestBase shows that relative links are resources where their address is known.
func TestBase(t *testing.T) {
	base, _ := url.Parse("https://github.com/o/r/blob/HEAD/lists/")
	root, _ := url.Parse("https://github.com/o/r/blob/HEAD/")
	c, err := Parse([]byte("## A\n\n- [b](docs/b.md)\n- [c](/docs/c.md)\n- [d](#a)\n"), Options{Base: base, Root: root})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"https://github.com/o/r/blob/HEAD/lists/docs/b.md", "https://github.com/o/r/blob/HEAD/docs/c.md"} {
		if c.Resources[i].URL != want {
			t.Errorf("got %s, want %s", c.Resources[i].URL, want)
		}
	}
	if len(c.Resources) != 2 {
		t.Errorf("%d resources", len(c.Resources))
	}
}
