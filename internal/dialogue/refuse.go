package dialogue

import (
	"slices"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// refused is what remains of how well a topic fits that belongs to what is refused.
const refused = 0.6

// maxRefused is how many words may be refused at the end of a message: what is longer
// says something else with its "not".
const maxRefused = 4

// refusals are the words before what is not meant, by themselves and in twos.
var refusals = map[string]bool{
	"not": true, "nicht": true, "pas": true, "non": true, "не": true, "no": true, "kein": true, "keine": true, "niet": true, "nie": true,
	"but not": true, "and not": true, "instead of": true, "rather than": true, "opposed to": true, "other than": true, "except": true, "except for": true,
	"excluding": true, "anstatt": true, "statt": true, "plutot que": true, "en lugar": true, "en vez": true, "em vez": true, "invece di": true, "вместо": true,
}

// refusesAt is how many words at a token refuse what stands behind them; 0 for none.
func (r reading) refusesAt(i int) int {
	if i+1 < len(r.tokens) && r.tokens[i].mark == 0 && refusals[r.tokens[i].word+" "+r.tokens[i+1].word] {
		return 2
	}
	if refusals[r.tokens[i].word] && r.tokens[i].mark == 0 {
		return 1
	}
	return 0
}

// refusal takes off what is not meant: "not for ml, for uploads", "uploads, not ml".
func (f *framed) refusal(r reading, from, to int) (int, int) {
	begin := from
	for begin > 0 && r.refusesAt(begin-1) > 0 {
		begin-- // "no" was taken for a lead
	}
	if n := r.refusesAt(begin); begin+n < to && n > 0 {
		for i := begin + n; i < to-1; i++ {
			if r.tokens[i].mark == ',' || r.tokens[i].mark == ';' || r.tokens[i].mark == '.' || r.tokens[i+1].word == "but" {
				f.refuse(r.part(begin+n, i+1))
				f.tie = tie{bonus: mayGoOn, refused: f.tie.refused}
				rest := framed{}
				part := r.part(i+1, to)
				return i + 1 + min(rest.opening(part), len(part.tokens)-1), to
			}
		}
	}
	for i := from + 1; i < to-1; i++ {
		n := r.refusesAt(i)
		if n == 0 || i+n >= to || n == 1 && r.tokens[i-1].mark != ',' && (r.isQuestion() || r.tokens[i].word == "no") {
			continue
		}
		behind := r.part(i+n, to)
		if r.tokens[i-1].mark == ',' || len(behind.tokens) <= maxRefused && len(r.part(from, i).tells) > 0 && len(behind.tells) > 0 {
			f.refuse(behind)
			return from, i
		}
	}
	return from, to
}

// loud are the tokens that do more than ask.
func (r reading) loud() (out []int) {
	for i, t := range r.tokens {
		if !search.Silent(t.word) {
			out = append(out, i)
		}
	}
	return out
}

// refuse takes note of what is not meant.
func (f *framed) refuse(r reading) {
	f.refused, f.cut = true, true
	f.tie.refused = r.named()
}

// wanted favours the topics that do not belong to what is refused: those that are not
// called so, and do not stand below one that is.
func (a *answerer) wanted(id catalog.TopicID, words []string) float64 {
	if len(words) == 0 {
		return 1
	}
	path := wordsOf(strings.Join(a.list.Path(id), " "))
	if !slices.ContainsFunc(words, func(w string) bool { return !hasForm(path, w) }) {
		return refused
	}
	hits := a.search(strings.Join(words, " "), search.Filter{}).Topics
	if len(hits) > 0 && hits[0].Score >= sureName && (hits[0].Topic.ID == id || under(id, hits[0].Topic.ID)) {
		return refused
	}
	return 1
}
