package catalog

import (
	"regexp"
	"slices"
	"strings"
)

// Names of the columns that hold a resource's title, and what is said of it.
var (
	titleColumn = regexp.MustCompile(`(?i)^\W*(title|name|project|paper|papers|paper title|resource|tool|library|framework|book|course|article|api|model|dataset|topic|名称|标题|项目|论文|书名)\W*$`)
	aboutColumn = regexp.MustCompile(`(?i)^\W*(descriptions?|about|notes?|comments?|summary|details|what|remarks?|描述|简介|说明|介绍|备注)\W*$`)
)

func (b *build) table(n *node, s *scope) {
	if !b.counts(s) {
		return
	}
	head := columns{-1, -1}
	for row := n.first; row != nil; row = row.next {
		switch {
		case row.kind != rowNode:
			b.table(row, s) // <tbody> and the like
		case row.header:
			head = readHeader(b.cells(b.runsOf(row)))
		default:
			b.tableRow(row, head, s)
		}
	}
}

// tableRow reads a row as one entry, and the lists in its cells as lists.
func (b *build) tableRow(row *node, head columns, s *scope) {
	own, nested := b.parts(row)
	switch {
	case b.firstLink(own) == external:
		b.found = append(b.found, found{b.rowEntry(own, head), s})
		s.entries++
	case len(nested) == 0:
		b.relativeRow(row, s)
	}
	for _, n := range nested {
		b.within(n, s)
	}
}

// relativeRow keeps a row that leads to another file of the list's repository.
func (b *build) relativeRow(row *node, s *scope) {
	for _, r := range b.runsOf(row) {
		if r.link != 0 && r.style&image == 0 && b.links[r.link].target == relative {
			title := b.linkText(row, r.link)
			if title == "" {
				title = b.links[r.link].dest
			}
			b.relativeItem(title, row, s)
			return
		}
	}
}

// cells are the words of a row's cells, until it is called again.
func (b *build) cells(runs []run) []string {
	b.row = b.row[:0]
	for start, i := 0, 0; i <= len(runs); i++ {
		if i == len(runs) || runs[i].style&cellBreak != 0 {
			b.row = append(b.row, words(runs[start:i]))
			start = i + 1
		}
	}
	return b.row
}

// rowEntry reads a table row that has an outside link. The title is the link's
// text, or another cell where that is a rating, an id or a word like "link".
func (b *build) rowEntry(runs []run, head columns) entry {
	e := entry{link: b.firstExternal(runs)}
	first, last := span(runs, e.link)
	at, end := 0, last+1 // the link's column, and where its cell ends
	for _, r := range runs[:first] {
		if r.style&cellBreak != 0 {
			at++
		}
	}
	for end < len(runs) && runs[end].style&cellBreak == 0 {
		end++
	}
	e.title = plainWords(runs[first : last+1])
	e.description = trimSeparator(plainWords(runs[last+1 : end]))
	generic := isGeneric(e.title)
	if !generic && e.description != "" {
		return e
	}
	cells, title := b.cells(runs), at
	if generic {
		title = head.title
		if title < 0 || title == at || title >= len(cells) || cells[title] == "" {
			title = longest(cells[:min(at, len(cells))], at)
		}
		if title != at {
			e.title = cells[title]
		}
	}
	if e.description == "" {
		e.description = head.say(cells, title, at)
	}
	if e.title == "" {
		e.title = b.links[e.link].dest
	}
	return e
}

// columns are the places of what a table's header names; -1 for none.
type columns struct{ title, about int }

func readHeader(header []string) columns {
	return columns{column(header, titleColumn), column(header, aboutColumn)}
}

func column(header []string, name *regexp.Regexp) int {
	return slices.IndexFunc(header, name.MatchString)
}

// longest is the column with the most words in it; otherwise when all are bare.
func longest(cells []string, otherwise int) int {
	best, most := otherwise, 0
	for i, c := range cells {
		if len(c) > most && strings.ContainsFunc(c, isWordRune) {
			best, most = i, len(c)
		}
	}
	return best
}

// say is the cell of the description column, else what the cells beside the
// title say.
func (c columns) say(cells []string, title, link int) string {
	if i := c.about; i >= 0 && i < len(cells) && i != title && strings.ContainsFunc(cells[i], isWordRune) {
		return cells[i]
	}
	var said []string
	for i, cell := range cells {
		if i != title && i != link && cell != "null" && strings.ContainsFunc(cell, isWordRune) {
			said = append(said, cell)
		}
	}
	return strings.Join(said, ", ")
}
