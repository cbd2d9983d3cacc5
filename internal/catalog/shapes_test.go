package catalog

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestShapes reads one list for each shape met in the wild. The decisions that
// ../shared/lists names by number are written into the files that show them.
func TestShapes(t *testing.T) {
	files, err := filepath.Glob("testdata/shapes/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no shapes:", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			list, want := &archive.Files[0], &archive.Files[1]
			got := describe(parse(t, string(list.Data)))
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("-want +got; -update to accept:\n%s", diff)
			}
		})
	}
}

// parse reads a list beside which only docs/saga.md and docs/cqrs.md exist.
func parse(t testing.TB, list string) *Catalog {
	t.Helper()
	c, err := Parse([]byte(list), Options{Name: "list.md", Exists: func(target string) bool {
		return target == "docs/saga.md" || target == "docs/cqrs.md"
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// describe writes all that a catalog says, for golden files.
func describe(c *Catalog) string {
	var b strings.Builder
	fmt.Fprintf(&b, "title %q\n", c.Title)
	for _, t := range c.Topics {
		fmt.Fprintf(&b, "%d: %s %q %s\n", t.Line, t.Tier, t.Title, t.ID)
	}
	for _, r := range c.Resources {
		fmt.Fprintf(&b, "%d: resource %q <%s>%s\n", r.Line, r.Title, r.URL, facts(r))
	}
	for _, i := range c.Items {
		fmt.Fprintf(&b, "%d: item %q in %s\n", i.Line, i.Title, strings.Join(i.Path, " > "))
	}
	for _, p := range c.Problems {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}

func facts(r Resource) string {
	var b strings.Builder
	if r.Kind != "" {
		fmt.Fprintf(&b, " %s", r.Kind)
		if r.KindInferred {
			b.WriteByte('?')
		}
	}
	if r.Year != 0 {
		fmt.Fprintf(&b, " %d", r.Year)
	}
	if r.Level != "" {
		fmt.Fprintf(&b, " %s", r.Level)
	}
	fmt.Fprintf(&b, " in %s", strings.Join(r.Path, " > "))
	for _, id := range r.Also {
		fmt.Fprintf(&b, ", also %s", id)
	}
	if r.Description != "" {
		fmt.Fprintf(&b, ": %s", r.Description)
	}
	return b.String()
}
