package search

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"archbot/internal/catalog"
	"archbot/internal/vocabulary"
)

// Index is a catalog prepared for searching. It is immutable: any number of
// goroutines may use one, and a new list means a new Index.
type Index struct {
	catalog *catalog.Catalog
	lexicon *lexicon
	titles  []string // each topic's title, folded, its words joined by one space
	byTitle []uint32 // topics in the order of their titles
	paths   []string // the same for its whole path
	parents []int32  // of each topic and resource: the topic above it, -1 at the top

	texts    []text
	written  []occurrence // until New has filed them
	postings [][]uint32   // by word: texts, in order, twice their number plus where
	weights  []float32    // by word
	units    int          // topics and resources
	means    map[string]meaning
	phrases  map[string][]uint32 // aliases with silent words in them, by their stems
	longest  int                 // words of the longest key of means or phrases
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

// New prepares c for searching; v may be nil. Of v, the terms that mean a topic
// of c become its aliases, the others stand for the words that they mean.
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
	x.sortTitles()
	x.addInitials()
	said := x.addVocabulary(vs, place)
	uses := sync.OnceValue(func() map[string][]use { return usesOf(said) })
	go uses() // while the resources are filed
	x.addResources(c.Resources, place)
	x.file()
	x.leanings = sync.OnceValue(func() leanings { return x.lean(uses()) })
	go x.leanings() // while the weights are made
	x.lexicon.finish()
	x.weigh()
	return x
}

// partSize is how many resources are cut into words at a time, and ahead how
// many such parts may wait to be filed.
const partSize, ahead = 512, 8

// addResources files the resources' texts. Cutting them into words is much of the
// work, so other cores do it.
func (x *Index) addResources(resources []catalog.Resource, place map[catalog.TopicID]int32) {
	type cut struct{ heading, body []string }
	parts := make(chan chan []cut, ahead)
	go func() {
		for part := range slices.Chunk(resources, partSize) {
			done := make(chan []cut, 1)
			parts <- done
			go func() {
				cuts := make([]cut, len(part))
				for i, r := range part {
					cuts[i] = cut{words(r.Title), words(r.Description)}
				}
				done <- cuts
			}()
		}
		close(parts)
	}()
	i := 0
	for done := range parts {
		for _, c := range <-done {
			parent, ok := place[resources[i].Topic]
			if !ok {
				parent = -1
			}
			x.parents = append(x.parents, parent)
			x.addText(text{unit: int32(len(x.titles) + i), kind: entry}, c.heading, c.body)
			i++
		}
	}
}

func (x *Index) sortTitles() {
	x.byTitle = make([]uint32, len(x.titles))
	for i := range x.byTitle {
		x.byTitle[i] = uint32(i)
	}
	slices.SortStableFunc(x.byTitle, func(a, b uint32) int { return strings.Compare(x.titles[a], x.titles[b]) })
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

// addVocabulary files each term with the topics that it means, or with the
// words that it stands for, and returns what is said of topics besides.
func (x *Index) addVocabulary(vs []*vocabulary.Vocabulary, place map[catalog.TopicID]int32) (said []example) {
	topicsOf := x.naming(place)
	for _, v := range vs {
		for e := range v.All() {
			if e.Use != vocabulary.Talk {
				x.addTerm(e, topicsOf)
				continue
			}
			var topics []int32
			for _, m := range e.Meanings {
				topics = append(topics, topicsOf(m)...)
			}
			said = append(said, newExample(e, topics, int32(len(x.titles))))
		}
	}
	return said
}

// naming returns named for meanings that come again and again.
func (x *Index) naming(place map[catalog.TopicID]int32) func(meaning string) []int32 {
	byTitle := make(map[string][]int32)
	for i, title := range x.titles {
		byTitle[title] = append(byTitle[title], int32(i))
	}
	called := make(map[string][]int32)
	return func(meaning string) []int32 {
		topics, known := called[meaning]
		if !known {
			topics = x.named(meaning, byTitle, place)
			called[meaning] = topics
		}
		return topics
	}
}

func (x *Index) addTerm(e vocabulary.Entry, topicsOf func(meaning string) []int32) {
	term := words(e.Term)
	if len(term) == 0 {
		return
	}
	kind := alias
	if e.Use == vocabulary.Weak {
		kind = hint
	}
	for _, m := range e.Meanings {
		topics := topicsOf(m)
		for _, t := range topics {
			x.addText(text{unit: t, kind: kind}, term, nil)
			x.addPhrase(term)
		}
		if len(topics) == 0 && e.Use != vocabulary.Weak {
			x.addMeaning(term, m)
		}
	}
}

// meaning is what a term stands for in words.
type meaning struct {
	words []string
	topic bool // they are the title of a topic that this list has not
}

// addMeaning lets a term stand for words, but not for those that say little: of
// "Cache strategies" in a list that has no such topic, for "cache".
func (x *Index) addMeaning(term []string, said string) {
	first, _ := utf8.DecodeRuneInString(said)
	key := joined(term)
	m := x.means[key]
	m.topic = unicode.IsUpper(first)
	for _, w := range words(said) {
		if !silent[w] && !faint[w] {
			m.words = append(m.words, w)
		}
	}
	x.means[key] = m
	x.longest = max(x.longest, len(term))
}

// addPhrase files the latest text under its words when some of them are silent:
// no query can mean "who is online" by its one other word.
func (x *Index) addPhrase(term []string) {
	if len(term) > 1 && slices.ContainsFunc(term, func(w string) bool { return silent[w] }) {
		key := x.phraseKey(term)
		x.phrases[key] = append(x.phrases[key], uint32(len(x.texts)-1))
		x.longest = max(x.longest, len(term))
	}
}

func (x *Index) phraseKey(ws []string) string {
	stems := make([]string, len(ws))
	for i, w := range ws {
		stems[i] = x.lexicon.stem(w)
	}
	return joined(stems)
}

// named returns the topics that a vocabulary's meaning names: by id, by path or
// by title.
func (x *Index) named(meaning string, byTitle map[string][]int32, place map[catalog.TopicID]int32) []int32 {
	if t, ok := place[catalog.TopicID(meaning)]; ok {
		return []int32{t}
	}
	if topics := byTitle[joined(words(meaning))]; len(topics) > 0 {
		return topics
	}
	var topics []int32
	for _, t := range x.Find(meaning) {
		topics = append(topics, place[t.ID])
	}
	return topics
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

// weigh gives each word its weight, the rarer the more, and each text the sum.
func (x *Index) weigh() {
	x.weights = make([]float32, len(x.postings))
	for id, list := range x.postings {
		has, last := 0, int32(-1) // how many topics and resources have the word
		for _, p := range list {
			if u := x.texts[p>>1].unit; u != last {
				has++
				last = u
			}
		}
		x.weights[id] = x.rarity(float64(has)) * emphasis(x.lexicon.text[id])
		for _, p := range list {
			if p&inDescription == 0 {
				x.texts[p>>1].weight += x.weights[id]
			}
		}
	}
}

func (x *Index) rarity(has float64) float32 {
	return float32(math.Log(1 + float64(max(x.units, 20))/(has+0.5)))
}

// emphasis is the share of its weight that a word keeps.
func emphasis(w string) float32 {
	switch {
	case silent[w]:
		return silentness
	case faint[w]:
		return faintness
	}
	return 1
}

// Catalog returns what the index was made from.
func (x *Index) Catalog() *catalog.Catalog { return x.catalog }
