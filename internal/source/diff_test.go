package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"archbot/internal/catalog"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	a := catalog.Resource{URL: "https://example.com/a", Title: "A", Topic: "x"}
	b := catalog.Resource{URL: "https://example.com/b", Title: "B", Topic: "x", Also: []catalog.TopicID{"z", "y"}}
	with := func(r catalog.Resource, edit func(*catalog.Resource)) catalog.Resource {
		edit(&r)
		return r
	}
	renamed := with(a, func(r *catalog.Resource) { r.Title = "A, mended" })
	rewritten := with(a, func(r *catalog.Resource) {
		r.Title, r.Description, r.Kind, r.Level, r.Year = "A2", "d", catalog.Video, catalog.Intro, 2020
	})
	moved := with(a, func(r *catalog.Resource) { r.Topic = "y" })
	both := with(moved, func(r *catalog.Resource) { r.Year = 1999 })
	for _, tt := range []struct {
		name     string
		old, now []catalog.Resource
		want     Change
		text     string
	}{
		{name: "nothing", old: some(a, b), now: some(a, b), text: "no resource is different"},
		{name: "another order", old: some(a, b), now: some(b, a), text: "no resource is different"},
		{
			name: "lines move, the slash goes, the kind is guessed: the same resource",
			old:  some(a),
			now: some(with(a, func(r *catalog.Resource) {
				r.Line, r.URL, r.KindInferred = 7, "HTTPS://example.com/a/", true
			})),
			text: "no resource is different",
		},
		{name: "added, in the new order", now: some(b, a), want: Change{Added: some(b, a)}, text: "2 added"},
		{name: "removed, in the old order", old: some(b, a), want: Change{Removed: some(b, a)}, text: "2 removed"},
		{
			name: "another address is another resource",
			old:  some(a), now: some(with(a, func(r *catalog.Resource) { r.URL += "2" })),
			want: Change{Added: some(with(a, func(r *catalog.Resource) { r.URL += "2" })), Removed: some(a)},
			text: "1 added, 1 removed",
		},
		{
			name: "a mended title is no new resource",
			old:  some(a), now: some(renamed),
			want: Change{Changed: []Edit{{a, renamed, []string{"title"}}}}, text: "1 changed",
		},
		{
			name: "every field",
			old:  some(a), now: some(rewritten),
			want: Change{Changed: []Edit{{a, rewritten, []string{"title", "description", "kind", "level", "year"}}}},
			text: "1 changed",
		},
		{
			name: "moved",
			old:  some(a), now: some(moved),
			want: Change{Moved: []Move{{moved, []catalog.TopicID{"x"}, []catalog.TopicID{"y"}}}}, text: "1 moved",
		},
		{
			name: "the same topics in another order are no move",
			old:  some(b), now: some(with(b, func(r *catalog.Resource) { r.Topic, r.Also = "y", []catalog.TopicID{"x", "z"} })),
			text: "no resource is different",
		},
		{
			name: "one topic fewer is a move",
			old:  some(b), now: some(with(b, func(r *catalog.Resource) { r.Also = nil })),
			want: Change{Moved: []Move{{
				with(b, func(r *catalog.Resource) { r.Also = nil }),
				[]catalog.TopicID{"x", "y", "z"}, []catalog.TopicID{"x"},
			}}},
			text: "1 moved",
		},
		{
			name: "moved and changed, beside the rest",
			old:  some(a), now: some(both, b),
			want: Change{
				Added:   some(b),
				Moved:   []Move{{both, []catalog.TopicID{"x"}, []catalog.TopicID{"y"}}},
				Changed: []Edit{{a, both, []string{"year"}}},
			},
			text: "1 added, 1 moved, 1 changed",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Diff(&catalog.Catalog{Resources: tt.old}, &catalog.Catalog{Resources: tt.now})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("change (-want +got):\n%s", diff)
			}
			if got.String() != tt.text {
				t.Errorf("String() = %q, want %q", got, tt.text)
			}
			if got.Empty() != (tt.text == "no resource is different") {
				t.Errorf("Empty() = %v for %s", got.Empty(), got)
			}
		})
	}
}

