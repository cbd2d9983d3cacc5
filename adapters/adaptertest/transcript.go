package adaptertest

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"archbot/internal/bot"
)

// transcripts are conversations over the embedded list, one a file.
//
//go:embed testdata/transcripts/*.txt
var transcripts embed.FS

// Transcript is a conversation, or several at once in one channel. Its file has a line
// for each message, with the answer below it, indented:
//
//	# What it shows.
//	ann> any videos?
//	  Of Load balancing the list has one video:
//	  1. …
//
// Before the name may stand where it is said: "thread ann>" for a thread called so,
// "#channel ann>" for a mention in a channel that is answered there. Without, it is a
// direct message. "\n" stands for a line break.
type Transcript struct {
	Name  string // the file's, without its ending
	About string // what it shows
	Turns []Turn
}

// Turn is one message and what it was answered with.
type Turn struct {
	User    bot.UserID
	Channel bot.ChannelID // empty in a direct message
	Thread  bot.MessageID // empty outside of threads
	Says    string
	Answer  []string // lines, as Lines writes a reply
}

// Transcripts returns all of them, in the order of their names.
func Transcripts() ([]Transcript, error) {
	files, err := fs.Glob(transcripts, "testdata/transcripts/*.txt")
	if err != nil {
		return nil, err
	}
	var all []Transcript
	for _, file := range files {
		text, err := fs.ReadFile(transcripts, file)
		if err != nil {
			return nil, err
		}
		t, err := parseTranscript(strings.TrimSuffix(path.Base(file), ".txt"), string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, t)
	}
	return all, nil
}

func parseTranscript(name, text string) (Transcript, error) {
	t := Transcript{Name: name}
	for n, line := range strings.Split(text, "\n") {
		about, isAbout := strings.CutPrefix(line, "# ")
		where, says, isTurn := strings.Cut(line, "> ")
		switch {
		case strings.TrimSpace(line) == "":
		case isAbout && len(t.Turns) == 0:
			t.About = strings.TrimSpace(t.About + " " + about)
		case strings.HasPrefix(line, "  ") && len(t.Turns) > 0:
			last := &t.Turns[len(t.Turns)-1]
			last.Answer = append(last.Answer, strings.TrimPrefix(line, "  "))
		case isTurn:
			t.Turns = append(t.Turns, newTurn(where, says))
		default:
			return t, fmt.Errorf("line %d is neither a message nor an answer", n+1)
		}
	}
	return t, nil
}

func newTurn(where, says string) Turn {
	turn := Turn{Says: strings.ReplaceAll(says, `\n`, "\n")}
	place, user, elsewhere := strings.Cut(where, " ")
	switch {
	case !elsewhere:
		turn.User = bot.UserID(where)
		return turn
	case strings.HasPrefix(place, "#"):
		turn.Channel = bot.ChannelID(place)
	default:
		turn.Channel, turn.Thread = "#general", bot.MessageID(place)
	}
	turn.User = bot.UserID(user)
	return turn
}

// String writes a transcript as its file has it.
func (t Transcript) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", t.About)
	for _, turn := range t.Turns {
		where := string(turn.User)
		switch {
		case turn.Thread != "":
			where = string(turn.Thread) + " " + where
		case turn.Channel != "":
			where = string(turn.Channel) + " " + where
		}
		fmt.Fprintf(&b, "\n%s> %s\n", where, strings.ReplaceAll(turn.Says, "\n", `\n`))
		for _, line := range turn.Answer {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}

// Request is the turn as a request of some platform; a workspace keeps its people
// apart from others'.
func (t Turn) Request(p bot.Platform) bot.Request {
	r := bot.Request{
		Platform: p, Workspace: "team", Home: "team", User: t.User, Channel: t.Channel, Thread: t.Thread,
		Surface: bot.SurfaceDirect, Text: t.Says, Zone: "Europe/Berlin",
	}
	switch {
	case t.Thread != "":
		r.Surface = bot.SurfaceThread
	case t.Channel != "":
		r.Surface = bot.SurfaceMention
	default:
		r.Channel = "direct/" + bot.ChannelID(t.User)
	}
	return r
}

// Lines writes a reply as a transcript has it: what everybody would be shown, whatever
// the platform.
func Lines(r bot.Reply) []string {
	lines := []string{r.Text}
	if len(r.Resources) == 0 {
		for _, t := range r.Topics {
			lines = append(lines, "* "+strings.Join(t.Path, bot.PathSeparator))
			for _, c := range t.Children {
				lines = append(lines, "  * "+c.Title)
			}
		}
	}
	for i, res := range r.Resources {
		lines = append(lines, fmt.Sprintf("%d. %s%s %s", i+1, res.Title, facts(res), res.Remark))
	}
	for _, n := range r.Notes {
		line := n.Text
		for _, c := range n.Commands {
			line += " `" + c + "`"
		}
		lines = append(lines, line)
	}
	return lines
}

// facts are what is known of a resource, in brackets.
func facts(r bot.ResourceCard) string {
	var parts []string
	for _, p := range []string{string(r.Kind), string(r.Level)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if r.Year != 0 {
		parts = append(parts, fmt.Sprint(r.Year))
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
