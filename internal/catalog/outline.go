package catalog

import (
	"regexp"
	"strings"

	"golang.org/x/net/html/atom"
)

// nodeKind is what a block is, whether Markdown or HTML said so.
type nodeKind uint8

const (
	boxNode     nodeKind = iota // the document, a quotation, a <div>: only groups
	headingNode                 // level says which
	listNode
	itemNode
	lineNode // the text between two block borders
	tableNode
	rowNode     // its cells are parted by runs; header says whether they name columns
	foldNode    // <details>
	summaryNode // <summary>
)

// node is one block of the outline.
type node struct {
	kind         nodeKind
	level        uint8 // of a heading, 1 to 6
	header       bool
	at           int32     // offset in the text
	from, to     int32     // its runs, those of its children included, in outline.runs
	first, last  *node     // children
	next         *node     // sibling
	tag          atom.Atom // of the HTML element; 0 for Markdown
	linkedBefore int32     // the link around it; see builder.leave
	section      int32     // of a heading: its place among the survey's sections, from 1; 0 for none
}

// blocks visits what a list says from top to bottom: the headings, lists, tables
// and lines inside n, whatever groups them, but nothing inside those. It is what
// decides where a heading heads a section: nothing else looks for one.
func (n *node) blocks(visit func(*node)) {
	for c := n.first; c != nil; c = c.next {
		switch c.kind {
		case headingNode, listNode, tableNode, lineNode:
			visit(c)
		default:
			c.blocks(visit)
		}
	}
}

// style is how a run of text is set.
type style uint8

const (
	bold style = 1 << iota
	code
	image     // alternative text
	softBreak // the end of a source line
	hardBreak // a break that the reader sees, or the end of a block's line
	cellBreak // the beginning of a row's next cell
)

// run is a stretch of text in one style and one link.
type run struct {
	text  string
	style style
	link  int32 // in outline.links; 0 is none
}

// link is one hyperlink.
type link struct {
	dest   string // as written, unescaped
	target target
	at     int32
}

// outline is a list as one plain tree of blocks, Markdown and HTML alike.
type outline struct {
	text    string
	root    *node
	runs    []run
	links   []link          // links[0] is none
	anchors map[string]bool // ids and names that HTML sets
	unread  []int           // offsets of text that was meant to be a link
}

// runsOf returns the runs of a block and of everything in it.
func (o *outline) runsOf(n *node) []run { return o.runs[n.from:n.to] }

// words joins the visible text of runs: images left out, white space folded.
func words(runs []run) string {
	for len(runs) > 0 && runs[len(runs)-1].text == "" {
		runs = runs[:len(runs)-1] // the end of a block's line
	}
	if len(runs) == 1 && runs[0].style&image == 0 && !needsFolding(runs[0].text) {
		return strings.TrimSpace(runs[0].text)
	}
	var b strings.Builder
	for _, r := range runs {
		if r.style&(softBreak|hardBreak|cellBreak) != 0 {
			b.WriteByte(' ')
		}
		if r.style&image == 0 {
			b.WriteString(r.text)
		}
	}
	return fold(b.String())
}

// shortcode matches what GitHub alone shows as an emoji, such as ":link:", but
// not what stands between the colons of "std::vector::size".
var shortcode = regexp.MustCompile(`(^|[^\w:]):[a-z0-9_+-]*[a-z][a-z0-9_+-]*:($|[^\w:])`)

func dropShortcodes(s string) string {
	if strings.Count(s, ":") < 2 {
		return s
	}
	for {
		plain := shortcode.ReplaceAllString(s, "$1 $2")
		if plain == s {
			return s
		}
		s = plain
	}
}

// plainWords are the words of runs without emoji shortcodes, unless they are
// nothing else.
func plainWords(runs []run) string {
	said := words(runs)
	if plain := fold(dropShortcodes(said)); plain != "" {
		return plain
	}
	return said
}

func needsFolding(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x80 || c == ' ' && i+1 < len(s) && s[i+1] == ' ' {
			return true
		}
	}
	return false
}

// fold makes one space of every run of white space, none at the ends, and
// drops what no reader sees: zero-width characters and directional marks.
func fold(s string) string {
	if !needsFolding(s) {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.FieldsFunc(strings.Map(dropInvisible, s), isBlank), " ")
}

func dropInvisible(r rune) rune {
	switch {
	case r == 0x200b, r == 0x2060, r == 0xfeff, r == 0xad, 0x200e <= r && r <= 0x200f,
		0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069:
		return -1
	}
	return r
}

func isBlank(r rune) bool {
	return r <= ' ' || r == 0xa0 || r == 0x3000 || 0x2000 <= r && r <= 0x200a || r == 0x2028 || r == 0x2029 || 0x7f <= r && r <= 0x9f
}

