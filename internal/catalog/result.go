package catalog

import (
	"cmp"
	"slices"
)

// headingEntries makes resources of headings that are links. Where nothing else
// stands below one, it is an entry and no topic.
func (b *build) headingEntries() {
	entries := len(b.found)
	for _, s := range slices.Backward(b.scopes) {
		if s.link == 0 || s.skipped {
			continue
		}
		home := s
		if s.entries == 0 && !s.encloses {
			home, s.tier = s.parent, ""
		}
		title := cmp.Or(s.title, b.links[s.link].dest) // "## [](https://…)" has no words
		b.found = append(b.found, found{entry{link: s.link, title: title, description: s.about}, home})
		home.entries++
	}
	if entries == len(b.found) {
		return
	}
	slices.SortStableFunc(b.found, func(x, y found) int { return int(b.links[x.link].at - b.links[y.link].at) })
}

// resources names topics by id and makes one resource of all entries that have
// the same address.
func (b *build) resources() (list []Resource, byKey map[string]int) {
	list = make([]Resource, 0, len(b.found))
	byKey = make(map[string]int, len(b.found))
	for _, f := range b.found {
		r := b.resource(f)
		key := URLKey(r.URL)
		if i, ok := byKey[key]; ok {
			b.repeated(&list[i], &r)
			list[i] = list[i].withPlaces(r)
			continue
		}
		byKey[key] = len(list)
		list = append(list, r)
	}
	return list, byKey
}

func (b *build) resource(f found) Resource {
	l := b.links[f.link]
	r := Resource{
		Title: f.title, URL: l.dest, Description: f.description, Kind: f.kind, Level: f.level, Year: f.year,
		Topic: f.scope.topicID(), Also: []TopicID{}, Path: f.scope.titles(),
		List: b.name, Line: b.lineAt(int(l.at)),
	}
	if r.Kind == "" {
		r.Kind = inferKind(l.dest, f.title)
		r.KindInferred = r.Kind != ""
	}
	return r
}

func (b *build) linkFree() []Item {
	list := make([]Item, 0, len(b.items))
	for _, it := range b.items {
		list = append(list, Item{Title: it.title, Topic: it.scope.topicID(), Path: it.scope.titles(), Line: b.lineAt(int(it.at))})
		if !it.label && !it.relative {
			b.entryWithoutLink(it.title, int(it.at))
		}
	}
	return list
}
