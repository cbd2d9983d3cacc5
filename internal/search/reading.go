package search

import (
	"slices"

	"archbot/internal/catalog"
)

// Clean drops from a message what platforms put around what people type: mentions,
// addresses, emoji shortcodes and entities. The label of a link stays.
func Clean(s string) string { return clean(s) }

// Fold brings spellings of the same text together, as the search does: case, accents
// and the compatibility forms of letters. Cutting and folding change places: a fold
// may be longer or shorter than what it was made from.
func Fold(s string) string { return fold(s) }

// Silent reports whether a folded word only asks, in any of the languages of the
// vocabulary, and so tells nothing of what about.
func Silent(word string) bool { return silent[word] }

// Common reports whether a folded word says little of what something is about: it only
// asks, or everybody uses it of everything.
func Common(word string) bool { return silent[word] || everyday[word] || faint[word] }

// In returns what the filter lets through of a topic's own resources; of a topic
// that has none, those below it, by turns one of each topic there, so that a few of
// them show how broad it is. One that stands in several topics comes several times.
func In(c *catalog.Catalog, topic catalog.TopicID, filter Filter) []catalog.Resource {
	own := c.In(topic)
	kept := own[:0] // the slice is ours
	for _, r := range own {
		if filter.Match(r) {
			kept = append(kept, r)
		}
	}
	if len(kept) > 0 {
		return kept
	}
	var below [][]catalog.Resource
	total := 0
	for _, child := range c.Children(topic) {
		rs := In(c, child.ID, filter)
		below, total = append(below, rs), total+len(rs)
	}
	turns := slices.Grow([]catalog.Resource(nil), total)
	for turn, more := 0, true; more; turn++ {
		more = false
		for _, rs := range below {
			if turn < len(rs) {
				turns, more = append(turns, rs[turn]), true
			}
		}
	}
	return turns
}
