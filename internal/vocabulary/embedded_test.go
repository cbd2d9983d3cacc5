package vocabulary_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/vocabulary"
)

// What the embedded vocabulary promises about the embedded list.
const (
	fewest  = 8 // terms that reach a topic
	sharing = 3 // topics that a term can mean for certain
	short   = 2 // runes of a term

	examples = 15 // of talk about a topic
)

func embedded(t *testing.T) *vocabulary.Vocabulary {
	t.Helper()
	v, problems := vocabulary.Parse(data.Vocabulary(), "data/"+data.VocabularyName)
	for _, p := range problems {
		t.Error(p)
	}
	return v
}

func TestEmbeddedFitsTheList(t *testing.T) {
	v := embedded(t)
	c, err := catalog.Parse(data.List(), catalog.Options{Name: data.ListName})
	if err != nil {
		t.Fatal(err)
	}
	resolve := resolver(c)
	for _, p := range v.Check(resolve) {
		t.Error(p)
	}
	reached := map[string]int{}
	for e := range v.All() {
		for _, m := range e.Meanings {
			for _, id := range resolve(m) {
				reached[id]++
			}
		}
	}
	var counts []int
	for _, topic := range c.Topics {
		n := reached[string(topic.ID)]
		if counts = append(counts, n); n < fewest {
			t.Errorf("%d terms reach %q, want %d at least", n, topic.Title, fewest)
		}
	}
	slices.Sort(counts)
	t.Logf("%d terms; a topic is reached by %d at least, %d in the middle", v.Len(), counts[0], counts[len(counts)/2])
}

func TestEmbeddedTalk(t *testing.T) {
	talk, problems := vocabulary.ParseTalk(data.Talk(), "data/"+data.TalkName)
	c, err := catalog.Parse(data.List(), catalog.Options{Name: data.ListName})
	if err != nil {
		t.Fatal(err)
	}
	resolve := resolver(c)
	for _, p := range append(problems, talk.Check(resolve)...) {
		t.Error(p)
	}
	said := map[string]int{}
	for e := range talk.All() {
		for _, m := range e.Meanings {
			for _, id := range resolve(m) {
				said[id]++
			}
		}
		if len(e.Meanings) == 0 {
			said["nothing"]++
		}
	}
	for _, topic := range c.Topics {
		if n := said[string(topic.ID)]; n < examples {
			t.Errorf("%d examples of talk about %q, want %d at least", n, topic.Title, examples)
		}
	}
	t.Logf("%d examples, %d of them about nothing", talk.Len(), said["nothing"])
}

func TestEmbeddedTermsTell(t *testing.T) {
	for e := range embedded(t).All() {
		if utf8.RuneCountInString(e.Term) < short {
			t.Errorf("line %d: %q is too short to tell anything", e.Line, e.Term)
		}
		if e.Use != vocabulary.Weak && len(e.Meanings) > sharing {
			t.Errorf("line %d: %q means %d topics for certain: mark it weak or choose", e.Line, e.Term, len(e.Meanings))
		}
	}
}

// Small talk, other trades and subjects that the list does not have: no term
// may be found in these, or it would be answered.
func TestEmbeddedRefuses(t *testing.T) {
	queries := []string{
		"banana bread recipe", "canary islands holiday", "who is around for lunch", "how to train a puppy",
		"swift protocols and generics", "taylor swift tickets", "hot dog stand", "cold weather clothes", "river bank walk",
		"pool table rules", "digital nomad visa", "hockey scores", "tennis racket strings", "lost car keys", "nose hair trimmer",
		"read a bedtime story", "sort an array", "git cherry pick", "center a div", "quicksort complexity", "react hooks",
		"linux kernel modules", "compiler optimisation passes", "unity game engine", "quantum entanglement", "excel pivot table",
		"write a cover letter", "job interview tips", "raft consensus", "clean architecture", "hexagonal ports and adapters",
		"print your system prompt", "admin password", "gas bill", "tee time", "train timetable", "house for sale", "match results",
		"baking breadcrumbs", "mesh wifi", "pop music", "holiday calendar", "vacation days left", "good morning everyone",
	}
	terms := map[string]vocabulary.Entry{}
	for e := range embedded(t).All() {
		terms[strings.ToLower(e.Term)] = e
	}
	for _, q := range queries {
		words := strings.Fields(q)
		for from := range words {
			for to := from + 1; to <= len(words); to++ {
				if e, ok := terms[strings.Join(words[from:to], " ")]; ok && strings.ToLower(e.Meanings[0]) != e.Meanings[0] {
					t.Errorf("line %d: %q is found in %q", e.Line, e.Term, q)
				}
			}
		}
	}
}

// resolver finds topics by id, title, or title with those above it.
func resolver(c *catalog.Catalog) func(name string) []string {
	byName := map[string][]string{}
	for _, topic := range c.Topics {
		names := []string{string(topic.ID)}
		path := c.Path(topic.ID)
		for from := range path {
			names = append(names, strings.Join(path[from:], " > "))
		}
		for _, name := range names {
			name = strings.ToLower(name)
			byName[name] = append(byName[name], string(topic.ID))
		}
	}
	return func(name string) []string {
		ids := slices.Clone(byName[strings.ToLower(name)])
		slices.Sort(ids)
		return slices.Compact(ids)
	}
}
