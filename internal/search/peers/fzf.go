package peers

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"

	"archbot/internal/catalog"
)

// The sizes of fzf's own working memory (src/constants.go).
const (
	slab16 = 100 * 1024
	slab32 = 2048
)

// fzf is fzf's algorithm over all titles, used as fzf does: each word of the
// query must match, its scores are added up, and the shorter title wins a tie.
type fzf struct {
	lines []util.Chars
	ids   []string
	slab  *util.Slab
}

var fzfReady = sync.OnceValue(func() bool { return algo.Init("default") })

func (*fzf) Name() string { return "fzf" }

func (e *fzf) Build(c *catalog.Catalog) error {
	fzfReady()
	var text []string
	text, e.ids = titles(c)
	e.lines = make([]util.Chars, len(text))
	for i, t := range text {
		e.lines[i] = util.ToChars([]byte(t))
	}
	e.slab = util.MakeSlab(slab16, slab32)
	return nil
}

func (e *fzf) Search(text string) ([]string, error) {
	type match struct{ line, score int }
	var terms [][]rune
	for t := range strings.FieldsSeq(strings.ToLower(text)) {
		terms = append(terms, []rune(t))
	}
	var matches []match
	for i := range e.lines {
		if score, ok := e.score(&e.lines[i], terms); ok {
			matches = append(matches, match{i, score})
		}
	}
	slices.SortFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(e.lines[a.line].Length(), e.lines[b.line].Length()), cmp.Compare(a.line, b.line))
	})
	ids := make([]string, 0, limit)
	for _, m := range matches[:min(len(matches), limit)] {
		ids = append(ids, e.ids[m.line])
	}
	return ids, nil
}

// score adds up the terms' scores in a line, or reports that one is missing.
func (e *fzf) score(line *util.Chars, terms [][]rune) (sum int, ok bool) {
	for _, t := range terms {
		r, _ := algo.FuzzyMatchV2(false, false, true, line, t, false, e.slab)
		if r.Start < 0 {
			return 0, false
		}
		sum += r.Score
	}
	return sum, len(terms) > 0
}

func (e *fzf) Close() error {
	*e = fzf{}
	return nil
}
