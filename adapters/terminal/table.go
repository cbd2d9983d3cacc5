package terminal

import (
	"fmt"

	"archbot/internal/bot"
)

const columnGap = "  "

// table shows topics under one another with how much is below each.
func (p *page) table(heading string, topics []bot.TopicCard) {
	names := make([]string, len(topics))
	counts := make([][2]string, len(topics))
	widths := [2]int{cells("topics"), cells("resources")}
	widest := cells(heading)
	for i, t := range topics {
		names[i] = Clean(t.Title)
		counts[i] = [2]string{fmt.Sprint(t.Below), fmt.Sprint(t.Resources)}
		widest = max(widest, cells(names[i]))
		for c := range widths {
			widths[c] = max(widths[c], cells(counts[i][c]))
		}
	}
	room := p.view.Width - 2 - 2*len(columnGap) - widths[0] - widths[1]
	widest = max(1, min(widest, room))
	row := func(name, below, resources string) string {
		return pad(name, widest, false) + columnGap + pad(below, widths[0], true) + columnGap + pad(resources, widths[1], true)
	}
	p.line("  " + p.view.paint(dim, row(heading, "topics", "resources")))
	for i, name := range names {
		for j, l := range wrap(name, widest) {
			if j == 0 {
				p.line("  " + row(l, counts[i][0], counts[i][1]))
			} else {
				p.line("  " + l)
			}
		}
	}
}
