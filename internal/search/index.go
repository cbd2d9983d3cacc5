package search

import (
	"math"

	"archbot/internal/catalog"
)

// Index is a catalog prepared for searching. It is immutable: any number of
// goroutines may use one, and a new list means a new Index.
type Index struct {
	catalog *catalog.Catalog

	// A document is a number: the catalog's topics first, its resources after.
	titles [][]string // folded words of each document's title

	words    []word         // the vocabulary, in the order of its first use
	wordAt   map[string]int // a folded word's place in words
	stemmed  map[string][]int
	foldedAs []string // each topic's title, folded, its words joined by one space
	paths    []string // the same for its whole path
}

// word is one entry of the vocabulary.
type word struct {
	text  string
	stem  string
	found []posting
}

// posting says that a document has a word, and where it counts most.
type posting struct {
	doc   int
	field field
}

// field is a part of a document; a smaller one counts more.
type field int

const (
	inTitle field = iota
	inDescription
	inPath
)

// worth is what finding a word in each field counts for.
var worth = [...]float64{inTitle: 1, inDescription: 0.6, inPath: 0.5}

// New prepares c for searching.
func New(c *catalog.Catalog) *Index {
	x := &Index{
		catalog: c,
		titles:  make([][]string, 0, len(c.Topics)+len(c.Resources)),
		wordAt:  make(map[string]int),
		stemmed: make(map[string][]int),
	}
	wordsOf := make(map[catalog.TopicID][]string, len(c.Topics))
	for doc, t := range c.Topics {
		title := words(t.Title)
		above := wordsOf[t.Parent]
		wordsOf[t.ID] = append(above[:len(above):len(above)], title...)
		x.titles = append(x.titles, title)
		x.foldedAs = append(x.foldedAs, joined(title))
		x.paths = append(x.paths, joined(wordsOf[t.ID]))
		x.add(doc, inTitle, title)
		x.add(doc, inPath, above)
	}
	for i, r := range c.Resources {
		doc := len(c.Topics) + i
		title := words(r.Title)
		x.titles = append(x.titles, title)
		x.add(doc, inTitle, title)
		x.add(doc, inDescription, words(r.Description))
		x.add(doc, inPath, wordsOf[r.Topic])
	}
	return x
}

// Catalog returns what the index was made from.
func (x *Index) Catalog() *catalog.Catalog { return x.catalog }

// add files a document's words. The fields come in falling order of worth, so
// the first posting of a document is the one to keep.
func (x *Index) add(doc int, f field, ws []string) {
	for _, w := range ws {
		at, known := x.wordAt[w]
		if !known {
			at = len(x.words)
			x.wordAt[w] = at
			s := stem(w)
			x.words = append(x.words, word{text: w, stem: s})
			x.stemmed[s] = append(x.stemmed[s], at)
		}
		has := &x.words[at]
		if n := len(has.found); n == 0 || has.found[n-1].doc != doc {
			has.found = append(has.found, posting{doc, f})
		}
	}
}

// rarity is a word's weight: the fewer titles and texts have it, the more it
// says. A word that the list does not have weighs as much as the rarest.
func (x *Index) rarity(has int) float64 {
	n := float64(len(x.titles))
	return 1 + math.Log(1+n/float64(max(1, has)))
}
