package bot

import "strings"

// nearest returns the candidate that word is, or is a slip of the keyboard away
// from: two in a long word, one in a short one, none in the shortest, to which
// everything is near.
func nearest[T ~string](word string, candidates []T) (T, bool) {
	word = strings.ToLower(word)
	var best T
	least := -1
	for _, c := range candidates {
		allowed := 0
		switch longer := max(len(word), len(c)); {
		case longer >= 6:
			allowed = 2
		case longer >= 4:
			allowed = 1
		}
		if d := slips(word, string(c), allowed+1); d <= allowed && (least < 0 || d < least) {
			best, least = c, d
		}
	}
	return best, least >= 0
}

// slips is how many letters to change, add, leave out or swap with their
// neighbour to get from a to b, or some number that is not below enough.
func slips(a, b string, enough int) int {
	if abs(len(a)-len(b)) >= enough {
		return enough
	}
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(last[j]+1, row[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// names are the commands' names.
func names(commands []Command) []string {
	out := make([]string, len(commands))
	for i, c := range commands {
		out[i] = c.Name
	}
	return out
}
