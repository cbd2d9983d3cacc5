package data_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"archbot/data"
	"archbot/internal/catalog"
)

// What the list promises. CONTRIBUTING.md says the same to people.
const (
	resourcesFrom, resourcesTo     = 400, 600
	anAspectFrom, kindsOfAnAspect  = 6, 3
	patternsFrom, principlesFrom   = 30, 10
	onePublisher                   = 3       // at most one part in so many of an aspect
	descriptionFrom, descriptionTo = 40, 180 // characters
	yearFrom, yearTo               = 1940, 2026
)

func list(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Parse(data.List(), catalog.Options{Name: data.ListName})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// own returns the resources that stand under a topic or below it; those which
// an "also" tag lends it are not counted.
func own(c *catalog.Catalog, topic catalog.TopicID) []catalog.Resource {
	return slices.DeleteFunc(slices.Clone(c.Resources), func(r catalog.Resource) bool {
		return r.Topic != topic && !strings.HasPrefix(string(r.Topic), string(topic)+"/")
	})
}

func TestListHasNoProblems(t *testing.T) {
	for _, p := range list(t).Problems {
		t.Error(p)
	}
}

// The table of contents names every heading below it, in their order, as GitHub
// links them.
func TestTableOfContents(t *testing.T) {
	var want []string
	for _, h := range heading.FindAllStringSubmatch(string(data.List()), -1) {
		if h[2] != "Table of Contents" {
			anchor := strings.ReplaceAll(noAnchor.ReplaceAllString(strings.ToLower(h[2]), ""), " ", "-")
			want = append(want, strings.Repeat("  ", len(h[1])-2)+"- ["+h[2]+"](#"+anchor+")")
		}
	}
	_, rest, _ := strings.Cut(string(data.List()), "## Table of Contents\n")
	got, _, _ := strings.Cut(rest, "\n\n")
	if got != strings.Join(want, "\n") {
		t.Errorf("the table of contents is\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

var (
	heading  = regexp.MustCompile(`(?m)^(##|###) (.+)$`)
	noAnchor = regexp.MustCompile(`[^\w\- ]`) // what GitHub leaves out of an anchor
)

func TestListAsAWhole(t *testing.T) {
	c := list(t)
	if n := len(c.Resources); n < resourcesFrom || n > resourcesTo {
		t.Errorf("%d resources, want %d to %d", n, resourcesFrom, resourcesTo)
	}
	tiers := map[catalog.Tier]int{}
	for _, topic := range c.Topics {
		tiers[topic.Tier]++
	}
	if tiers[catalog.Domain] != 6 || tiers[catalog.Category] != 15 || tiers[catalog.System] != 16 || tiers[catalog.Aspect] != 49 {
		t.Errorf("the topics are not the seed's: %v", tiers)
	}
	kinds := map[catalog.Kind]int{}
	for _, r := range c.Resources {
		kinds[r.Kind]++
	}
	if kinds[catalog.Pattern] < patternsFrom || kinds[catalog.Principle] < principlesFrom {
		t.Errorf("%d patterns and %d principles, want %d and %d", kinds[catalog.Pattern], kinds[catalog.Principle], patternsFrom, principlesFrom)
	}
	for _, kind := range catalog.Kinds() {
		if kinds[kind] == 0 {
			t.Errorf("nothing is a %s", kind)
		}
	}
	t.Logf("%d resources: %v", len(c.Resources), kinds)
}

func TestEveryAspectIsAnswered(t *testing.T) {
	c := list(t)
	for _, topic := range c.Topics {
		if topic.Tier != catalog.Aspect {
			continue
		}
		rs := own(c, topic.ID)
		kinds := map[catalog.Kind]bool{}
		for _, r := range rs {
			kinds[r.Kind] = true
		}
		if len(rs) < anAspectFrom || len(kinds) < kindsOfAnAspect {
			t.Errorf("%s: %d resources of %d kinds, want %d of %d at least", topic.ID, len(rs), len(kinds), anAspectFrom, kindsOfAnAspect)
		}
		level := 0
		for _, r := range rs {
			at := slices.Index(catalog.Levels(), r.Level)
			if at < level {
				t.Errorf("line %d: %q is %s and stands behind a harder one", r.Line, r.Title, r.Level)
			}
			level = at
		}
		by := map[string]int{}
		for _, r := range rs {
			by[publisher(r.URL)]++
		}
		for p, n := range by {
			if p != "" && n*onePublisher > len(rs) {
				t.Errorf("%s: %d of %d resources are from %s", topic.ID, n, len(rs), p)
			}
		}
	}
}

// publisher is who stands behind an address: the host, or the account where the
// host gives it in the path. A paper's author is not arXiv.
func publisher(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host := strings.TrimPrefix(u.Hostname(), "www.")
	switch account, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/"); host {
	case "arxiv.org":
		return ""
	case "github.com", "medium.com":
		return host + "/" + strings.ToLower(account)
	}
	return host
}

func TestEverySystemHasAllThatIsPromised(t *testing.T) {
	c := list(t)
	for _, topic := range c.Topics {
		if topic.Tier != catalog.System {
			continue
		}
		has := map[string]bool{}
		for _, r := range own(c, topic.ID) {
			has[string(r.Kind)], has[string(r.Level)] = true, true
		}
		for _, one := range [][]string{{"video"}, {"pattern", "principle"}, {"paper", "book"}, {"intro"}, {"intermediate"}, {"advanced"}} {
			if !slices.ContainsFunc(one, func(name string) bool { return has[name] }) {
				t.Errorf("%s has no %s", topic.ID, strings.Join(one, " or "))
			}
		}
	}
}

var (
	// secondSentence finds where a description goes on after a full stop.
	secondSentence = regexp.MustCompile(`[.!?]\s+\p{Lu}`)
	marketing      = regexp.MustCompile(`(?i)\b(amazing|awesome|ultimate|must-read|best-in-class|great|excellent|comprehensive|definitive|world-class|cutting-edge)\b`)
	shortener      = regexp.MustCompile(`^https?://(bit\.ly|t\.co|goo\.gl|tinyurl\.com|youtu\.be|amzn\.to|lnkd\.in|ow\.ly|buff\.ly)/`)
	tracking       = regexp.MustCompile(`[?&](utm_\w+|fbclid|gclid|ref_src)=`)
)

func TestEveryEntryIsWhole(t *testing.T) {
	c := list(t)
	seen := map[string]int{}
	for _, r := range c.Resources {
		fault := func(format string, args ...any) {
			t.Helper()
			t.Errorf("line %d, %q: "+format, append([]any{r.Line, r.Title}, args...)...)
		}
		if topic, _ := c.Topic(r.Topic); topic.Tier != catalog.Aspect {
			fault("stands under %q, which is no aspect", r.Topic)
		}
		if r.Kind == "" || r.KindInferred || r.Level == "" {
			fault("kind %q, level %q: both have to be tagged", r.Kind, r.Level)
		}
		if r.Year != 0 && (r.Year < yearFrom || r.Year > yearTo) {
			fault("was not published in %d", r.Year)
		}
		if n := utf8.RuneCountInString(r.Description); n < descriptionFrom || n > descriptionTo {
			fault("the description has %d characters, want %d to %d", n, descriptionFrom, descriptionTo)
		}
		if !strings.HasSuffix(r.Description, ".") || secondSentence.MatchString(r.Description) {
			fault("the description is not one sentence with a full stop: %s", r.Description)
		}
		if word := marketing.FindString(r.Description); word != "" {
			fault("the description praises: %s", word)
		}
		u, err := url.Parse(r.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" {
			fault("%s is no https address", r.URL)
		}
		if shortener.MatchString(r.URL) || tracking.MatchString(r.URL) {
			fault("%s is not the address itself", r.URL)
		}
		if line := seen[catalog.URLKey(r.URL)]; line > 0 {
			fault("%s stands in line %d already", r.URL, line)
		}
		seen[catalog.URLKey(r.URL)] = r.Line
	}
}
