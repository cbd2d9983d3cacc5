package eval

import (
	"cmp"
	"fmt"
)

// labelled is a query with what would be right to answer.
type labelled struct {
	id    string
	class string
	note  string
	query Query
	want  grades
}

// queriesOf reads labelled queries. Only the columns query and relevant have to
// be there; an id that is not is the line's number.
func queriesOf(t table) ([]labelled, error) {
	if err := t.needs("query", "relevant"); err != nil {
		return nil, err
	}
	known := make(map[string]bool)
	var set []labelled
	for _, r := range t.rows {
		q, err := queryOf(r)
		if err == nil && known[q.id] {
			err = fmt.Errorf("a second query is called %s", q.id)
		}
		if err != nil {
			return nil, t.fault(r.line, err)
		}
		known[q.id] = true
		set = append(set, q)
	}
	return set, nil
}

func queryOf(r row) (labelled, error) {
	want, err := parseGrades(r.values["relevant"])
	if err != nil {
		return labelled{}, err
	}
	surface, err := surfaceOf(r.values["surface"])
	if err != nil {
		return labelled{}, err
	}
	return labelled{
		id:    cmp.Or(r.values["qid"], fmt.Sprintf("line-%d", r.line)),
		class: cmp.Or(r.values["class"], "query"),
		note:  r.values["note"],
		query: Query{Surface: surface, Text: r.values["query"]},
		want:  want,
	}, nil
}
