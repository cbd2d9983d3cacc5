package bot

import (
	"strings"

	"archbot/internal/search"
)

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
		if d := search.Slips(word, string(c), allowed); d <= allowed && (least < 0 || d < least) {
			best, least = c, d
		}
	}
	return best, least >= 0
}

// names are the commands' names.
func names(commands []Command) []string {
	out := make([]string, len(commands))
	for i, c := range commands {
		out[i] = c.Name
	}
	return out
}
