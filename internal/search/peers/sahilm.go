package peers

import (
	"github.com/sahilm/fuzzy"

	"archbot/internal/catalog"
)

// sahilm is sahilm/fuzzy over all titles: letters in order, with any between.
type sahilm struct{ titles, ids []string }

func (*sahilm) Name() string { return "sahilm/fuzzy" }

func (e *sahilm) Build(c *catalog.Catalog) error {
	e.titles, e.ids = titles(c)
	return nil
}

// longest is how much of a query the library is given: its score triples with
// each adjacent letter, and overflows at 40.
const longest = 32

func (e *sahilm) Search(text string) ([]string, error) {
	matches := fuzzy.Find(text[:min(len(text), longest)], e.titles)
	ids := make([]string, 0, limit)
	for _, m := range matches[:min(len(matches), limit)] {
		ids = append(ids, e.ids[m.Index])
	}
	return ids, nil
}

func (e *sahilm) Close() error {
	e.titles, e.ids = nil, nil
	return nil
}
