package vocabulary

import "fmt"

// Problem is one thing that is wrong with a vocabulary, where, and what to do.
// The line it is on is left out; the others serve.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // 1-based; 0 when the whole file is meant
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

func (p Problem) Error() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s; %s", p.File, p.Message, p.Fix)
	}
	return fmt.Sprintf("%s:%d: %s; %s", p.File, p.Line, p.Message, p.Fix)
}

// maxProblems bounds what is said of one file: after so many, the file is
// something else than a vocabulary.
const maxProblems = 100

// problems collects what is wrong with one file.
type problems struct {
	file string
	list []Problem
	more int // not in list
}

func (ps *problems) add(line int, fix, format string, args ...any) {
	if len(ps.list) == maxProblems {
		ps.more++
		return
	}
	ps.list = append(ps.list, Problem{File: ps.file, Line: line, Message: fmt.Sprintf(format, args...), Fix: fix})
}

// all returns the problems in the order found, and says if there are more.
func (ps *problems) all() []Problem {
	if ps.more == 0 {
		return ps.list
	}
	return append(ps.list, Problem{
		File:    ps.file,
		Message: fmt.Sprintf("%d more problems", ps.more),
		Fix:     "mend the ones above and look again",
	})
}
