package terminal

import (
	"fmt"
	"strings"

	"archbot/internal/catalog"
)

// Outline shows a list as the bot sees it: the tree of topics with what stands
// in each.
func Outline(v View, c *catalog.Catalog) string {
	p := &page{view: v}
	if c.Title != "" {
		p.text("", Clean(c.Title), bold)
		p.gap()
	}
	o := outline{page: p, list: c, items: make(map[catalog.TopicID][]catalog.Item)}
	for _, i := range c.Items {
		o.items[i.Topic] = append(o.items[i.Topic], i)
	}
	o.below("", "")
	p.gap()
	p.text("", summary(c))
	return p.String()
}

// outline is a catalog being walked.
type outline struct {
	page  *page
	list  *catalog.Catalog
	items map[catalog.TopicID][]catalog.Item
}

// below shows what stands in a topic: resources, entries without a link, topics.
func (o outline) below(id catalog.TopicID, indent string) {
	for _, r := range o.list.In(id) {
		o.page.text(indent, "→ "+Clean(r.Title))
		o.page.line(indent + "  " + o.page.view.paint(dim, Clean(r.URL)))
	}
	for _, i := range o.items[id] {
		o.page.text(indent, "· "+Clean(i.Title)+" (no link)", dim)
	}
	for _, t := range o.list.Children(id) {
		o.page.text(indent, Clean(t.Title), cyan)
		o.below(t.ID, indent+"  ")
	}
}

// Check shows what is wrong with a list, one problem a paragraph, and a summary.
func Check(v View, c *catalog.Catalog) string {
	p := &page{view: v}
	for _, problem := range c.Problems {
		at := fmt.Sprintf("%s:%d:", Clean(problem.List), problem.Line)
		severity := yellow
		if problem.Severity == catalog.Error {
			severity = red
		}
		// As compilers do it, so that editors find the place: never wrapped.
		p.line(p.view.paint(bold, at) + " " + p.view.paint(severity, string(problem.Severity)) + ": " +
			Clean(problem.Message) + "; " + Clean(problem.Fix))
	}
	p.text("", summary(c)+" "+verdict(c))
	return p.String()
}

// CheckReport is what `list check --json` prints; fields may be added, none is
// renamed or left out.
type CheckReport struct {
	Topics    int               `json:"topics"`
	Resources int               `json:"resources"`
	Items     int               `json:"items"`
	Errors    int               `json:"errors"`
	Warnings  int               `json:"warnings"`
	Problems  []catalog.Problem `json:"problems"`
	Links     *LinkReport       `json:"links,omitempty"` // only after they were visited
}

// NewCheckReport counts what is in a list and what is wrong with it.
func NewCheckReport(c *catalog.Catalog) CheckReport {
	r := CheckReport{
		Topics: len(c.Topics), Resources: len(c.Resources), Items: len(c.Items),
		Problems: c.Problems,
	}
	if r.Problems == nil {
		r.Problems = []catalog.Problem{}
	}
	for _, p := range c.Problems {
		if p.Severity == catalog.Error {
			r.Errors++
		} else {
			r.Warnings++
		}
	}
	return r
}

func summary(c *catalog.Catalog) string {
	parts := []string{counted(len(c.Topics), "topic"), counted(len(c.Resources), "resource")}
	if len(c.Items) > 0 {
		parts = append(parts, counted(len(c.Items), "entry without a link", "entries without a link"))
	}
	return strings.Join(parts, ", ") + "."
}

func verdict(c *catalog.Catalog) string {
	r := NewCheckReport(c)
	if r.Errors+r.Warnings == 0 {
		return "Nothing is wrong with it."
	}
	return counted(r.Errors, "error") + ", " + counted(r.Warnings, "warning") + "."
}

// counted puts a number before a noun, whose plural may be given.
func counted(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %ss", n, one)
}
