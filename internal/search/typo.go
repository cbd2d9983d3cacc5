package search

import "unicode/utf8"

// slips is how many slips of the hand a word of that length is forgiven. Short
// words are too close to one another to forgive any.
func slips(w string) int {
	switch n := utf8.RuneCountInString(w); {
	case n < 5:
		return 0
	case n < 8:
		return 1
	default:
		return 2
	}
}

// maxWord is the longest word, in runes, that spelling is doubted for.
const maxWord = 40

// within reports whether a can be made into b by at most limit slips: a letter
// left out, added, mistaken, or two neighbours swapped (optimal string
// alignment).
func within(a, b string, limit int) bool {
	if limit <= 0 {
		return a == b
	}
	s, t := []rune(a), []rune(b)
	if len(s) > maxWord || len(t) > maxWord || len(s)-len(t) > limit || len(t)-len(s) > limit {
		return false
	}
	var rows [3][maxWord + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(t) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			d := min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return false
		}
		before, above, row = above, row, before
	}
	return above[len(t)] <= limit
}
