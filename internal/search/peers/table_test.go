package peers

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"archbot/internal/search/searchtest"
)

// printTables writes everything measured as Markdown.
func printTables(out io.Writer, ws []*world) {
	for _, w := range ws {
		w.printQueries(out)
		w.printBuilds(out)
	}
	printGrowth(out, ws)
	printGoals(out, ws)
}

func (w *world) printQueries(out io.Writer) {
	fmt.Fprintf(out, "\n%s, %d queries of each kind, each %d times:\n\n", w.name, len(w.costs[searchtest.Exact][0].calm), rounds)
	fmt.Fprintln(out, "| kind | engine | median | p99 | calm p99 | memory | allocations | times archbot's | found |")
	fmt.Fprintln(out, "|---|---|--:|--:|--:|--:|--:|--:|--:|")
	for _, kind := range searchtest.Kinds {
		for _, c := range w.costs[kind] {
			fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %.0f | %s | %.0f%% |\n", kind, c.engine, short(c.median()), short(c.p99()), short(c.calm99()),
				size(c.bytes), c.mallocs, times(ratio(c.median(), w.costs[kind][0].median())), 100*c.found)
		}
	}
}

func (w *world) printBuilds(out io.Writer) {
	fmt.Fprintf(out, "\n%s, the index:\n\n", w.name)
	fmt.Fprintln(out, "| engine | built in | times archbot's | memory an entry |")
	fmt.Fprintln(out, "|---|--:|--:|--:|")
	for _, b := range w.builds {
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", b.engine, short(b.time), times(ratio(b.time, w.builds[0].time)), size(b.heap))
	}
}

// printGrowth shows how the median query, the build and the memory grow.
func printGrowth(out io.Writer, ws []*world) {
	fmt.Fprint(out, "\nGrowth; a query is the median:\n\n| engine | entries |")
	for _, kind := range searchtest.Kinds {
		fmt.Fprintf(out, " %s |", kind)
	}
	fmt.Fprint(out, " built in | memory |\n|---|--:|", strings.Repeat("--:|", len(searchtest.Kinds)), "--:|--:|\n")
	for i, e := range Engines() {
		for _, w := range ws {
			fmt.Fprintf(out, "| %s | %s |", e.Name(), thousands(w.entries))
			for _, kind := range searchtest.Kinds {
				fmt.Fprintf(out, " %s |", short(w.costs[kind][i].median()))
			}
			fmt.Fprintf(out, " %s | %s |\n", short(w.builds[i].time), size(w.builds[i].heap*float64(w.entries)))
		}
	}
}

// short writes a duration with three digits at most.
func short(d time.Duration) string {
	unit, name := time.Second, "s"
	switch {
	case d < time.Millisecond:
		unit, name = time.Microsecond, "µs"
	case d < time.Second:
		unit, name = time.Millisecond, "ms"
	}
	return digits(float64(d)/float64(unit)) + " " + name
}

// size writes a number of bytes.
func size(bytes float64) string {
	name := "B"
	for _, next := range []string{"KiB", "MiB", "GiB"} {
		if bytes < 1000 {
			break
		}
		bytes, name = bytes/1024, next
	}
	return digits(bytes) + " " + name
}

func times(x float64) string { return digits(x) + "×" }

// digits writes three digits of what has any, and no fraction of what needs none.
func digits(x float64) string {
	switch {
	case x < 0.1:
		return strconv.FormatFloat(x, 'g', 2, 64)
	case x < 10:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case x < 100:
		return strconv.FormatFloat(x, 'f', 1, 64)
	default:
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
}

// thousands writes 100000 as 100,000.
func thousands(n int) string {
	s := []byte(strconv.Itoa(n))
	for at := len(s) - 3; at > 0; at -= 3 {
		s = slices.Insert(s, at, ',')
	}
	return string(s)
}
