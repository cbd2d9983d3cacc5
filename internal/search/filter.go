package search

import (
	"strings"

	"archbot/internal/catalog"
)

// Filter narrows a search down. The zero value lets everything through. Kind,
// Level and years are about resources; a topic is found whether or not it has
// any of them.
type Filter struct {
	Kind     catalog.Kind    // empty for any
	Level    catalog.Level   // empty for any
	From, To catalog.Year    // both inclusive; 0 for open. A resource without a year passes neither
	Topic    catalog.TopicID // this topic and those below it; empty for all
}

// Match reports whether a resource passes.
func (f Filter) Match(r catalog.Resource) bool {
	switch {
	case f.Kind != "" && r.Kind != f.Kind, f.Level != "" && r.Level != f.Level:
		return false
	case f.From != 0 && r.Year < f.From, f.To != 0 && (r.Year == 0 || r.Year > f.To):
		return false
	}
	if f.Within(r.Topic) {
		return true
	}
	for _, id := range r.Also {
		if f.Within(id) {
			return true
		}
	}
	return false
}

// Within reports whether a topic is the filter's own or below it.
func (f Filter) Within(id catalog.TopicID) bool {
	return f.Topic == "" || id == f.Topic || strings.HasPrefix(string(id), string(f.Topic)+"/")
}

// passes asks the filter about a topic or resource.
func (x *Index) passes(f Filter, unit int32) bool {
	if n := len(x.catalog.Topics); int(unit) >= n {
		return f.Match(x.catalog.Resources[int(unit)-n])
	}
	return f.Within(x.catalog.Topics[unit].ID)
}
