package catalog

import "fmt"

// Severity tells what a problem does to the exit status of `archbot list check`.
type Severity string

// An Error loses or misplaces something for readers; a Warning is untidy.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong with a list, where, and what to do.
type Problem struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"` // a stable word, such as "duplicate-url"
	List     string   `json:"list"` // the file or URL that it is in
	Line     int      `json:"line"` // 1-based
	Message  string   `json:"message"`
	Fix      string   `json:"fix"`
}

// String gives the problem as compilers print theirs: file:line: what; what to do.
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s: %s; %s", p.List, p.Line, p.Severity, p.Message, p.Fix)
}

// NotListError says why bytes were not read as a list at all.
type NotListError struct {
	List string // the file or URL
	Line int    // 1-based; 0 when the whole file is meant
	Why  string // what is wrong
	Fix  string // what to do
}

func (e *NotListError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %s; %s", e.List, e.Line, e.Why, e.Fix)
	}
	return fmt.Sprintf("%s: %s; %s", e.List, e.Why, e.Fix)
}
