package store

import (
	"maps"
	"slices"
)

// DropFirst takes n values out of a map, those first whose turn comes first; any of those
// that come at once. With n of 0 or less it takes none.
func DropFirst[K comparable, V any](m map[K]V, n int, turn func(V) int64) {
	if n = min(n, len(m)); n <= 0 {
		return
	}
	turns := make([]int64, 0, len(m)) // far quicker to sort than what has them
	for _, v := range m {
		turns = append(turns, turn(v))
	}
	slices.Sort(turns)
	last := turns[n-1]
	before, _ := slices.BinarySearch(turns, last)
	n -= before
	maps.DeleteFunc(m, func(_ K, v V) bool {
		t := turn(v)
		if t == last && n > 0 {
			n--
			return true
		}
		return t < last
	})
}
