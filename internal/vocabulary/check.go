package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Check says which meanings are not what they look like: a title that no topic
// of the list has, or a name that several have. Resolve returns the ids of the
// topics that a name means. It is for the list that the vocabulary was written
// for; beside another, titles that are not there are plain words.
func (v *Vocabulary) Check(resolve func(name string) []string) []Problem {
	ps := problems{file: v.name}
	for _, e := range v.entries {
		named := map[string]string{}
		for _, m := range e.Meanings {
			ids := resolve(m)
			switch {
			case len(ids) > 1:
				ps.add(e.Line, "write the one meant with the titles above it, as in "+above, "%q names %d topics: %s", m, len(ids), strings.Join(ids, ", "))
			case len(ids) == 0 && titled(m):
				ps.add(e.Line, "write the title as the list has it, or begin plain words with a small letter", "%q looks like a title and names no topic", m)
			case len(ids) == 1 && named[ids[0]] != "":
				ps.add(e.Line, "name it once", "%q and %q are the same topic", named[ids[0]], m)
			case len(ids) == 1:
				named[ids[0]] = m
			}
		}
	}
	return ps.all()
}

// above shows how a meaning tells topics with the same title apart.
const above = "Parent > Title"

// titled tells whether a meaning looks like a topic's title, path or id rather
// than like words: titles begin with a capital, and the others have their signs.
func titled(m string) bool {
	first, _ := utf8.DecodeRuneInString(m)
	return unicode.IsUpper(first) || strings.Contains(m, " > ") ||
		strings.Contains(m, "/") && !strings.Contains(m, " ")
}
