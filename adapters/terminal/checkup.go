package terminal

import "archbot/internal/checkup"

// Checkup shows what archbot doctor found: a paragraph for each part, with what to do.
func Checkup(v View, found []checkup.Finding) string {
	p := &page{view: v}
	for _, f := range found {
		p.line(v.paint(colourOf(f.Verdict), string(f.Verdict)) + "  " + v.paint(bold, Clean(f.Part)))
		p.text("  ", Clean(f.Text))
		if f.Mend != "" {
			p.text("  ", "→ "+Clean(f.Mend))
		}
	}
	return p.String()
}

func colourOf(v checkup.Verdict) style {
	switch v {
	case checkup.Wrong:
		return red
	case checkup.Doubt:
		return yellow
	case checkup.Off:
		return dim
	}
	return cyan
}
