package search_test

import (
	"strings"
	"testing"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

const tagged = `# List

## Caching

- [Cache talk](https://a.example/1) - About caches. ` + "`video` `2018` `intro`" + `
- [Cache paper](https://a.example/2) - About caches. ` + "`paper` `2021` `advanced` `also: Queues`" + `

### Eviction

- [Cache book](https://a.example/3) - About caches. ` + "`book` `2023` `intro`" + `

## Queues

- [Cache of a queue](https://a.example/4) - About caches. ` + "`article`" + `
`

func TestFilter(t *testing.T) {
	x := index(t, tagged)
	for name, tt := range map[string]struct {
		filter search.Filter
		want   string
	}{
		"none":        {search.Filter{}, "1 2 3 4"},
		"kind":        {search.Filter{Kind: catalog.Video}, "1"},
		"level":       {search.Filter{Level: catalog.Intro}, "1 3"},
		"from":        {search.Filter{From: 2021}, "2 3"},
		"to":          {search.Filter{To: 2021}, "1 2"},
		"range":       {search.Filter{From: 2019, To: 2022}, "2"},
		"topic":       {search.Filter{Topic: "caching"}, "1 2 3"},
		"below":       {search.Filter{Topic: "caching/eviction"}, "3"},
		"also":        {search.Filter{Topic: "queues"}, "2 4"},
		"several":     {search.Filter{Topic: "caching", Level: catalog.Intro, From: 2020}, "3"},
		"no resource": {search.Filter{Kind: catalog.Podcast}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, n := range []string{"1", "2", "3", "4"} {
				for _, h := range x.Search(search.Query{Text: "cache", Filter: tt.filter}).Resources {
					if strings.HasSuffix(h.Resource.URL, n) {
						got = append(got, n)
					}
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

func TestPages(t *testing.T) {
	x := index(t, tagged)
	all := x.Search(search.Query{Text: "cache"}).Resources
	var paged []search.ResourceHit
	for page := 1; page <= 4; page++ {
		paged = append(paged, x.Search(search.Query{Text: "cache", Limit: 1, Page: page}).Resources...)
	}
	if len(all) != 4 || len(paged) != 4 {
		t.Fatalf("%d on one page, %d on four", len(all), len(paged))
	}
	for i := range all {
		if all[i].Resource.URL != paged[i].Resource.URL {
			t.Errorf("page %d has %s, want %s", i+1, paged[i].Resource.URL, all[i].Resource.URL)
		}
	}
	if r := x.Search(search.Query{Text: "cache", Limit: 1, Page: 5}); len(r.Resources)+len(r.Topics) > 0 {
		t.Errorf("there is a fifth page: %+v", r)
	}
}
