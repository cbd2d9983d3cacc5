package searchtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"archbot/internal/catalog"
)

// Kind is a sort of query.
type Kind string

// The kinds of query.
const (
	Exact    Kind = "exact"    // a title
	Typo     Kind = "typo"     // a title with one slip of the hand
	Several  Kind = "several"  // three words of one entry, not in its order
	Question Kind = "question" // a sentence around words of a title
	NoHit    Kind = "no hit"   // words that the catalog has nothing like
)

// Kinds are all the kinds.
var Kinds = []Kind{Exact, Typo, Several, Question, NoHit}

// Query is a query with the title of what it was made from; none for NoHit.
type Query struct {
	Text string
	Want string
}

// Queries makes n queries of one kind about a catalog: three of four about its
// resources, where it has some, and the others about its topics.
func Queries(c *catalog.Catalog, kind Kind, n int, seed uint64) []Query {
	a := &asker{source(seed, string(kind)), c, newLexicon(c)}
	qs := make([]Query, 0, n)
	for len(qs) < n {
		if q, ok := a.ask(kind); ok {
			qs = append(qs, q)
		}
	}
	return qs
}

// asker makes queries.
type asker struct {
	*rand.Rand
	catalog *catalog.Catalog
	lexicon *lexicon
}

// ask tries to make a query; not every title suits every kind.
func (a *asker) ask(kind Kind) (Query, bool) {
	if kind == NoHit {
		return a.noHit()
	}
	title, description := a.entry()
	ws := split(title)
	switch kind {
	case Typo:
		return a.typo(title, ws)
	case Several:
		return a.several(title, slices.Concat(ws, split(description)))
	case Question:
		return a.question(title, ws)
	default:
		return Query{title, title}, true
	}
}

// entry picks a resource or a topic.
func (a *asker) entry() (title, description string) {
	topics, resources := a.catalog.Topics, a.catalog.Resources
	if len(resources) == 0 || len(topics) > 0 && a.IntN(4) == 0 {
		return topics[a.IntN(len(topics))].Title, ""
	}
	r := resources[a.IntN(len(resources))]
	return r.Title, r.Description
}

// typo slips in a word of five letters or more, and not into another word.
func (a *asker) typo(title string, ws []string) (Query, bool) {
	at := a.IntN(len(ws))
	if len(ws[at]) < 5 {
		return Query{}, false
	}
	ws[at] = a.slip(ws[at])
	return Query{strings.Join(ws, " "), title}, !a.lexicon.has[ws[at]]
}

// slip leaves a letter out, adds one, mistakes one or swaps two neighbours.
func (a *asker) slip(w string) string {
	letters := []byte(w)
	at, letter := a.IntN(len(w)-1), byte('a'+a.IntN(26))
	switch a.IntN(4) {
	case 0:
		letters = slices.Delete(letters, at, at+1)
	case 1:
		letters = slices.Insert(letters, at, letter)
	case 2:
		letters[at] = letter
	default:
		letters[at], letters[at+1] = letters[at+1], letters[at]
	}
	return string(letters)
}

func (a *asker) several(title string, ws []string) (Query, bool) {
	a.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
	ws = slices.Compact(ws[:min(3, len(ws))])
	return Query{strings.Join(ws, " "), title}, len(ws) > 1
}

// questions are what a person writes around one or two things.
var questions = []string{
	"how do I %s?",
	"how do I use %s with %s?",
	"what is %s and when should I use %s?",
	"can you explain %s to me please",
	"where can I read more about %s and %s",
	"what is the best way to do %s?",
}

func (a *asker) question(title string, ws []string) (Query, bool) {
	form := questions[a.IntN(len(questions))]
	if strings.Count(form, "%s") == 1 {
		return Query{fmt.Sprintf(form, strings.Join(ws, " ")), title}, true
	}
	if len(ws) < 2 {
		return Query{}, false
	}
	cut := 1 + a.IntN(len(ws)-1)
	return Query{fmt.Sprintf(form, strings.Join(ws[:cut], " "), strings.Join(ws[cut:], " ")), title}, true
}

func (a *asker) noHit() (Query, bool) {
	var ws []string
	for n := 1 + a.IntN(3); len(ws) < n; {
		if w := invent(a.Rand, 2+a.IntN(3)); a.lexicon.isFar(w) {
			ws = append(ws, w)
		}
	}
	return Query{Text: strings.Join(ws, " ")}, true
}
