package catalog

import (
	"strconv"
	"strings"
	"unicode"
)

// slug makes a topic's part of an id: lower case, every run of characters that
// are neither letters nor digits becomes one dash, none at the ends.
func slug(title string) string {
	var b strings.Builder
	b.Grow(len(title))
	gap := false
	for _, r := range strings.ToLower(title) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "topic" // a title of nothing but emoji still needs an id
	}
	return b.String()
}

// siblings hands out ids: a second topic with the same slug below one parent
// gets "-2", a third "-3". It keeps how many asked for each.
type siblings map[TopicID]int

func (s siblings) id(parent TopicID, title string) TopicID {
	base := slug(title)
	if parent != "" {
		base = string(parent) + "/" + base
	}
	id := TopicID(base)
	for s[id] > 0 { // "topic-2" may be a title too
		s[TopicID(base)]++
		id = TopicID(base + "-" + strconv.Itoa(s[TopicID(base)]))
	}
	s[id] = 1
	return id
}
