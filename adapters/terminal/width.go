package terminal

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// runeCells is how many cells of a terminal a character takes.
func runeCells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cells is how many cells clean, unpainted text takes.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

// pad fills s up with spaces to n cells, on its right or its left.
func pad(s string, n int, right bool) string {
	fill := strings.Repeat(" ", max(0, n-cells(s)))
	if right {
		return fill + s
	}
	return s + fill
}

// wrap breaks clean text into lines of at most n cells, between words; a word
// that is longer is broken where it must be.
func wrap(s string, n int) []string {
	n = max(n, 1)
	var lines []string
	line, used := "", 0
	flush := func() {
		if line != "" {
			lines = append(lines, line)
		}
		line, used = "", 0
	}
	for word := range strings.FieldsSeq(s) {
		for _, part := range pieces(word, n) {
			need := cells(part)
			if used > 0 && used+1+need > n {
				flush()
			}
			if used > 0 {
				line, used = line+" ", used+1
			}
			line, used = line+part, used+need
		}
	}
	flush()
	return lines
}

// pieces cuts a word into parts of at most n cells.
func pieces(word string, n int) []string {
	if cells(word) <= n {
		return []string{word}
	}
	var out []string
	from, used := 0, 0
	for i, r := range word {
		if c := runeCells(r); used+c > n && i > from {
			out = append(out, word[from:i])
			from, used = i, c
		} else {
			used += c
		}
	}
	return append(out, word[from:])
}

// shorten cuts clean text to n cells and marks that it did.
func shorten(s string, n int) string {
	if cells(s) <= n {
		return s
	}
	used := 0
	for i, r := range s {
		if c := runeCells(r); used+c > n-1 {
			return s[:i] + "…"
		} else {
			used += c
		}
	}
	return s
}
