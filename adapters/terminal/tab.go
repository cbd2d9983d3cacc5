package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"archbot/internal/bot"
)

// tab completes what stands before the cursor: wholly when only one thing can
// be meant, as far as all agree otherwise, and when that is no further, it shows
// what there is.
func (s *session) tab(line string, pos int) (string, int) {
	typed, rest := line[:pos], line[pos:]
	offers := s.chat.Bot.Complete(s.ctx, bot.Request{Platform: Platform, Surface: bot.SurfaceDirect, Text: typed})
	if len(offers) == 0 {
		return line, pos
	}
	agreed := kept(offers[0].Text)
	for _, o := range offers[1:] {
		agreed = common(agreed, kept(o.Text))
	}
	if len(offers) == 1 || len(agreed) > len(typed) && common(typed, agreed) == typed {
		return agreed + rest, len(agreed)
	}
	fmt.Fprint(s.screen, offered(s.chat.View(), offers))
	return line, pos
}

// kept is Clean, but keeps the space that ends a command's name.
func kept(text string) string {
	if strings.HasSuffix(text, " ") {
		return Clean(text) + " "
	}
	return Clean(text)
}

// common returns the beginning of a that b has too, whatever the case.
func common(a, b string) string {
	for i, r := range a {
		other, size := utf8.DecodeRuneInString(b)
		if size == 0 || unicode.ToLower(r) != unicode.ToLower(other) {
			return a[:i]
		}
		b = b[size:]
	}
	return a
}

// offered lists completions with what they are.
func offered(v View, offers []bot.Completion) string {
	widest := 0
	for _, o := range offers {
		widest = max(widest, cells(Clean(o.Label)))
	}
	widest = min(widest, v.Width/2)
	var b strings.Builder
	for _, o := range offers {
		label := pad(shorten(Clean(o.Label), widest), widest, false)
		hint := shorten(Clean(o.Hint), v.Width-widest-4)
		b.WriteString(strings.TrimRight("  "+label+"  "+v.paint(dim, hint), " ") + "\n")
	}
	return b.String()
}
