package bot

import (
	"fmt"
	"strings"
)

// PathSeparator stands between the titles of a path.
const PathSeparator = " › "

// Plain gives the reply as plain text, for where nothing better is shown: a
// notification, a screen reader, a platform that refuses the rendered form.
func (r Reply) Plain() string {
	var b strings.Builder
	b.WriteString(r.Text)
	for _, t := range r.Topics {
		t.plain(&b)
	}
	for _, res := range r.Resources {
		fmt.Fprintf(&b, "\n- %s: %s", res.Title, res.URL)
	}
	for _, c := range r.Commands {
		fmt.Fprintf(&b, "\n- %s: %s", c.Synopsis, c.Summary)
	}
	for _, n := range r.Notes {
		b.WriteString("\n" + n.Text)
		for _, c := range n.Commands {
			b.WriteString("\n  " + c)
		}
	}
	return b.String()
}

func (t TopicCard) plain(b *strings.Builder) {
	b.WriteString("\n- " + strings.Join(t.Path, PathSeparator))
	for _, c := range t.Children {
		b.WriteString("\n  - " + c.Title)
	}
}
