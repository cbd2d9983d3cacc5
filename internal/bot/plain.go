package bot

import (
	"fmt"
	"strings"
)

// PathSeparator stands between the titles of a path.
const PathSeparator = " › "

// Plain gives the reply as plain text, for where nothing better is shown: a
// notification, a screen reader, a platform that refuses the rendered form. What
// buttons do is named as commands to type.
func (r Reply) Plain() string {
	var b strings.Builder
	if r.SharedBy != "" {
		b.WriteString("Shared by " + string(r.SharedBy) + ". ")
	}
	if r.Title != "" {
		b.WriteString(r.Title + "\n")
	}
	b.WriteString(r.Text)
	for _, t := range r.Topics {
		t.plain(&b)
	}
	for _, f := range r.Facts {
		fmt.Fprintf(&b, "\n- %s: %s", f.Name, f.Value)
	}
	for _, res := range r.Resources {
		fmt.Fprintf(&b, "\n- %s: %s", res.Title, res.URL)
		if res.Remark != "" {
			b.WriteString(" (" + res.Remark + ")")
		}
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
	for _, button := range r.Buttons {
		if button.Command != "" {
			fmt.Fprintf(&b, "\n%s: %s", button.Label, button.Command)
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
