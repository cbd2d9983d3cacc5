package terminal

import (
	"fmt"
	"strings"

	"archbot/internal/links"
)

// verdicts are the groups of a report, in the order in which they are shown.
var verdicts = []struct {
	verdict links.Verdict
	heading string
	style   style
	counted string // in the summary
}{
	{links.Dead, "Dead", red, "dead"},
	{links.Moved, "Moved for good", yellow, "moved"},
	{links.Certificate, "Trouble with the certificate", yellow, "with certificate trouble"},
	{links.Slow, "Slow", yellow, "slow"},
	{links.Unknown, "Unknown", bold, "unknown"},
}

// Links shows what came of the links of a list: those to look at by verdict,
// each with its place in the list, and a summary.
func Links(v View, r links.Report) string {
	p := &page{view: v}
	for _, g := range verdicts {
		found := r.Of(g.verdict)
		if len(found) == 0 {
			continue
		}
		p.gap()
		p.text("", fmt.Sprintf("%s: %d", g.heading, len(found)), g.style)
		for _, f := range found {
			p.finding(f)
		}
	}
	p.gap()
	p.text("", linkSummary(r))
	if n := len(r.Of(links.NotVisited)); n > 0 {
		p.text("", fmt.Sprintf("The check was stopped, with %s not visited.", counted(n, "link")), yellow)
	}
	return p.String()
}

// finding shows what came of one link.
func (p *page) finding(f links.Finding) {
	at := fmt.Sprintf("%s:%d:", Clean(f.List), f.Line)
	for i, l := range wrap(at+" "+Clean(f.Title), p.view.Width-2) {
		if rest, ok := strings.CutPrefix(l, at); ok && i == 0 {
			l = p.view.paint(bold, at) + rest
		}
		p.line("  " + l)
	}
	p.address(f.URL)
	if f.MovedTo != "" && f.Verdict == links.Moved {
		p.line("    → " + p.view.link(f.MovedTo, Clean(f.MovedTo)))
	}
	p.text("    ", Clean(f.Why), dim)
}

// linkSummary counts the links by verdict.
func linkSummary(r links.Report) string {
	if len(r.Findings) == 0 {
		return "It has no links to visit."
	}
	var parts []string
	for _, g := range verdicts {
		if n := len(r.Of(g.verdict)); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, g.counted))
		}
	}
	parts = append(parts, fmt.Sprintf("%d fine", len(r.Of(links.Fine))))
	return counted(len(r.Findings), "link") + ": " + strings.Join(parts, ", ") + "."
}

// LinkReport is what `list check --links --json` adds; fields may be added, none
// is renamed or left out.
type LinkReport struct {
	Links       int           `json:"links"`
	Fine        int           `json:"fine"`
	Dead        int           `json:"dead"`
	Moved       int           `json:"moved"`
	Certificate int           `json:"certificate"`
	Slow        int           `json:"slow"`
	Unknown     int           `json:"unknown"`
	NotVisited  int           `json:"not_visited"`
	Findings    []LinkFinding `json:"findings"` // all but those that are fine
}

// LinkFinding is what came of one link.
type LinkFinding struct {
	Verdict links.Verdict `json:"verdict"`
	List    string        `json:"list"`
	Line    int           `json:"line"`
	Title   string        `json:"title"`
	URL     string        `json:"url"`
	Why     string        `json:"why"`
	Status  int           `json:"status"`   // 0 without an answer
	At      string        `json:"at"`       // where redirects led, if anywhere
	MovedTo string        `json:"moved_to"` // where permanent ones did
	Took    int64         `json:"took_ms"`
}

// NewLinkReport turns a report into what --json prints of it.
func NewLinkReport(r links.Report) *LinkReport {
	count := func(v links.Verdict) int { return len(r.Of(v)) }
	out := &LinkReport{
		Links: len(r.Findings), Fine: count(links.Fine), Dead: count(links.Dead), Moved: count(links.Moved),
		Certificate: count(links.Certificate), Slow: count(links.Slow), Unknown: count(links.Unknown),
		NotVisited: count(links.NotVisited), Findings: []LinkFinding{},
	}
	for _, f := range r.Findings {
		if f.Verdict == links.Fine {
			continue
		}
		out.Findings = append(out.Findings, LinkFinding{
			Verdict: f.Verdict, List: f.List, Line: f.Line, Title: f.Title, URL: f.URL,
			Why: f.Why, Status: f.Status, At: f.At, MovedTo: f.MovedTo, Took: f.Took.Milliseconds(),
		})
	}
	return out
}
