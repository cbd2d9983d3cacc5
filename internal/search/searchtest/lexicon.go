package searchtest

import (
	"strings"
	"unicode"

	"archbot/internal/catalog"
)

const (
	// farLetters is how many letters a far word has at least: no search forgives
	// so much of a word that what is left of it is another one.
	farLetters = 7
	// farSlips is how many slips of the hand lie between it and any other word.
	farSlips = 3
	// farBeginning is how many letters it does not begin with as another does.
	farBeginning = 5
)

// lexicon is a catalog's words.
type lexicon struct {
	has       map[string]bool
	words     []string
	beginning map[string]bool
}

func newLexicon(c *catalog.Catalog) *lexicon {
	l := &lexicon{has: make(map[string]bool), beginning: make(map[string]bool)}
	for _, t := range c.Topics {
		l.add(t.Title)
	}
	for _, r := range c.Resources {
		l.add(r.Title)
		l.add(r.Description)
	}
	return l
}

func (l *lexicon) add(text string) {
	for _, w := range split(text) {
		if !l.has[w] {
			l.has[w] = true
			l.words = append(l.words, w)
			l.beginning[w[:min(len(w), farBeginning)]] = true
		}
	}
}

// isFar reports whether w is like no word of the catalog, so that a search which
// forgives slips, endings and missing ends still finds nothing.
func (l *lexicon) isFar(w string) bool {
	if len(w) < farLetters || l.beginning[w[:farBeginning]] {
		return false
	}
	for _, known := range l.words {
		if distance(w, known, farSlips) < farSlips {
			return false
		}
	}
	return true
}

// distance counts the letters to leave out, add or change to make b of a; limit
// when there are so many or more.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	above, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above[j]+cost, above[j+1]+1, row[j]+1)
		}
		above, row = row, above
	}
	return min(limit, above[len(b)])
}

// split returns the words of s in lower case.
func split(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
