package eval

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// table is a file of tab-separated values whose first line names the columns.
type table struct {
	name string
	rows []row
}

// row is one line of a table.
type row struct {
	line   int
	values map[string]string // by column
}

// readTable reads a table and insists on some columns. name is what errors call
// it. Empty lines are no rows.
func readTable(ctx context.Context, in io.Reader, name string) (table, error) {
	t := table{name: name}
	var header []string
	err := newLines(in).each(ctx, func(n numbered) error {
		if n.err != nil {
			return t.fault(n.number, n.err)
		}
		if len(n.text) == 0 {
			return nil
		}
		cells := strings.Split(string(n.text), "\t")
		switch {
		case header == nil:
			header = cells
			return nil
		case len(cells) != len(header):
			return t.fault(n.number, fmt.Errorf("%d columns, not the %d of the first line", len(cells), len(header)))
		}
		r := row{line: n.number, values: make(map[string]string, len(cells))}
		for i, c := range cells {
			r.values[header[i]] = c
		}
		t.rows = append(t.rows, r)
		return nil
	})
	if err == nil && len(t.rows) == 0 {
		err = fmt.Errorf("%s: there is nothing in it: write a line that names the columns, such as query and relevant, and a line for each query", name)
	}
	return t, err
}

// fault says in which line something is wrong.
func (t table) fault(line int, err error) error {
	return fmt.Errorf("%s:%d: %w", t.name, line, err)
}

// has reports whether the table has all of these columns.
func (t table) has(columns ...string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool {
		_, ok := t.rows[0].values[c]
		return !ok
	})
}

// needs fails when one of these columns is missing.
func (t table) needs(columns ...string) error {
	for _, c := range columns {
		if !t.has(c) {
			return t.fault(1, errors.New("no column is called "+c))
		}
	}
	return nil
}
