package search_test

import (
	"slices"
	"testing"

	"archbot/internal/catalog"
	"archbot/internal/search"
	"archbot/internal/vocabulary"
)

const talkedOf = `# List

## Cloud
- **Mesh**
  - Load balancing
    - [Spreading work](https://example.com/spread) - Keep every machine as busy as its neighbour.
    - [Hashing](https://example.com/hash) - A ring of buckets for shards.
  - Circuit breaking
    - [Fuses](https://example.com/fuse) - Stop calling what fails.

## Kitchen
- **Stove**
  - Hot plates
    - [Soup](https://example.com/soup) - Cook it for an hour.
`

const talk = `five servers and one of them is overloaded	Load balancing
the replicas get unequal traffic	Load balancing
spread the traffic over the replicas	Load balancing
stop hammering a dependency that hangs	Circuit breaking
a hanging dependency drags everything down	Circuit breaking
my shelf of spices is overloaded	-
leather gloves for winter	-
winter tyres	-
`

func talkative(t testing.TB, src, talk string) *search.Index {
	t.Helper()
	c, err := catalog.Parse([]byte(src), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	v, problems := vocabulary.ParseTalk([]byte(talk), "talk.tsv")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return search.New(c, v)
}

func TestLeaning(t *testing.T) {
	x := talkative(t, talkedOf, talk)
	for _, c := range []struct{ query, first string }{
		{"some replicas see more traffic than others", "Load balancing"},
		{"the dependency hangs and hangs", "Circuit breaking"},
		{"dependancy hangs", "Circuit breaking"},        // misspelt
		{"hanging dependencies", "Circuit breaking"},    // in another form
		{"hot traffic over replicas", "Load balancing"}, // against a word of a title
		{"overloaded", ""}, // of which either is said
		{"winter gloves for the replicas", ""},
		{"hot plates in winter", "Hot plates"}, // what is said in full leaves no doubt
		{"balancing", "Load balancing"},
	} {
		r := x.Search(search.Query{Text: c.query})
		first := ""
		if len(r.Topics) > 0 {
			first = r.Topics[0].Topic.Title
		}
		if first != c.first {
			t.Errorf("Search(%q) has %q first, want %q", c.query, titles(r.Topics), c.first)
		}
	}
}

// Talk is no alias: that it is known changes neither what a word is taken for
// nor what completes it.
func TestTalkIsNoVocabulary(t *testing.T) {
	with, without := talkative(t, talkedOf, talk), talkative(t, talkedOf, "")
	for _, typed := range []string{"rep", "overl", "hang", "win"} {
		if got, want := with.Complete(typed, 5), without.Complete(typed, 5); !slices.Equal(got, want) {
			t.Errorf("%q completes to %v, without talk to %v", typed, got, want)
		}
	}
	if got := with.Search(search.Query{Text: "replicas"}).Resources; len(got) > 0 {
		t.Errorf("talk found the resources %v", got)
	}
}

func TestLeaningIsAReason(t *testing.T) {
	r := talkative(t, talkedOf, talk).Search(search.Query{Text: "replicas with unequal traffic"})
	want := []search.Reason{
		{Typed: "replicas", Word: "replicas", How: search.Leaning},
		{Typed: "unequal", Word: "unequal", How: search.Leaning},
		{Typed: "traffic", Word: "traffic", How: search.Leaning},
	}
	if len(r.Topics) == 0 || !slices.Equal(r.Topics[0].Reasons, want) {
		t.Errorf("got %+v, want the reasons %+v", r.Topics, want)
	}
}

// A list of one's own has no talk: what its resources say speaks for their topic.
func TestResourcesSpeakForTheirTopic(t *testing.T) {
	c := `# List

## Storage
- **Databases**
  - Engines
    - [Compaction in levels](https://example.com/1) - Why compaction stalls writes to a memtable.
    - [Memtable and compaction](https://example.com/2) - How a memtable is flushed.
    - [Tuning compaction](https://example.com/3) - Fewer stalls while a memtable is flushed.
  - Queries
    - [Joins](https://example.com/4) - Which of them is cheap.
`
	r := talkative(t, c, "").Search(search.Query{Text: "compaction of a flushed memtable"})
	if len(r.Topics) == 0 || r.Topics[0].Topic.Title != "Engines" || len(r.Resources) < 3 {
		t.Errorf("found %q and %d resources, want Engines with three", titles(r.Topics), len(r.Resources))
	}
	// One resource alone is no proof that the topic is about it.
	if r := talkative(t, c, "").Search(search.Query{Text: "joins"}); len(r.Topics) > 0 || len(r.Resources) != 1 {
		t.Errorf("found %q and %d resources, want one resource and no topic", titles(r.Topics), len(r.Resources))
	}
}

// What says nothing is found by nothing but itself.
func TestSilentWords(t *testing.T) {
	x := talkative(t, "# List\n\n## How To\n\n### About\n\n- [Cooking](https://example.com/0) - Slowly.\n- [How it is done](https://example.com/1) - With care.\n- [What is it](https://example.com/2) - That.\n\n## Plan S\n\n- [Une](https://example.com/3)\n\n## Team T\n\n- [Due](https://example.com/4)\n\n## Мой сад\n\n- [Три](https://example.com/5)\n", "")
	for query, want := range map[string][2]int{"how to": {1, 0}, "about": {1, 0}, "what is it": {0, 1}, "how do I": {0, 0}, "is it": {0, 0},
		"what's that": {0, 0}, "don’t we": {0, 0}, "plan s": {1, 0}, "где мой": {0, 0}, "сад": {1, 0}} {
		r := x.Search(search.Query{Text: query})
		if len(r.Topics) != want[0] || len(r.Resources) != want[1] {
			t.Errorf("Search(%q) found %q and %d resources, want %d and %d", query, titles(r.Topics), len(r.Resources), want[0], want[1])
		}
	}
}

func TestBegunTitles(t *testing.T) {
	x := talkative(t, talkedOf, "")
	for query, want := range map[string]string{"load ba": "Load balancing", "circuit b": "Circuit breaking", "hot pl": "Hot plates"} {
		if r := x.Search(search.Query{Text: query}); len(r.Topics) == 0 || r.Topics[0].Topic.Title != want {
			t.Errorf("Search(%q) found %q, want %q first", query, titles(r.Topics), want)
		}
	}
}

func TestSlipsOfThreeLetters(t *testing.T) {
	x := talkative(t, "# List\n\n## Key management\n\n- [One](https://example.com/1) - First.\n\n## Data catalogue\n\n- [Two](https://example.com/2) - Second.\n\n## Mesh\n\n- [Three](https://example.com/3) - Third.\n", "")
	for query, want := range map[string]string{"kye management": "Key management", "dta catalogue": "Data catalogue", "keg": "", "cat": "Data catalogue"} {
		r := x.Search(search.Query{Text: query})
		if want == "" && len(r.Topics) > 0 || want != "" && (len(r.Topics) == 0 || r.Topics[0].Topic.Title != want) {
			t.Errorf("Search(%q) found %q, want %q", query, titles(r.Topics), want)
		}
	}
}

// Where a topic answers, those of its resources that share a word with the query
// come first, even if that would not make them an answer by themselves.
func TestResourcesOfAnAnsweringTopic(t *testing.T) {
	x := talkative(t, talkedOf, talk+"unequal replicas in a bucket brigade of hosts\tLoad balancing\n")
	r := x.Search(search.Query{Text: "the hosts behind it and replicas get unequal traffic, as with buckets"})
	if len(r.Topics) == 0 || r.Topics[0].Topic.Title != "Load balancing" || len(r.Resources) == 0 || r.Resources[0].Resource.Title != "Hashing" {
		t.Errorf("found %q and %+v, want Load balancing with Hashing", titles(r.Topics), r.Resources)
	}
}
