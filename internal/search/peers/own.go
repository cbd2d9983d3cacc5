package peers

import (
	"archbot/internal/catalog"
	"archbot/internal/search"
)

// own is archbot's search.
type own struct{ index *search.Index }

func (*own) Name() string { return Ours }

// Build waits for what an index still makes when New has returned.
func (e *own) Build(c *catalog.Catalog) error {
	e.index = search.New(c)
	e.index.Search(search.Query{Text: "mispelltwrod"})
	return nil
}

func (e *own) Search(text string) ([]string, error) {
	r := e.index.Search(search.Query{Text: text, Limit: limit / 2})
	ids := make([]string, 0, limit)
	for _, h := range r.Topics {
		ids = append(ids, string(h.Topic.ID))
	}
	for _, h := range r.Resources {
		ids = append(ids, h.Resource.URL)
	}
	return ids, nil
}

func (e *own) Close() error {
	e.index = nil
	return nil
}
