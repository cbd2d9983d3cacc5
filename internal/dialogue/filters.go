package dialogue

import (
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

// filtersOf are the filters among the cues of a message.
func filtersOf(r reading) filters {
	f := filters{years: r.years, fresh: r.has(fresh)}
	for _, c := range r.cues {
		f.add(c)
	}
	return f
}

// lifted reports whether a message lifts a filter: it says so, or refuses a kind.
func lifted(r reading) bool {
	for _, c := range r.cues {
		if c.cue != kind && c.cue != level {
			continue
		}
		at := c.from
		for at > 0 && articles[r.tokens[at-1].word] {
			at--
		}
		if no := r.ending(at, func(c cue) bool { return c == without }); no.to > no.from && r.tokens[at-1].mark == 0 {
			return true
		}
	}
	l := r.value(lift)
	return l != nil && (l.to-l.from > 1 || !filtersOf(r).any())
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
