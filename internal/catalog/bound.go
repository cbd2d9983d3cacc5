package catalog

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// goldmark's time grows with the square of the open brackets and emphasis marks
// in one block, and with the square of how deeply one line nests. Both are
// bounded, far above what any real list has, so that a hostile file is refused
// in no time instead of keeping a processor busy for minutes.
const (
	maxNesting = 100              // containers one line opens
	maxIndent  = 4 * maxNesting   // columns before a list marker
	maxMarks   = 6_000            // in one block
	maxEffort  = 40 * 1000 * 1000 // the sum over all blocks of their marks squared
)

// overload is why a text is not given to goldmark.
type overload struct {
	at   int // offset in the text
	what string
}

func (o *overload) notList(name string, line int) *NotListError {
	return &NotListError{List: name, Line: line, Why: o.what, Fix: "no real list has that; break it up with blank lines, or take it out"}
}

// boundLines looks at each line by itself: how deeply it nests, and how many
// marks it has.
func boundLines(s string) *overload {
	effort := 0
	for at := 0; at < len(s); {
		end := strings.IndexByte(s[at:], '\n')
		if end < 0 {
			end = len(s) - at
		}
		line := s[at : at+end]
		if depth := nesting(line); depth > maxNesting {
			return &overload{at, fmt.Sprintf("this line nests more than %d levels deep", maxNesting)}
		}
		if len(line) > maxMarks { // shorter ones cannot have too many
			n := countMarks(line)
			effort += n * n
			if n > maxMarks || effort > maxEffort {
				return tooManyMarks(at, n)
			}
		}
		at += end + 1
	}
	return nil
}

// nesting counts the block quotes and lists that a line opens.
func nesting(line string) int {
	depth, indent := 0, 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ':
			indent++
		case c == '\t':
			indent += 4
		case c == '>':
			depth++
		case isBullet(line[i:]):
			if indent > maxIndent {
				return maxNesting + 1
			}
			depth++
		case '0' <= c && c <= '9':
			n := i
			for n < len(line) && '0' <= line[n] && line[n] <= '9' {
				n++
			}
			if n+1 >= len(line) || line[n] != '.' && line[n] != ')' || line[n+1] != ' ' && line[n+1] != '\t' {
				return depth
			}
			if indent > maxIndent {
				return maxNesting + 1
			}
			depth++
			i = n
		default:
			return depth
		}
	}
	if strings.Trim(line, "-* \t") == "" {
		return 0 // a thematic break
	}
	return depth
}

func isBullet(s string) bool {
	return (s[0] == '-' || s[0] == '*' || s[0] == '+') && len(s) > 1 && (s[1] == ' ' || s[1] == '\t')
}

// countMarks counts what makes inline parsing look back.
func countMarks[T string | []byte](s T) int {
	n := 0
	for i := range len(s) {
		switch s[i] {
		case '[', '*', '_', '`', '~':
			n++
		}
	}
	return n
}

func tooManyMarks(at, n int) *overload {
	return &overload{at, fmt.Sprintf("this block has %d brackets and emphasis marks, with those before it more than can be read in reasonable time", n)}
}

// blockBound watches goldmark close its paragraphs, before it looks inside
// them. One that is too costly is emptied and remembered; a paragraph knows its
// true extent, which no look at lines can tell.
type blockBound struct{}

var boundKey = parser.NewContextKey()

type boundState struct {
	effort int
	over   *overload
}

func (blockBound) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	state, ok := pc.Get(boundKey).(*boundState)
	if !ok {
		return
	}
	lines, n, size := p.Lines(), 0, 0
	for i := range lines.Len() {
		segment := lines.At(i)
		size += segment.Len()
	}
	if size > 128 { // shorter ones weigh nothing
		for i := range lines.Len() {
			segment := lines.At(i)
			n += countMarks(segment.Value(reader.Source()))
		}
	}
	state.effort += n * n
	if n <= maxMarks && state.effort <= maxEffort {
		return
	}
	if state.over == nil {
		state.over = tooManyMarks(lines.At(0).Start, n)
	}
	p.SetLines(text.NewSegments())
}

// withBound installs blockBound after goldmark's own transformers, so that a
// table, which is a paragraph until it is recognised, is never seen as one.
func withBound() parser.Option {
	return parser.WithParagraphTransformers(util.Prioritized(blockBound{}, 999))
}
