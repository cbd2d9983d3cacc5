package catalog

import "slices"

// Merge makes one catalog of several, in their order. Topics with the same id
// are one topic; a resource that several lists have is one resource, as the
// first list describes it, in the topics of all.
func Merge(cs ...*Catalog) *Catalog {
	if len(cs) == 1 {
		return cs[0]
	}
	m := &Catalog{Topics: []Topic{}, Resources: []Resource{}, Items: []Item{}, Problems: []Problem{}}
	m.byURL = map[string]int{}
	topics := map[TopicID]bool{}
	for _, c := range cs {
		if m.Title == "" {
			m.Title = c.Title
		}
		for _, t := range c.Topics {
			if !topics[t.ID] {
				topics[t.ID] = true
				m.Topics = append(m.Topics, t)
			}
		}
		for _, r := range c.Resources {
			key := URLKey(r.URL)
			if i, ok := m.byURL[key]; ok {
				m.Resources[i] = m.Resources[i].withPlaces(r)
				continue
			}
			m.byURL[key] = len(m.Resources)
			m.Resources = append(m.Resources, r)
		}
		m.Items = append(m.Items, c.Items...)
		m.Problems = append(m.Problems, c.Problems...)
	}
	m.index()
	return m
}

// withPlaces is r with the topics of other added, and what r does not say.
func (r Resource) withPlaces(other Resource) Resource {
	r.Also = slices.Clone(r.Also)
	for _, id := range append([]TopicID{other.Topic}, other.Also...) {
		if id != "" && id != r.Topic && !slices.Contains(r.Also, id) {
			r.Also = append(r.Also, id)
		}
	}
	if r.Description == "" {
		r.Description = other.Description
	}
	if (r.Kind == "" || r.KindInferred) && other.Kind != "" && !other.KindInferred {
		r.Kind, r.KindInferred = other.Kind, false
	}
	if r.Level == "" {
		r.Level = other.Level
	}
	if r.Year == 0 {
		r.Year = other.Year
	}
	return r
}
