package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// filter reads the options of a search; what cannot be read gets a reply that
// says so.
func (o Options) filter(x *search.Index) (search.Filter, *Reply) {
	var f search.Filter
	if o.Kind != "" {
		f.Kind = catalog.Kind(strings.ToLower(o.Kind))
		if !slices.Contains(catalog.Kinds(), f.Kind) {
			return f, misuse("There is no kind "+quoted(o.Kind)+".", "The kinds are "+listed(catalog.Kinds())+".")
		}
	}
	if o.Level != "" {
		f.Level = catalog.Level(strings.ToLower(o.Level))
		if !slices.Contains(catalog.Levels(), f.Level) {
			return f, misuse("There is no level "+quoted(o.Level)+".", "The levels are "+listed(catalog.Levels())+".")
		}
	}
	if o.Year != "" {
		var ok bool
		if f.From, f.To, ok = years(o.Year); !ok {
			return f, misuse(quoted(o.Year)+" is no year.", "Write 2020, 2018-2021, 2020- or -2020.")
		}
	}
	if o.Topic != "" {
		found := x.Find(o.Topic)
		if len(found) != 1 {
			return f, misuse(fmt.Sprintf("%s topics are called %s.", number(len(found)), quoted(o.Topic)), "See what the list covers.")
		}
		f.Topic = found[0].ID
	}
	if o.Page < 0 {
		return f, misuse("There is no page before the first.", "Pages begin with 1.")
	}
	return f, nil
}

// years reads a year or a range of them; an end left out is open.
func years(s string) (from, to catalog.Year, ok bool) {
	first, last, isRange := strings.Cut(strings.ReplaceAll(s, "–", "-"), "-")
	if !isRange {
		last = first
	}
	from, ok = year(first)
	if !ok {
		return 0, 0, false
	}
	to, ok = year(last)
	return from, to, ok && from|to != 0 && (to == 0 || from <= to)
}

func year(s string) (catalog.Year, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return catalog.Year(n), err == nil && len(s) == 4
}

func listed[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, w := range all {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

func number(n int) string {
	if n == 0 {
		return "No"
	}
	return strconv.Itoa(n)
}
