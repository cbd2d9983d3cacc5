// Package terminal shows the bot in a terminal: single answers for people or as
// JSON, and a conversation.
//
// What is printed may come from a list or a person, so control characters are
// taken out of all of it (clean.go) before anything is measured or painted.
package terminal

import (
	"context"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"archbot/internal/bot"
)

// Platform is what requests from here say they come through.
const Platform bot.Platform = "terminal"

// Bot is what answers; *bot.Bot does.
type Bot interface {
	// Handle answers one request; it is called for one at a time.
	Handle(ctx context.Context, r bot.Request) bot.Reply
	// Complete is called when Tab is pressed and must answer at once.
	Complete(ctx context.Context, r bot.Request) []bot.Completion
}

// View is how to show things.
type View struct {
	Width  int    // in cells
	Color  bool   // bold and colours
	Links  bool   // clickable links (OSC 8)
	Prefix string // stands before the commands that an answer names

	Explain bool // say how each word of a query was found
	Numbers bool // show what can be done with an answer, to be chosen by number
}

// ColorMode says when to use colours.
type ColorMode string

// The modes; Auto is for a terminal that does not object.
const (
	Auto   ColorMode = "auto"
	Always ColorMode = "always"
	Never  ColorMode = "never"
)

const (
	defaultWidth = 80
	minWidth     = 20
	maxWidth     = 120 // longer lines are hard to read
)

// Detect returns the view for what is printed to out: plain and 80 cells wide
// unless it is a terminal.
func Detect(out io.Writer, getenv func(string) string, mode ColorMode) View {
	v := View{Width: defaultWidth}
	tty, ok := terminalFile(out)
	if ok {
		if width, _, err := term.GetSize(int(tty.Fd())); err == nil && width > 0 {
			v.Width = max(minWidth, min(width, maxWidth))
		}
	}
	dumb := isDumb(getenv)
	switch mode {
	case Always:
		v.Color = true
	case Auto:
		v.Color = ok && !dumb && getenv("NO_COLOR") == ""
	}
	v.Links = ok && !dumb && mode != Never && showsLinks(getenv)
	return v
}

func isDumb(getenv func(string) string) bool { return getenv("TERM") == "dumb" }

// terminalFile returns the terminal behind a reader or writer, if it is one.
func terminalFile(stream any) (*os.File, bool) {
	f, ok := stream.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// vteLinks is the first version of VTE, times 100, that does not choke on OSC 8.
const vteLinks = 5000

// showsLinks reports whether the terminal is one that is known to make OSC 8
// links clickable; others may print rubbish.
func showsLinks(getenv func(string) string) bool {
	switch getenv("TERM_PROGRAM") {
	case "iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby":
		return true
	}
	kind := getenv("TERM")
	for _, known := range []string{"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm"} {
		if strings.HasPrefix(kind, known) {
			return true
		}
	}
	if strings.HasPrefix(kind, "screen") || strings.HasPrefix(kind, "tmux") {
		return false // what the outer terminal can do does not get through
	}
	vte, err := strconv.Atoi(getenv("VTE_VERSION"))
	return err == nil && vte >= vteLinks || getenv("WT_SESSION") != "" || getenv("KONSOLE_VERSION") != ""
}
