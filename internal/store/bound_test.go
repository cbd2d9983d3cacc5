package store_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"archbot/internal/store"
)

// Those that are left come after those that went, and there are as many as there should
// be, however many come at once.
func TestDropFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		m := make(map[int]int64)
		for i := range random.IntN(20) {
			m[i] = random.Int64N(5)
		}
		n, all := random.IntN(25)-2, slices.Sorted(maps.Values(m))
		store.DropFirst(m, n, func(turn int64) int64 { return turn })
		want := all[min(max(n, 0), len(all)):]
		if left := slices.Sorted(maps.Values(m)); !slices.Equal(left, want) {
			t.Fatalf("%d of %v: %v are left, want %v", n, all, left, want)
		}
	}
}
