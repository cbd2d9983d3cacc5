package search_test

import (
	"testing"

	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/search"
	"archbot/internal/search/searchtest"
)

// benchSize is the synthetic catalog of the benchmarks here. The module in
// peers/ measures larger ones, beside other engines.
const benchSize = 10_000

func benchCatalogs(b *testing.B) map[string]*catalog.Catalog {
	b.Helper()
	topics, err := catalog.Parse(data.List(), catalog.Options{Name: data.ListName})
	if err != nil {
		b.Fatal(err)
	}
	return map[string]*catalog.Catalog{"list": topics, "10k": searchtest.Catalog(benchSize, 1)}
}

// BenchmarkSearch asks queries of each kind in turn, of the embedded list and of
// a synthetic one.
func BenchmarkSearch(b *testing.B) {
	catalogs := benchCatalogs(b)
	for _, name := range []string{"list", "10k"} {
		x := search.New(catalogs[name])
		for _, kind := range searchtest.Kinds {
			qs := searchtest.Queries(catalogs[name], kind, 100, 1)
			b.Run(name+"/"+string(kind), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					x.Search(search.Query{Text: qs[i%len(qs)].Text})
				}
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	catalogs := benchCatalogs(b)
	for _, name := range []string{"list", "10k"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				search.New(catalogs[name])
			}
		})
	}
}
