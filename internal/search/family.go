package search

// withFamily puts the relatives of the first hit behind the hits, so that an
// answer shows where one is: the topic above it, and those below. They score
// less than every hit.
func (x *Index) withFamily(hits []hit, limit int) []hit {
	if len(hits) == 0 {
		return nil
	}
	out := hits[:min(len(hits), limit):min(len(hits), limit)]
	has := make(map[int32]bool, len(out))
	for _, h := range out {
		has[h.unit] = true
	}
	lowest := out[len(out)-1].score
	add := func(unit int32, share float32) {
		if unit >= 0 && !has[unit] && len(out) < limit {
			has[unit] = true
			out = append(out, hit{unit: unit, score: lowest * share})
		}
	}
	first := hits[0].unit
	add(x.parents[first], 0.9)
	for i, p := range x.parents {
		if p == first {
			add(int32(i), 0.8)
		}
	}
	return out
}
