package catalog

import (
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdownParser is goldmark with GitHub's extensions; it may be used by
// several goroutines at once.
var markdownParser = sync.OnceValue(func() parser.Parser {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithParserOptions(withBound()),
	).Parser()
})

// readOutline reads text as Markdown, within bounds.
func readOutline(s string) (*outline, *overload) {
	if over := boundLines(s); over != nil {
		return nil, over
	}
	src := []byte(s)
	pc := parser.NewContext()
	state := &boundState{}
	pc.Set(boundKey, state)
	doc := markdownParser().Parse(text.NewReader(src), parser.WithContext(pc))
	if state.over != nil {
		return nil, state.over
	}
	m := markdownReader{builder: newBuilder(s), src: src}
	m.children(doc)
	m.endLine()
	return &m.outline, nil
}

// markdownReader walks goldmark's tree and tells the builder what it meets.
type markdownReader struct {
	*builder
	src []byte
	at  int // offset of the text being read, for what has none itself
}

func (m *markdownReader) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Type() == ast.TypeInline {
			m.inline(c, 0)
		} else {
			m.block(c)
		}
	}
}

func (m *markdownReader) block(n ast.Node) {
	if pos := n.Pos(); pos >= 0 {
		m.at = pos
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
	case *east.TableCell:
		m.group(cellNode, n)
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
	m.children(n)
	m.leave(r)
}

func (m *markdownReader) inline(n ast.Node, also style) {
	switch n := n.(type) {
	case *ast.Text:
		m.at = n.Segment.Start
		m.plain(m.builder.outline.text[n.Segment.Start:n.Segment.Stop], also)
		if n.HardLineBreak() {
			m.brk(hardBreak)
		} else if n.SoftLineBreak() {
			m.brk(softBreak)
		}
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
	case *east.TaskCheckBox:
	default: // strikethrough, and what an extension may add
		m.inlines(n, also)
	}
}

func (m *markdownReader) inlines(n ast.Node, also style) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		m.inline(c, also)
	}
}

func (m *markdownReader) code(n *ast.CodeSpan, also style) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			m.at = t.Segment.Start
			m.text(m.builder.outline.text[t.Segment.Start:t.Segment.Stop], m.at, also|code)
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

// plain adds text, and links the addresses in it that goldmark leaves alone:
// those that follow a letter of no alphabet or its punctuation ("官网：https://…").
func (m *markdownReader) plain(s string, also style) {
	for m.link == 0 && strings.Contains(s, "://") {
		start, end := findAddress(s)
		if end == 0 {
			break
		}
		m.text(unescape(s[:start]), m.at, also)
		outer := m.openLink(unescape(s[start:end]), m.at+start)
		m.text(unescape(s[start:end]), m.at+start, also)
		m.closeLink(outer)
		s, m.at = s[end:], m.at+end
	}
	m.text(unescape(s), m.at, also)
}

// findAddress finds the first bare http address in s; end is 0 for none.
func findAddress(s string) (start, end int) {
	for from := 0; ; {
		i := strings.Index(s[from:], "://")
		if i < 0 {
			return 0, 0
		}
		i += from
		from = i + len("://")
		start = i
		for start > 0 && isLetter(s[start-1]) {
			start--
		}
		if scheme := s[start:i]; !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
			continue
		}
		end = from
		for end < len(s) && isAddressByte(s[end]) {
			end++
		}
		end = from + len(strings.TrimRight(s[from:end], `?!.,:*_~'")];`))
		if end > from && strings.IndexByte(s[from:end], '.') > 0 {
			return start, end
		}
	}
}

func isLetter(c byte) bool { c |= 0x20; return 'a' <= c && c <= 'z' }

func isAddressByte(c byte) bool {
	return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != '"' && c != '`' && c != '|' && c != '\\'
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
