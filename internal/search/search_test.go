package search_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/search"
)

const list = `# List

## Cloud Native
### Microservices
- **Service Mesh**
  - Circuit breaking
    - [Circuit Breaker](https://example.com/cb) - Stop calling what fails.
  - Load balancing
- **Café Ordering**
  - Straße
- **Automated Market Maker**
  - Caching

## FinTech
### Payments
- **Caching**
  - [Ledger design](https://example.com/ledger) - Double entry for wallets.
`

func index(t testing.TB, src string) *search.Index {
	t.Helper()
	c, err := catalog.Parse([]byte(src), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	return search.New(c)
}

func titles(hits []search.TopicHit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Topic.Title)
	}
	return out
}

func TestSearchTopics(t *testing.T) {
	x := index(t, list)
	tests := []struct{ name, query, want string }{
		{"the title", "Circuit breaking", "Circuit breaking"},
		{"another ending", "circuit breakers", "Circuit breaking"},
		{"swapped letters", "circiut breaking", "Circuit breaking"},
		{"two slips, one in the stem", "circut braker", "Circuit breaking"},
		{"the other way round", "balancing load", "Load balancing"},
		{"the beginning", "micros", "Microservices"},
		{"a sentence", "how do I do circuit breaking?", "Circuit breaking"},
		{"with its place", "service mesh load balancing", "Load balancing"},
		{"accents", "cafe ordering", "Café Ordering"},
		{"accents apart", "cafe\u0301 ordering", "Café Ordering"},
		{"full width", "ｃｉｒｃｕｉｔ ｂｒｅａｋｉｎｇ", "Circuit breaking"},
		{"sharp s", "STRASSE", "Straße"},
		{"initials", "amm", "Automated Market Maker"},
		{"letters left out", "micrservcs", "Microservices"},
		{"spelt out", "C I R C U I T breaking", "Circuit breaking"},
		{"typographic apostrophes", "what’s Sam’s load-balancing", "Load balancing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := titles(x.Search(search.Query{Text: tt.query}).Topics)
			if len(got) == 0 || got[0] != tt.want {
				t.Errorf("Search(%q) = %q, want %q first", tt.query, got, tt.want)
			}
		})
	}
}

func TestSearchFindsNothing(t *testing.T) {
	c, err := catalog.Parse(data.List(), catalog.Options{Name: data.ListName})
	if err != nil {
		t.Fatal(err)
	}
	x := search.New(c)
	for _, query := range []string{
		"", "   ", "....", "🚀🔥", "how do I", "asdfghjkl", "qwzx vbnmp trrgh", "pizza recipe",
		"banana bread recipe", "what's the weather tomorrow", "hot chocolate machine",
		"python list comprehension", "'; DROP TABLE topics; --", "\x00\x01\xff\xfe", "هندسة البرمجيات",
	} {
		if r := x.Search(search.Query{Text: query}); len(r.Topics)+len(r.Resources) > 0 {
			t.Errorf("Search(%q) found %q and %d resources, want nothing", query, titles(r.Topics), len(r.Resources))
		}
	}
}

func TestSearchNear(t *testing.T) {
	x := index(t, list)
	r := x.Search(search.Query{Text: "circuit printing"})
	if len(r.Topics) > 0 || len(r.Near) != 1 || r.Near[0].Topic.Title != "Circuit breaking" {
		t.Errorf("got topics %q near %q, want only near Circuit breaking", titles(r.Topics), titles(r.Near))
	}
	if r := x.Search(search.Query{Text: "asdfghjkl"}); len(r.Near) > 0 {
		t.Errorf("nonsense is near %q", titles(r.Near))
	}
}

func TestSearchResources(t *testing.T) {
	x := index(t, list)
	tests := []struct{ query, want string }{
		{"circuit breaker", "Circuit Breaker"},
		{"double entry", "Ledger design"},
	}
	for _, tt := range tests {
		got := x.Search(search.Query{Text: tt.query}).Resources
		if len(got) == 0 || got[0].Resource.Title != tt.want {
			t.Errorf("Search(%q).Resources = %v, want %q first", tt.query, got, tt.want)
		}
	}
}

func matched(why []search.Reason) []string {
	var out []string
	for _, r := range why {
		out = append(out, r.Word)
	}
	return out
}

func TestSearchSaysWhatMatched(t *testing.T) {
	r := index(t, list).Search(search.Query{Text: "circiut breaker"})
	if diff := cmp.Diff([]string{"circuit", "breaking"}, matched(r.Topics[0].Reasons)); diff != "" {
		t.Errorf("Matched (-want +got):\n%s", diff)
	}
}

func TestSearchLimit(t *testing.T) {
	var b strings.Builder
	b.WriteString("# L\n\n## Top\n### Sub\n- **System**\n")
	for range 30 {
		b.WriteString("  - Sharding\n")
	}
	x := index(t, b.String())
	if got := len(x.Search(search.Query{Text: "sharding", Limit: 3}).Topics); got != 3 {
		t.Errorf("Limit 3 gave %d topics", got)
	}
	if got := len(x.Search(search.Query{Text: "sharding"}).Topics); got > search.DefaultLimit {
		t.Errorf("no Limit gave %d topics", got)
	}
}

