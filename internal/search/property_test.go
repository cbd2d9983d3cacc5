package search_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/search"
	"archbot/internal/vocabulary"
)

// TestUnrelatedEntry shows that an entry which shares no word with an exact
// title does not change what stands first for it.
func TestUnrelatedEntry(t *testing.T) {
	src := string(data.List())
	for _, extra := range []string{
		"## Zymurgy\n\n- [Brewing barley](https://a.example/1) - Hops and yeast.\n",
		"## Zymurgy\n\n### Meadmaking\n\n- **Honey**\n  - Fermenting\n",
		strings.Repeat("\n## Zymurgy\n\n- [Brewing barley](https://a.example/x) - Hops.\n", 30),
	} {
		before, after := index(t, src), index(t, strings.Replace(src, "## Contributing", extra+"\n## Contributing", 1))
		for _, topic := range before.Catalog().Topics {
			was := before.Search(search.Query{Text: topic.Title}).Topics
			is := after.Search(search.Query{Text: topic.Title}).Topics
			if len(was) == 0 || len(is) == 0 || was[0].Topic.ID != is[0].Topic.ID || was[0].Topic.Title != topic.Title {
				t.Errorf("%q finds %v, and %v with another entry", topic.Title, titles(was), titles(is))
			}
		}
	}
}

// embedded is the index that the bot answers from when it is given no list.
func embedded(t testing.TB) *search.Index {
	t.Helper()
	c, err := catalog.Parse(data.List(), catalog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, problems := vocabulary.Parse(data.Vocabulary(), data.VocabularyName)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	talk, problems := vocabulary.ParseTalk(data.Talk(), data.TalkName)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return search.New(c, v, talk)
}

// FuzzSearchTime shows that no query panics, or keeps the embedded list busy
// for longer than a person would notice.
func FuzzSearchTime(f *testing.F) {
	for _, s := range []string{
		"circuit breaking", strings.Repeat("load ", 900), strings.Repeat("a", 5000), "サーキットブレーカー", "<@U1> &gt; :rocket: `k8s`",
		strings.Repeat("servicemesh", 40), strings.Repeat(strings.Repeat("a", 41)+" ", 97), "who is online", "e-wallet", "\xff\x00",
	} {
		f.Add(s)
	}
	x := embedded(f)
	x.Search(search.Query{Text: "warmupp"}) // the first misspelt word pays for the others
	f.Fuzz(func(t *testing.T, s string) {
		best := time.Hour
		for range 50 { // the machine may be busy with something else
			began := time.Now()
			r := x.Search(search.Query{Text: s})
			best = min(best, time.Since(began))
			for i, h := range r.Topics {
				if h.Score <= 0 || h.Score > 1 || i > 0 && h.Score > r.Topics[i-1].Score {
					t.Fatalf("Search(%q): scores are not in order: %+v", s, r.Topics)
				}
			}
			if best < 10*time.Millisecond {
				return
			}
		}
		t.Errorf("Search(%q) took %v", fmt.Sprintf("%.80s", s), best)
	})
}
