// Package checkup holds what a look at the running parts finds: tokens, permissions,
// the state, the list. Adapters fill it in for their platform, app for the rest, and
// the terminal shows it; it knows none of them.
package checkup

// Verdict says how a part does.
type Verdict string

// The verdicts.
const (
	Fine  Verdict = "fine"
	Doubt Verdict = "doubt" // it works, but somebody should look
	Wrong Verdict = "wrong" // it does not work
	Off   Verdict = "off"   // it is not set up, and need not be
)

// Finding is what was found of one part.
type Finding struct {
	Part    string // such as "Slack token"
	Verdict Verdict
	Text    string // what is so, in a sentence; no secret
	Mend    string // what to do about it; empty where nothing is to be done
}

// Worst returns the worst verdict among findings: Wrong before Doubt before the rest.
func Worst(all []Finding) Verdict {
	worst := Fine
	for _, f := range all {
		switch f.Verdict {
		case Wrong:
			return Wrong
		case Doubt:
			worst = Doubt
		case Fine, Off:
		}
	}
	return worst
}
