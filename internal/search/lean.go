package search

import (
	"math"
	"slices"

	"archbot/internal/vocabulary"
)

// What one occurrence of a word says for a topic, in what belongs to it.
const (
	leanTitle       = 3.0
	leanAlias       = 1.0
	leanHint        = 0.5
	leanTalk        = 1.0
	leanNothing     = 0.4 // for nothing that the list has: there are more examples of it
	leanResource    = 0.5
	leanDescription = 0.25
	leanAbove       = 0.3  // of that, for the topic above
	leastLean       = 0.01 // a share below it is no leaning: what every topic has says nothing
	everywhere      = 10   // a word in one of so many texts leans to nothing in particular
	few             = 100  // unless there are but a few
	trusted         = 0.85 // quality of a sense that leans beside the word itself
)

// leanings say which topics a word speaks for, whether or not the query's words
// stand together in any one text: by stem, from all that is said of a topic.
// The number behind the last topic is talk of nothing that the list has.
type leanings map[string][]leaning

// leaning is how much a word speaks for a topic: the root of the topic's share in
// all uses of the word.
type leaning struct {
	topic int32
	share float32
}

// speaksFor reports whether a word leans to a topic.
func speaksFor(list []leaning, topic int32) bool {
	return slices.ContainsFunc(list, func(l leaning) bool { return l.topic == topic })
}

// use is one occurrence of a word in what belongs to a topic.
type use struct {
	topic int32
	worth float32
}

// example is something that was said of topics, or of nothing that the list has.
type example struct {
	said   string
	topics []int32
	worth  float32 // of a word in it, for each of the topics
}

func newExample(e vocabulary.Entry, topics []int32, nothing int32) example {
	if len(e.Meanings) == 0 {
		return example{e.Term, []int32{nothing}, leanNothing}
	}
	return example{e.Term, topics, leanTalk / float32(max(1, len(topics)))}
}

// usesOf returns the uses of the words in examples, by stem.
func usesOf(examples []example) map[string][]use {
	uses := make(map[string][]use)
	stems := make(map[string]string) // the same words come again and again
	for _, e := range examples {
		for _, w := range telling(words(e.said)) {
			s, known := stems[w]
			if !known {
				s = stem(w)
				stems[w] = s
			}
			for _, topic := range e.topics {
				uses[s] = append(uses[s], use{topic, e.worth})
			}
		}
	}
	return uses
}

// lean finds what every word leans to.
func (x *Index) lean(said map[string][]use) leanings {
	c := useCounter{parents: x.parents, nothing: int32(len(x.titles)), sums: make([]float32, len(x.titles)+1)}
	all := make(leanings, len(x.lexicon.stems)+len(said))
	for stem, ids := range x.lexicon.stems {
		for _, id := range ids {
			if silent[x.lexicon.text[id]] || len(x.postings[id]) > max(len(x.texts)/everywhere, few) {
				continue
			}
			for _, p := range x.postings[id] {
				c.add(x.says(p))
			}
		}
		for _, u := range said[stem] {
			c.add(u)
		}
		all[stem] = c.take()
	}
	for stem, uses := range said {
		if _, done := all[stem]; done {
			continue
		}
		for _, u := range uses {
			c.add(u)
		}
		all[stem] = c.take()
	}
	return all
}

// says is what a posting says for which topic; none above all of them.
func (x *Index) says(p uint32) use {
	t := &x.texts[p>>1] // not a copy: weigh fills its weight in meanwhile
	switch {
	case t.kind == title:
		return use{t.unit, leanTitle}
	case t.kind == alias:
		return use{t.unit, leanAlias}
	case t.kind == hint:
		return use{t.unit, leanHint}
	case p&inDescription != 0:
		return use{x.parents[t.unit], leanDescription}
	}
	return use{x.parents[t.unit], leanResource}
}

// useCounter adds up the uses of one word after another. Those of one topic
// mostly come in a row, and are passed on to the topics above in one go.
type useCounter struct {
	parents []int32
	nothing int32
	row     use       // uses in a row
	sums    []float32 // by topic
	touched []int32
	total   float32
}

func (c *useCounter) add(u use) {
	if u.topic != c.row.topic {
		c.endRow()
		c.row.topic = u.topic
	}
	c.row.worth += u.worth
}

func (c *useCounter) endRow() {
	c.total += c.row.worth
	for topic, worth := c.row.topic, c.row.worth; worth > 0 && topic >= 0; worth *= leanAbove {
		if c.sums[topic] == 0 {
			c.touched = append(c.touched, topic)
		}
		c.sums[topic] += worth
		if topic == c.nothing {
			break
		}
		topic = c.parents[topic]
	}
	c.row.worth = 0
}

// take returns the leanings of the word that was counted and begins anew. One
// more use, of something unknown, keeps a word that was seen once from being sure.
func (c *useCounter) take() []leaning {
	c.endRow()
	var list []leaning
	for _, topic := range c.touched {
		if share := c.sums[topic] / (c.total + 1); share >= leastLean {
			list = append(list, leaning{topic, float32(math.Sqrt(float64(share)))})
		}
		c.sums[topic] = 0
	}
	c.touched, c.total = c.touched[:0], 0
	return list
}
