package source

import (
	"fmt"
	"slices"
	"strings"

	"archbot/internal/catalog"
)

// Change is what is different between two catalogs. A resource's identity is
// its URL, so that a mended title is a change and not a new resource.
type Change struct {
	Added   []catalog.Resource // in the new list's order
	Removed []catalog.Resource // in the old list's order
	Moved   []Move             // stand under other topics; in the new list's order
	Changed []Edit             // say something else; in the new list's order
}

// Move is a resource that stands under other topics than before.
type Move struct {
	Resource catalog.Resource  // as it is now
	From, To []catalog.TopicID // every topic it was and is under, sorted
}

// Edit is a resource that says something else than before. It may have moved
// as well.
type Edit struct {
	Old, New catalog.Resource
	Fields   []string // what is different: title, description, kind, level, year; never empty
}

// Diff returns what has changed from old to now; nil is an empty catalog.
func Diff(old, now *catalog.Catalog) Change {
	before, after := resources(old), resources(now)
	was := make(map[string]catalog.Resource, len(before))
	for _, r := range before {
		was[catalog.URLKey(r.URL)] = r
	}
	var c Change
	is := make(map[string]bool, len(after))
	for _, r := range after {
		key := catalog.URLKey(r.URL)
		is[key] = true
		o, known := was[key]
		if !known {
			c.Added = append(c.Added, r)
			continue
		}
		if from, to := places(o), places(r); !slices.Equal(from, to) {
			c.Moved = append(c.Moved, Move{Resource: r, From: from, To: to})
		}
		if fields := edited(o, r); len(fields) > 0 {
			c.Changed = append(c.Changed, Edit{Old: o, New: r, Fields: fields})
		}
	}
	for _, r := range before {
		if !is[catalog.URLKey(r.URL)] {
			c.Removed = append(c.Removed, r)
		}
	}
	return c
}

// Empty reports whether no resource is different. Topics without resources may
// be.
func (c Change) Empty() bool {
	return len(c.Added)+len(c.Removed)+len(c.Moved)+len(c.Changed) == 0
}

// String sums the change up in one line: "3 added, 1 moved".
func (c Change) String() string {
	var parts []string
	for _, n := range []struct {
		count int
		what  string
	}{
		{len(c.Added), "added"}, {len(c.Removed), "removed"}, {len(c.Moved), "moved"}, {len(c.Changed), "changed"},
	} {
		if n.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n.count, n.what))
		}
	}
	if parts == nil {
		return "no resource is different"
	}
	return strings.Join(parts, ", ")
}

// places returns every topic that a resource stands under, sorted.
func places(r catalog.Resource) []catalog.TopicID {
	all := append([]catalog.TopicID{r.Topic}, r.Also...)
	slices.Sort(all)
	return slices.Compact(all)
}

func edited(old, now catalog.Resource) []string {
	var fields []string
	for _, f := range []struct {
		field     string
		different bool
	}{
		{"title", old.Title != now.Title},
		{"description", old.Description != now.Description},
		{"kind", old.Kind != now.Kind},
		{"level", old.Level != now.Level},
		{"year", old.Year != now.Year},
	} {
		if f.different {
			fields = append(fields, f.field)
		}
	}
	return fields
}

// resources returns a catalog's resources, each URL once.
func resources(c *catalog.Catalog) []catalog.Resource {
	if c == nil {
		return nil
	}
	seen := make(map[string]bool, len(c.Resources))
	var all []catalog.Resource
	for _, r := range c.Resources {
		if key := catalog.URLKey(r.URL); !seen[key] {
			seen[key] = true
			all = append(all, r)
		}
	}
	return all
}
