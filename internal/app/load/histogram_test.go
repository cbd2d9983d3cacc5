package load

import (
	"math/bits"
	"testing"
	"time"
)

// histogram counts durations in buckets that are no wider than a 64th of what is in
// them, so that a quantile is as exact at a millisecond as at a second.
type histogram map[int]int

// fine is how many bits of a duration in microseconds count, behind the first one.
const fine = 6

func bucket(us uint64) int {
	if us < 1<<fine {
		return int(us)
	}
	shift := bits.Len64(us) - fine - 1
	return (shift+1)<<fine | int(us>>shift&(1<<fine-1))
}

// floor is the least that is in a bucket.
func floor(bucket int) uint64 {
	if bucket < 1<<fine {
		return uint64(bucket)
	}
	shift := bucket>>fine - 1
	return (1<<fine | uint64(bucket)&(1<<fine-1)) << shift
}

func (h histogram) add(d time.Duration) { h[bucket(uint64(max(d, 0).Microseconds()))]++ }

func (h histogram) merge(from histogram) {
	for at, n := range from {
		h[at] += n
	}
}

func (h histogram) count() (n int) {
	for _, in := range h {
		n += in
	}
	return n
}

// quantile is what that share of all durations is within.
func (h histogram) quantile(share float64) time.Duration {
	most := 0
	for at := range h {
		most = max(most, at)
	}
	left := int(share * float64(h.count()))
	for at := range most + 1 {
		if left -= h[at]; left < 0 {
			return time.Duration(floor(at+1)) * time.Microsecond
		}
	}
	return 0
}

func TestHistogram(t *testing.T) {
	h := make(histogram)
	for us := range uint64(1 << 20) {
		at := bucket(us)
		if low, next := floor(at), floor(at+1); us < low || us >= next || next-low > max(1, low>>fine) {
			t.Fatalf("%d is in a bucket from %d to %d", us, low, next)
		}
		h.add(time.Duration(us) * time.Microsecond)
	}
	if h.count() != 1<<20 {
		t.Errorf("%d of %d", h.count(), 1<<20)
	}
	for _, share := range []float64{0.5, 0.99} {
		want := time.Duration(share*(1<<20)) * time.Microsecond
		if got := h.quantile(share); got < want || got > want+want/32 {
			t.Errorf("%v of all are within %v, want %v", share, got, want)
		}
	}
}
