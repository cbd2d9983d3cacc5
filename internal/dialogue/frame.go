package dialogue

import (
	"slices"
	"strings"

	"archbot/internal/search"
)

// framed is a message that names something, without what frames the name.
type framed struct {
	core    reading
	filter  filters
	tie     tie
	does    cue  // more, back, start, covers or compare; noCue for none
	cut     bool // something was cut that says nothing of what the message is about
	refused bool // a part of it says what is not meant
	placed  bool // it says where what is meant stands, and not what it is
}

// frame takes off what stands around the name: "ok, what about … for that?".
func (a *answerer) frame(r reading) framed {
	f := framed{tie: tie{bonus: isAnew}}
	from := f.opening(r)
	to := f.closing(r, from)
	if from >= to {
		from, to = 0, len(r.tokens)
	}
	from, to = f.refusal(r, from, to)
	f.core = r.part(from, to)
	if (f.refused || f.placed) && len(f.core.tells) == 0 { // "content, not products": here it names something
		f.core.tells = f.core.loud()
	}
	if len(f.core.tells) == 0 {
		f.core = r
	}
	if r.years != nil && r.years.from != r.years.to {
		f.filter.years = r.years
		f.cut = true
		f.core = r.withoutYears(f.core)
	}
	if len(f.core.tells) <= few && places[f.core.tokens[0].word] { // "for the hot wallet"
		f.placed = true
	}
	if len(f.core.tells) <= few && f.tie.bonus == isAnew && !f.refused {
		f.tie.bonus = mayGoOn
	}
	return f
}

// withoutYears is a part of the message as it reads without the years that it names.
func (r reading) withoutYears(core reading) reading {
	taken := core.numbers()
	from, to := 0, len(core.tokens)
	for from < to && taken[from] {
		from++
	}
	for to > from && taken[to-1] {
		to--
	}
	if short := core.part(from, to); len(short.tells) > 0 {
		return short
	}
	return core
}

// opening takes phrases off the beginning.
func (f *framed) opening(r reading) (from int) {
	n := len(r.tokens)
	for from < n && !slices.Contains(r.tells, from) {
		p := r.longest(from, opens)
		if p.to == p.from || !f.open(r, p) {
			if search.Silent(r.tokens[from].word) && (!f.filter.any() && r.filterAhead(from+1) || r.turnAhead(from+1)) {
				from++
				continue
			}
			return from
		}
		from = p.to
	}
	return from
}

// opens reports whether a cue may open a message.
func opens(c cue) bool {
	switch c {
	case lead, turn, mean, greet, thank, back, more, start, covers, compare, kind, level, ask, without, small, part, one:
		return true
	}
	return false
}

// filterAhead reports whether a kind or a level opens the message, behind words that
// only ask.
func (r reading) filterAhead(from int) bool {
	for i := from; i < len(r.tokens); i++ {
		p := r.longest(i, func(c cue) bool { return c == kind || c == level })
		if p.to > i {
			return r.isFilter(p)
		}
		if !search.Silent(r.tokens[i].word) && r.longest(i, func(c cue) bool { return c == ask }).to == i {
			return false
		}
	}
	return false
}

// turnAhead reports whether a message turns to what it names behind a few words that
// only ask: "can we return to", "let's focus on".
func (r reading) turnAhead(from int) bool {
	for i := from; i < min(len(r.tokens), from+maxAsking); i++ {
		p := r.longest(i, func(c cue) bool {
			return c == turn || c == mean || c == back || c == part || c == start || c == compare
		})
		if p.to > i && p.to < len(r.tokens) {
			return p.cue != back || opensWith[r.tokens[p.to-1].word] || opensWith[r.tokens[p.to].word]
		}
		if !search.Silent(r.tokens[i].word) {
			return false
		}
	}
	return false
}

// maxAsking is how many words may only ask before a message comes to the point.
const maxAsking = 3

// open takes note of a phrase at the beginning; it reports whether it belongs to the
// frame there.
func (f *framed) open(r reading, p found) bool {
	next := ""
	if p.to < len(r.tokens) {
		next = r.tokens[p.to].word
	}
	switch p.cue {
	case turn:
		f.turns(p.value)
	case mean:
		f.tie, f.cut = tie{bonus: goesOn, chosen: true}, true // it may be anything
		if f.placed = f.placed || places[next]; f.placed {
			f.tie.bonus = stays
		}
	case one:
		if !opensWith[next] {
			return false
		}
		f.tie, f.cut, f.placed = tie{bonus: stays, chosen: true}, true, true
	case back:
		if !opensWith[next] && !opensWith[r.tokens[p.to-1].word] {
			return false
		}
		f.does, f.cut = back, true
	case more:
		if f.does == noCue && (opensWith[next] || p.to-p.from > 1 || next != "" && r.tokens[p.from].word == "more") {
			f.does = more
		}
	case start, compare:
		f.does, f.cut = p.cue, true
	case covers:
		return f.openCovers(r, p, next)
	case kind, level:
		if !r.isFilter(p) {
			return false
		}
		f.filter.add(p)
		f.cut = true
	case part:
		f.tie.bonus = max(f.tie.bonus, stays)
	case without:
		return false
	case small, thank, greet:
		if r.tokens[p.to-1].mark == 0 {
			return p.cue != small
		}
		f.cut = true
	case lead:
		if continues[r.tokens[p.to-1].word] || continues[r.tokens[p.from].word] {
			f.tie.bonus = max(f.tie.bonus, goesOn)
		}
		f.cut = f.cut || !search.Silent(r.tokens[p.from].word)
	}
	return true
}

