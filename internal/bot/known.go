package bot

import (
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"archbot/internal/catalog"
)

// known is what was worked out about a list, so that no answer works it out again.
type known struct {
	of     *catalog.Catalog
	topics sync.Map // of catalog.TopicID: topicFacts
	refs   sync.Map // of the address of a resource: ref

	answers *lru.Cache[answerKey, answer]
}

// topicFacts are what there is to know of a topic besides itself.
type topicFacts struct {
	card TopicCard // without its children
	ref  ref
	name string
}

// knownOf returns what is known of a list; of a new one, that is nothing yet.
func (b *Bot) knownOf(l List) *known {
	if k := b.known.Load(); k != nil && k.of == l.catalog() {
		return k
	}
	answers, err := lru.New[answerKey, answer](maxAnswers)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	k := &known{of: l.catalog(), answers: answers}
	b.known.Store(k)
	return k
}

// facts are a topic's.
func (c call) facts(t catalog.Topic) topicFacts {
	if f, ok := c.known.topics.Load(t.ID); ok {
		if f, ok := f.(topicFacts); ok {
			return f
		}
	}
	f := topicFacts{card: topicCard(c.catalog(), t), ref: topicRef(c.catalog(), t), name: topicName(c.index(), t)}
	c.known.topics.Store(t.ID, f)
	return f
}

// resourceRef is what buttons call the resource at an address.
func (c call) resourceRef(url string) ref {
	if r, ok := c.known.refs.Load(url); ok {
		if r, ok := r.(ref); ok {
			return r
		}
	}
	r := resourceRef(url)
	if _, ok := c.catalog().Resource(url); ok { // not what people have saved: that has no end
		c.known.refs.Store(url, r)
	}
	return r
}
