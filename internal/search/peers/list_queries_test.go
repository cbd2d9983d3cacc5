package peers

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"archbot/internal/catalog"
	"archbot/internal/search/searchtest"
)

// What somebody types who looks for an entry, beside the kinds of searchtest.
const (
	reordered searchtest.Kind = "reordered" // all words of a title, in any order
	begun     searchtest.Kind = "begun"     // the beginning of a title, and of no other
	oneWord   searchtest.Kind = "one word"  // the one word that only this title has
	described searchtest.Kind = "described" // four words of a description
	absent    searchtest.Kind = "absent"    // two words of other lists, which this one has nothing like
)

var listKinds = []searchtest.Kind{
	searchtest.Exact, searchtest.Typo, reordered, begun, oneWord, searchtest.Several, searchtest.Question, described, searchtest.NoHit, absent,
}

// listQueries makes the queries of each kind about a list. elsewhere are words of
// other lists.
func listQueries(c *catalog.Catalog, elsewhere []string) map[searchtest.Kind][]searchtest.Query {
	a := &lister{rand.New(rand.NewPCG(seed, seed)), c, titleWords(c)}
	makers := map[searchtest.Kind]func() (searchtest.Query, bool){
		reordered: a.reordered, begun: a.begun, oneWord: a.oneWord, described: a.described,
		absent: func() (searchtest.Query, bool) { return a.absent(elsewhere) },
	}
	all := make(map[searchtest.Kind][]searchtest.Query)
	for _, kind := range listKinds {
		ask, special := makers[kind]
		if !special {
			all[kind] = searchtest.Queries(c, kind, perKind, seed)
			continue
		}
		for tries := 0; len(all[kind]) < perKind && tries < 100*perKind; tries++ {
			if q, ok := ask(); ok {
				all[kind] = append(all[kind], q)
			}
		}
	}
	return all
}

// lister makes queries about the resources of a list.
type lister struct {
	*rand.Rand
	catalog *catalog.Catalog
	titles  map[string]int // words, with how many different titles have them
}

func (l *lister) any() catalog.Resource {
	return l.catalog.Resources[l.IntN(len(l.catalog.Resources))]
}

func (l *lister) reordered() (searchtest.Query, bool) {
	title := l.any().Title
	ws := strings.Fields(title)
	l.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
	text := strings.Join(ws, " ")
	return searchtest.Query{Text: text, Want: title}, len(ws) > 2 && text != title
}

// begun stops typing in the second half of a title.
func (l *lister) begun() (searchtest.Query, bool) {
	title := l.any().Title
	letters := []rune(title)
	if len(letters) < 10 {
		return searchtest.Query{}, false
	}
	typed := strings.TrimSpace(string(letters[:len(letters)/2+l.IntN(len(letters)/2)]))
	start := strings.ToLower(typed)
	others := slices.ContainsFunc(l.catalog.Resources, func(r catalog.Resource) bool {
		return r.Title != title && strings.HasPrefix(strings.ToLower(r.Title), start)
	})
	return searchtest.Query{Text: typed, Want: title}, !others
}

func (l *lister) oneWord() (searchtest.Query, bool) {
	title := l.any().Title
	ws := slices.DeleteFunc(lettersOf(title), func(w string) bool { return len(w) < 4 || l.titles[w] > 1 })
	if len(ws) == 0 {
		return searchtest.Query{}, false
	}
	return searchtest.Query{Text: ws[l.IntN(len(ws))], Want: title}, true
}

func (l *lister) described() (searchtest.Query, bool) {
	r := l.any()
	ws := slices.DeleteFunc(strings.Fields(r.Description), func(w string) bool { return len(w) < 5 })
	if len(ws) < 6 {
		return searchtest.Query{}, false
	}
	l.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
	return searchtest.Query{Text: strings.Join(ws[:4], " "), Want: r.Title}, true
}

func (l *lister) absent(elsewhere []string) (searchtest.Query, bool) {
	a, b := elsewhere[l.IntN(len(elsewhere))], elsewhere[l.IntN(len(elsewhere))]
	return searchtest.Query{Text: a + " " + b}, a != b
}

// titleWords counts the different titles that have each word.
func titleWords(c *catalog.Catalog) map[string]int {
	titles, _ := titles(c)
	slices.Sort(titles)
	has := make(map[string]int)
	for _, title := range slices.Compact(titles) {
		ws := lettersOf(title)
		slices.Sort(ws)
		for _, w := range slices.Compact(ws) {
			has[w]++
		}
	}
	return has
}

// alike is how many letters two words begin with when they may be forms of one.
const alike = 4

// wordsElsewhere returns the words of five letters or more in the other lists'
// titles that begin like no word of list i.
func wordsElsewhere(lists []*catalog.Catalog, i int) []string {
	begins := make(map[string]bool)
	for _, r := range lists[i].Resources {
		for _, w := range lettersOf(r.Title + " " + r.Description) {
			begins[w[:min(len(w), alike)]] = true
		}
	}
	for _, t := range lists[i].Topics {
		for _, w := range lettersOf(t.Title) {
			begins[w[:min(len(w), alike)]] = true
		}
	}
	var out []string
	for j, c := range lists {
		if j == i {
			continue
		}
		for w := range titleWords(c) {
			if len(w) > alike && !begins[w[:alike]] {
				out = append(out, w)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lettersOf returns the words of s in small letters.
func lettersOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
}