// turns takes note of a phrase that turns to something else.
func (f *framed) turns(how string) {
	f.cut = true
	switch how {
	case "anew":
		f.tie = tie{bonus: isAnew / 2}
	case "near":
		f.tie.bonus = max(f.tie.bonus, stays)
	default:
		if f.tie.bonus >= isAnew {
			f.tie.bonus = max(f.tie.bonus, goesOn)
		}
	}
}

// openCovers tells "what does … cover" and "an overview of …" from other questions.
func (f *framed) openCovers(r reading, p found, next string) bool {
	last := r.tokens[len(r.tokens)-1].word
	asksWhat := r.tokens[p.to-1].word == "does"
	switch {
	case asksWhat && (last == "cover" || last == "covers" || last == "include" || last == "contain"):
	case !asksWhat && opensWith[next] && next != "":
	default:
		return false
	}
	f.does, f.cut = covers, true
	return true
}

// continues holds the leads that go on from what was said.
var continues = map[string]bool{"and": true, "but": true, "also": true, "plus": true, "so": true, "und": true, "et": true, "y": true, "e": true, "ve": true, "и": true, "а": true, "en": true, "peki": true}

// opensWith holds what stands between a phrase and the name that it is about.
var opensWith = map[string]bool{
	"on": true, "about": true, "for": true, "of": true, "to": true, "in": true, "into": true, "with": true, "from": true, "regarding": true, "covering": true,
	"concerning": true, "around": true, "explaining": true, "below": true, "under": true, "related": true, "between": true,
	"zu": true, "zum": true, "zur": true, "über": true, "uber": true, "fur": true, "von": true, "mit": true, "sur": true, "pour": true, "de": true, "du": true, "des": true, "a": true, "sobre": true, "para": true, "su": true, "per": true, "di": true, "icin": true, "hakkinda": true, "о": true, "об": true, "про": true, "по": true, "к": true, "over": true, "naar": true, "voor": true, "o": true, "do": true,
}

// isFilter reports whether a kind or a level narrows the answer down, and is no part
// of the name: "videos on sharding", not "video transcoding".
func (r reading) isFilter(p found) bool {
	last := r.tokens[p.to-1]
	if p.to == len(r.tokens) || last.mark != 0 {
		return true
	}
	next := r.tokens[p.to].word
	plural := len(last.word) > 3 && last.word[len(last.word)-1] == 's' && p.cue == kind
	return opensWith[next] || next == "that" || next == "which" || plural && !slices.Contains([]string{"pattern", "principle"}, p.value) ||
		p.cue == level && p.from > 0 && search.Silent(r.tokens[p.from-1].word)
}

// closing takes phrases off the end.
func (f *framed) closing(r reading, from int) (to int) {
	to = len(r.tokens)
	for to > from+1 && !slices.Contains(r.tells, to-1) {
		if r.page > 0 && r.pageEnds(to) > 0 {
			to = r.pageEnds(to)
			continue
		}
		p := r.ending(to, closes)
		if p.to == p.from || p.from <= from || !f.close(r, p, from) {
			return to
		}
		to = p.from
	}
	return to
}

// pageEnds returns where the number of a page begins that ends before a token; 0
// where none does.
func (r reading) pageEnds(to int) int {
	if to >= 2 && (r.isPage(to-1) && r.numberAt(to-2) > 0 || r.isPage(to-2) && r.numberAt(to-1) > 0) {
		return to - 2
	}
	return 0
}

// closes reports whether a cue may close a message.
func closes(c cue) bool {
	switch c {
	case tail, part, one, mean, kind, level, start, thank, lead:
		return true
	}
	return false
}

// close takes note of a phrase at the end; it reports whether it belongs to the frame.
func (f *framed) close(r reading, p found, from int) bool {
	switch p.cue {
	case part:
		f.tie.bonus = max(f.tie.bonus, stays)
		f.cut = true
	case one, mean:
		f.tie, f.cut = tie{bonus: stays, chosen: true}, true
		f.placed = f.placed || p.cue == one
	case start:
		if p.to-p.from < 3 {
			return false
		}
		f.does, f.cut = start, true
	case kind, level:
		if !r.closesWith(p, from) {
			return false
		}
		f.filter.add(p)
		f.cut = true
	case lead:
		return r.tokens[p.from-1].mark != 0
	}
	return true
}

// closesWith reports whether a kind or a level at the end narrows the answer down:
// in a request of few words, or set off from the name.
func (r reading) closesWith(p found, from int) bool {
	before := r.tokens[p.from-1]
	if opensWith[before.word] && p.cue == kind && before.word != "with" && before.word != "en" {
		return false // "a pipeline for videos"
	}
	set := before.mark != 0 || before.word == "as" || before.word == "with" || before.word == "only" || before.word == "any" || before.word == "als" || before.word == "en" || before.word == "como"
	few := p.from-from <= 4 && !r.isQuestion()
	if last := r.tokens[p.to-1].word; p.cue == kind && !set && !strings.HasSuffix(last, "s") && last != "video" && last != "podcast" {
		return false // "order book"
	}
	named := p.cue == kind && slices.Contains([]string{"pattern", "principle"}, p.value)
	forWhom := p.cue == level && r.tokens[p.from].word == "for"
	return set || forWhom || few && !named
}

// isQuestion reports whether a message asks how or why something is, and not for
// something to read.
func (r reading) isQuestion() bool {
	for _, t := range r.tokens[:min(3, len(r.tokens))] {
		switch t.word {
		case "how", "why", "when", "can", "should", "could", "would", "what", "who", "which", "wie", "warum", "comment", "pourquoi", "como", "por", "come", "nasil", "neden", "как", "почему":
			return true
		}
	}
	return false
}
