package search

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"archbot/internal/catalog"
	"archbot/internal/vocabulary"
)

// Index is a catalog prepared for searching. It is immutable: any number of
// goroutines may use one, and a new list means a new Index.
type Index struct {
	catalog *catalog.Catalog
	lexicon *lexicon
	titles  []string        // each topic's title, folded, its words joined by one space
	paths   []string        // the same for its whole path
	byTopic headings        // topics by their titles
	byEntry func() headings // resources by theirs; waits until it is made
	parents []int32         // of each topic and resource: the topic above it, -1 at the top

	texts    []text
	written  []occurrence // until New has filed them
	postings [][]uint32   // by word: texts, in order, twice their number plus where
	weights  []float32    // by word
	units    int          // topics and resources
	means    map[string]meaning
	phrases  map[string][]uint32 // aliases with silent words in them, by their stems
	longest  int                 // words of the longest key of means or phrases
	focus    []float32           // by topic: what it keeps of what leans to it
	leanings func() leanings     // waits until they are made

	scratch sync.Pool
}

// kind says what a text is.
type kind uint8

const (
	title kind = iota // of a topic
	alias             // what a vocabulary says for a topic
	hint              // an alias that is one of several readings
	entry             // the title, and apart from it the description, of a resource
)

// text is one short text that a query is compared with.
type text struct {
	unit   int32 // the topic, or the number of topics plus the resource
	kind   kind
	weight float32 // of its words together; of a resource, its title's
}

// inDescription is a posting's lowest bit: whether the word stands in the
// description of a resource, not in a title or an alias.
const inDescription uint32 = 1

// New prepares c for searching. Of the vocabularies, the terms that mean a topic
// of c become its aliases, the others stand for the words that they mean; talk
// says which words lean to which topic.
func New(c *catalog.Catalog, vs ...*vocabulary.Vocabulary) *Index {
	x := &Index{catalog: c, lexicon: newLexicon(), means: make(map[string]meaning), phrases: make(map[string][]uint32), units: len(c.Topics) + len(c.Resources)}
	x.texts = make([]text, 0, x.units)
	x.written = make([]occurrence, 0, 24*x.units) // more than most need
	place := make(map[catalog.TopicID]int32, len(c.Topics))
	above := make([]string, len(c.Topics))
	for i, t := range c.Topics {
		place[t.ID] = int32(i)
		parent := int32(-1)
		if p, ok := place[t.Parent]; ok {
			parent = p
			above[i] = x.paths[p] + " "
		}
		ws := words(t.Title)
		x.titles = append(x.titles, joined(ws))
		x.paths = append(x.paths, above[i]+joined(ws))
		x.parents = append(x.parents, parent)
		x.addText(text{unit: int32(i), kind: title}, ws, nil)
	}
	x.byTopic = newHeadings(x.titles)
	x.focus = x.focuses()
	x.addInitials()
	said := x.addVocabulary(vs, place)
	uses := sync.OnceValue(func() map[string][]use { return usesOf(said) })
	go uses() // while the resources are filed
	x.byEntry = headingsOf(x.addResources(c.Resources, place))
	x.file()
	x.leanings = sync.OnceValue(func() leanings { return x.lean(uses()) })
	go x.leanings() // while the weights are made
	x.lexicon.finish()
	x.weigh()
	return x
}

// Settle waits until all is made that New goes on with in the background. A search need
// not wait for it; who looks at how much memory there is does.
func (x *Index) Settle() {
	x.leanings()
	x.lexicon.slips()
}

// partSize is how many resources are cut into words at a time, and ahead how
// many such parts may wait to be filed.
const partSize, ahead = 512, 8

// addResources files the resources' texts and returns their titles, folded. Cutting
// them into words is much of the work, so other cores do it.
func (x *Index) addResources(resources []catalog.Resource, place map[catalog.TopicID]int32) (titles []string) {
	type cut struct {
		title         string
		heading, body []string
	}
	parts := make(chan chan []cut, ahead)
	go func() {
		for part := range slices.Chunk(resources, partSize) {
			done := make(chan []cut, 1)
			parts <- done
			go func() {
				cuts := make([]cut, len(part))
				for i, r := range part {
					heading := words(r.Title)
					cuts[i] = cut{joined(heading), heading, words(r.Description)}
				}
				done <- cuts
			}()
		}
		close(parts)
	}()
	titles = make([]string, 0, len(resources))
	i := 0
	for done := range parts {
		for _, c := range <-done {
			parent, ok := place[resources[i].Topic]
			if !ok {
				parent = -1
			}
			x.parents = append(x.parents, parent)
			x.addText(text{unit: int32(len(x.titles) + i), kind: entry}, c.heading, c.body)
			titles = append(titles, c.title)
			i++
		}
	}
	return titles
}

// addInitials lets three to five initials stand for a topic's title, as "amm"
// does for "Automated Market Maker".
func (x *Index) addInitials() {
	for i, title := range x.titles {
		initials := ""
		for w := range strings.FieldsSeq(title) {
			if first, _ := utf8.DecodeRuneInString(w); !silent[w] {
				initials += string(first)
			}
		}
		if n := len(initials); n >= 3 && n <= 5 && ascii(initials) {
			x.addText(text{unit: int32(i), kind: hint}, []string{initials}, nil)
		}
	}
}

// occurrence is a word in a text, before all are filed by word.
type occurrence struct{ word, posting uint32 }

func (x *Index) addText(t text, heading, body []string) {
	id := uint32(len(x.texts))
	x.texts = append(x.texts, t)
	for _, w := range heading {
		x.written = append(x.written, occurrence{x.lexicon.add(w), id << 1})
	}
	for _, w := range body {
		x.written = append(x.written, occurrence{x.lexicon.add(w), id<<1 | inDescription})
	}
}

// file makes the posting lists. A word is filed once for a text; one in a title
// and its description counts as in the title, which comes first.
func (x *Index) file() {
	sizes := make([]int, len(x.lexicon.text))
	for _, o := range x.written {
		sizes[o.word]++
	}
	room := make([]uint32, len(x.written))
	x.postings = make([][]uint32, len(sizes))
	for w, n := range sizes {
		x.postings[w], room = room[:0:n], room[n:]
	}
	for _, o := range x.written {
		list := x.postings[o.word]
		if len(list) == 0 || list[len(list)-1]>>1 != o.posting>>1 {
			x.postings[o.word] = append(list, o.posting)
		}
	}
	x.written = nil
}

// Catalog returns what the index was made from.
func (x *Index) Catalog() *catalog.Catalog { return x.catalog }
