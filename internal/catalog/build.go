package catalog

// build turns an outline into topics, resources and items.
type build struct {
	*survey
	*report
	scopes []*scope
	open   []*scope // sections and folds that we are inside of; open[0] is the list
	row    []string // see cells
	intro  bool     // entries above the first heading are no part of the list

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
	section := b.sectionOf(n)
	before := uint8(0)
	for i := len(b.open) - 1; i > 0 && before == 0; i-- {
		before = b.open[i].level
	}
	for b.top().level >= n.level { // it ends no fold, and no section around one
		b.open = b.open[:len(b.open)-1]
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
	b.open = b.open[:depth] // headings inside end with the fold
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
