package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMerge shows that two lists become one catalog: shared topics once, shared
// resources once with the topics of both, problems and resources with their own
// list's name.
func TestMerge(t *testing.T) {
	one, err := Parse([]byte("# One\n\n## A\n\n- [x](https://x.example)\n- plain\n\n## B\n\n- [y](https://y.example) - Y.\n"), Options{Name: "one.md"})
	if err != nil {
		t.Fatal(err)
	}
	two, err := Parse([]byte("# Two\n\n## A\n\n- [Z](https://z.example)\n\n### C\n\n- [X](https://X.example/) - X. `video` `2020` `intro`\n- plain\n"), Options{Name: "two.md"})
	if err != nil {
		t.Fatal(err)
	}
	merged := Merge(one, two)
	wellFormed(t, merged)
	want := `title "One"
3: domain "A" a
8: domain "B" b
7: category "C" a/c
5: resource "x" <https://x.example> video 2020 intro in A, also a/c: X.
10: resource "y" <https://y.example> in B: Y.
5: resource "Z" <https://z.example> in A
6: item "plain" in A
10: item "plain" in A > C
one.md:6: warning: "plain" has no link, so it cannot be recommended; link it: - [Title](https://…) - What the reader gets from it.
two.md:10: warning: "plain" has no link, so it cannot be recommended; link it: - [Title](https://…) - What the reader gets from it.
`
	if diff := cmp.Diff(want, describe(merged)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if one.Resources[0].Kind != "" || len(one.Resources[0].Also) != 0 {
		t.Errorf("merging changed the first list: %+v", one.Resources[0])
	}
	for i, want := range []string{"one.md", "one.md", "two.md"} {
		if got := merged.Resources[i].List; got != want {
			t.Errorf("%s stands in %q, want %q", merged.Resources[i].Title, got, want)
		}
	}
	if len(merged.In("a")) != 2 || len(merged.In("a/c")) != 1 || len(merged.Children("a")) != 1 {
		t.Errorf("in a: %v, in a/c: %v", merged.In("a"), merged.In("a/c"))
	}
	if got := Merge(one); got != one {
		t.Error("one list alone is not itself")
	}
}
