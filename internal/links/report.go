package links

import "time"

// Link is one link of a list.
type Link struct {
	URL   string // an http or https address
	Title string
	List  string // the file or URL of the list
	Line  int    // 1-based, in that list
}

// Verdict says in a word what came of a link.
type Verdict string

// The verdicts. A link has one: the first of these that fits.
const (
	NotVisited  Verdict = "not-visited" // the check was stopped before
	Dead        Verdict = "dead"        // gone: 404, 410, or a name that does not exist
	Certificate Verdict = "certificate" // its server's certificate is not to be trusted
	Unknown     Verdict = "unknown"     // no telling: refused, out of order, out of reach
	Moved       Verdict = "moved"       // it answers, at another address from now on
	Slow        Verdict = "slow"        // it answers, but late
	Fine        Verdict = "fine"
)

// Finding is what came of one link.
type Finding struct {
	Link
	Verdict Verdict
	Why     string        // in words, which may hold anything that a server said; empty when there is nothing to add
	Status  int           // of the last answer; 0 when there was none
	At      string        // the address that was asked last, where redirects led elsewhere; else empty
	MovedTo string        // where permanent redirects lead to from the link itself; else empty
	Took    time.Duration // what the last answer took over all its redirects, our own pauses not counted
}

// Report is what came of all links.
type Report struct {
	Findings []Finding // one a link, in the order of the links
}

// Of returns the findings with that verdict, in the order of the links.
func (r Report) Of(v Verdict) []Finding {
	var some []Finding
	for _, f := range r.Findings {
		if f.Verdict == v {
			some = append(some, f)
		}
	}
	return some
}

// Progress is how far a check has come.
type Progress struct {
	Done, Total int      // links
	Dead        int      // among those that are done
	Hosts       []string // being asked just now, the longest first
}
