package catalog

import "strconv"

// Kind says what a resource is.
type Kind string

// The kinds that a tag may name; the first four are the seed list's promise.
const (
	Article   Kind = "article"
	Video     Kind = "video"
	Pattern   Kind = "pattern"
	Principle Kind = "principle"
	Paper     Kind = "paper"
	Book      Kind = "book"
	Course    Kind = "course"
	Docs      Kind = "docs"
	Repo      Kind = "repo"
	Podcast   Kind = "podcast"
)

// Kinds lists every kind in the order in which they are offered.
func Kinds() []Kind {
	return []Kind{Article, Video, Pattern, Principle, Paper, Book, Course, Docs, Repo, Podcast}
}

// Level says how much a resource expects of its reader.
type Level string

// The levels that a tag may name, easiest first.
const (
	Intro        Level = "intro"
	Intermediate Level = "intermediate"
	Advanced     Level = "advanced"
)

// Levels lists every level, easiest first.
func Levels() []Level { return []Level{Intro, Intermediate, Advanced} }

// Year is a year of publication in the common era; 0 means unknown.
type Year int

// MarshalJSON writes a number, or null for an unknown year.
func (y Year) MarshalJSON() ([]byte, error) {
	if y == 0 {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(y), 10), nil
}
