package dialogue

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"archbot/internal/search"
)

// token is one word of a message.
type token struct {
	word     string // folded
	from, to int    // where it stands in the message
	mark     rune   // the strongest sign between it and the next word; 0 for none
}

// marks are the signs that part a message, the strongest first.
const marks = "?!.;:,"

// tokensOf cuts a message into words. An apostrophe within a word is left out of it;
// in scripts without spaces each letter is a word.
func tokensOf(text string) []token {
	out := make([]token, 0, len(text)/usualWord+1)
	start, joined := -1, false // joined: there is an apostrophe in the word
	end := func(to int) {
		if start >= 0 {
			word := text[start:to]
			if joined {
				word = apostrophes.Replace(word)
			}
			out = append(out, token{word: search.Fold(word), from: start, to: to})
		}
		start, joined = -1, false
	}
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:]) // of a byte that is no letter: 1
		switch {
		case unspaced(r):
			end(i)
			start = i
			end(i + utf8.RuneLen(r))
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
			if start < 0 {
				start = i
			}
		case (r == '\'' || r == '’') && start >= 0 && letterAt(text, i+size):
			joined = true
		default:
			end(i)
			if len(out) > 0 {
				out[len(out)-1].mark = stronger(out[len(out)-1].mark, r, text[i+size:])
			}
		}
	}
	end(len(text))
	return out
}

// usualWord is how long a word of a text is with the space behind it, in bytes.
const usualWord = 6

var apostrophes = strings.NewReplacer("'", "", "’", "")

// unspaced reports whether a letter belongs to a script without spaces between words.
func unspaced(r rune) bool {
	const first = 0x2E80 // of these scripts' signs: of most letters it is clear at once
	return r >= first && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

func letterAt(s string, at int) bool {
	r, _ := utf8.DecodeRuneInString(s[at:])
	return unicode.IsLetter(r)
}

// stronger returns the mark that parts more. A full stop within a word parts nothing.
func stronger(old, r rune, after string) rune {
	switch r {
	case '？', '¿', '؟':
		r = '?'
	case '！':
		r = '!'
	case '。':
		return '.'
	case '、', '，', '،':
		r = ','
	case '—', '–':
		r = ','
	}
	if r == '.' && after != "" && !strings.HasPrefix(after, " ") && !strings.HasPrefix(after, "\n") {
		return old
	}
	at := strings.IndexRune(marks, r)
	if was := strings.IndexRune(marks, old); at < 0 || was >= 0 && was < at {
		return old
	}
	return r
}

// wordsOf are the folded words of a text.
func wordsOf(text string) []string {
	tokens := tokensOf(text)
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.word
	}
	return out
}

// found is a phrase where it stands in a message.
type found struct {
	cue      cue
	value    string
	from, to int // tokens
}

// reading is a message, or a part of one, taken apart.
type reading struct {
	text   string
	tokens []token
	cues   []found // one after another, the longest phrases first
	tells  []int   // tokens that no cue has and that name something
	years  *span
	page   int // 0: none is named
}

// read takes a message apart.
func read(text string) reading { return readTokens(text, tokensOf(text)) }

// readTokens is read for a text that was cut into words already.
func readTokens(text string, tokens []token) reading {
	r := reading{text: text, tokens: tokens}
	taken := r.numbers()
	for i := 0; i < len(r.tokens); {
		if taken[i] {
			i++
			continue
		}
		f := r.longest(i, func(cue) bool { return true })
		if f.to > i && !slices.Contains(taken[i:f.to], true) {
			r.cues = append(r.cues, f)
			i = f.to
			continue
		}
		if w := r.tokens[i].word; !search.Silent(w) {
			r.tells = append(r.tells, i)
		}
		i++
	}
	return r
}

// longest returns the longest phrase at a token that has one of the cues wanted; of
// two, the one that the table has first.
func (r reading) longest(at int, wanted func(cue) bool) found {
	best := found{from: at, to: at}
	for _, p := range heard[r.tokens[at].word] {
		if at+len(p.words) > len(r.tokens) || len(p.words) <= best.to-at || !wanted(p.cue) {
			continue
		}
		if r.stands(p.words, at) {
			best = found{p.cue, p.value, at, at + len(p.words)}
		}
	}
	return best
}

// ending returns the longest phrase that ends before a token and has one of the cues
// wanted.
func (r reading) ending(before int, wanted func(cue) bool) found {
	for at := max(0, before-maxPhrase); at < before; at++ {
		for _, p := range heard[r.tokens[at].word] {
			if at+len(p.words) == before && wanted(p.cue) && r.stands(p.words, at) {
				return found{p.cue, p.value, at, before}
			}
		}
	}
	return found{from: before, to: before}
}

// stands reports whether words stand at a token.
func (r reading) stands(words []string, at int) bool {
	for i, w := range words {
		if r.tokens[at+i].word != w {
			return false
		}
	}
	return true
}

// has reports whether a cue is among those of the message.
func (r reading) has(c cue) bool { return r.value(c) != nil }

// value returns the first phrase with a cue.
func (r reading) value(c cue) *found {
	for i := range r.cues {
		if r.cues[i].cue == c {
			return &r.cues[i]
		}
	}
	return nil
}

// named are the words that name something.
func (r reading) named() []string {
	var out []string
	for _, i := range r.tells {
		out = append(out, r.tokens[i].word)
	}
	return out
}

// part is a message without the tokens before from and from to on.
func (r reading) part(from, to int) reading {
	if from >= to {
		return reading{}
	}
	begin := r.tokens[from].from
	tokens := slices.Clone(r.tokens[from:to])
	for i := range tokens {
		tokens[i].from -= begin
		tokens[i].to -= begin
	}
	tokens[len(tokens)-1].mark = 0
	return readTokens(r.text[begin:r.tokens[to-1].to], tokens)
}

// counted are the words for small numbers.
var counted = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"zwei": 2, "drei": 3, "vier": 4, "deux": 2, "trois": 3, "dos": 2, "tres": 3, "due": 2, "tre": 3, "dois": 2, "iki": 2, "uc": 3,
}

// numberAt reads a token as the number of a page: 3, three, 3rd, third, p3.
func (r reading) numberAt(i int) int {
	if i < 0 || i >= len(r.tokens) {
		return 0
	}
	w := r.tokens[i].word
	if n := counted[w]; n > 0 {
		return n
	}
	digits := strings.TrimRight(w, "abcdefghijklmnopqrstuvwxyz")
	if n, err := strconv.Atoi(digits); err == nil && n > 0 && n <= maxPage {
		return n
	}
	for _, p := range heard[w] {
		if p.cue == ordinal && len(p.words) == 1 {
			if n, err := strconv.Atoi(p.value); err == nil && n > 0 {
				return n
			}
		}
	}
	return 0
}
