package dialogue

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// TestFewHitsAreAll holds what hits builds on, for all that is asked in the tables of
// internal/eval: a search that finds fewer resources than it may has found the same as
// one that may find many.
func TestFewHitsAreAll(t *testing.T) {
	tables, err := filepath.Glob("../eval/testdata/*.tsv")
	if err != nil || len(tables) == 0 {
		t.Fatal(err, "there are no tables")
	}
	few, many := 0, 0
	for _, table := range tables {
		for _, text := range askedIn(t, table) {
			for _, kind := range []catalog.Kind{"", catalog.Video} {
				q := search.Query{Text: text, Filter: search.Filter{Kind: kind}, Limit: found10}
				found := embedded().Search(q).Resources
				if len(found) == found10 {
					many++
					continue
				}
				few++
				q.Limit = deepest
				if all := embedded().Search(q).Resources; !reflect.DeepEqual(found, all) {
					t.Errorf("%q finds %d resources, and %d where it may find more", text, len(found), len(all))
				}
			}
		}
	}
	if few < 1000 || many == 0 {
		t.Errorf("few are found %d times, and many %d times", few, many)
	}
}

// askedIn are the messages in a table.
func askedIn(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "\n")
	at := slices.IndexFunc(strings.Split(head, "\t"), func(c string) bool { return c == "query" || c == "message" })
	if at < 0 {
		t.Fatalf("%s has neither queries nor messages, but %q", name, head)
	}
	var out []string
	for line := range strings.Lines(rest) {
		if cells := strings.Split(line, "\t"); at < len(cells) {
			out = append(out, cells[at])
		}
	}
	return out
}
