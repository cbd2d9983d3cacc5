package search

// maxWord is the longest word, in runes, that spelling is doubted for.
const maxWord = 24

// Slips is how many slips make a into b, or limit+1 when there are more than
// limit: a letter left out, added, mistaken, or two neighbours swapped (optimal
// string alignment).
func Slips(a, b string, limit int) int {
	s, t := []rune(a), []rune(b)
	if len(s) > maxWord || len(t) > maxWord+2 || len(s)-len(t) > limit || len(t)-len(s) > limit {
		return limit + 1
	}
	var rows [3][maxWord + 3]int
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
			return limit + 1
		}
		before, above, row = above, row, before
	}
	return min(above[len(t)], limit+1)
}
