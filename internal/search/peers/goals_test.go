package peers

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"archbot/internal/search/searchtest"
)

// The goals.
const (
	topicsAtMost  = 3.0                  // times sahilm/fuzzy's time on the embedded list
	fasterAtLeast = 20.0                 // than the fastest peer, at goalSize
	p99Below      = 5 * time.Millisecond // at goalSize
	buildAtLeast  = 10.0                 // times faster than bleve's fastest, at goalSize
	heapAtMost    = 1.5 * 1024           // bytes an entry, at goalSize
	goalSize      = 100_000
	farUnder      = 4.0 // a query's time grows by this many times less than the catalog
)

// printGoals says which goals are reached. It fails nothing: how fast a machine
// is, and what else it does, is no fault of the code.
func printGoals(out io.Writer, ws []*world) {
	fmt.Fprint(out, "\n| goal | asked | measured | |\n|---|--:|--:|---|\n")
	line := func(goal, asked, measured string, reached bool) {
		verdict := "missed"
		if reached {
			verdict = "reached"
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", goal, asked, measured, verdict)
	}
	for _, w := range ws {
		if w.entries < 1_000 {
			var ours, theirs time.Duration
			for _, kind := range searchtest.Kinds {
				ours += w.cost(kind, Ours).total()
				theirs += w.cost(kind, (&sahilm{}).Name()).total()
			}
			line(w.name+": time of all queries", "≤ "+times(topicsAtMost)+" sahilm/fuzzy's", times(ratio(ours, theirs)), ratio(ours, theirs) <= topicsAtMost)
		}
		if w.entries != goalSize {
			continue
		}
		for _, kind := range searchtest.Kinds {
			ours, peer := w.costs[kind][0], w.fastest(kind)
			faster := ratio(peer.median(), ours.median())
			line(fmt.Sprintf("%s, %s: median", w.name, kind), "≥ "+times(fasterAtLeast)+" faster", fmt.Sprintf("%s (%s, which finds %.0f%%)", times(faster), peer.engine, 100*peer.found), faster >= fasterAtLeast)
			line(fmt.Sprintf("%s, %s: p99", w.name, kind), "< "+short(p99Below), short(ours.p99()), ours.p99() < p99Below)
		}
		faster := w.buildRatio()
		line(w.name+": building", "≥ "+times(buildAtLeast)+" faster than bleve", times(faster), faster >= buildAtLeast)
		line(w.name+": index an entry", "≤ "+size(heapAtMost), size(w.builds[0].heap), w.builds[0].heap <= heapAtMost)
	}
	printGrowthGoals(line, ws)
}

// printGrowthGoals compares the smallest and the largest synthetic catalog.
func printGrowthGoals(line func(goal, asked, measured string, reached bool), ws []*world) {
	ws = slices.DeleteFunc(slices.Clone(ws), func(w *world) bool { return w.entries < 1_000 })
	if len(ws) < 2 {
		return
	}
	small, large := ws[0], ws[len(ws)-1]
	n := float64(large.entries) / float64(small.entries)
	for _, kind := range searchtest.Kinds {
		grown := ratio(large.cost(kind, Ours).median(), small.cost(kind, Ours).median())
		line(fmt.Sprintf("%s to %s, %s: growth of the median", small.name, large.name, kind), "far under "+times(n), times(grown), grown < n/farUnder)
	}
}

func (w *world) cost(kind searchtest.Kind, engine string) cost {
	for _, c := range w.costs[kind] {
		if c.engine == engine {
			return c
		}
	}
	panic("no engine is called " + engine)
}

// fastest is the peer that answered that kind in the least time.
func (w *world) fastest(kind searchtest.Kind) cost {
	best := w.costs[kind][1]
	for _, c := range w.costs[kind][2:] {
		if c.median() < best.median() {
			best = c
		}
	}
	return best
}

// buildRatio is how many times faster ours is built than bleve's at its fastest.
func (w *world) buildRatio() float64 {
	var best time.Duration
	for _, b := range w.builds {
		if strings.HasPrefix(b.engine, "bleve") && (best == 0 || b.time < best) {
			best = b.time
		}
	}
	return ratio(best, w.builds[0].time)
}