// maxDepth bounds how deeply the outline nests; what HTML opens below it is
// read as if it stood at this depth.
const maxDepth = 250

// builder puts an outline together from what Markdown and HTML open and close.
// Closing tags need not match opening ones: closing a block closes everything
// inside it, closing what is not open does nothing.
type builder struct {
	outline
	open    []*node
	slab    []node
	current *node // the line that takes text now; nil when none is open
	link    int32
	bold    int
	alt     int // images we are inside of
}

func newBuilder(s string) *builder {
	b := &builder{outline: outline{text: s, links: make([]link, 1, len(s)/160+16), anchors: map[string]bool{}}}
	b.runs = make([]run, 0, len(s)/18+16)
	b.root = b.newNode(boxNode, 0)
	b.open = append(b.open, b.root)
	return b
}

func (b *builder) newNode(kind nodeKind, at int) *node {
	if len(b.slab) == 0 {
		b.slab = make([]node, 256)
	}
	n := &b.slab[0]
	b.slab = b.slab[1:]
	n.kind, n.at = kind, int32(at)
	return n
}

func (b *builder) append(n *node) {
	top := b.open[len(b.open)-1]
	if top.last == nil {
		top.first = n
	} else {
		top.last.next = n
	}
	top.last = n
}

// enter opens a block; the caller hands what it gets to leave.
func (b *builder) enter(kind nodeKind, at int) *node {
	b.endLine()
	n := b.newNode(kind, at)
	n.linkedBefore = b.link
	n.from = int32(len(b.runs))
	n.to = n.from
	if len(b.open) < maxDepth {
		b.append(n)
		b.open = append(b.open, n)
	}
	return n
}

// leave closes a block and all that is still open inside it.
func (b *builder) leave(n *node) {
	for i := len(b.open) - 1; i > 0; i-- {
		if b.open[i] == n {
			b.closeFrom(i)
			b.link, b.bold, b.alt = n.linkedBefore, 0, 0
			return
		}
	}
}

// closeFrom closes the open blocks from the i-th on.
func (b *builder) closeFrom(i int) {
	b.endLine()
	for _, n := range b.open[i:] {
		n.to = int32(len(b.runs))
	}
	b.open = b.open[:i]
}

// within is the innermost open block for which match holds, looking no further
// out than the first for which border holds; nil when there is none.
func (b *builder) within(match, border func(*node) bool) *node {
	for i := len(b.open) - 1; i > 0; i-- {
		switch n := b.open[i]; {
		case match(n):
			return n
		case border(n):
			return nil
		}
	}
	return nil
}

func (b *builder) endLine() {
	if b.current != nil {
		b.current.to = int32(len(b.runs))
		b.current = nil
		b.runs = append(b.runs, run{"", hardBreak, 0})
	}
}

func (b *builder) add(r run, at int) {
	if b.current == nil {
		if r.link == 0 && r.style&image == 0 && strings.TrimSpace(r.text) == "" {
			return // white space between blocks
		}
		b.current = b.startLine(at)
	}
	b.runs = append(b.runs, r)
}

// startLine opens a line in the innermost block. A row needs none: there are
// many, and it is the text of its cells that counts.
func (b *builder) startLine(at int) *node {
	if top := b.open[len(b.open)-1]; top.kind == rowNode {
		return top
	}
	n := b.newNode(lineNode, at)
	n.from = int32(len(b.runs))
	b.append(n)
	return n
}

// text adds visible text that stands at an offset.
func (b *builder) text(s string, at int, also style) {
	if s == "" {
		return
	}
	if b.bold > 0 {
		also |= bold
	}
	if b.alt > 0 {
		also |= image
	}
	b.add(run{s, also, b.link}, at)
}

// cell begins another cell of a row, unless it is the first.
func (b *builder) cell(row *node) {
	if b.current == row {
		b.current = nil // the break between cells is enough
	}
	b.endLine()
	b.bold, b.link = 0, 0
	if len(b.runs) > int(row.from) {
		b.runs = append(b.runs, run{"", cellBreak, 0})
	}
}

// brk ends a line of text without ending its block.
func (b *builder) brk(kind style) {
	if b.current != nil {
		b.runs = append(b.runs, run{"", kind, 0})
	}
}

// openLink starts a link and returns the one around it, for closeLink.
func (b *builder) openLink(dest string, at int) (outer int32) {
	outer = b.link
	kind, dest := classify(dest)
	b.links = append(b.links, link{dest, kind, int32(at)})
	b.link = int32(len(b.links) - 1)
	return outer
}

func (b *builder) closeLink(outer int32) { b.link = outer }
