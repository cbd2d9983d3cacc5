package peers

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/search/searchtest"
)

// world is one catalog with what was measured on it.
type world struct {
	name    string
	entries int
	builds  []built
	costs   map[searchtest.Kind][]cost
}

// worlds is what the benchmarks of this run have measured; main_test.go prints it.
var worlds []*world

// linked finds the entries of the embedded list.
var linked = regexp.MustCompile(`(?m)^    - \[.*\n`)

// BenchmarkTopics asks the engines about the topics of the embedded list, without
// its resources: completion while somebody types is about topics alone.
func BenchmarkTopics(b *testing.B) {
	c, err := catalog.Parse(linked.ReplaceAll(data.List(), nil), catalog.Options{Name: data.ListName})
	if err != nil {
		b.Fatal(err)
	}
	(&world{name: fmt.Sprintf("%d topics", len(c.Topics))}).measure(b, c)
}

// BenchmarkCatalog asks the engines about seeded catalogs of growing size.
func BenchmarkCatalog(b *testing.B) {
	sizes := []int{1_000, 10_000, 100_000}
	if os.Getenv("ARCHBOT_SOAK") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			(&world{name: thousands(n) + " entries"}).measure(b, searchtest.Catalog(n, seed))
		})
	}
}

// measure builds every engine's index of the catalog, asks the queries of each
// kind side by side, and reports each engine's figures as a benchmark.
func (w *world) measure(b *testing.B, c *catalog.Catalog) {
	b.Helper()
	w.entries, w.costs = entries(c), make(map[searchtest.Kind][]cost)
	engines := Builders()
	defer func() {
		for _, e := range engines {
			if err := e.Close(); err != nil {
				b.Error(err)
			}
		}
	}()
	for i, e := range engines {
		w.builds = append(w.builds, build(b, e, c))
		b.Run("build/"+label(e.Name()), func(b *testing.B) { w.builds[i].report(b, w.builds[0]) })
	}
	asks := len(Engines()) // the rest is only built
	if err := engines[asks].Close(); err != nil {
		b.Fatal(err)
	}
	for _, kind := range searchtest.Kinds {
		w.costs[kind] = compare(b, engines[:asks], c, searchtest.Queries(c, kind, asked, seed))
		for _, cost := range w.costs[kind] {
			b.Run(label(string(kind))+"/"+label(cost.engine), func(b *testing.B) { cost.report(b, w.costs[kind][0]) })
		}
	}
	worlds = append(worlds, w)
}

func (x built) report(b *testing.B, ours built) {
	b.Helper()
	reportTime(b, x.time)
	b.ReportMetric(x.heap, "B/entry")
	b.ReportMetric(ratio(x.time, ours.time), "x-archbot")
}

func (c cost) report(b *testing.B, ours cost) {
	b.Helper()
	reportTime(b, c.median())
	b.ReportAllocs()
	b.ReportMetric(float64(c.p99()), "p99-ns")
	b.ReportMetric(float64(c.calm99()), "calm-p99-ns")
	b.ReportMetric(c.bytes, "B/op")
	b.ReportMetric(c.mallocs, "allocs/op")
	b.ReportMetric(c.found, "found")
	b.ReportMetric(ratio(c.median(), ours.median()), "x-archbot")
}

// reportTime reports a median that was measured elsewhere in the place of the
// benchmark's own mean.
func reportTime(b *testing.B, t time.Duration) {
	b.Helper()
	b.ReportMetric(float64(t), "ns/op")
}

func ratio(theirs, ours time.Duration) float64 { return float64(theirs) / float64(ours) }

func label(name string) string {
	return strings.NewReplacer(" ", "-", "/", "-", ",", "").Replace(name)
}
