package searchtest

import (
	"slices"
	"strconv"

	"archbot/internal/catalog"
)

// The shape of the tree. With these numbers there is a topic to twenty entries.
const (
	perAspect   = 27
	perSystem   = 4 * perAspect
	perCategory = 4 * perSystem
	perDomain   = 4 * perCategory
)

// listBytes is when a new list is begun, at the next domain: a domain is some
// 300 KB, and Parse reads 10 MiB at most.
const listBytes = 2 << 20

// Catalog makes a catalog of n entries below about n/20 topics: domains,
// categories, systems and aspects. A title has 2 to 7 words, a description 5 to
// 20. It is written as Markdown lists, read by catalog.Parse and merged, so it
// is what a real list of that size would give.
func Catalog(n int, seed uint64) *catalog.Catalog {
	w := newWriter(seed)
	var parts []*catalog.Catalog
	list := make([]byte, 0, listBytes+listBytes/8)
	domains := make(map[string]bool)
	for i := range n {
		if i%perDomain == 0 {
			if len(list) > listBytes {
				parts = append(parts, parse(list))
				list = list[:0]
			}
			title := w.sentence(nil, 2, 4)
			for domains[string(title)] { // two of one name would be one
				title = w.sentence(title[:0], 2, 4)
			}
			domains[string(title)] = true
			list = append(append(append(list, "\n## "...), title...), '\n')
		}
		list = w.entry(w.topics(list, i), i)
	}
	return catalog.Merge(append(parts, parse(list))...)
}

// topics appends the topics below a domain that begin with the i-th entry.
func (w *writer) topics(list []byte, i int) []byte {
	if i%perCategory == 0 {
		list = append(w.sentence(append(list, "\n### "...), 1, 4), '\n')
	}
	if i%perSystem == 0 {
		list = append(w.sentence(append(list, "\n- **"...), 2, 4), "**\n"...)
	}
	if i%perAspect == 0 {
		list = append(w.sentence(append(list, "  - "...), 2, 4), '\n')
	}
	return list
}

// entry appends the i-th entry.
func (w *writer) entry(list []byte, i int) []byte {
	list = w.sentence(append(list, "    - ["...), 2, 7)
	list = strconv.AppendInt(append(list, "](https://example.org/"...), int64(i), 10)
	return append(w.sentence(append(list, ") - "...), 5, 20), ".\n"...)
}

func parse(list []byte) *catalog.Catalog {
	c, err := catalog.Parse(slices.Concat([]byte("# List\n"), list), catalog.Options{Name: "searchtest.md"})
	if err != nil {
		panic(err) // the list above is one
	}
	return c
}
