package dialogue

import (
	"strconv"
	"strings"

	"archbot/internal/catalog"
)

// span is a range of years, both inclusive; 0 for open.
type span struct{ from, to catalog.Year }

// yearBounds is what stands before a year and makes it the end of a range.
var yearBounds = boundsOfYears()

func boundsOfYears() map[string]func(catalog.Year) span {
	by := make(map[string]func(catalog.Year) span)
	add := func(bound func(catalog.Year) span, words string) {
		for text := range strings.SplitSeq(words, ",") {
			by[strings.Join(wordsOf(text), " ")] = bound
		}
	}
	add(func(y catalog.Year) span { return span{from: y + 1} }, `newer than, after, later than, more recent than, younger than, past,
		neuer als, nach, jünger als, après, plus récent que, después de, más nuevo que, depois de, mais novo que, dopo, sonra, после, новее`)
	add(func(y catalog.Year) span { return span{from: y} }, `since, from, starting, starting from, as of, from about, seit, ab, depuis, à partir de,
		desde, dal, beri, с, от, sinds`)
	add(func(y catalog.Year) span { return span{to: y - 1} }, `older than, before, earlier than, prior to, pre, vor, älter als, avant, antes de, prima del, до, voor`)
	add(func(y catalog.Year) span { return span{to: y} }, `until, till, up to, through, bis, jusqu'à, hasta, até, fino al, tot`)
	return by
}

// yearAt reads a token as a year.
func (r reading) yearAt(i int) catalog.Year {
	if i < 0 || i >= len(r.tokens) || len(r.tokens[i].word) != 4 {
		return 0
	}
	n, err := strconv.Atoi(r.tokens[i].word)
	if err != nil || n < 1950 || n > 2099 {
		return 0
	}
	return catalog.Year(n)
}

// numbers reads pages and years, and tells which tokens it took.
func (r *reading) numbers() (taken []bool) {
	taken = make([]bool, len(r.tokens))
	take := func(from, to int) {
		for i := max(0, from); i < to && i < len(taken); i++ {
			taken[i] = true
		}
	}
	for i := range r.tokens {
		switch y := r.yearAt(i); {
		case taken[i]:
		case y > 0:
			s, from, to := r.yearsAt(i, y)
			if s != (span{}) {
				r.years = &s
				take(from, to)
			}
		case r.isPage(i) && r.numberAt(i+1) > 0:
			r.page = r.numberAt(i + 1)
			take(i, i+2)
		case r.isPage(i) && r.numberAt(i-1) > 0 && !taken[i-1]:
			r.page = r.numberAt(i - 1)
			take(i-1, i+1)
		}
	}
	return taken
}

// isPage reports whether a token is a word for page.
func (r reading) isPage(i int) bool {
	for _, p := range heard[r.tokens[i].word] {
		if p.cue == page && len(p.words) == 1 {
			return true
		}
	}
	return false
}

// yearsAt reads the year at a token with what stands around it. A year by itself
// counts where the message has little else.
func (r reading) yearsAt(i int, y catalog.Year) (s span, from, to int) {
	if second, at := r.secondYear(i); second > y {
		return span{y, second}, r.withWord(i, "between", "from", "zwischen", "entre", "tra"), at + 1
	}
	for n := min(3, i); n > 0; n-- {
		if bound, ok := yearBounds[joined(r.tokens[i-n:i])]; ok {
			return bound(y), i - n, i + 1
		}
	}
	if i+2 < len(r.tokens) && r.tokens[i+1].word == "or" {
		switch r.tokens[i+2].word {
		case "newer", "later", "after":
			return span{from: y}, i, i + 3
		case "older", "earlier", "before":
			return span{to: y}, i, i + 3
		}
	}
	if len(r.tokens) > 6 {
		return span{}, i, i
	}
	return span{y, y}, r.withWord(i, "in", "of", "year", "jahr", "en", "from", "aus", "im"), i + 1
}

// secondYear finds the other end of a range that begins at a token.
func (r reading) secondYear(i int) (catalog.Year, int) {
	if y := r.yearAt(i + 1); y > 0 {
		return y, i + 1
	}
	if i+1 < len(r.tokens) {
		switch r.tokens[i+1].word {
		case "and", "to", "until", "till", "und", "bis", "et", "a", "y", "e", "ve":
			return r.yearAt(i + 2), i + 2
		}
	}
	return 0, i
}

// withWord returns where a range begins: at the word before it, if it is one of these.
func (r reading) withWord(i int, words ...string) int {
	for _, w := range words {
		if i > 0 && r.tokens[i-1].word == w {
			return i - 1
		}
	}
	return i
}

// joined are the words of tokens with spaces between them.
func joined(tokens []token) string {
	s := ""
	for i, t := range tokens {
		if i > 0 {
			s += " "
		}
		s += t.word
	}
	return s
}