func TestSearchHugeQuery(t *testing.T) {
	x := index(t, list)
	long := strings.Repeat("lorem ipsum ", 10_000)
	if r := x.Search(search.Query{Text: long}); len(r.Topics) > 0 {
		t.Errorf("found %q", titles(r.Topics))
	}
	x.Search(search.Query{Text: strings.Repeat("a", 100_000)})
}

// A long title pasted whole overflows the fuzzy library's score when its
// pattern is not capped; it must still come first.
func TestFuzzyLongTitle(t *testing.T) {
	long := "Distributed transaction coordination across heterogeneous stores"
	x := index(t, "# L\n\n## Top\n### Sub\n- **"+long+"**\n  - Saga\n")
	got := x.Search(search.Query{Text: strings.ReplaceAll(long, " ", "")}).Topics
	if len(got) > 0 && got[0].Topic.Title != long {
		t.Errorf("first is %q", got[0].Topic.Title)
	}
	if got := x.Complete(long[:50], 5); len(got) != 1 || got[0].Title != long {
		t.Errorf("Complete = %v", got)
	}
}

func TestFind(t *testing.T) {
	x := index(t, list)
	const mesh = "cloud-native/microservices/service-mesh"
	tests := []struct {
		name string
		want []string
	}{
		{mesh, []string{mesh}},
		{"/Cloud-Native/Microservices/", []string{"cloud-native/microservices"}},
		{"cloud native", []string{"cloud-native"}},
		{"Microservices > Service Mesh", []string{mesh}},
		{"Cloud Native › Microservices › Service Mesh", []string{mesh}},
		{"native microservices", nil}, // begins inside a title
		{"caching", []string{"cloud-native/microservices/automated-market-maker/caching", "fintech/payments/caching"}},
		{"payments/caching", []string{"fintech/payments/caching"}},
		{"CAFÉ ordering", []string{"cloud-native/microservices/café-ordering"}},
		{"kaching", nil},
		{"", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, topic := range x.Find(tt.name) {
			got = append(got, string(topic.ID))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Find(%q) (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestComplete(t *testing.T) {
	x := index(t, list)
	tests := []struct {
		typed string
		want  []string
	}{
		{"", []string{"Cloud Native", "FinTech"}},
		{"cl", []string{"Cloud Native"}},
		{"CA", []string{"Café Ordering", "Caching", "Caching"}},
		{"bal", []string{"Load balancing"}},
		{"cloud-native/mi", []string{"Microservices", "Service Mesh", "Circuit breaking", "Load balancing"}},
		{"zzz", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, topic := range x.Complete(tt.typed, 4) {
			got = append(got, topic.Title)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Complete(%q) (-want +got):\n%s", tt.typed, diff)
		}
	}
}

func TestIndexIsSafeForConcurrentUse(t *testing.T) {
	x := index(t, list)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				x.Search(search.Query{Text: "circiut braker café"})
				x.Complete("ca", 5)
				x.Find("caching")
			}
		})
	}
	wg.Wait()
}

func FuzzSearch(f *testing.F) {
	x := index(f, list)
	for _, s := range []string{"circuit breaking", "", "\x00", "é", "ﬀ", "ａｍｍ", "🚀", strings.Repeat("c", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		x.Search(search.Query{Text: text})
		x.Complete(text, 5)
		x.Find(text)
	})
}

// Somebody who types a title, or begins to, means that one, whatever the words of
// others say.
func TestTitlesOfResources(t *testing.T) {
	src := "# List\n\n## Things\n\n"
	for _, title := range []string{
		"Ethereum", "What is Ethereum?", "Shop", "My Shop", "A quick tour of Paris", "Quicksearch", "Traffic shaping for crowds",
		"Proxies, and how traffic is shared", "Traffic Server", "What we did", "Programming", "Programming Interviews",
	} {
		src += "- [" + title + "](https://example.com/" + strings.ReplaceAll(title, " ", "-") + ") - Words.\n"
	}
	x := index(t, src)
	for _, tt := range []struct{ name, query, want string }{
		{"with silent words", "what is ethereum", "What is Ethereum?"},
		{"without", "ethereum", "Ethereum"},
		{"in another order", "shop my", "My Shop"},
		{"the last word cut short", "traffic se", "Traffic Server"},
		{"to a word that is silent", "programming in", "Programming Interviews"},
		{"to no word", "quicks", "Quicksearch"},
		{"to a word", "quick", "A quick tour of Paris"},
		{"nothing but silent words", "what we", ""},
		{"two letters", "qu", "A quick tour of Paris"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if r := x.Search(search.Query{Text: tt.query}).Resources; len(r) > 0 {
				got = r[0].Resource.Title
			}
			if got != tt.want {
				t.Errorf("Search(%q) has %q first, want %q", tt.query, got, tt.want)
			}
		})
	}
}
