package dialogue

import (
	"slices"
	"strings"

	"archbot/internal/search"
)

// comparison answers with two topics side by side: "hot or cold wallets?", "x vs y".
func (a *answerer) comparison(r reading, f framed) (Act, bool) {
	if a.within != "" || len(f.core.tokens) > 16 {
		return Act{}, false
	}
	asked := f.does == compare
	at, plain := a.between(f.core, asked)
	if at <= 0 || at >= len(f.core.tokens)-1 {
		return Act{}, false
	}
	left, right := f.core.part(0, at), f.core.part(at+1, len(f.core.tokens))
	if len(left.tells) == 0 || len(right.tells) == 0 || plain && (len(left.tells) > few || len(right.tells) > few || len(left.tokens) > len(left.tells)+1) {
		return Act{}, false
	}
	b := a.side(right.text, right.named())
	x := a.side(left.text, left.named())
	if len(left.tells) <= 2 && len(right.tells) > 1 && len(b) > 0 { // "hot or cold wallets"
		whole := a.search(left.text+" "+headOf(right), search.Filter{}).Topics
		if len(whole) > 0 && whole[0].Topic.ID != b[0].Topic.ID && whole[0].Score >= fits {
			x = whole
		}
	}
	bar := 0.55
	if asked {
		bar = 0
	}
	if len(x) == 0 || len(b) == 0 || x[0].Topic.ID == b[0].Topic.ID || x[0].Score < bar || b[0].Score < bar {
		return Act{}, false
	}
	if plain && !a.wholeAbout(r, x[0], b[0]) {
		return Act{}, false
	}
	return a.compared(x[0], b[0], f), true
}

// wholeAbout reports whether a message as a whole is about one of two topics, or about
// what both stand in.
func (a *answerer) wholeAbout(r reading, x, y search.TopicHit) bool {
	all := a.search(r.text, search.Filter{}).Topics
	if len(all) == 0 {
		return false
	}
	switch all[0].Topic.ID {
	case x.Topic.ID, y.Topic.ID:
		return true
	case x.Topic.Parent:
		return x.Topic.Parent == y.Topic.Parent
	}
	return false
}

// side finds the topic of one of two names: what it says by itself, or else where the
// talk is.
func (a *answerer) side(text string, named []string) []search.TopicHit {
	if hits := a.search(text, search.Filter{}).Topics; len(hits) > 0 && hits[0].Score >= strong {
		return hits
	}
	return a.resolve(text, named, tie{bonus: mayGoOn}).hits
}

// headOf is the last word of a name, which two names may share: hot or cold wallets.
func headOf(r reading) string {
	named := r.named()
	return named[len(named)-1]
}

// between finds the word between two names. A plain one stands in other questions as
// well.
func (a *answerer) between(r reading, asked bool) (at int, plain bool) {
	for i, t := range r.tokens {
		switch t.word {
		case "vs", "versus", "vs.":
			return i, false
		}
	}
	for i, t := range r.tokens {
		switch t.word {
		case "or", "oder", "ou", "o", "veya", "или", "of", "lub":
			if asked || t.word != "of" && t.word != "o" || r.tokens[len(r.tokens)-1].mark == '?' && t.word == "o" {
				return i, !asked
			}
		case "and", "und", "et", "y", "e", "ve", "и", "to", "with", "mit":
			if asked {
				return i, false
			}
		}
	}
	return -1, true
}

// compared is the answer that has both.
func (a *answerer) compared(x, y search.TopicHit, f framed) Act {
	filter := a.filterOf(f.filter, false)
	a.context.begin(subject{topic: x.Topic.ID, with: y.Topic.ID, query: strings.TrimSpace(x.Topic.Title + " or " + y.Topic.Title)})
	a.context.filter = filter
	hits := []search.TopicHit{x, y}
	a.remember(hits)
	act := a.page(Compare, a.pageAsked(), -1)
	act.Topics = slices.Clip(hits)
	return act
}
