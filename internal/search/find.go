package search

import (
	"strings"

	"archbot/internal/catalog"
)

// Find returns the topics that name says exactly: the one with that id, else
// all whose title, or title with some of those above it, reads so. Case,
// accents and whatever stands between the words do not matter.
func (x *Index) Find(name string) []catalog.Topic {
	id := catalog.TopicID(strings.Trim(strings.ToLower(strings.TrimSpace(name)), "/"))
	if t, ok := x.catalog.Topic(id); ok {
		return []catalog.Topic{t}
	}
	want := joined(words(name))
	if want == "" {
		return nil
	}
	var found []catalog.Topic
	for i, t := range x.catalog.Topics {
		if x.reads(i, want) {
			found = append(found, t)
		}
	}
	return found
}

// reads reports whether want is the topic's title, or the end of its path that
// begins with the title of one above it.
func (x *Index) reads(i int, want string) bool {
	if x.titles[i] == want {
		return true
	}
	if len(want) < len(x.titles[i]) || !strings.HasSuffix(x.paths[i], want) {
		return false
	}
	titles := x.catalog.Path(x.catalog.Topics[i].ID)
	for from := range titles {
		if joined(words(strings.Join(titles[from:], " "))) == want {
			return true
		}
	}
	return false
}

// beginning returns the topics whose title, or a word of it, begins with what
// was typed, in that order; once a slash is typed, those whose id does too.
func (x *Index) beginning(typed string) []int {
	start := joined(words(typed))
	id := strings.ToLower(strings.TrimSpace(typed))
	var byTitle, byWord, byID []int
	for i, title := range x.titles {
		switch {
		case strings.HasPrefix(title, start):
			byTitle = append(byTitle, i)
		case strings.Contains(title, " "+start):
			byWord = append(byWord, i)
		case strings.Contains(id, "/") && strings.HasPrefix(string(x.catalog.Topics[i].ID), id):
			byID = append(byID, i)
		}
	}
	return append(append(byTitle, byWord...), byID...)
}
