package dialogue

import (
	"slices"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// filters are what a message says of what the resources should be.
type filters struct {
	kinds  []catalog.Kind
	levels []catalog.Level
	years  *span
	fresh  bool
}

// add takes note of a kind or a level.
func (f *filters) add(p found) {
	switch p.cue {
	case kind:
		f.kinds = append(f.kinds, catalog.Kind(p.value))
	case level, ease:
		f.levels = append(f.levels, catalog.Level(p.value))
	}
}

// any reports whether there is anything to narrow down by.
func (f filters) any() bool { return len(f.kinds)+len(f.levels) > 0 || f.years != nil || f.fresh }

// on narrows a filter down further: what is named takes the place of what was there.
// Of several kinds the last one counts.
func (f filters) on(was search.Filter) search.Filter {
	if n := len(f.kinds); n > 0 {
		was.Kind = f.kinds[n-1]
	}
	if n := len(f.levels); n > 0 {
		was.Level = f.levels[n-1]
	}
	if f.years != nil {
		was.From, was.To = f.years.from, f.years.to
	}
	return was
}

// filtersOf are the filters among the cues of a message. What it refuses is none.
func filtersOf(r reading) filters {
	f := filters{years: r.years, fresh: r.has(fresh)}
	for _, c := range r.cues {
		if !r.refusesFilter(c) {
			f.add(c)
		}
	}
	return f
}

// lifted reports whether a message lifts a filter: it says so, or refuses a kind or a
// level and names no other.
func lifted(r reading) bool {
	if l := r.value(lift); l != nil && (l.to-l.from > 1 || !filtersOf(r).any()) {
		return true
	}
	return slices.ContainsFunc(r.cues, r.refusesFilter) && !filtersOf(r).any()
}

// refusesFilter reports whether a cue is a kind or a level that the words before it
// refuse: "no videos", "instead of the book".
func (r reading) refusesFilter(c found) bool {
	if c.cue != kind && c.cue != level {
		return false
	}
	at := c.from
	for at > 0 && articles[r.tokens[at-1].word] {
		at--
	}
	no := r.ending(at, func(c cue) bool { return c == without })
	return no.to > no.from && r.tokens[at-1].mark == 0
}

// articles are what may stand between "without" and what it is without.
var articles = map[string]bool{
	"a": true, "an": true, "the": true, "any": true, "ein": true, "eine": true, "die": true, "un": true, "une": true, "de": true, "los": true, "os": true,
}

// newest is the range of years that "something recent" asks for: the last three that
// a topic has anything of.
func newest(picks []Pick) *span {
	var last catalog.Year
	for _, p := range picks {
		last = max(last, p.Resource.Year)
	}
	if last == 0 {
		return nil
	}
	return &span{from: last - 2}
}
