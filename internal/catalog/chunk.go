package catalog

import (
	"regexp"
	"runtime"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// minChunk is how much text is worth being parsed apart, in bytes.
const minChunk = 64 << 10

// cutting is how a text is parsed in parts.
type cutting struct {
	starts      []int  // where the parts begin
	definitions string // the link definitions of the whole text, when it is cut
}

// whole leaves a text in one piece.
var whole = cutting{starts: []int{0}}

// cutText finds parts of a text that say the same when each is parsed by itself,
// all but the last of them as long as least. Cuts are made before headings that
// follow a blank line: such a heading ends every paragraph, list and quotation.
// Whatever may reach over one, such as a fence, keeps the text in one piece.
func cutText(s string, least int) cutting {
	if len(s) < 2*least || reachesOver(s) {
		return whole
	}
	definitions, ok := linkDefinitions(s)
	if !ok {
		return whole
	}
	starts := []int{0}
	for at := 0; ; {
		i := strings.Index(s[at:], "\n\n#")
		if i < 0 {
			return cutting{starts, definitions}
		}
		at += i + len("\n\n")
		if at-starts[len(starts)-1] >= least && isHeading(s[at:]) {
			starts = append(starts, at)
		}
	}
}

func isHeading(s string) bool {
	level := len(s) - len(strings.TrimLeft(s, "#"))
	return level <= 6 && level < len(s) && s[level] == ' '
}

// reachesOver reports whether a text may have something that a later heading
// does not end: a fenced block, or HTML that runs to a closing tag of its own.
func reachesOver(s string) bool {
	if strings.Contains(s, "```") || strings.Contains(s, "~~~") {
		return true
	}
	for at := find(s, "<", 0); at < len(s); at = find(s, "<", at+1) {
		if opensRaw(s[at+1 : min(len(s), at+10)]) {
			return true
		}
	}
	return false
}

// linkDefinitions returns the lines of a text that define links ("[a]: https://…"),
// which serve all of it. It is not ok where something is no plain definition on
// a line of its own, but might be one.
func linkDefinitions(s string) (lines string, ok bool) {
	var b strings.Builder
	end := 0 // of the latest definition's line
	for at := find(s, "]:", 0); at < len(s); at = find(s, "]:", at+1) {
		start := strings.LastIndexByte(s[:at], '\n') + 1
		if start < end {
			continue // in a definition's address or title
		}
		opens := strings.IndexByte(s[start:at], '[')
		if opens > 0 && strings.Trim(s[start:start+opens], " >-*+0123456789.)") != "" {
			continue // in the middle of a line
		}
		if opens != 0 || start > 0 && start != end && !strings.HasSuffix(s[:start], "\n\n") {
			return "", false
		}
		end = min(len(s), find(s, "\n", at)+1)
		if !isPlainDefinition(s[start:end]) || end < len(s) && s[end] != '\n' && s[end] != '[' {
			return "", false
		}
		b.WriteString(s[start:end])
	}
	return b.String(), true
}

// plainDefinition matches a link definition that needs no other line.
var plainDefinition = regexp.MustCompile(`^\[[^\[\]\\]+\]: *[^\s<>"'()\\]+ *\n?$`)

func isPlainDefinition(line string) bool { return plainDefinition.MatchString(line) }

// opensRaw reports whether what follows a "<" opens HTML that a blank line does
// not end: CommonMark's kinds one to five.
func opensRaw(s string) bool {
	if s != "" && (s[0] == '!' || s[0] == '?') {
		return true
	}
	for _, tag := range []string{"pre", "script", "style", "textarea"} {
		if len(s) >= len(tag) && strings.EqualFold(s[:len(tag)], tag) {
			return true
		}
	}
	return false
}

// chunk is a part of a text while goldmark parses it.
type chunk struct {
	start, end int
	doc        ast.Node
	bound      boundState
	panicked   any
	done       chan struct{}
}

// parseChunks has goldmark parse the parts of a text, several at once, and hands
// them out in their order as they are done.
func parseChunks(src []byte, c cutting) []*chunk {
	defined := parser.NewContext()
	if c.definitions != "" {
		markdownParser().Parse(text.NewReader([]byte(c.definitions)), parser.WithContext(defined))
	}
	parts := make([]*chunk, len(c.starts))
	for i, start := range c.starts {
		parts[i] = &chunk{start: start, end: len(src), done: make(chan struct{})}
		if i > 0 {
			parts[i-1].end = start
		}
	}
	next := make(chan *chunk, len(parts))
	for _, c := range parts {
		next <- c
	}
	close(next)
	for range min(len(parts), runtime.GOMAXPROCS(0)) {
		go func() {
			for c := range next {
				c.parse(src[c.start:c.end], defined.References())
			}
		}()
	}
	return parts
}

func (c *chunk) parse(src []byte, defined []parser.Reference) {
	defer close(c.done)
	defer func() { c.panicked = recover() }() // it is the caller's to catch
	pc := parser.NewContext()
	pc.Set(boundKey, &c.bound)
	for _, r := range defined {
		pc.AddReference(r)
	}
	c.doc = markdownParser().Parse(text.NewReader(src), parser.WithContext(pc))
}

// wait returns when the part is parsed.
func (c *chunk) wait() {
	<-c.done
	if c.panicked != nil {
		panic(c.panicked)
	}
}
