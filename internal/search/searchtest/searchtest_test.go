package searchtest_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/search/searchtest"
)

func TestCatalogHasWhatWasAskedFor(t *testing.T) {
	sizes := []int{1, 1_000, 15_000} // the last is more than one list
	if os.Getenv("ARCHBOT_SOAK") != "" {
		sizes = append(sizes, 100_000, 1_000_000)
	}
	for _, n := range sizes {
		c := searchtest.Catalog(n, 1)
		if len(c.Resources) != n || len(c.Items) != 0 || len(c.Problems) != 0 {
			t.Errorf("%d: %d resources, %d items, %d problems", n, len(c.Resources), len(c.Items), len(c.Problems))
		}
		if topics := len(c.Topics); topics < n/22 || topics > 4+n/18 {
			t.Errorf("%d: %d topics, want about a twentieth", n, topics)
		}
		tiers := make(map[catalog.Tier]bool)
		for _, topic := range c.Topics {
			tiers[topic.Tier] = true
		}
		if len(tiers) != 4 {
			t.Errorf("%d: tiers %v, want all four", n, tiers)
		}
	}
}

// Frequent words, and of the vocabulary what a list of this size comes to use.
func TestCatalogFollowsZipf(t *testing.T) {
	count := make(map[string]int)
	for _, r := range searchtest.Catalog(10_000, 1).Resources {
		for w := range strings.FieldsSeq(strings.ToLower(strings.Trim(r.Description, "."))) {
			count[w]++
		}
	}
	if got := len(count); got < searchtest.Vocabulary*4/10 || got > searchtest.Vocabulary {
		t.Errorf("%d different words, want about half of %d", got, searchtest.Vocabulary)
	}
	var often []int
	for _, n := range count {
		often = append(often, n)
	}
	slices.SortFunc(often, func(a, b int) int { return b - a })
	if ratio := float64(often[9]) / float64(often[99]); ratio < 8 || ratio > 16 {
		t.Errorf("the 10th word is %.1f times as frequent as the 100th, want about 12", ratio)
	}
}

func TestTheSeedDecides(t *testing.T) {
	a, b, other := searchtest.Catalog(300, 7), searchtest.Catalog(300, 7), searchtest.Catalog(300, 8)
	if diff := cmp.Diff(a.Resources, b.Resources); diff != "" {
		t.Errorf("the same seed gave two catalogs:\n%s", diff)
	}
	if a.Resources[0].Title == other.Resources[0].Title {
		t.Error("two seeds gave one catalog")
	}
	for _, kind := range searchtest.Kinds {
		if diff := cmp.Diff(searchtest.Queries(a, kind, 20, 3), searchtest.Queries(b, kind, 20, 3)); diff != "" {
			t.Errorf("the same seed gave two lists of %s queries:\n%s", kind, diff)
		}
	}
}

func TestQueries(t *testing.T) {
	embedded, err := catalog.Parse(data.List(), catalog.Options{Name: data.ListName})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]*catalog.Catalog{"synthetic": searchtest.Catalog(1_000, 1), "embedded": embedded} {
		titles := make(map[string]bool)
		for _, topic := range c.Topics {
			titles[topic.Title] = true
		}
		for _, r := range c.Resources {
			titles[r.Title] = true
		}
		for _, kind := range searchtest.Kinds {
			qs := searchtest.Queries(c, kind, 100, 1)
			if len(qs) != 100 {
				t.Fatalf("%s: %d %s queries", name, len(qs), kind)
			}
			for _, q := range qs {
				if (kind == searchtest.NoHit) != (q.Want == "") || q.Want != "" && !titles[q.Want] {
					t.Errorf("%s: %s query %q wants %q", name, kind, q.Text, q.Want)
				}
				if isTitle := titles[q.Text]; q.Text == "" || isTitle != (kind == searchtest.Exact) && len(strings.Fields(q.Text)) > 2 {
					t.Errorf("%s: %s query %q: a title: %v", name, kind, q.Text, isTitle)
				}
			}
		}
	}
}
