package eval

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// grades are the topics that answer a query and how well: 3 exactly, 2 well, 1
// acceptably. Without any, nothing is the right answer: the query is out of scope.
type grades map[string]int

const (
	// nowhere stands in a label for "the list has nothing for this".
	nowhere = "NONE"
	// right is the grade from which a topic is a right answer.
	right = 2
	// exact is the highest grade.
	exact = 3
)

// parseGrades reads "some/topic=3;another=1", or NONE.
func parseGrades(label string) (grades, error) {
	if label == nowhere {
		return grades{}, nil
	}
	wanted := make(grades)
	for part := range strings.SplitSeq(label, ";") {
		i := strings.LastIndexByte(part, '=')
		if i <= 0 {
			return nil, fmt.Errorf("%q is no label: write topic=grade;topic=grade, or %s", label, nowhere)
		}
		grade, err := strconv.Atoi(part[i+1:])
		if err != nil || grade < 1 || grade > exact {
			return nil, fmt.Errorf("the grade of %s is %q: it must be 1, 2 or 3", part[:i], part[i+1:])
		}
		wanted[part[:i]] = grade
	}
	return wanted, nil
}

// descending returns the grades alone, highest first.
func (g grades) descending() []int {
	var out []int
	for _, grade := range g {
		out = append(out, grade)
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Compare(b, a) })
	return out
}

// halves are the names of the two halves of a set.
var halves = [2]string{"[half 1]", "[half 2]"}

// halfOf tells which half a query or dialogue belongs to. It goes by the id
// alone, so the halves stay what they are when a set grows.
func halfOf(id string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // a hash takes everything
	return halves[h.Sum32()&1]
}