func ExampleDiff() {
	old := &catalog.Catalog{Resources: []catalog.Resource{{URL: "https://example.com/a", Title: "Teh Saga Pattern"}}}
	now := &catalog.Catalog{Resources: []catalog.Resource{
		{URL: "https://example.com/a", Title: "The Saga Pattern"},
		{URL: "https://example.com/b", Title: "Circuit Breaker"},
	}}
	change := Diff(old, now)
	fmt.Println(change)
	fmt.Println(change.Added[0].Title)
	fmt.Println(change.Changed[0].Fields)
	// Output:
	// 1 added, 1 changed
	// Circuit Breaker
	// [title]
}

func TestDiffOfNothing(t *testing.T) {
	if c := Diff(nil, nil); !c.Empty() {
		t.Errorf("Diff(nil, nil) = %s", c)
	}
}

func some(rs ...catalog.Resource) []catalog.Resource { return rs }

func FuzzDiff(f *testing.F) {
	f.Add("u|t|x|y|video", "u|t2|y|x|")
	f.Add("a|1|x\nb|2|x\na|3|y", "b|2|x\nc|9|z")
	f.Add("https://h/%41|t", "HTTPS://h/A/|t")
	f.Fuzz(func(t *testing.T, a, b string) {
		old, now := resourcesIn(a), resourcesIn(b)
		for _, c := range []*catalog.Catalog{old, now} {
			if same := Diff(c, c); !same.Empty() {
				t.Fatalf("a list differs from itself: %s", same)
			}
		}
		there, back := Diff(old, now), Diff(now, old)
		if diff := cmp.Diff(there.Added, back.Removed); diff != "" {
			t.Errorf("added, and removed on the way back:\n%s", diff)
		}
		if diff := cmp.Diff(there.Removed, back.Added); diff != "" {
			t.Errorf("removed, and added on the way back:\n%s", diff)
		}
		if diff := cmp.Diff(moves(there, false), moves(back, true)); diff != "" {
			t.Errorf("moved, there and back:\n%s", diff)
		}
		if diff := cmp.Diff(edits(there, false), edits(back, true)); diff != "" {
			t.Errorf("changed, there and back:\n%s", diff)
		}
	})
}

// resourcesIn makes a resource of each line: URL|title|topic|also|kind.
func resourcesIn(text string) *catalog.Catalog {
	c := &catalog.Catalog{}
	for line := range strings.Lines(text) {
		part := append(strings.Split(strings.TrimSuffix(line, "\n"), "|"), "", "", "", "")
		c.Resources = append(c.Resources, catalog.Resource{
			URL: part[0], Title: part[1], Topic: catalog.TopicID(part[2]),
			Also: []catalog.TopicID{catalog.TopicID(part[3])}, Kind: catalog.Kind(part[4]),
		})
	}
	return c
}

// moves and edits sum a change up in an order that does not depend on the way.
func moves(c Change, mirrored bool) []string {
	var all []string
	for _, m := range c.Moved {
		from, to := m.From, m.To
		if mirrored {
			from, to = to, from
		}
		all = append(all, fmt.Sprintf("%s: %q → %q", catalog.URLKey(m.Resource.URL), from, to))
	}
	slices.Sort(all)
	return all
}

func edits(c Change, mirrored bool) []string {
	var all []string
	for _, e := range c.Changed {
		from, to := e.Old, e.New
		if mirrored {
			from, to = to, from
		}
		all = append(all, fmt.Sprintf("%s: %q → %q, %q", catalog.URLKey(e.New.URL), from.Title, to.Title, e.Fields))
	}
	slices.Sort(all)
	return all
}
