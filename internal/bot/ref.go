package bot

import (
	"crypto/sha256"
	"strings"

	"archbot/internal/catalog"
)

// ref names a resource or a topic in a few bytes, whatever the length of its address
// or id: 8 bytes of a hash. A topic's goes on with 6 bytes of each of its first
// resources, by which it is found again when it has moved.
type ref string

const (
	refHead = 8
	refStep = 6
	refMost = 3 // how many resources a topic's has
)

// valid reports whether a ref has a length that it can have.
func (r ref) valid() bool {
	steps := len(r) - refHead
	return steps >= 0 && steps%refStep == 0 && steps/refStep <= refMost
}

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return string(sum[:refHead])
}

// resourceRef names the resource at an address.
func resourceRef(url string) ref { return ref(hashed(catalog.URLKey(url))) }

// topicRef names a topic of a catalog.
func topicRef(c *catalog.Catalog, t catalog.Topic) ref {
	r := hashed(string(t.ID))
	resources := c.In(t.ID)
	for _, res := range resources[:min(len(resources), refMost)] {
		r += hashed(catalog.URLKey(res.URL))[:refStep]
	}
	return ref(r)
}

// resource finds the resource that a ref names.
func (r ref) resource(c *catalog.Catalog) (catalog.Resource, bool) {
	for _, res := range c.Resources {
		if resourceRef(res.URL) == r {
			return res, true
		}
	}
	return catalog.Resource{}, false
}

// topic finds the topic that a ref names; where that one is gone, the one that has
// most of its resources now.
func (r ref) topic(c *catalog.Catalog) (t catalog.Topic, moved, ok bool) {
	for _, t := range c.Topics {
		if hashed(string(t.ID)) == string(r[:refHead]) {
			return t, false, true
		}
	}
	var urls []string
	for rest := string(r[refHead:]); rest != ""; rest = rest[refStep:] {
		urls = append(urls, rest[:refStep])
	}
	has := make(map[catalog.TopicID]int)
	var best catalog.TopicID
	for _, res := range c.Resources {
		for _, url := range urls {
			if strings.HasPrefix(string(resourceRef(res.URL)), url) {
				if has[res.Topic]++; has[res.Topic] > has[best] {
					best = res.Topic
				}
			}
		}
	}
	t, ok = c.Topic(best)
	return t, true, ok
}
