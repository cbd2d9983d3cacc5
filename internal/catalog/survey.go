package catalog

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// role says what a heading's section is for.
type role uint8

const (
	content  role = iota
	titling       // the list's own title: its sections are at the top
	guiding       // only a table of contents stands in it: no level of its own
	skipping      // contributing notes, licence, credits: nothing to recommend
)

// section is a heading with what stands under it and under no other.
type section struct {
	node    *node
	title   string
	role    role
	entries int  // outside links that begin a list item, a row or a line
	guide   bool // it has a table of contents
}

// survey is what has to be known of a whole list before any part of it can be
// judged: which sections are content, and which links lead back into the list.
type survey struct {
	*outline
	sections []section
	intro    int // entries above the first heading
	anchors  map[string]bool
}

func newSurvey(o *outline) *survey {
	s := &survey{outline: o, anchors: map[string]bool{}}
	for id := range o.anchors {
		s.anchors[anchorKey(id)] = true
	}
	o.root.blocks(s.heading)
	s.ownLinks()
	s.count()
	s.assignRoles()
	return s
}

// heading begins a section, where n is a heading.
func (s *survey) heading(n *node) {
	if n.kind != headingNode {
		return
	}
	title := s.headingTitle(n)
	s.sections = append(s.sections, section{node: n, title: title})
	n.section = int32(len(s.sections))
	s.anchors[anchorKey(title)] = true
	s.anchors[anchorKey(words(s.runsOf(n)))] = true
}

// sectionOf is the section under a heading. One inside a list item or a table
// heads only a part of that, and is content like the rest of it.
func (s *survey) sectionOf(n *node) section {
	if n.section == 0 {
		return section{node: n, title: s.headingTitle(n)}
	}
	return s.sections[n.section-1]
}

// anchorKey is how anchors are compared: GitHub, GitLab and other generators
// differ in what they make of emoji, punctuation and spaces.
func anchorKey(fragment string) string {
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, dropShortcodes(fragment))
}

// leadsTo reports whether a fragment names a place in this list. The second
// heading of one name is "name-1".
func (s *survey) leadsTo(fragment string) bool {
	key := anchorKey(fragment)
	return key == "" || s.anchors[key] || s.anchors[strings.TrimRight(key, "0123456789")] ||
		s.anchors[anchorKey(strings.TrimPrefix(fragment, "user-content-"))]
}

// backToTop matches what leads back to the top beside a heading.
var backToTop = regexp.MustCompile(`(?i)^\W*(back to top|back to toc|back|top|toc|index|contents|table of contents|返回顶部|返回目录|回到顶部|回到目录)?\W*$`)

// headingTitle is what a heading says, without badges, emoji shortcodes and
// links that lead back to the top.
func (s *survey) headingTitle(n *node) string {
	var kept []run
	for _, r := range s.runsOf(n) {
		if r.link != 0 && s.links[r.link].target == local && backToTop.MatchString(s.linkText(n, r.link)) {
			continue
		}
		kept = append(kept, r)
	}
	return plainWords(kept)
}

func (s *survey) linkText(n *node, link int32) string {
	var of []run
	for _, r := range s.runsOf(n) {
		if r.link == link {
			of = append(of, r)
		}
	}
	return words(of)
}

// count adds up entries and tables of contents by section.
func (s *survey) count() {
	at := int32(0)
	s.root.blocks(func(n *node) {
		switch n.kind {
		case headingNode:
			at = n.section
		case listNode:
			if s.isContents(n) {
				s.sectionAt(at).guide = true
			} else {
				_, outside := s.firstLinks(n)
				s.tally(at, outside)
			}
		case tableNode:
			s.tally(at, s.linkedRows(n))
		case lineNode:
			if first := s.firstLink(s.runsOf(n)); first == external {
				s.tally(at, 1)
			}
		}
	})
}

// entries is how many outside links begin an item, a row or a line anywhere.
func (s *survey) entries() int {
	n := s.intro
	for i := range s.sections {
		n += s.sections[i].entries
	}
	return n
}

func (s *survey) sectionAt(at int32) *section {
	if at == 0 {
		return &section{}
	}
	return &s.sections[at-1]
}

func (s *survey) tally(at int32, entries int) {
	if at == 0 {
		s.intro += entries
	} else {
		s.sections[at-1].entries += entries
	}
}

// isContents reports whether a list is a table of contents, whatever it is
// called: it leads to places in the list itself, but for an item here and there.
// A short list with both kinds of links is just a list.
func (s *survey) isContents(list *node) bool {
	inside, outside := s.firstLinks(list)
	return inside > 0 && outside == 0 || inside > max(outside, 3)
}

// firstLinks counts a list's items by where their first link leads: into the
// list itself, or out of it. Items of items count for themselves.
func (s *survey) firstLinks(list *node) (inside, outside int) {
	for item := list.first; item != nil; item = item.next {
		own, nested := s.parts(item)
		switch s.firstLink(own) {
		case local:
			inside++
		case external:
			outside++
		}
		for _, n := range nested {
			if n.kind == listNode {
				i, o := s.firstLinks(n)
				inside, outside = inside+i, outside+o
			}
		}
	}
	return inside, outside
}

// parts takes an item apart: the text of its own, and the lists, tables and
// folds inside it.
func (s *survey) parts(item *node) (own []run, nested []*node) {
	nested = s.nested(item, nil)
	if len(nested) == 0 {
		return s.runsOf(item), nil
	}
	from := item.from
	for _, n := range nested {
		own = join(own, s.runs[from:n.from])
		from = n.to
	}
	return join(own, s.runs[from:item.to]), nested
}

func (s *survey) nested(parent *node, found []*node) []*node {
	for n := parent.first; n != nil; n = n.next {
		switch n.kind {
		case listNode, tableNode, foldNode:
			found = append(found, n)
		case lineNode:
		default:
			found = s.nested(n, found)
		}
	}
	return found
}

// join appends b to a without writing to what a is a part of.
func join(a, b []run) []run {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	}
	return append(a[:len(a):len(a)], b...)
}

func (s *survey) linkedRows(table *node) (n int) {
	for row := table.first; row != nil; row = row.next {
		if row.kind != rowNode {
			n += s.linkedRows(row)
		} else if !row.header && s.firstLink(s.runsOf(row)) == external {
			n++
		}
	}
	return n
}

// firstLink is where the first link with words leads; other when there is none.
func (s *survey) firstLink(runs []run) target {
	for _, r := range runs {
		if r.link != 0 && r.style&image == 0 {
			if t := s.links[r.link].target; t == external || t == local {
				return t
			}
		}
	}
	return other
}
