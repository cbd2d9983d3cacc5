package peers

import (
	"testing"

	"archbot/internal/catalog"
	"archbot/internal/search/searchtest"
)

// What each engine must find, as a share of the queries. What stands at zero is
// beyond what the engine does at all, and nobody is asked to be perfect: of two
// entries with one title either may be cut off, and some slips make another word
// likelier.
var mustFind = map[string]map[searchtest.Kind]float64{
	Ours:           {searchtest.Exact: 0.95, searchtest.Typo: 0.85, searchtest.Several: 0.7, searchtest.Question: 0.7, searchtest.NoHit: 0.95},
	"bleve":        {searchtest.Exact: 0.95, searchtest.Typo: 0.85, searchtest.Several: 0.7, searchtest.Question: 0.7, searchtest.NoHit: 0.9},
	"sahilm/fuzzy": {searchtest.Exact: 0.95, searchtest.Typo: 0.15},
	"fzf":          {searchtest.Exact: 0.95, searchtest.Typo: 0.15, searchtest.Several: 0.05},
}

// An engine that finds nothing is fast: whoever is compared must find.
func TestEveryEngineFinds(t *testing.T) {
	c := searchtest.Catalog(2_000, seed)
	title := titleOf(c)
	for _, e := range Builders() {
		t.Run(e.Name(), func(t *testing.T) {
			want, ok := mustFind[e.Name()]
			if !ok {
				want = mustFind["bleve"]
			}
			if err := e.Build(c); err != nil {
				t.Fatal(err)
			}
			for _, kind := range searchtest.Kinds {
				var n float64
				qs := searchtest.Queries(c, kind, asked, seed)
				for _, q := range qs {
					if found(ask(t, e, q.Text), q, title) {
						n++
					}
				}
				if share := n / float64(len(qs)); share < want[kind] {
					t.Errorf("%s: found %.0f%%, want %.0f%%", kind, 100*share, 100*want[kind])
				} else {
					t.Logf("%s: found %.0f%%", kind, 100*share)
				}
			}
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Beginnings and other forms of a word: what the kinds of query do not ask.
func TestBleveStemsAndCompletes(t *testing.T) {
	e := &bleveEngine{}
	if err := e.Build(parseList(t)); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	for query, want := range map[string]string{"caches": "Caching", "circ": "Circuit breaking", "breakers of circuits": "Circuit breaking", "circiut": "Circuit breaking"} {
		if ids := ask(t, e, query); !found(ids, searchtest.Query{Want: want}, titleOf(parseList(t))) {
			t.Errorf("%q found %q, not %q", query, ids, want)
		}
	}
}

func parseList(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Parse([]byte("# L\n## Top\n### Sub\n- **Mesh**\n  - Circuit breaking\n  - Caching\n"), catalog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
