package peers

import "archbot/internal/catalog"

// limit is how many hits an engine is asked for. Ours gives ten topics and ten
// resources.
const limit = 20

// Engine is one way to search a catalog.
type Engine interface {
	// Name is what the tables call it.
	Name() string
	// Build indexes the catalog. It is called once, before Search.
	Build(c *catalog.Catalog) error
	// Search returns the ids of the first hits, best first: a topic's TopicID, a
	// resource's URL.
	Search(text string) ([]string, error)
	// Close frees what the index holds.
	Close() error
}

// Ours is the name of the engine that the others are compared with.
const Ours = "archbot"

// Engines returns one of each, unbuilt, ours first.
func Engines() []Engine {
	return []Engine{&own{}, &bleveEngine{}, &sahilm{}, &fzf{}}
}

// Builders returns the engines once more with bleve also in the way that builds
// fastest, in small batches.
func Builders() []Engine {
	return append(Engines(), &bleveEngine{batch: 1000})
}

// titles returns every title, topics' first, and the ids in the same order.
func titles(c *catalog.Catalog) (titles, ids []string) {
	for _, t := range c.Topics {
		titles, ids = append(titles, t.Title), append(ids, string(t.ID))
	}
	for _, r := range c.Resources {
		titles, ids = append(titles, r.Title), append(ids, r.URL)
	}
	return titles, ids
}
