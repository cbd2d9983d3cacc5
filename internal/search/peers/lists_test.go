package peers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archbot/internal/catalog"
	"archbot/internal/search/searchtest"
)

// listsVariable names the directory of real lists.
const listsVariable = "ARCHBOT_LISTS"

const (
	perKind = 40   // queries of each kind for each list
	nearly  = 0.01 // of the queries: who is asked for a title word for word can hardly be beaten
	fewest  = 40   // resources, for a list to be worth asking
)

// score counts queries by where the wanted title stands. Where none is wanted, first
// is how many were answered with nothing.
type score struct{ asked, first, ten float64 }

// Somebody else's list has no vocabulary. Ours must find more in it all the same
// than every engine off the shelf.
func TestListsOfOnesOwn(t *testing.T) {
	dir := os.Getenv(listsVariable)
	if dir == "" {
		t.Skipf("set %s to a directory of lists", listsVariable)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	scores := map[string]map[searchtest.Kind]*score{}
	lists := readLists(t, files)
	for i, c := range lists {
		qs := listQueries(c, wordsElsewhere(lists, i))
		for _, e := range Engines() {
			if scores[e.Name()] == nil {
				scores[e.Name()] = map[searchtest.Kind]*score{}
			}
			askAbout(t, e, c, qs, scores[e.Name()])
		}
	}
	t.Logf("%d lists, up to %d queries of each kind in each\n%s", len(lists), perKind, scoreTable(scores))
	for _, kind := range listKinds {
		ours := scores[Ours][kind]
		for name, of := range scores {
			if of[kind].first > ours.first+nearly*ours.asked {
				t.Errorf("%s: %s has the wanted entry first more often than ours: %.0f and %.0f of %.0f", kind, name, of[kind].first, ours.first, ours.asked)
			}
		}
	}
}

// readLists returns the lists that are worth asking.
func readLists(t *testing.T, files []string) (lists []*catalog.Catalog) {
	t.Helper()
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := catalog.Parse(src, catalog.Options{Name: filepath.Base(file)})
		if err == nil && len(c.Resources) >= fewest {
			lists = append(lists, c)
		}
	}
	return lists
}

func askAbout(t *testing.T, e Engine, c *catalog.Catalog, qs map[searchtest.Kind][]searchtest.Query, scores map[searchtest.Kind]*score) {
	t.Helper()
	if err := e.Build(c); err != nil {
		t.Fatal(err)
	}
	title, topic := titleOf(c), map[string]bool{}
	for _, one := range c.Topics {
		topic[string(one.ID)] = true
	}
	for _, kind := range listKinds {
		if scores[kind] == nil {
			scores[kind] = &score{}
		}
		for _, q := range qs[kind] {
			scores[kind].count(q, ask(t, e, q.Text), title, topic)
		}
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func (s *score) count(q searchtest.Query, ids []string, title map[string]string, topic map[string]bool) {
	s.asked++
	if q.Want == "" {
		if len(ids) == 0 {
			s.first++
			s.ten++
		}
		return
	}
	switch place := placeOf(ids, q, title, topic); {
	case place == 0:
		s.first++
		s.ten++
	case place > 0 && place < 10:
		s.ten++
	}
}

// placeOf says where the wanted title stands among the hits of its sort, topics
// or resources; -1 when it is not there.
func placeOf(ids []string, q searchtest.Query, title map[string]string, topic map[string]bool) int {
	best := -1
	for _, sort := range []bool{true, false} {
		place := 0
		for _, id := range ids {
			if topic[id] != sort {
				continue
			}
			if title[id] == q.Want && (best < 0 || place < best) {
				best = place
			}
			place++
		}
	}
	return best
}

func scoreTable(scores map[string]map[searchtest.Kind]*score) string {
	var b strings.Builder
	b.WriteString("| first, in the first ten |")
	for _, kind := range listKinds {
		fmt.Fprintf(&b, " %s |", kind)
	}
	b.WriteString("\n|---|" + strings.Repeat("--:|", len(listKinds)) + "\n")
	for _, e := range Engines() {
		fmt.Fprintf(&b, "| %s |", e.Name())
		for _, kind := range listKinds {
			s := scores[e.Name()][kind]
			fmt.Fprintf(&b, " %.1f%%, %.1f%% |", 100*s.first/s.asked, 100*s.ten/s.asked)
		}
		b.WriteString("\n")
	}
	return b.String()
}
