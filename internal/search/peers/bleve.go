package peers

import (
	"fmt"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"archbot/internal/catalog"
)

// bleveEngine is bleve with its index in memory, asked for what ours does too:
// English stems, slips of the hand, beginnings of words, and titles that count
// more than descriptions, and those more than the topics above.
type bleveEngine struct {
	index bleve.Index
	// batch is how many documents are indexed at a time; 0 is all at once. In
	// memory each batch stays a segment of its own, searched by itself: small
	// ones are built faster, one is searched faster.
	batch int
}

// The fields of a document with what a hit in each counts for, as ours has it.
var bleveFields = []struct {
	name  string
	boost float64
}{{"title", 1}, {"text", 0.6}, {"path", 0.5}}

func (e *bleveEngine) Name() string {
	if e.batch > 0 {
		return fmt.Sprintf("bleve, batches of %d", e.batch)
	}
	return "bleve"
}

func bleveMapping() mapping.IndexMapping {
	// Only what a search needs: nothing stored, no highlighting, no sorting.
	doc := bleve.NewDocumentStaticMapping()
	for _, f := range bleveFields {
		field := bleve.NewTextFieldMapping()
		field.Analyzer = en.AnalyzerName
		field.Store, field.IncludeTermVectors, field.IncludeInAll, field.DocValues = false, false, false, false
		doc.AddFieldMappingsAt(f.name, field)
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	m.DefaultAnalyzer = en.AnalyzerName
	m.StoreDynamic, m.DocValuesDynamic, m.IndexDynamic = false, false, false
	return m
}

func (e *bleveEngine) Build(c *catalog.Catalog) error {
	// Not NewMemOnly, which still builds the deprecated kind of index.
	index, err := bleve.NewUsing("", bleveMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return err
	}
	e.index = index
	batch := index.NewBatch()
	add := func(id, title, text string, path []string) error {
		err := batch.Index(id, map[string]string{"title": title, "text": text, "path": strings.Join(path, " ")})
		if err != nil || batch.Size() != e.batch {
			return err
		}
		defer batch.Reset()
		return index.Batch(batch)
	}
	for _, t := range c.Topics {
		if err := add(string(t.ID), t.Title, "", c.Path(t.Parent)); err != nil {
			return err
		}
	}
	for _, r := range c.Resources {
		if err := add(r.URL, r.Title, r.Description, c.Path(r.Topic)); err != nil {
			return err
		}
	}
	return index.Batch(batch)
}

func (e *bleveEngine) Search(text string) ([]string, error) {
	var parts []query.Query
	for _, f := range bleveFields {
		match := bleve.NewMatchQuery(text)
		match.SetField(f.name)
		match.SetBoost(f.boost)
		match.SetAutoFuzziness(true)
		parts = append(parts, match)
	}
	if prefix := lastWord(text); prefix != "" {
		begins := bleve.NewPrefixQuery(prefix)
		begins.SetField("title")
		parts = append(parts, begins)
	}
	found, err := e.index.Search(bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(parts...), limit, 0, false))
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, limit)
	for _, h := range found.Hits {
		ids = append(ids, h.ID)
	}
	return ids, nil
}

// lastWord is the word that a person may still be typing, in lower case; empty
// when it is too short to be the beginning of anything.
func lastWord(text string) string {
	words := strings.Fields(strings.ToLower(strings.Trim(text, "?!. ")))
	if len(words) == 0 || len(words[len(words)-1]) < 3 {
		return ""
	}
	return words[len(words)-1]
}

func (e *bleveEngine) Close() error {
	if e.index == nil {
		return nil
	}
	defer func() { e.index = nil }()
	return e.index.Close()
}
