package catalog_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"archbot/data"
	"archbot/internal/catalog"

	"github.com/google/go-cmp/cmp"
)

// TestSeedTopics shows that the embedded list has exactly the topics that the
// labelled queries speak of, with their tiers, titles and parents; the same for
// the seed as it was handed over, its emoji misread as windows-1254.
func TestSeedTopics(t *testing.T) {
	golden, err := os.ReadFile("testdata/topics.tsv")
	if err != nil {
		t.Fatal(err)
	}
	clean := string(data.List())
	misread := strings.NewReplacer("📚", "ğŸ“š", "🚀", "ğŸš€").Replace(clean)
	if misread == clean {
		t.Fatal("the embedded list has lost its emoji")
	}
	for name, src := range map[string]string{"clean": clean, "misread": misread} {
		t.Run(name, func(t *testing.T) {
			c, err := catalog.Parse([]byte(src), catalog.Options{Name: data.ListName})
			if err != nil {
				t.Fatal(err)
			}
			if want := "Awesome Software Architecture Resources 📚"; c.Title != want {
				t.Errorf("title %q, want %q", c.Title, want)
			}
			if diff := cmp.Diff(string(golden), topicTable(c)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := len(c.Topics); got != 86 {
				t.Errorf("%d topics, want 6 domains + 15 categories + 16 systems + 49 aspects", got)
			}
		})
	}
}

func topicTable(c *catalog.Catalog) string {
	var b strings.Builder
	b.WriteString("id\tlevel\ttitle\tparent\n")
	for _, t := range c.Topics {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", t.ID, t.Tier, t.Title, t.Parent)
	}
	return b.String()
}

func ExampleParse() {
	list := "# Lists\n\n## Caching\n\n- [Caches](https://example.com/caches) - Where to put one. `article` `2020` `intro`\n"
	c, err := catalog.Parse([]byte(list), catalog.Options{Name: "list.md"})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := c.In("caching")[0]
	fmt.Println(r.Title, r.Kind, r.Year, r.Level, r.Path)
	// Output: Caches article 2020 intro [Caching]
}
