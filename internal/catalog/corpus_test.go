package catalog

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Real lists may not be part of this repository. The variable names a directory
// of them, "LIST.md", with the truth about each in "truth/LIST.md.json": every
// link with what is to be made of it, found by another parser and by eye.
const listsVariable = "ARCHBOT_LISTS"

// truth is what another parser and a reader found in a list.
type truth struct {
	Title    string `json:"title"`
	Headings []struct {
		Text string `json:"text"`
		Kind string `json:"kind"`
	} `json:"headings"`
	Links     []truthLink `json:"links"`
	TextItems []struct {
		Label, Bold, Kind string
	} `json:"textItems"`
}

type truthLink struct {
	URL, Key, Text, Before, Expect string
	Path, IPath, Details, Cells    []string
}

// tally counts how a list was read against its truth.
type tally struct {
	required, found     int // unique addresses
	extracted, precise  int
	forbidden           int
	paths, titled, text int // of found; text counts those whose link has words
	items, itemsFound   int
}

func (t *tally) add(o tally) {
	t.required, t.found = t.required+o.required, t.found+o.found
	t.extracted, t.precise, t.forbidden = t.extracted+o.extracted, t.precise+o.precise, t.forbidden+o.forbidden
	t.paths, t.titled, t.text = t.paths+o.paths, t.titled+o.titled, t.text+o.text
	t.items, t.itemsFound = t.items+o.items, t.itemsFound+o.itemsFound
}

func ratio(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

func (t tally) row(name string) string {
	return fmt.Sprintf("%-60.60s %8d %7.4f %9.4f %9d %7.4f %7.4f %7.4f", name, t.required,
		ratio(t.found, t.required), ratio(t.precise, t.extracted), t.forbidden,
		ratio(t.paths, t.found), ratio(t.titled, t.text), ratio(t.itemsFound, t.items))
}

// TestRealLists measures recall, precision, paths and titles over real lists,
// prints the table, and holds the goals.
func TestRealLists(t *testing.T) {
	dir := os.Getenv(listsVariable)
	if dir == "" {
		t.Skip("set " + listsVariable + " to a directory of real lists with their truth")
	}
	files, err := filepath.Glob(filepath.Join(dir, "truth", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no truth in %s: %v", dir, err)
	}
	var total tally
	table := []string{fmt.Sprintf("%-60s %8s %7s %9s %9s %7s %7s %7s", "list", "required", "recall", "precision", "forbidden", "path", "title", "items")}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		got := measure(t, filepath.Join(dir, name), file)
		total.add(got)
		table = append(table, got.row(name))
		if recall, precision := ratio(got.found, got.required), ratio(got.precise, got.extracted); recall < 0.97 || precision < 0.97 || got.forbidden > 0 {
			t.Errorf("%s: recall %.4f, precision %.4f, forbidden %d; want 0.97, 0.97, 0", name, recall, precision, got.forbidden)
		}
	}
	table = append(table, total.row("all"))
	t.Log("\n" + strings.Join(table, "\n"))
	for what, goal := range map[string][2]float64{
		"recall":    {ratio(total.found, total.required), 0.995},
		"precision": {ratio(total.precise, total.extracted), 0.995},
		"path":      {ratio(total.paths, total.found), 0.98},
		"title":     {ratio(total.titled, total.text), 0.98},
		"items":     {ratio(total.itemsFound, total.items), 0.98},
	} {
		if goal[0] < goal[1] {
			t.Errorf("%s over all lists is %.4f, want %.3f", what, goal[0], goal[1])
		}
	}
}

func measure(t *testing.T, list, truthFile string) tally {
	t.Helper()
	var want truth
	src, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(truthFile); err != nil {
		t.Fatal(err)
	} else if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(truthFile, err)
	}
	c, err := Parse(src, Options{Name: filepath.Base(list)})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, c)
	return want.compare(c)
}

// compare is how the corpus scores a parser: every required address once, with
// any of its places for path and title.
func (w *truth) compare(c *Catalog) tally {
	required, allowed, forbidden := map[string][]truthLink{}, map[string]bool{}, map[string]bool{}
	for _, l := range w.Links {
		switch l.Expect {
		case "required":
			required[l.Key] = append(required[l.Key], l)
			allowed[l.Key] = true
		case "forbidden":
			forbidden[l.Key] = true
		default:
			allowed[l.Key] = true
		}
	}
	var n tally
	n.required = len(required)
	for key, places := range required {
		r, ok := c.Resource(key)
		if !ok {
			continue
		}
		n.found++
		if slices.ContainsFunc(places, func(l truthLink) bool { return w.pathRight(l, r) }) {
			n.paths++
		}
		places = slices.DeleteFunc(slices.Clone(places), func(l truthLink) bool { return headingKey(l.Text) == "" })
		if len(places) > 0 {
			n.text++
			if slices.ContainsFunc(places, func(l truthLink) bool { return titleRight(l, r.Title) }) {
				n.titled++
			}
		}
	}
	for _, r := range c.Resources {
		n.extracted++
		if key := URLKey(r.URL); allowed[key] {
			n.precise++
		} else if forbidden[key] {
			n.forbidden++
		}
	}
	if n.required == 0 {
		w.compareItems(c, &n)
	}
	return n
}

// pathRight reports whether every heading above the link is in the resource's
// path, in order, and everything else in that path is a label from the list.
func (w *truth) pathRight(l truthLink, r Resource) bool {
	optional := map[string]bool{}
	extra := []string{headingKey(w.Title)}
	for _, h := range w.Headings {
		if h.Kind == "toc" || h.Kind == "title" {
			optional[headingKey(h.Text)] = h.Kind == "toc"
			extra = append(extra, headingKey(h.Text))
		}
	}
	var need []string
	for _, h := range l.Path {
		if key := headingKey(h); key != "" && !optional[key] {
			need = append(need, key)
		}
		extra = append(extra, headingKey(h))
	}
	for _, label := range slices.Concat(l.IPath, l.Details) {
		extra = append(extra, headingKey(label))
	}
	known := len(l.IPath) > 0
	at, all := 0, true
	for _, p := range r.Path {
		key := headingKey(p)
		if at < len(need) && key == need[at] {
			at++
		}
		all = all && (key == "" || slices.ContainsFunc(extra, func(e string) bool { return e == key || len(key) > 1 && strings.HasPrefix(e, key) }))
	}
	return at == len(need) && (all || known)
}

func titleRight(l truthLink, title string) bool {
	got, want := headingKey(title), headingKey(l.Text)
	return got != "" && (strings.Contains(got, want) || strings.Contains(want, got) || strings.Contains(headingKey(l.Before), got) ||
		slices.ContainsFunc(l.Cells, func(c string) bool { return headingKey(c) == got }))
}

func (w *truth) compareItems(c *Catalog, n *tally) {
	have := map[string]bool{}
	for _, i := range c.Items {
		have[headingKey(i.Title)] = true
	}
	for _, t := range c.Topics {
		have[headingKey(t.Title)] = true
	}
	for _, item := range w.TextItems {
		if item.Kind != "text" {
			continue
		}
		n.items++
		if have[headingKey(item.Label)] || item.Bold != "" && have[headingKey(item.Bold)] {
			n.itemsFound++
		}
	}
}

var truthShortcode = regexp.MustCompile(`(?i):[a-z0-9_+-]{2,}:`)

// headingKey is how the corpus compares titles and headings.
func headingKey(s string) string {
	s = strings.ToLower(truthShortcode.ReplaceAllString(norm.NFKC.String(s), " "))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '+' && r != '#'
	}), " ")
}
