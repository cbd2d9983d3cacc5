package eval

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// foreign is the class that CORE leaves out: queries in a language that the
// list is not written in are a luxury.
const foreign = "nonenglish"

// report writes the measures as a table: by class in the order of the set, by
// sort of query out of scope, by surface, by half, without foreign ones, and all.
func report(outcomes []outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s%5s%8s%8s%9s%18s%14s\n", "class", "n", "P@1", "MRR@10", "nDCG@10", "wrongly rejected", "oos rejected")
	groups := grouped(outcomes)
	for _, g := range groups {
		t := total(g.outcomes)
		line := fmt.Sprintf("%-14s%5d%8s%8s%9s%18s%14s", g.name, t.n,
			share(t.p1), share(t.mrr), share(t.ndcg), share(t.wronglyRejected), share(t.rejected))
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	for _, g := range groups {
		if !g.summed {
			continue
		}
		t := total(g.outcomes)
		low, high := wilson(t.p1, t.in)
		recall := t.rejected
		if t.in == 0 {
			t.p1 = 0
		}
		if t.out == 0 {
			recall = 0
		}
		fmt.Fprintf(&b, "%s: accuracy %.3f (top hit right, or out-of-scope rejected)  P@1 %.3f [95%% %.3f-%.3f]  no-answer P %.3f R %.3f F1 %.3f\n",
			g.name, t.accuracy, t.p1, low, high, t.precision, recall, t.f1)
	}
	return b.String()
}

// group is a line of the table.
type group struct {
	name     string
	outcomes []outcome
	summed   bool // has a sentence below the table too
}

func grouped(outcomes []outcome) []group {
	var groups []group
	add := func(name string, summed bool, is func(outcome) bool) {
		if some := slices.DeleteFunc(slices.Clone(outcomes), func(o outcome) bool { return !is(o) }); len(some) > 0 {
			groups = append(groups, group{name, some, summed})
		}
	}
	var classes, sorts []string
	for _, o := range outcomes {
		if !slices.Contains(classes, o.class) {
			classes = append(classes, o.class)
		}
		if !o.inScope() && !slices.Contains(sorts, sortOf(o)) {
			sorts = append(sorts, sortOf(o))
		}
	}
	slices.Sort(sorts)
	for _, c := range classes {
		add(c, false, func(o outcome) bool { return o.class == c })
	}
	for _, s := range sorts {
		add(fmt.Sprintf(" oos:%.9s", s), false, func(o outcome) bool { return !o.inScope() && sortOf(o) == s })
	}
	for _, s := range []Surface{OnSearch, OnQuestion} {
		add("["+string(s)+"]", false, func(o outcome) bool { return o.query.Surface == s })
	}
	for _, h := range halves {
		add(h, true, func(o outcome) bool { return halfOf(o.id) == h })
	}
	add("CORE", true, func(o outcome) bool { return o.class != foreign })
	add("ALL", true, func(outcome) bool { return true })
	return groups
}

// sortOf is the sort of a query out of scope, with which its note begins.
func sortOf(o outcome) string {
	sort, _, _ := strings.Cut(o.note, ":")
	sort, _, _ = strings.Cut(sort, ";")
	return sort
}

// share is a cell of the table.
func share(x float64) string {
	if math.IsNaN(x) {
		return "-  "
	}
	return fmt.Sprintf("%.3f", x)
}
