package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// checkLinks reports links that lead nowhere: to an anchor that no heading has,
// to a file that is not there, or to no address at all.
func (b *build) checkLinks(exists func(string) bool) {
	for _, at := range b.unread {
		b.add(Error, "malformed-link", b.lineAt(at), "this looks like a link but is none",
			"close its brackets, and write %20 for a space in its address")
	}
	for _, l := range b.links[1:] {
		line := b.lineAt(int(l.at))
		switch l.target {
		case local:
			if fragment, ok := strings.CutPrefix(l.dest, "#"); ok && !b.leadsTo(fragment) {
				b.add(Error, "dead-anchor", line, fmt.Sprintf("%q names no heading of this list", clip(l.dest)),
					"point it to a heading, or remove it")
			}
		case relative:
			if exists != nil && !exists(l.dest) {
				b.add(Error, "dead-link", line, fmt.Sprintf("there is no file %q", clip(l.dest)),
					"mend the path; it starts from this list's own folder")
			}
		case malformed:
			b.add(Error, "malformed-link", line, fmt.Sprintf("%q is no address", clip(l.dest)),
				"write the whole address, https:// included")
		}
	}
}

// checkTopics reports topics that nothing can be recommended from, and a list
// that has none.
func (b *build) checkTopics(c *Catalog) {
	if len(c.Topics) == 0 {
		b.add(Warning, "no-topics", 1, "the list has no topics, so it can be searched but not browsed",
			"put its entries under headings (## Topic)")
	}
	for _, s := range b.scopes {
		if s.skipped || s.hidden || s.tier == "" || s.entries > 0 || s.topics > 0 {
			continue
		}
		b.add(Warning, "empty-topic", b.lineAt(int(s.at)), fmt.Sprintf("topic %q has no entries", clip(s.title)),
			"add some below it: - [Title](https://…) - What the reader gets from it.")
	}
}

// nameAlso resolves the topics that "also" tags name.
func (b *build) nameAlso(c *Catalog) {
	if !slices.ContainsFunc(b.found, func(f found) bool { return f.also != nil }) {
		return
	}
	names := newTopicNames(c)
	for _, f := range b.found {
		for _, name := range f.also {
			line := b.lineAt(int(b.links[f.link].at))
			ids := names.find(name)
			switch len(ids) {
			case 0:
				b.add(Error, "unknown-topic", line, fmt.Sprintf("no topic is called %q", clip(name)), "write a topic's title as its heading has it")
			case 1:
				r := &c.Resources[c.byURL[URLKey(b.links[f.link].dest)]]
				if ids[0] != r.Topic && !slices.Contains(r.Also, ids[0]) {
					r.Also = append(r.Also, ids[0])
					c.byTopic[ids[0]] = append(c.byTopic[ids[0]], c.byURL[URLKey(r.URL)])
				}
			default:
				b.add(Error, "ambiguous-topic", line, fmt.Sprintf("%d topics are called %q", len(ids), clip(name)),
					fmt.Sprintf("name one by its path, such as %s", names.shortest(ids[0])))
			}
		}
	}
}

// topicNames finds topics by what people call them.
type topicNames struct {
	catalog *Catalog
	bySlug  map[string][]TopicID // by the slug of the title alone
}

func newTopicNames(c *Catalog) topicNames {
	n := topicNames{c, make(map[string][]TopicID, len(c.Topics))}
	for _, t := range c.Topics {
		key := slug(t.Title)
		n.bySlug[key] = append(n.bySlug[key], t.ID)
	}
	return n
}

// find returns the topics of that title, or of that path: the titles or slugs
// of topics and their parents with "/" or ">" between them, the upper ones left
// out as far as one likes. A title may hold a "/" itself.
func (n topicNames) find(name string) []TopicID {
	if ids := n.bySlug[slug(name)]; len(ids) > 0 {
		return ids
	}
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '>' || r == '›' || r == '»' })
	for i := range parts {
		parts[i] = slug(parts[i])
	}
	path := strings.Join(parts, "-")
	var ids []TopicID
	for _, t := range n.catalog.Topics {
		whole := strings.ReplaceAll(string(t.ID), "/", "-")
		last := slug(t.Title)
		if strings.HasSuffix(path, "-"+last) && (whole == path || strings.HasSuffix(whole, "-"+path)) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// shortest is the shortest path that names this topic alone.
func (n topicNames) shortest(id TopicID) string {
	path := n.catalog.Path(id)
	for i := len(path) - 1; i > 0; i-- {
		if name := strings.Join(path[i:], " > "); len(n.find(name)) == 1 {
			return name
		}
	}
	return strings.Join(path, " > ")
}
