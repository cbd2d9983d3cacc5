package catalog

import (
	"slices"
	"strings"
)

// build turns an outline into topics, resources and items.
type build struct {
	*survey
	*report
	scopes  []*scope
	open    []*scope // sections and folds that we are inside of; open[0] is the list
	section int      // headings passed
	row     []string // see cells
	intro   bool     // entries above the first heading are no part of the list

	found []found
	items []foundItem
}

// found is a resource with the scope that it stands in, before ids are known.
type found struct {
	entry
	scope *scope
}

type foundItem struct {
	title    string
	scope    *scope
	at       int32
	label    bool // it has entries of its own
	relative bool // it is linked, to another file
}

func newBuild(o *outline, r *report) *build {
	b := &build{survey: newSurvey(o), report: r}
	b.open = []*scope{b.newScope(scope{hidden: true})}
	b.intro = !b.introCounts()
	b.found = make([]found, 0, b.entries())
	b.blocks(o.root)
	b.headingEntries()
	return b
}

// introCounts reports whether entries above the first section are part of the
// list: they are when they outnumber all the others.
func (b *build) introCounts() bool {
	lead, rest := b.survey.intro, 0
	for _, s := range b.sections {
		switch s.role {
		case titling:
			lead += s.entries
		case content:
			rest += s.entries
		}
	}
	return lead > rest
}

func (b *build) newScope(s scope) *scope {
	kept := &s
	if s.parent != nil {
		kept.skipped = s.skipped || s.parent.skipped
		s.parent.encloses = s.parent.encloses || s.tier != ""
	}
	b.scopes = append(b.scopes, kept)
	return kept
}

func (b *build) top() *scope { return b.open[len(b.open)-1] }

// blocks reads what stands directly in the list, a section or a fold.
func (b *build) blocks(parent *node) {
	for n := parent.first; n != nil; n = n.next {
		switch n.kind {
		case headingNode:
			b.heading(n)
		case foldNode:
			b.fold(n)
		case listNode:
			b.list(n, b.top())
		case tableNode:
			b.table(n, b.top())
		case lineNode:
			b.lines(n)
		case summaryNode: // its fold has read it
		default:
			b.blocks(n)
		}
	}
}

func (b *build) heading(n *node) {
	section := b.sections[b.section]
	b.section++
	before := uint8(0)
	for i := len(b.open) - 1; i > 0; i-- {
		if open := b.open[i]; open.level > 0 {
			before = max(before, open.level)
			if open.level >= n.level {
				b.open = slices.Delete(b.open, i, i+1)
			}
		}
	}
	if before > 0 && n.level > before+1 {
		b.skippedLevel(n, section.title, before)
	}
	s := b.newScope(scope{
		parent: b.top(), title: section.title, at: n.at, tier: Category, level: n.level,
		hidden:  section.role == titling || section.role == guiding,
		skipped: section.role == skipping,
	})
	if section.title == "" {
		s.tier, s.hidden = "", true
	}
	if runs := b.runsOf(n); section.role == content && b.firstLink(runs) == external {
		s.link = b.firstExternal(runs)
	}
	b.open = append(b.open, s)
}

// fold reads a <details>. Its summary names what is inside, is itself the
// resource when it is linked, or only says how to open it.
func (b *build) fold(n *node) {
	depth := len(b.open)
	var summary []run
	for c := n.first; c != nil; c = c.next {
		if c.kind == summaryNode {
			summary = b.runsOf(c)
		}
	}
	title := words(summary)
	if b.firstLink(summary) == external {
		b.take(summary, b.top())
		return
	}
	s := scope{parent: b.top(), title: title, at: n.at, tier: Category}
	if !names(title, s.parent.title) {
		s.tier, s.hidden = "", true
	}
	b.open = append(b.open, b.newScope(s))
	b.blocks(n)
	b.open = b.open[:min(depth, len(b.open))] // headings inside end with the fold
}

// counts reports whether entries in s are part of the list.
func (b *build) counts(s *scope) bool {
	for o := s; o != nil; o = o.parent {
		if !o.hidden {
			return !s.skipped
		}
	}
	return !s.skipped && !b.intro
}

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
		b.open = b.open[:min(depth, len(b.open))]
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

// relativeItem keeps an entry that leads to another file: it cannot be
// recommended without the repository's address, but it does make a topic of
// what encloses it.
func (b *build) relativeItem(title string, n *node, s *scope) {
	b.items = append(b.items, foundItem{title: title, scope: s, at: n.at, relative: true})
	s.entries++
}

// lines reads text outside lists: every line of it that begins with a link, and
// goes on as a description does, is an entry, as in lists that end their lines
// with <br>. A sentence that begins with a link is prose.
func (b *build) lines(n *node) {
	s := b.top()
	if !b.counts(s) {
		return
	}
	runs := b.runsOf(n)
	if s.about == "" {
		s.about = words(runs)
	}
	for _, line := range b.splitLines(runs) {
		if b.beginsWithLink(line) {
			b.take(line, s)
		}
	}
}

// take reads an entry that is known to have an outside link, and returns its
// title.
func (b *build) take(runs []run, s *scope) string {
	e := b.readEntry(runs)
	if s.skipped {
		return e.title
	}
	b.found = append(b.found, found{e, s})
	s.entries++
	return e.title
}

// headingEntries makes resources of headings that are links. Where nothing else
// stands below one, it is an entry and no topic.
func (b *build) headingEntries() {
	entries := len(b.found)
	for _, s := range slices.Backward(b.scopes) {
		if s.link == 0 || s.skipped {
			continue
		}
		home := s
		if s.entries == 0 && !s.encloses {
			home, s.tier = s.parent, ""
		}
		b.found = append(b.found, found{entry{link: s.link, title: s.title, description: s.about}, home})
		home.entries++
	}
	if entries == len(b.found) {
		return
	}
	slices.SortStableFunc(b.found, func(x, y found) int { return int(b.links[x.link].at - b.links[y.link].at) })
}

// resources names topics by id and makes one resource of all entries that have
// the same address.
func (b *build) resources() (list []Resource, byKey map[string]int) {
	list = make([]Resource, 0, len(b.found))
	byKey = make(map[string]int, len(b.found))
	for _, f := range b.found {
		r := b.resource(f)
		key := URLKey(r.URL)
		if i, ok := byKey[key]; ok {
			b.repeated(&list[i], &r)
			list[i] = list[i].withPlaces(r)
			continue
		}
		byKey[key] = len(list)
		list = append(list, r)
	}
	return list, byKey
}

func (b *build) resource(f found) Resource {
	l := b.links[f.link]
	r := Resource{
		Title: f.title, URL: l.dest, Description: f.description, Kind: f.kind, Level: f.level, Year: f.year,
		Topic: f.scope.topicID(), Also: []TopicID{}, Path: f.scope.titles(), Line: b.lineAt(int(l.at)),
	}
	if r.Kind == "" {
		r.Kind = inferKind(l.dest, f.title)
		r.KindInferred = r.Kind != ""
	}
	return r
}

func (b *build) linkFree() []Item {
	list := make([]Item, 0, len(b.items))
	for _, it := range b.items {
		list = append(list, Item{Title: it.title, Topic: it.scope.topicID(), Path: it.scope.titles(), Line: b.lineAt(int(it.at))})
		if !it.label && !it.relative {
			b.entryWithoutLink(it.title, int(it.at))
		}
	}
	return list
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
