package catalog

import (
	"slices"
	"strings"
)

// list reads the items of a list, unless it is a table of contents.
func (b *build) list(n *node, s *scope) {
	if b.isContents(n) || !b.counts(s) {
		return
	}
	for item := n.first; item != nil; item = item.next {
		b.item(item, s)
	}
}

func (b *build) item(n *node, s *scope) {
	own, nested := b.parts(n)
	var inner *scope
	first := b.firstLink(own)
	if first == external && b.isMention(own) {
		first = other
	}
	switch first {
	case external:
		title := b.take(own, s)
		inner = &scope{parent: s, title: label(title), at: n.at}
	case local:
		inner = &scope{parent: s, hidden: true}
	default:
		inner = b.unlinked(n, own, nested, s)
	}
	if len(nested) == 0 {
		return
	}
	if inner.tier == "" {
		inner = b.newScope(*inner)
	}
	for _, c := range nested {
		b.within(c, inner)
	}
}

// within reads a list, table or fold that stands inside an item or a row.
func (b *build) within(n *node, s *scope) {
	switch n.kind {
	case listNode:
		b.list(n, s)
	case tableNode:
		b.table(n, s)
	case foldNode:
		depth := len(b.open)
		b.open = append(b.open, s)
		b.fold(n)
		b.open = b.open[:depth]
	}
}

// unlinked reads an item without a link: a topic where it is bold with items
// below it, or stands directly under such a one; else an entry whose link is
// missing, or a label for the entries below.
func (b *build) unlinked(n *node, own []run, nested []*node, s *scope) *scope {
	title := withoutTask(plainWords(own))
	children := slices.ContainsFunc(nested, isKind(listNode))
	switch lead := boldLead(own); {
	case lead != "" && children:
		return b.newScope(scope{parent: s, title: lead, at: n.at, tier: System, always: true})
	case title == "":
		return &scope{parent: s, hidden: true}
	case s.tier == System && !b.hasRelative(own):
		return b.newScope(scope{parent: s, title: beforeDash(title), at: n.at, tier: Aspect, always: true})
	}
	if b.hasRelative(own) {
		b.relativeItem(title, n, s)
	} else {
		b.items = append(b.items, foundItem{title: title, scope: s, at: n.at, label: len(nested) > 0})
	}
	return &scope{parent: s, title: label(title), at: n.at}
}

func (b *build) hasRelative(runs []run) bool {
	return slices.ContainsFunc(runs, func(r run) bool {
		return r.link != 0 && r.style&image == 0 && b.links[r.link].target == relative
	})
}

// relativeItem keeps an entry that leads to another file: it cannot be
// recommended without the repository's address, but it does make a topic of
// what encloses it.
func (b *build) relativeItem(title string, n *node, s *scope) {
	b.items = append(b.items, foundItem{title: title, scope: s, at: n.at, relative: true})
	s.entries++
}

// withoutTask drops the box of a task list before an item's words.
func withoutTask(title string) string {
	for _, box := range []string{"[ ] ", "[x] ", "[X] "} {
		if rest, ok := strings.CutPrefix(title, box); ok {
			return rest
		}
	}
	return title
}

// beforeDash cuts what an aspect's item says beyond its name. A dash inside a
// name has no space on one side of it.
func beforeDash(title string) string {
	for _, dash := range []string{" - ", " – ", " — "} {
		if name, _, ok := strings.Cut(title, dash); ok {
			title = name
		}
	}
	return title
}
