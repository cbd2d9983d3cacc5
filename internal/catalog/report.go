package catalog

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// report collects what is wrong with a list while it is read.
type report struct {
	name       string
	newlines   []int // offsets
	problems   []Problem
	speaksTags bool      // some entry has a tag that we know
	unknown    []Problem // held back until it is sure that tags are meant
}

func newReport(name, text string) *report {
	r := &report{name: name, newlines: make([]int, 0, strings.Count(text, "\n"))}
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return r
		}
		at += i + 1
		r.newlines = append(r.newlines, at-1)
	}
}

// lineAt is the 1-based line of an offset.
func (r *report) lineAt(at int) int { return sort.SearchInts(r.newlines, at) + 1 }

func (r *report) add(severity Severity, code string, line int, message, fix string) {
	r.problems = append(r.problems, Problem{severity, code, r.name, line, message, fix})
}

func (r *report) skippedLevel(n *node, title string, before uint8) {
	r.add(Warning, "skipped-level", r.lineAt(int(n.at)),
		fmt.Sprintf("heading %q is of level %d below one of level %d", title, n.level, before),
		fmt.Sprintf("write it with %d number signs", before+1))
}

// repeated reports that an address is there twice: needlessly in one topic, and
// in two where a tag says it better.
func (r *report) repeated(first, again *Resource) {
	if again.Topic == first.Topic || slices.Contains(first.Also, again.Topic) {
		r.add(Error, "duplicate-url", again.Line,
			fmt.Sprintf("%s stands in this topic already, in line %d", first.URL, first.Line), "remove one of the two")
		return
	}
	r.add(Warning, "duplicate-url", again.Line,
		fmt.Sprintf("%s stands under another topic too, in line %d", first.URL, first.Line),
		fmt.Sprintf("keep one entry and tag it `also: %s`", again.Topic))
}

func (r *report) entryWithoutLink(title string, at int) {
	r.add(Warning, "no-link", r.lineAt(at), fmt.Sprintf("%q has no link, so it cannot be recommended", clip(title)),
		"link it: - [Title](https://…) - What the reader gets from it.")
}

func (r *report) unknownTag(tag string, at int) {
	r.unknown = append(r.unknown, Problem{Warning, "unknown-tag", r.name, r.lineAt(at), fmt.Sprintf("tag %q is not known", clip(tag)),
		"use a kind (" + joined(Kinds()) + "), a level (" + joined(Levels()) + "), a year, or `also: Topic`"})
}

func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

func (r *report) text(d decoded) {
	if d.legacy {
		r.add(Warning, "encoding", 1, "this is no UTF-8; it was read as windows-1252", "save it as UTF-8")
	}
	seen := 0
	for _, at := range d.damaged {
		if line := r.lineAt(at); line != seen {
			seen = line
			r.add(Warning, "encoding", line, "a character here could not be read as UTF-8", "write it anew and save as UTF-8")
		}
	}
	seen = 0
	for _, fix := range d.repairs {
		if line := r.lineAt(fix.at); line != seen {
			seen = line
			r.add(Warning, "repaired-text", line,
				fmt.Sprintf("%q is UTF-8 that was read as %s; it is shown as %q", clip(fix.was), fix.page, clip(fix.now)),
				"write what was meant and save as UTF-8")
		}
	}
}

// clip shortens quoted text to what fits a line.
func clip(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return s
}

// sorted returns the problems in the order of the list's lines.
func (r *report) sorted() []Problem {
	all := r.problems
	if r.speaksTags {
		all = append(all, r.unknown...)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Line < all[j].Line })
	if all == nil {
		return []Problem{}
	}
	return all
}
