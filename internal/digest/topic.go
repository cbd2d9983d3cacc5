package digest

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// List is what editions are chosen from.
type List struct {
	Catalog *catalog.Catalog
	// Arrived says when a resource came into the list; the zero time where it always
	// was there, as far as anybody knows. Nil where nothing is known of any.
	Arrived func(catalog.Resource) time.Time
}

// Field is what a resource is known by in a record: 16 characters, 96 bits of its
// address's hash.
func Field(url string) string {
	sum := sha256.Sum256([]byte(catalog.URLKey(url)))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// maxAnchors is how many resources a topic is followed by.
const maxAnchors = 8

// within are the resources in a topic or below it, in the list's order.
func (l List) within(topic catalog.TopicID) []catalog.Resource {
	filter := search.Filter{Topic: topic}
	var out []catalog.Resource
	for _, r := range l.Catalog.Resources {
		if filter.Match(r) {
			out = append(out, r)
		}
	}
	return out
}

// Anchor notes in a subscription what its topic is called and by which resources it
// will be found when it moves; false where the list has no such topic.
func (l List) Anchor(s *Subscription) bool {
	t, ok := l.Catalog.Topic(s.Topic)
	if !ok {
		return false
	}
	all := l.within(t.ID)
	s.Title, s.Anchors, s.Size = t.Title, anchors(all), len(all)
	return true
}

// anchors are Fields of resources from all parts of a topic.
func anchors(all []catalog.Resource) []string {
	n := min(len(all), maxAnchors)
	out := make([]string, 0, n)
	for i := range n {
		out = append(out, Field(all[i*len(all)/n].URL))
	}
	return out
}

// tooBroad is how many times as large as a topic was what it may have become.
const tooBroad = 3

// Find returns a subscription's topic as it is in the list now: under its id, or
// where most of its resources have gone. A part of the list that is far larger than
// the topic was is not it.
func (l List) Find(s Subscription) (t catalog.Topic, moved, ok bool) {
	if t, ok := l.Catalog.Topic(s.Topic); ok {
		return t, false, true
	}
	var best catalog.Topic
	most, size := 0, 0
	present := 0
	for _, r := range l.Catalog.Resources {
		if slices.Contains(s.Anchors, Field(r.URL)) {
			present++
		}
	}
	for _, t := range l.Catalog.Topics {
		all := l.within(t.ID)
		if len(all) > tooBroad*(s.Size+1) {
			continue
		}
		n := 0
		for _, r := range all {
			if slices.Contains(s.Anchors, Field(r.URL)) {
				n++
			}
		}
		if n > most || n == most && n > 0 && len(all) <= size {
			best, most, size = t, n, len(all)
		}
	}
	return best, true, most > 0 && 2*most >= present
}
