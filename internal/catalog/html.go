package catalog

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlBlock reads a block of raw HTML. Its text is no Markdown.
func (m *markdownReader) htmlBlock(n *ast.HTMLBlock) {
	m.endLine()
	segments := n.Lines()
	if n.HasClosure() {
		segments = text.NewSegments()
		segments.AppendAll(n.Lines().Sliced(0, n.Lines().Len()))
		segments.Append(n.ClosureLine)
	}
	m.html(segments)
	m.endLine()
}

// rawHTML reads HTML tags amid Markdown text. Most have no attributes; those
// need no tokenizer.
func (m *markdownReader) rawHTML(n *ast.RawHTML) {
	if n.Segments.Len() == 1 {
		segment := n.Segments.At(0)
		if tag, closing, ok := bareTag(m.said[segment.Start:segment.Stop]); ok {
			m.at = m.base + segment.Start
			if closing {
				m.endTag(tag)
			} else {
				m.startTag(tag, nil)
			}
			return
		}
	}
	m.html(n.Segments)
}

// bareTag takes "<br>", "<br/>" or "</b>" apart.
func bareTag(s string) (tag atom.Atom, closing, ok bool) {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">")
	s, closing = strings.CutPrefix(s, "/")
	s = strings.TrimRight(strings.TrimSuffix(s, "/"), " ")
	for i := range len(s) {
		if !isLetter(s[i]) && !('0' <= s[i] && s[i] <= '9') {
			return 0, false, false
		}
	}
	return atom.Lookup(bytes.ToLower([]byte(s))), closing, s != ""
}

// html reads tags and text out of segments of the source.
func (m *markdownReader) html(segments *text.Segments) {
	var src []byte
	if segments.Len() == 1 {
		s := segments.At(0)
		src = m.src[s.Start:s.Stop]
	} else {
		for i := range segments.Len() {
			s := segments.At(i)
			src = append(src, m.src[s.Start:s.Stop]...)
		}
	}
	z := html.NewTokenizer(bytes.NewReader(src))
	at := position{segments: segments}
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		m.at = m.base + at.advance(len(z.Raw()))
		switch kind {
		case html.TextToken:
			m.htmlText(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			m.startTag(atom.Lookup(name), attributes(z, more))
		case html.EndTagToken:
			name, _ := z.TagName()
			m.endTag(atom.Lookup(name))
		}
	}
}

// position follows a tokenizer through segments of the source.
type position struct {
	segments *text.Segments
	index    int
	offset   int // in the segment
}

// advance returns where the next n bytes begin, and steps over them.
func (p *position) advance(n int) int {
	segment := p.segments.At(p.index)
	for p.index+1 < p.segments.Len() && p.offset >= segment.Len() {
		p.offset -= segment.Len()
		p.index++
		segment = p.segments.At(p.index)
	}
	at := segment.Start + p.offset
	p.offset += n
	return at
}

func attributes(z *html.Tokenizer, more bool) map[string]string {
	if !more {
		return nil
	}
	attrs := make(map[string]string)
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		attrs[string(key)] = string(val)
	}
	return attrs
}

// htmlText adds text; a line break in the source is only a space in HTML.
func (m *markdownReader) htmlText(s string) {
	if m.skipping() {
		return
	}
	m.text(strings.ReplaceAll(s, "\n", " "), m.at, 0)
}

// skipping reports whether we are inside something whose text nobody reads.
func (m *markdownReader) skipping() bool {
	switch m.open[len(m.open)-1].tag {
	case atom.Script, atom.Style, atom.Title, atom.Pre:
		return true
	}
	return false
}

func (m *markdownReader) startTag(tag atom.Atom, attrs map[string]string) {
	for _, key := range []string{"id", "name"} {
		if v := attrs[key]; v != "" {
			m.anchors[strings.ToLower(v)] = true
		}
	}
	switch tag {
	case atom.A:
		if href, ok := attrs["href"]; ok {
			m.openLink(href, m.at)
		}
		return
	case atom.B, atom.Strong:
		m.bold++
		return
	case atom.Br:
		m.brk(hardBreak)
		return
	case atom.Hr:
		m.endLine()
		return
	case atom.Td, atom.Th:
		if row := m.within(isKind(rowNode), isKind(tableNode)); row != nil {
			m.cell(row)
			row.header = row.header && tag == atom.Th
		}
		return
	case atom.Img:
		m.alt++
		m.text(" "+attrs["alt"], m.at, 0)
		m.alt--
		return
	}
	kind, level, isBlock := blockTag(tag)
	if !isBlock {
		return
	}
	m.closeImplied(tag)
	n := m.enter(kind, m.at)
	n.tag, n.level = tag, level
	n.header = kind == rowNode // until a cell says otherwise
}

func (m *markdownReader) endTag(tag atom.Atom) {
	switch tag {
	case atom.A:
		m.closeLink(0)
	case atom.B, atom.Strong:
		m.bold = max(0, m.bold-1)
	case 0: // no element that we know
	default:
		if n := m.within(func(n *node) bool { return n.tag == tag }, nowhere); n != nil {
			m.leave(n)
		}
	}
}

// blockTag says what block an HTML element is; ok is false for one that only
// sets a few words off.
func blockTag(tag atom.Atom) (kind nodeKind, level uint8, ok bool) {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return headingNode, tag.String()[1] - '0', true
	case atom.Ul, atom.Ol, atom.Menu:
		return listNode, 0, true
	case atom.Li:
		return itemNode, 0, true
	case atom.Table:
		return tableNode, 0, true
	case atom.Tr:
		return rowNode, 0, true
	case atom.Details:
		return foldNode, 0, true
	case atom.Summary:
		return summaryNode, 0, true
	case atom.P, atom.Div, atom.Center, atom.Blockquote, atom.Section, atom.Article, atom.Header, atom.Footer,
		atom.Nav, atom.Main, atom.Aside, atom.Dl, atom.Dt, atom.Dd, atom.Figure, atom.Figcaption, atom.Pre,
		atom.Script, atom.Style, atom.Title, atom.Form, atom.Address:
		return boxNode, 0, true
	}
	return 0, 0, false
}

// closeImplied closes what HTML lets authors leave open: an item ends where the
// next begins, and so do rows, cells and paragraphs.
func (m *markdownReader) closeImplied(tag atom.Atom) {
	var match, border func(*node) bool
	switch tag {
	case atom.Li:
		match, border = isKind(itemNode), isKind(listNode)
	case atom.Tr:
		match, border = isKind(rowNode), isKind(tableNode)
	default:
		match, border = func(n *node) bool { return n.tag == atom.P }, nowhere
		if n := m.open[len(m.open)-1]; !match(n) {
			return // a paragraph around another block's text stays open
		}
	}
	if n := m.within(match, border); n != nil {
		m.leave(n)
	}
}

func isKind(k nodeKind) func(*node) bool { return func(n *node) bool { return n.kind == k } }

func nowhere(*node) bool { return false }
