package peers

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archbot/internal/catalog"
	"archbot/internal/search/searchtest"
)

// listsVariable names the directory of real lists.
const listsVariable = "ARCHBOT_LISTS"

const (
	perKind                   = 60          // queries of each kind for each list
	nearly                    = 0.01        // of the queries: who is asked for a title word for word can hardly be beaten
	fewest                    = 40          // resources, for a list to be worth asking
	described searchtest.Kind = "described" // four words of a description
)

var listKinds = []searchtest.Kind{searchtest.Exact, searchtest.Typo, searchtest.Several, described}

// score counts queries by where the wanted title stands.
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
	lists := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := catalog.Parse(src, catalog.Options{Name: filepath.Base(file)})
		if err != nil || len(c.Resources) < fewest {
			continue
		}
		lists++
		for _, e := range Engines() {
			if scores[e.Name()] == nil {
				scores[e.Name()] = map[searchtest.Kind]*score{}
			}
			askAbout(t, e, c, scores[e.Name()])
		}
	}
	t.Logf("%d lists, %d queries of each kind in each\n%s", lists, perKind, scoreTable(scores))
	for _, kind := range listKinds {
		ours := scores[Ours][kind]
		for name, of := range scores {
			if of[kind].first > ours.first+nearly*ours.asked {
				t.Errorf("%s: %s has the wanted entry first more often than ours: %.0f and %.0f of %.0f", kind, name, of[kind].first, ours.first, ours.asked)
			}
		}
	}
}

func askAbout(t *testing.T, e Engine, c *catalog.Catalog, scores map[searchtest.Kind]*score) {
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
		for _, q := range listQueries(c, kind) {
			s := scores[kind]
			s.asked++
			switch place := placeOf(ask(t, e, q.Text), q, title, topic); {
			case place == 0:
				s.first++
				s.ten++
			case place > 0 && place < 10:
				s.ten++
			}
		}
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func listQueries(c *catalog.Catalog, kind searchtest.Kind) []searchtest.Query {
	if kind != described {
		return searchtest.Queries(c, kind, perKind, seed)
	}
	random := rand.New(rand.NewPCG(seed, seed))
	var qs []searchtest.Query
	for tries := 0; len(qs) < perKind && tries < 100*perKind; tries++ {
		r := c.Resources[random.IntN(len(c.Resources))]
		ws := slices.DeleteFunc(strings.Fields(r.Description), func(w string) bool { return len(w) < 5 })
		if len(ws) < 6 {
			continue
		}
		random.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
		qs = append(qs, searchtest.Query{Text: strings.Join(ws[:4], " "), Want: r.Title})
	}
	return qs
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
	b.WriteString("| engine |")
	for _, kind := range listKinds {
		fmt.Fprintf(&b, " %s: first, in the first ten |", kind)
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
