package eval

import (
	"fmt"
	"strings"
)

// ranks writes a line for each query: where its first right topic stands, and
// what stands there instead if that is not at the top.
func ranks(outcomes []outcome) string {
	var b strings.Builder
	for _, o := range outcomes {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%q\n", o.verdict(), o.id, o.class, o.query.Text)
	}
	return b.String()
}

// verdict says in a word or two what came of the query.
func (o outcome) verdict() string {
	switch rank := o.rank(); {
	case o.refused() && o.inScope():
		return "refused, wrongly"
	case o.refused():
		return "refused"
	case !o.inScope(), rank == 0:
		return "wrong: " + o.ranked[0]
	case rank > 1:
		return fmt.Sprintf("%d after %s", rank, o.ranked[0])
	}
	return "1"
}
