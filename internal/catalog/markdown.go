package catalog

import (
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// markdownParser is goldmark with GitHub's extensions, but for two. Bare
// addresses are found by plain, more of them and in less time; and goldmark
// takes the beginning of "[x](https://…)" for a ticked task. It may be used by
// several goroutines at once.
var markdownParser = sync.OnceValue(func() parser.Parser {
	return goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough),
		goldmark.WithParserOptions(withBound()),
	).Parser()
})

// readOutline reads text as Markdown, within bounds, in the parts that it is cut
// into.
func readOutline(d decoded, c cutting) (*outline, *overload) {
	if over := boundLines(d.text); over != nil {
		return nil, over
	}
	m := markdownReader{builder: newBuilder(d.text)}
	var over *overload
	effort := 0
	for _, part := range parseChunks(d.src, c) {
		part.wait() // for all of them, even when one is refused
		effort += part.bound.effort
		switch {
		case over != nil:
		case part.bound.over != nil:
			over = part.bound.over
			over.at += part.start
		case effort > maxEffort:
			over = &overload{part.start, "the blocks up to here have too many brackets and emphasis marks to be read in reasonable time"}
		default:
			m.base, m.said, m.src = part.start, d.text[part.start:part.end], d.src[part.start:part.end]
			m.children(part.doc)
		}
	}
	if over != nil {
		return nil, over
	}
	m.closeFrom(0) // HTML may have left anything open
	return &m.outline, nil
}

// markdownReader walks goldmark's tree and tells the builder what it meets.
type markdownReader struct {
	*builder
	base int    // where the part of the text begins that is read just now
	said string // that part
	src  []byte // the same
	at   int    // offset in the whole text of what is read, for what has none itself
}

func (m *markdownReader) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Type() == ast.TypeInline {
			c = m.inline(c, 0)
		} else {
			m.block(c)
		}
	}
}

func (m *markdownReader) block(n ast.Node) {
	if pos := n.Pos(); pos >= 0 {
		m.at = m.base + pos
	}
	switch n := n.(type) {
	case *ast.Heading:
		h := m.enter(headingNode, m.at)
		h.level = uint8(n.Level)
		m.children(n)
		m.leave(h)
	case *ast.Paragraph, *ast.TextBlock:
		m.endLine()
		m.children(n)
		m.endLine()
		m.bold = 0 // a <b> that was never closed ends with its paragraph
	case *ast.List:
		m.group(listNode, n)
	case *ast.ListItem:
		m.group(itemNode, n)
	case *ast.Blockquote:
		m.group(boxNode, n)
	case *ast.HTMLBlock:
		m.htmlBlock(n)
	case *east.Table:
		m.group(tableNode, n)
	case *east.TableHeader:
		m.row(n, true)
	case *east.TableRow:
		m.row(n, false)
	}
}

func (m *markdownReader) group(kind nodeKind, n ast.Node) {
	g := m.enter(kind, m.at)
	m.children(n)
	m.leave(g)
}

func (m *markdownReader) row(n ast.Node, header bool) {
	r := m.enter(rowNode, m.at)
	r.header = header
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		m.cell(r)
		m.inlines(c, 0)
	}
	m.leave(r)
}

// inline reads an inline node and returns the last one that it read: text that
// goldmark cut at characters that might have been markup is read as one.
func (m *markdownReader) inline(n ast.Node, also style) ast.Node {
	if pos := n.Pos(); pos >= 0 {
		m.at = m.base + pos
	}
	switch n := n.(type) {
	case *ast.Text:
		return m.textNodes(n, also)
	case *ast.String:
		m.text(string(n.Value), m.at, also)
	case *ast.CodeSpan:
		m.code(n, also)
	case *ast.Emphasis:
		if n.Level >= 2 {
			also |= bold
		}
		m.inlines(n, also)
	case *ast.Link:
		outer := m.openLink(unescape(string(n.Destination)), m.at)
		if n.FirstChild() == nil {
			m.add(run{link: m.link}, m.at) // a link without words is one all the same
		}
		m.inlines(n, also)
		m.closeLink(outer)
	case *ast.AutoLink:
		m.autoLink(n, also)
	case *ast.Image:
		m.alt++
		m.text(" ", m.at, also) // an image shows even without a word
		m.inlines(n, also)
		m.alt--
	case *ast.RawHTML:
		m.rawHTML(n)
	default: // strikethrough, and what an extension may add
		m.inlines(n, also)
	}
	return n
}

func (m *markdownReader) inlines(n ast.Node, also style) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok { // most are
			c = m.textNodes(t, also)
		} else {
			c = m.inline(c, also)
		}
	}
}

func (m *markdownReader) textNodes(n *ast.Text, also style) ast.Node {
	start, last := n.Segment.Start, n
	for !last.SoftLineBreak() && !last.HardLineBreak() {
		next, ok := last.NextSibling().(*ast.Text)
		if !ok || next.Segment.Start != last.Segment.Stop {
			break
		}
		last = next
	}
	m.at = m.base + start
	said := m.said[start:last.Segment.Stop]
	if i := strings.Index(said, "]("); i >= 0 {
		m.unread = append(m.unread, m.at+i)
	}
	m.plain(said, also)
	if last.HardLineBreak() {
		m.brk(hardBreak)
	} else if last.SoftLineBreak() {
		m.brk(softBreak)
	}
	return last
}

func (m *markdownReader) code(n *ast.CodeSpan, also style) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			m.at = m.base + t.Segment.Start
			m.text(m.said[t.Segment.Start:t.Segment.Stop], m.at, also|code)
		}
	}
}

func (m *markdownReader) autoLink(n *ast.AutoLink, also style) {
	label := string(n.Label(m.src))
	if n.AutoLinkType == ast.AutoLinkEmail {
		m.text(label, m.at, also)
		return
	}
	outer := m.openLink(string(n.URL(m.src)), m.at)
	m.text(label, m.at, also)
	m.closeLink(outer)
}

// plain adds text, and links the bare addresses in it.
func (m *markdownReader) plain(s string, also style) {
	if m.link == 0 {
		last := 0
		for start, end := range addresses(s) {
			m.text(unescape(s[last:start]), m.at+last, also)
			m.address(unescape(s[start:end]), m.at+start, also)
			last = end
		}
		s, m.at = s[last:], m.at+last
	}
	m.text(unescape(s), m.at, also)
}

func (m *markdownReader) address(shown string, at int, also style) {
	dest := shown
	if isWWW(shown) {
		dest = "http://" + shown
	}
	outer := m.openLink(dest, at)
	m.text(shown, at, also)
	m.closeLink(outer)
}

// unescape resolves backslash escapes and entities, as goldmark does only when
// it renders.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, '&') < 0 {
		return s
	}
	b := util.UnescapePunctuations([]byte(s))
	b = util.ResolveNumericReferences(b)
	return string(util.ResolveEntityNames(b))
}
