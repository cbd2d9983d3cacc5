package search

import "math"

// weigh gives each word its weight, the rarer the more, and each text the sum.
func (x *Index) weigh() {
	x.weights = make([]float32, len(x.postings))
	for id, list := range x.postings {
		has, last := 0, int32(-1) // how many topics and resources have the word
		for _, p := range list {
			if u := x.texts[p>>1].unit; u != last {
				has++
				last = u
			}
		}
		x.weights[id] = x.rarity(float64(has)) * emphasis(x.lexicon.text[id])
		for _, p := range list {
			if p&inDescription == 0 {
				x.texts[p>>1].weight += x.weights[id]
			}
		}
	}
}

func (x *Index) rarity(has float64) float32 {
	return float32(math.Log(1 + float64(max(x.units, 20))/(has+0.5)))
}

// emphasis is the share of its weight that a word keeps.
func emphasis(w string) float32 {
	switch {
	case silent[w]:
		return silentness
	case faint[w]:
		return faintness
	}
	return 1
}
