package peers

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/search/searchtest"
)

const (
	// seed makes every run ask the same queries of the same catalogs.
	seed = 1
	// asked is how many queries of each kind there are.
	asked = 200
	// turn is how many of them an engine answers before the next one's turn.
	turn = 10
	// rounds is how often it answers them in one turn.
	rounds = 3
	// patience is when no further turn begins, so that a large catalog with a
	// slow engine comes to an end. All have answered the same queries then.
	patience = 30 * time.Second
)

// cost is what a kind of query costs one engine.
type cost struct {
	engine         string
	times          []time.Duration // of every answer, sorted
	calm           []time.Duration // of every query, the median of its rounds, sorted
	bytes, mallocs float64         // an answer
	found          float64         // share of the queries whose wanted title is among the hits
}

func (c cost) median() time.Duration { return c.times[len(c.times)/2] }

// p99 is of every answer, and so says too how busy the machine is.
func (c cost) p99() time.Duration { return c.times[len(c.times)*99/100] }

// calm99 is of every query: what the slowest ones take on a machine that is
// not busy.
func (c cost) calm99() time.Duration { return c.calm[len(c.calm)*99/100] }

func (c cost) total() (sum time.Duration) {
	for _, t := range c.times {
		sum += t
	}
	return sum
}

// built is what an index costs.
type built struct {
	engine string
	time   time.Duration
	heap   float64 // bytes an entry, without the catalog
}

// build builds an engine's index and weighs it. A quick build is taken as the
// median of three.
func build(tb testing.TB, e Engine, c *catalog.Catalog) built {
	tb.Helper()
	var times []time.Duration
	var weight float64
	for len(times) < 3 && (len(times) == 0 || times[0] < 2*time.Second) {
		if err := e.Close(); err != nil {
			tb.Fatal(err)
		}
		before := heap()
		began := time.Now()
		if err := e.Build(c); err != nil {
			tb.Fatal(err)
		}
		times = append(times, time.Since(began))
		weight = heap() - before
	}
	slices.Sort(times)
	return built{e.Name(), times[len(times)/2], weight / float64(entries(c))}
}

// heap is what is in use once the garbage has gone, pools included.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// entries is a catalog's size: a list without resources consists of topics.
func entries(c *catalog.Catalog) int { return max(len(c.Resources), len(c.Topics)) }

// compare lets the engines answer the queries by turns, so that a noisy machine
// is noisy for all of them. Before each turn the garbage of the one before goes,
// and one query that does not count fills pools and caches again.
func compare(tb testing.TB, engines []Engine, c *catalog.Catalog, qs []searchtest.Query) []cost {
	tb.Helper()
	title := titleOf(c)
	costs := make([]cost, len(engines))
	began := time.Now()
	for from := 0; from < len(qs) && (from == 0 || time.Since(began) < patience); from += turn {
		part := qs[from:min(from+turn, len(qs))]
		for i := range engines {
			at := (i + from/turn) % len(engines) // each comes first in its turn
			costs[at].engine = engines[at].Name()
			costs[at].answer(tb, engines[at], part, title)
		}
	}
	for i := range costs {
		c := &costs[i]
		c.bytes /= float64(len(c.times))
		c.mallocs /= float64(len(c.times))
		c.found /= float64(len(c.calm))
		slices.Sort(c.times)
		slices.Sort(c.calm)
	}
	return costs
}

// answer asks the engine one turn's queries.
func (c *cost) answer(tb testing.TB, e Engine, qs []searchtest.Query, title map[string]string) {
	tb.Helper()
	runtime.GC()
	ask(tb, e, qs[len(qs)-1].Text)
	hits := make([][]string, len(qs))
	times := make([][rounds]time.Duration, len(qs))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for round := range rounds {
		for i, q := range qs {
			began := time.Now()
			hits[i] = ask(tb, e, q.Text)
			times[i][round] = time.Since(began)
		}
	}
	runtime.ReadMemStats(&after)
	c.bytes += float64(after.TotalAlloc - before.TotalAlloc)
	c.mallocs += float64(after.Mallocs - before.Mallocs)
	for i, q := range qs {
		c.times = append(c.times, times[i][:]...)
		slices.Sort(times[i][:])
		c.calm = append(c.calm, times[i][rounds/2])
		if found(hits[i], q, title) {
			c.found++
		}
	}
}

func ask(tb testing.TB, e Engine, text string) []string {
	tb.Helper()
	ids, err := e.Search(text)
	if err != nil {
		tb.Fatalf("%s: %q: %v", e.Name(), text, err)
	}
	return ids
}

// found tells whether the wanted title is among the hits; for a query that wants
// nothing, whether there are none.
func found(ids []string, q searchtest.Query, title map[string]string) bool {
	if q.Want == "" {
		return len(ids) == 0
	}
	return slices.ContainsFunc(ids, func(id string) bool { return title[id] == q.Want })
}

func titleOf(c *catalog.Catalog) map[string]string {
	text, ids := titles(c)
	m := make(map[string]string, len(ids))
	for i, id := range ids {
		m[id] = text[i]
	}
	return m
}
