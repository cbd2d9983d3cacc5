package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"archbot/internal/links"
)

// Progress is one line of a terminal that is drawn anew whenever there is more
// to tell. Elsewhere it shows nothing.
type Progress struct {
	out   *os.File // nil for nowhere
	shown string
}

// NewProgress returns a Progress on out, which shows something only if that is a
// terminal that can go back to the beginning of a line.
func NewProgress(out io.Writer, getenv func(string) string) *Progress {
	p := &Progress{}
	if tty, ok := terminalFile(out); ok && !isDumb(getenv) {
		p.out = tty
	}
	return p
}

const eraseLine = "\r\x1b[K"

// Show draws how far a check of links has come.
func (p *Progress) Show(now links.Progress) {
	if p.out == nil {
		return
	}
	width, _, err := term.GetSize(int(p.out.Fd()))
	if err != nil || width <= 0 {
		width = defaultWidth
	}
	line := progressLine(now, width-1) // the last cell would make some terminals begin a new line
	if line == p.shown {
		return
	}
	p.shown = line
	fmt.Fprint(p.out, eraseLine+line)
}

// Clear takes the line away, so that something else can be printed there.
func (p *Progress) Clear() {
	if p.shown != "" {
		fmt.Fprint(p.out, eraseLine)
	}
	p.shown = ""
}

// progressLine says in at most width cells what is done and who is being asked.
func progressLine(now links.Progress, width int) string {
	line := fmt.Sprintf("%d of %s, %d dead", now.Done, counted(now.Total, "link"), now.Dead)
	if len(now.Hosts) > 0 {
		line += ": " + strings.Join(cleaned(now.Hosts), ", ")
	}
	return shorten(line, width)
}
