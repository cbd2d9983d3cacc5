package dialogue

import (
	"hash/fnv"
	"slices"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// Context is what a conversation is about just now. The zero Context is that of one
// that has not begun. It is a value: what Answer returns shares nothing with what it
// was given.
type Context struct {
	turn   int       // messages answered so far
	past   []subject // what it was about, the first and the latest ones; the last is what it is about
	filter search.Filter
	page   int      // of the last answer; 0 for none
	seen   int      // how many resources of the list were shown, from its beginning
	shown  []uint64 // what the last answer showed, in order
	item   int      // which of them was talked about last, from 1; 0 for none
	others []catalog.TopicID
	offer  catalog.TopicID // what a "yes" takes
}

// How much a context holds of each.
const (
	maxPast   = 8
	maxShown  = 12
	maxOthers = 8
	maxQuery  = 200 // bytes
	maxPage   = 1000
)

// subject is something that a conversation is about.
type subject struct {
	topic catalog.TopicID // empty where no topic of the list is about it
	with  catalog.TopicID // the other one of two that are compared
	query string          // what found it
	path  bool            // from easy to hard
}

// now is what the conversation is about; nil when it is about nothing yet.
func (c *Context) now() *subject {
	if len(c.past) == 0 {
		return nil
	}
	return &c.past[len(c.past)-1]
}

// turnTo makes s what the conversation is about. The first subject is never lost.
func (c *Context) turnTo(s subject) {
	s.query = cut(s.query, maxQuery)
	if now := c.now(); now != nil && now.topic == s.topic && (s.topic != "" || now.query == s.query) {
		*now = s
		return
	}
	c.past = append(slices.Clone(c.past), s)
	if len(c.past) > maxPast {
		c.past = slices.Delete(c.past, 1, 2)
	}
}

// begin is a new subject: no filter, the first page.
func (c *Context) begin(s subject) {
	c.turnTo(s)
	c.filter, c.page, c.seen = search.Filter{}, 1, 0
}

// Sight is an answer that was given otherwise, by a command or a button.
type Sight struct {
	Topic  catalog.TopicID // empty where it is about none
	Query  string          // what was looked for, if anything
	Shown  []catalog.Resource
	Page   int // of Shown; 0 where there are no pages
	Seen   int // how many resources were shown up to there
	Filter search.Filter
}

// Saw returns what the conversation is about once something was shown in it.
func (c Context) Saw(s Sight) Context {
	if s.Topic != "" || s.Query != "" {
		c.begin(subject{topic: s.Topic, query: s.Query})
		c.filter, c.page, c.seen = s.Filter, max(s.Page, 1), s.Seen
		c.filter.Topic = ""
		c.others, c.offer = nil, ""
	}
	c.show(s.Shown)
	return c
}

// show notes what an answer shows.
func (c *Context) show(resources []catalog.Resource) {
	c.shown, c.item = nil, 0
	for _, r := range resources[:min(len(resources), maxShown)] {
		c.shown = append(c.shown, keyOf(r))
	}
}

// keyOf is a resource as a context knows it.
func keyOf(r catalog.Resource) uint64 {
	h := fnv.New64a()
	h.Write([]byte(catalog.URLKey(r.URL)))
	return h.Sum64()
}

// resources finds what was shown last in a list. What it no longer has is left out
// as a resource without an address, so that the second stays the second.
func (c *Context) resources(list *catalog.Catalog) []catalog.Resource {
	if len(c.shown) == 0 {
		return nil
	}
	out := make([]catalog.Resource, len(c.shown))
	left := len(c.shown)
	for _, r := range list.Resources {
		if i := slices.Index(c.shown, keyOf(r)); i >= 0 && out[i].URL == "" {
			out[i] = r
			if left--; left == 0 {
				break
			}
		}
	}
	return out
}

// within drops what a list no longer has.
func (c *Context) within(list *catalog.Catalog) {
	has := func(id catalog.TopicID) bool {
		_, ok := list.Topic(id)
		return ok
	}
	var past []subject
	for _, s := range c.past {
		if s.topic == "" && s.query != "" || has(s.topic) {
			if !has(s.with) {
				s.with = ""
			}
			past = append(past, s)
		}
	}
	if len(c.past) > 0 && (len(past) == 0 || past[len(past)-1] != c.past[len(c.past)-1]) {
		c.page, c.seen, c.filter = 0, 0, search.Filter{}
	}
	c.past = past
	c.others = slices.DeleteFunc(slices.Clone(c.others), func(id catalog.TopicID) bool { return !has(id) })
	if !has(c.offer) {
		c.offer = ""
	}
}

// cut shortens s to at most so many bytes, at the end of a letter.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xC0 == 0x80 {
		most--
	}
	return s[:most]
}
