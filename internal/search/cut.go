package search

import "archbot/internal/catalog"

// partSize is how many resources are cut into words at a time, and ahead how
// many such parts may wait to be filed.
const partSize, ahead = 512, 8

// part is some resources' texts as words: each word once, and every text as the
// places of its words among them. So whoever files a part looks up a word once.
type part struct {
	words []string
	texts [][2][]uint32 // of each resource the title's and the description's
}

// cut makes a part of resources.
func cut(resources []catalog.Resource) part {
	p := part{texts: make([][2][]uint32, len(resources))}
	places := make(map[string]uint32, 4*len(resources))
	for i, r := range resources {
		for j, s := range [2]string{r.Title, r.Description} {
			ws := words(s)
			text := make([]uint32, len(ws))
			for k, w := range ws {
				place, known := places[w]
				if !known {
					place = uint32(len(p.words))
					places[w] = place
					p.words = append(p.words, w)
				}
				text[k] = place
			}
			p.texts[i][j] = text
		}
	}
	return p
}

// inParts cuts resources into words on all cores, and yields the parts in order.
func inParts(resources []catalog.Resource, yield func(part)) {
	parts := make(chan chan part, ahead)
	go func() {
		for i := 0; i < len(resources); i += partSize {
			done := make(chan part, 1)
			parts <- done
			go func() { done <- cut(resources[i:min(i+partSize, len(resources))]) }()
		}
		close(parts)
	}()
	for done := range parts {
		yield(<-done)
	}
}
