// Package catalog reads a curated Markdown list (an "awesome list") as data: a
// tree of topics, the resources under them, the entries that have no link yet,
// and everything that is wrong with the file.
//
// Parse does it in four steps: decode.go turns bytes into clean text; markdown.go
// and html.go turn Markdown and the HTML inside it into one plain tree of blocks,
// outline.go; survey.go and role.go tell content from tables of contents, badges
// and contributing notes; and build.go makes topics and resources of what is left.
//
// A Catalog is immutable once Parse or Merge has returned it: share it between
// goroutines, never write to its slices.
package catalog

// TopicID is a topic's slug path from the top down, such as
// "cloud-native/microservices/service-mesh-architecture/circuit-breaking".
// The empty id stands for the list itself.
type TopicID string

// Tier says which shape in the list a topic has, and so how broad it is.
type Tier string

// The tiers, broadest first. The names are the seed list's.
const (
	Domain   Tier = "domain"   // a heading at the top
	Category Tier = "category" // a heading, or a folded section, below another topic
	System   Tier = "system"   // a bold list item with children
	Aspect   Tier = "aspect"   // an unlinked list item directly under a System
)

// Topic is one node of the tree that the list spans.
type Topic struct {
	ID     TopicID `json:"id"`
	Title  string  `json:"title"`
	Tier   Tier    `json:"level"`
	Parent TopicID `json:"parent"` // empty at the top
	Line   int     `json:"line"`   // 1-based, in the list that was parsed
}

// Resource is one linked entry. Its identity is its URL (see URLKey), so a
// mended title is not a new resource.
type Resource struct {
	Title        string    `json:"title"`
	URL          string    `json:"url"`
	Description  string    `json:"description"`
	Kind         Kind      `json:"kind"`          // empty when unknown
	KindInferred bool      `json:"kind_inferred"` // read off the URL or title, not from a tag
	Level        Level     `json:"level"`         // empty when unknown
	Year         Year      `json:"year"`          // 0 when unknown
	Topic        TopicID   `json:"topic"`         // its first place; empty above every topic
	Also         []TopicID `json:"also"`          // further places, and those its tags name
	Path         []string  `json:"path"`          // titles of what encloses it, from the top down
	List         string    `json:"list"`          // the file or URL that it stands in first
	Line         int       `json:"line"`          // 1-based, in that list
}

// Item is a list entry that has no link and is no topic.
type Item struct {
	Title string   `json:"title"`
	Topic TopicID  `json:"topic"`
	Path  []string `json:"path"`
	Line  int      `json:"line"`
}

// Catalog is what one list, or several merged ones, are parsed into. Every
// slice is in the order of the list; a parent stands before its children.
type Catalog struct {
	Title     string     `json:"title"`
	Topics    []Topic    `json:"topics"`
	Resources []Resource `json:"resources"`
	Items     []Item     `json:"items"`
	Problems  []Problem  `json:"problems"`

	byID     map[TopicID]int
	children map[TopicID][]int
	byTopic  map[TopicID][]int // resources in a topic itself, Also included
	byURL    map[string]int    // by URLKey
}

// index fills the look-up tables but for byURL, which its callers have.
func (c *Catalog) index() {
	c.byID = make(map[TopicID]int, len(c.Topics))
	c.children = make(map[TopicID][]int)
	for i, t := range c.Topics {
		c.byID[t.ID] = i
		c.children[t.Parent] = append(c.children[t.Parent], i)
	}
	c.byTopic = make(map[TopicID][]int, len(c.Topics))
	for i, r := range c.Resources {
		c.byTopic[r.Topic] = append(c.byTopic[r.Topic], i)
		for _, id := range r.Also {
			c.byTopic[id] = append(c.byTopic[id], i)
		}
	}
}

// Topic returns the topic with that id, or false.
func (c *Catalog) Topic(id TopicID) (Topic, bool) {
	i, ok := c.byID[id]
	if !ok {
		return Topic{}, false
	}
	return c.Topics[i], true
}

// Children returns the topics directly below id, in the list's order; those at
// the top for the empty id.
func (c *Catalog) Children(id TopicID) []Topic { return pick(c.Topics, c.children[id]) }

// In returns the resources that stand in the topic itself or name it with an
// "also" tag, in the list's order; those of its children are not among them.
func (c *Catalog) In(id TopicID) []Resource { return pick(c.Resources, c.byTopic[id]) }

// Resource returns the resource with that URL, compared by URLKey, or false.
func (c *Catalog) Resource(url string) (Resource, bool) {
	i, ok := c.byURL[URLKey(url)]
	if !ok {
		return Resource{}, false
	}
	return c.Resources[i], true
}

// Path returns the titles from the top down to the topic itself; nil for an id
// that the catalog does not have.
func (c *Catalog) Path(id TopicID) []string {
	i, ok := c.byID[id]
	if !ok {
		return nil
	}
	return append(c.Path(c.Topics[i].Parent), c.Topics[i].Title)
}

func pick[T any](from []T, at []int) []T {
	out := make([]T, len(at))
	for i, j := range at {
		out[i] = from[j]
	}
	return out
}
