package searchtest

import (
	"math/rand/v2"
	"strings"
)

const (
	// Vocabulary is how many different words a large Catalog has.
	Vocabulary = 30_000
	// zipf is the exponent of the words' frequencies: nearly one, as in texts.
	zipf = 1.07
)

// The parts of a syllable.
var (
	onsets = strings.Fields("b br c ch cl cr d dr f fl g gr h j k l m n p pl pr qu r s sc sh sl sp st t th tr v w")
	nuclei = strings.Fields("a a a e e e e i i i o o o u u ai ea ee io oo ou y")
	codas  = append(strings.Fields("n r s t l m nd nt st ck rt x ng ss"), "", "", "", "", "", "", "", "", "", "")
)

// source is the stream of randomness for one purpose.
func source(seed uint64, purpose string) *rand.Rand {
	salt := uint64(14695981039346656037) // FNV-1a
	for i := range len(purpose) {
		salt = (salt ^ uint64(purpose[i])) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed, salt))
}

// invent makes a word of so many syllables, of four letters at least.
func invent(r *rand.Rand, syllables int) string {
	var b strings.Builder
	for b.Len() < 4 || syllables > 0 {
		b.WriteString(onsets[r.IntN(len(onsets))])
		b.WriteString(nuclei[r.IntN(len(nuclei))])
		b.WriteString(codas[r.IntN(len(codas))])
		syllables--
	}
	return b.String()
}

// vocabulary makes different words, the most frequent first.
func vocabulary(r *rand.Rand) []string {
	words := make([]string, 0, Vocabulary)
	known := make(map[string]bool, Vocabulary)
	for len(words) < Vocabulary {
		syllables := 2
		switch {
		case len(words) < 200:
			syllables = 1
		case len(words) > 2_000:
			syllables += r.IntN(3)
		}
		if w := invent(r, syllables); !known[w] {
			known[w] = true
			words = append(words, w)
		}
	}
	return words
}

// writer writes sentences of a vocabulary's words.
type writer struct {
	*rand.Rand
	words []string
	rank  *rand.Zipf
}

func newWriter(seed uint64) *writer {
	r := source(seed, "catalog")
	return &writer{r, vocabulary(source(seed, "vocabulary")), rand.NewZipf(r, zipf, 1, Vocabulary-1)}
}

// sentence appends between least and most words, the first with a capital.
func (w *writer) sentence(to []byte, least, most int) []byte {
	first := len(to)
	for i := range least + w.IntN(most-least+1) {
		if i > 0 {
			to = append(to, ' ')
		}
		to = append(to, w.words[w.rank.Uint64()]...)
	}
	to[first] -= 'a' - 'A'
	return to
}
