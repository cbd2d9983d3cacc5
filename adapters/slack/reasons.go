package slack

import (
	"fmt"
	"slices"
	"strings"

	"archbot/internal/bot"
)

// why says how a search found something, for a person: which words it has, and for
// which one each of them stands where that is not plain to see. Without literal, only
// the latter.
func (p *page) why(reasons []bot.Reason, literal bool) string {
	const most, room = 4, 40
	var words []string
	for _, r := range reasons {
		obvious := akin(r.Typed, r.Word)
		if obvious && !literal {
			continue
		}
		word := fmt.Sprintf("“%s”", text(r.Word, room))
		if !obvious {
			word += fmt.Sprintf(" for “%s”", text(r.Typed, room))
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "matches " + strings.Join(words[:min(len(words), most)], ", ")
}

// akin reports whether two words begin so much alike that nobody asks why one was
// found for the other: "breaking" and "breaker".
func akin(a, b string) bool {
	const alike = 4
	if a == b {
		return true
	}
	x, y := []rune(a), []rune(b)
	return len(x) >= alike && len(y) >= alike && slices.Equal(x[:alike], y[:alike])
}
