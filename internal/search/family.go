package search

// family returns the relatives of the first hit that are no hits themselves, so
// that an answer shows where one is: the topic above it, then those below. They
// score less than every hit.
func (x *Index) family(hits []hit, most int) []hit {
	if len(hits) == 0 {
		return nil
	}
	has := make(map[int32]bool, len(hits))
	for _, h := range hits {
		has[h.unit] = true
	}
	lowest := hits[len(hits)-1].score
	var out []hit
	add := func(unit int32, share float32) {
		if unit >= 0 && !has[unit] && len(out) < most {
			out = append(out, hit{unit: unit, score: lowest * share})
		}
	}
	first := hits[0].unit
	add(x.parents[first], 0.9)
	for i, p := range x.parents[:len(x.catalog.Topics)] {
		if p == first {
			add(int32(i), 0.8)
		}
	}
	return out
}
