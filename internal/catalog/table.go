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

// cells are the words of a row's cells.
func (b *build) cells(row *node) []string {
	var cells []string
	for c := row.first; c != nil; c = c.next {
		if c.kind == cellNode {
			cells = append(cells, words(b.runsOf(c)))
		}
	}
	return cells
}

// rowEntry reads a table row that has an outside link. The title is the link's
// text, or another cell where that is a rating, an id or a word like "link".
func (b *build) rowEntry(row *node, head columns) entry {
	cells := b.cells(row)
	var e entry
	at := 0 // the link's column
	for c, i := row.first, 0; c != nil; c = c.next {
		if c.kind != cellNode {
			continue
		}
		runs := b.runsOf(c)
		if link := b.firstExternal(runs); link != 0 {
			first, last := span(runs, link)
			e.link, e.title, at = link, plainWords(runs[first:last+1]), i
			e.description = trimSeparator(plainWords(runs[last+1:]))
			break
		}
		i++
	}
	title := at
	if isGeneric(e.title) {
		if i := head.title; i >= 0 && i != at && i < len(cells) && cells[i] != "" {
			title = i
		} else {
			title = longest(cells[:at], at)
		}
	}
	if title != at {
		e.title = cells[title]
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
