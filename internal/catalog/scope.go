package catalog

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// scope is something that encloses entries: a section, a fold, a list item with
// items below it. Those that turn out to be topics get an id.
type scope struct {
	parent   *scope
	title    string
	at       int32
	tier     Tier  // what it is as a topic; empty when it can be none
	always   bool  // a topic even with nothing below it
	hidden   bool  // adds nothing to a path: the title, a table of contents
	skipped  bool  // nothing in it is for recommending
	level    uint8 // of a heading, else 0
	link     int32 // an outside link in a heading
	about    string
	encloses bool // scopes that may be topics

	entries int      // resources, here and below
	topics  int      // topics below
	id      TopicID  // once it is known to be a topic
	path    []string // once asked for
}

// titles is the path from the top down to s itself.
func (s *scope) titles() []string {
	switch {
	case s == nil:
		return []string{}
	case s.path != nil:
		return s.path
	}
	s.path = s.parent.titles()
	if !s.hidden && s.title != "" {
		s.path = append(s.path[:len(s.path):len(s.path)], s.title)
	}
	return s.path
}

// topic is the innermost topic around and including s; nil at the top.
func (s *scope) topic() *scope {
	for s != nil && s.id == "" {
		s = s.parent
	}
	return s
}

func (s *scope) topicID() TopicID {
	if t := s.topic(); t != nil {
		return t.id
	}
	return ""
}

// isTopic decides once everything below has been read.
func (s *scope) isTopic() bool {
	return s.tier != "" && !s.hidden && !s.skipped && (s.always || s.entries > 0 || s.topics > 0)
}

// topics finds the topics among the scopes, which stand parents first, and gives
// each its id.
func (b *build) topics() []Topic {
	for _, s := range slices.Backward(b.scopes) {
		if s.parent != nil {
			s.parent.entries += s.entries
			s.parent.topics += s.topics
			if s.isTopic() {
				s.parent.topics++
			}
		}
	}
	topics := make([]Topic, 0, len(b.scopes))
	ids := siblings{}
	for _, s := range b.scopes {
		if !s.isTopic() {
			continue
		}
		parent := s.parent.topicID()
		s.id = ids.id(parent, s.title)
		if parent == "" && s.tier == Category {
			s.tier = Domain
		}
		topics = append(topics, Topic{ID: s.id, Title: s.title, Tier: s.tier, Parent: parent, Line: b.lineAt(int(s.at))})
	}
	return topics
}

// maxLabel is how long the text of an item may be, in characters, to serve as
// a label for the items below it; a longer one is prose.
const maxLabel = 80

func label(title string) string {
	if utf8.RuneCountInString(title) > maxLabel {
		return ""
	}
	return title
}

// foldNote matches a summary that only says how to open it. It names nothing.
var foldNote = regexp.MustCompile(`(?i)^\W*(click|tap|show|see|view|expand|unfold|collapse|open|toggle|details|more|other|others|read|spoiler|hidden|full|list|table of contents|toc|contents|点击|展开|查看|更多|目录)\b?`)

// names reports whether a summary names what it folds away, apart from its
// section's own title.
func names(summary, section string) bool {
	return summary != "" && label(summary) != "" && !foldNote.MatchString(summary) && !strings.EqualFold(summary, section)
}
