package catalog

import (
	"net/url"
	"strings"
)

// MaxBytes is the largest list that Parse reads.
const MaxBytes = 10 << 20

// Options say what Parse cannot know from the bytes alone.
type Options struct {
	// Name is the file or URL, for problems and errors.
	Name string
	// Base resolves relative links. With nil they are no resources, since
	// nobody could open them.
	Base *url.URL
	// Root resolves relative links that begin with a slash, where that is not
	// the root of Base's host: on GitHub it is the repository's.
	Root *url.URL
	// Exists reports whether a relative link's target is there, so that
	// problems can name the broken ones. With nil nobody looks.
	Exists func(target string) bool
}

// Parse reads a Markdown list. What is wrong with the list itself stands in the
// catalog's Problems; an error, always a *NotListError, means that these bytes
// are no list that can be read.
func Parse(src []byte, opts Options) (*Catalog, error) {
	if why, fix := sniffBytes(src); why != "" {
		return nil, &NotListError{List: opts.Name, Why: why, Fix: fix}
	}
	d := decode(src)
	if why, fix := sniffText(d.text); why != "" {
		return nil, &NotListError{List: opts.Name, Why: why, Fix: fix}
	}
	r := newReport(opts.Name, d.text)
	o, over := readOutline(d, cutText(d.text, minChunk))
	if over != nil {
		return nil, over.notList(opts.Name, r.lineAt(over.at))
	}
	if opts.Base != nil {
		o.resolve(opts)
	}
	r.text(d)
	b := newBuild(o, r)
	c := b.catalog(opts)
	if len(c.Topics) == 0 && len(c.Resources) == 0 && len(c.Items) == 0 {
		return nil, &NotListError{List: opts.Name, Why: "no topic and no entry could be read in it",
			Fix: "write headings (## Topic) with entries below them (- [Title](https://…) - What it is.)"}
	}
	return c, nil
}

// resolve makes outside links of relative ones.
func (o *outline) resolve(opts Options) {
	for i := range o.links {
		l := &o.links[i]
		if l.target != relative {
			continue
		}
		base, dest := opts.Base, l.dest
		if path, ok := strings.CutPrefix(dest, "/"); ok && opts.Root != nil {
			base, dest = opts.Root, path
		}
		if u, err := base.Parse(dest); err == nil {
			l.target, l.dest = classify(u.String())
		}
	}
}

// catalog puts the parts together.
func (b *build) catalog(opts Options) *Catalog {
	c := &Catalog{Topics: b.topics()}
	c.Title = b.title()
	c.Resources, c.byURL = b.resources()
	c.Items = b.linkFree()
	c.index()
	b.nameAlso(c)
	b.checkLinks(opts.Exists)
	b.checkTopics(c)
	c.Problems = b.sorted()
	return c
}

// title is the list's own title, or its only heading of the first level.
func (b *build) title() string {
	title, seen := "", 0
	for _, s := range b.sections {
		switch {
		case s.role == titling:
			return s.title
		case s.node.level == 1 && s.role == content:
			title = s.title
			seen++
		}
	}
	if seen > 1 {
		return ""
	}
	return title
}
