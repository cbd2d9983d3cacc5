package search

import (
	"cmp"
	"slices"
)

// top keeps the best of many hits without sorting them all.
type top struct {
	index *Index
	keep  int
	hits  []hit
	bar   float32 // what is below it cannot be among the best any more
}

// hasRoom reports whether a hit may still be among the best.
func (t *top) hasRoom(h hit) bool { return h.score >= t.bar }

func (t *top) add(h hit) {
	t.hits = append(t.hits, h)
	if len(t.hits) >= 4*t.keep {
		t.cut()
	}
}

// cut sorts what is kept and drops all but the best.
func (t *top) cut() {
	slices.SortFunc(t.hits, t.index.compare)
	if len(t.hits) > t.keep {
		t.hits = t.hits[:t.keep]
		t.bar = t.hits[t.keep-1].score
	}
}

// ranked returns the best hits in order, without those far behind the first.
func (t *top) ranked() []hit {
	t.cut()
	for i, h := range t.hits {
		if h.score < tail*t.hits[0].score {
			return t.hits[:i]
		}
	}
	return t.hits
}

// compare orders by score, then broad before narrow, then as the list does.
func (x *Index) compare(a, b hit) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(x.depth(a.unit), x.depth(b.unit)), cmp.Compare(a.unit, b.unit))
}

func (x *Index) depth(unit int32) int {
	d := 0
	for p := x.parents[unit]; p >= 0; p = x.parents[p] {
		d++
	}
	return d
}
