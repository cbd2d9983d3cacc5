package search

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold brings spellings of the same text together: case, accents, and the
// compatibility forms of letters (full width, ligatures).
func fold(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	s = norm.NFKD.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) && !unicode.In(r, unicode.Hiragana, unicode.Katakana) && r != 0x3099 && r != 0x309a:
			return -1
		case r == 'ı':
			return 'i' // Turkish; its capital is the I of everybody
		}
		return r
	}, s)
	return norm.NFC.String(cases.Fold().String(s))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// words returns the folded words of s: runs of letters, digits and their marks.
// Scripts that leave no space between words are cut into pairs of letters.
func words(s string) []string {
	s = fold(s)
	if strings.IndexByte(s, '-') > 0 {
		s = initial.ReplaceAllString(s, "$1$2") // an e-wallet is no wallet
	}
	plain := ascii(s)
	if strings.IndexByte(s, '\'') > 0 || !plain && strings.Contains(s, "\u2019") {
		s = contracted.ReplaceAllString(negated.ReplaceAllString(s, "${1}nt"), "$1")
		plain = ascii(s)
	}
	if plain {
		return asciiWords(s)
	}
	fields := strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
	for i, f := range fields {
		if !ascii(f) && strings.ContainsFunc(f, unspaced) {
			out := append([]string(nil), fields[:i]...)
			for _, f := range fields[i:] {
				out = append(out, pairs(f)...)
			}
			return out
		}
	}
	return fields
}

func asciiWords(s string) []string {
	ws := make([]string, 0, 8)
	start := -1
	for i := range len(s) {
		c := s[i]
		if isWord := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'; isWord && start < 0 {
			start = i
		} else if !isWord && start >= 0 {
			ws = append(ws, s[start:i])
			start = -1
		}
	}
	if start >= 0 {
		ws = append(ws, s[start:])
	}
	return ws
}

// What English adds to a word behind an apostrophe is no word: "it's" is "it", and
// "don't" is "dont". (In "l'eau" there are two.)
var (
	negated    = regexp.MustCompile(`([a-z])n['\x{2019}]t\b`)
	contracted = regexp.MustCompile(`([a-z])['\x{2019}](?:s|d|m|ll|re|ve)\b`)
)

var initial = regexp.MustCompile(`\b([a-z])-([a-z]{3})`)

// unspaced reports whether r belongs to a script without spaces between words.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) || r == 'ー'
}

// pairs cuts a word into runs of one kind of script, and those of a script
// without spaces into overlapping pairs of letters.
func pairs(word string) []string {
	var out []string
	for rest := word; rest != ""; {
		first, _ := utf8.DecodeRuneInString(rest)
		end := strings.IndexFunc(rest, func(r rune) bool { return unspaced(r) != unspaced(first) })
		if end < 0 {
			end = len(rest)
		}
		run := []rune(rest[:end])
		rest = rest[end:]
		if !unspaced(first) || len(run) < 3 {
			out = append(out, string(run))
			continue
		}
		for i := range len(run) - 1 {
			out = append(out, string(run[i:i+2]))
		}
	}
	return out
}

func joined(ws []string) string { return strings.Join(ws, " ") }

// stem is the English stem of a folded word. Other languages' words mostly
// stay as they are, which does no harm since the surface form counts too.
func stem(w string) string {
	if len(w) < 4 || !ascii(w) {
		return w
	}
	return english.Stem(w, true)
}

// endings are what a stem may still have that a relative of the word has not, as
// in "breaker" beside "breaking" and "scalability" beside "scaling".
var endings = []string{"abl", "ment", "ator", "ion", "ist", "er", "or", "at", "iv", "e"}

// root cuts an ending off a stem where enough is left to recognise.
func root(stem string) string {
	for _, ending := range endings {
		if r, ok := strings.CutSuffix(stem, ending); ok && len(r) >= 4 && ascii(r) {
			return r
		}
	}
	return stem
}

// Noise that platforms put around what people type.
var (
	linkMarkup = regexp.MustCompile(`<([@#!][^>|]*|(?:https?|mailto):[^>|]*)(?:\|([^>]*))?>`)
	shortcode  = regexp.MustCompile(`(^|[^\w:]):[a-z0-9_+-]*[a-z][a-z0-9_+-]*:($|[^\w:])`)
	bareURL    = regexp.MustCompile(`https?://\S+`)
	slash      = regexp.MustCompile(`^\s*/\w+(\s+(search|find|ask)\b)?`)
)

// clean drops mentions, addresses, emoji shortcodes and entities, and keeps the
// label of a link.
func clean(s string) string {
	if strings.ContainsAny(s, "<&:/") {
		s = html.UnescapeString(s)
		s = linkMarkup.ReplaceAllString(s, " $2 ")
		s = bareURL.ReplaceAllString(s, " ")
		s = shortcode.ReplaceAllString(s, "$1 $2")
		s = slash.ReplaceAllString(s, " ")
	}
	return s
}
