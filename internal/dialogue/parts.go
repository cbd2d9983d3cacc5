package dialogue

import (
	"slices"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

const (
	// maxParts is how many questions of one message are answered.
	maxParts = 3
	// maxSentences is how many sentences of one message are looked at.
	maxSentences = 24
	// longQuestion is how long a part may be that is looked for as a whole, in words.
	longQuestion = 48
)

// parts takes a message apart into what is answered one after the other. Mostly that
// is all of it. What is said before a question belongs to it, and so does a second
// question that refers to the first.
func (a *answerer) parts(text string) []reading {
	whole := read(text)
	sentences := a.sentences(whole)
	if len(sentences) < 2 {
		if len(whole.tokens) > longQuestion {
			whole = a.wording(whole)
		}
		return []reading{whole}
	}
	var parts []reading
	questions := 0
	from := -1          // where what is said before a question begins
	var begun, last int // where the last question begins, and which part it is
	for _, s := range sentences {
		r := whole.part(s[0], s[1])
		switch {
		case len(r.tells) == 0 && a.asksSomething(r) && from < 0:
			parts = append(parts, r)
		case len(r.tells) == 0 && from < 0:
			// a greeting, thanks
		case questions > 0 && from < 0 && whole.tokens[s[0]-1].mark != ';' && !endsQuestion(whole.tokens[s[1]-1]) && !addsMore(r):
			parts[last] = whole.part(begun, s[1])
		case endsQuestion(whole.tokens[s[1]-1]) || s[1] == len(whole.tokens):
			if from < 0 {
				from = s[0]
			}
			begun, last = from, len(parts)
			parts = append(parts, whole.part(from, s[1]))
			from = -1
			questions++
		case from < 0:
			from = s[0]
		}
	}
	if questions == 0 && len(parts) == 0 {
		return []reading{a.wording(whole)}
	}
	if questions > 1 && !a.apart(parts) {
		parts = []reading{whole}
	}
	parts = parts[:min(len(parts), maxParts)]
	for i := range parts {
		if len(parts[i].tells) > 0 {
			parts[i] = a.wording(parts[i])
		}
	}
	return parts
}

// sentences returns where the sentences of a message begin and end.
func (a *answerer) sentences(r reading) [][2]int {
	var out [][2]int
	from := 0
	for i, t := range r.tokens {
		ends := t.mark == '?' || t.mark == '!' || t.mark == ';' || t.mark == '.' && len(t.word) > 2 && !abbreviation[t.word]
		if ends || i == len(r.tokens)-1 {
			out = append(out, [2]int{from, i + 1})
			from = i + 1
		}
		if len(out) == maxSentences {
			break
		}
	}
	return out
}

// abbreviation holds words with a full stop that ends no sentence.
var abbreviation = map[string]bool{"etc": true, "approx": true, "resp": true, "incl": true, "bzw": true, "usw": true}

func endsQuestion(t token) bool { return t.mark == '?' || t.mark == ';' }

// asksSomething reports whether fixed words ask for something.
func (a *answerer) asksSomething(r reading) bool {
	for _, c := range r.cues {
		switch {
		case c.cue == lift && len(r.cues) == 1, c.cue > lift && c.cue < greet, c.cue < lift, c.cue >= kind && c.cue <= ordinal:
			return true
		}
	}
	return r.page > 0 || r.years != nil
}

// addsMore reports whether a sentence begins as one more question does.
func addsMore(r reading) bool {
	switch r.tokens[0].word {
	case "also", "and", "plus", "und", "et", "y", "e", "ve", "и":
		return true
	}
	return false
}

// apart reports whether questions are about different things, each of which the list
// has, and none refers to the one before it.
func (a *answerer) apart(parts []reading) bool {
	var seen []string
	for i, p := range parts {
		if len(p.tells) == 0 {
			continue
		}
		found := a.search(p.text, search.Filter{Topic: a.within}).Topics
		if len(found) == 0 || found[0].Score < 0.6 || slices.Contains(seen, string(found[0].Topic.ID)) {
			return false
		}
		if i > 0 && refersBack(p) {
			return false
		}
		seen = append(seen, string(found[0].Topic.ID))
	}
	return true
}

// refersBack reports whether a question says "that" of what stands before it.
func refersBack(r reading) bool {
	return slices.ContainsFunc(r.tokens, func(t token) bool {
		switch t.word {
		case "that", "it", "this", "they", "them", "those", "these", "he", "she":
			return true
		}
		return false
	})
}

// wording chooses how a part is looked for: as a whole, or by its question alone where
// that is about something more particular than the story before it. A long part is looked
// for by its questions, and where they name nothing, by its end and its beginning.
func (a *answerer) wording(r reading) reading {
	questions := a.questionsOf(r)
	ways := []reading{r, questions}
	if n := len(r.tokens); n > longQuestion {
		ways = []reading{questions, r.part(n-longQuestion, n), r.part(0, longQuestion)}
	}
	best := reading{}
	var topic catalog.TopicID
	for _, w := range ways {
		if len(w.tells) == 0 {
			continue
		}
		if best.text == "" {
			best = w
		}
		found := a.search(w.text, search.Filter{Topic: a.within}).Topics
		if len(found) > 0 && (topic == "" || found[0].Score >= fits && under(found[0].Topic.ID, topic)) {
			best, topic = w, found[0].Topic.ID
		}
	}
	if best.text == "" {
		return r.part(0, min(len(r.tokens), longQuestion))
	}
	return best
}

// questionsOf are the questions of a part without what is said around them; nothing
// where there is nothing around them.
func (a *answerer) questionsOf(r reading) reading {
	sentences := a.sentences(r)
	var asked []string
	length := 0
	for _, s := range sentences {
		if r.tokens[s[1]-1].mark == '?' && length+s[1]-s[0] <= longQuestion {
			asked = append(asked, r.text[r.tokens[s[0]].from:r.tokens[s[1]-1].to]+"?")
			length += s[1] - s[0]
		}
	}
	if len(asked) == 0 || len(asked) == len(sentences) {
		return reading{}
	}
	return read(strings.Join(asked, " "))
}
