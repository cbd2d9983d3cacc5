package slack

import (
	"strings"

	"archbot/internal/bot"
)

// plainText turns a message as Slack delivers it into what the person wrote: links
// and names become their labels, and entities their signs. A mention of the bot itself
// is left out, as it only says who is asked; so are here, channel and everyone, and a
// mention without a label: the id behind it is nothing that anybody typed. An angle
// bracket that belongs to no markup stays.
func plainText(s string, self bot.UserID) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "<")
		b.WriteString(before)
		if !ok {
			break
		}
		inside, after, closed := strings.Cut(rest, ">")
		if !closed || strings.Contains(inside, "<") {
			b.WriteString("<")
			s = rest
			continue
		}
		b.WriteString(markup(inside, self))
		s = after
	}
	return strings.TrimSpace(entities.Replace(b.String()))
}

// entities are the three that Slack writes; it writes no others:
// https://docs.slack.dev/messaging/formatting-message-text#escaping
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// markup is what stands between angle brackets, in words.
func markup(inside string, self bot.UserID) string {
	target, label, _ := strings.Cut(inside, "|")
	switch {
	case target == "":
		return "<" + inside + ">"
	case target[0] == '@' && self != "" && target[1:] == string(self):
		return ""
	case target[0] == '@', strings.HasPrefix(target, "!subteam^"):
		return named("@", label)
	case target[0] == '#':
		return named("#", label)
	case strings.HasPrefix(target, "!date^"):
		return label // what is shown where the date cannot be
	case target[0] == '!':
		return "" // here, channel, everyone: whom to tell, not what to look for
	case !strings.Contains(target, ":"):
		return "<" + inside + ">"
	case label != "":
		return label
	}
	return strings.TrimPrefix(target, "mailto:")
}

// named is a name with the sign before it that it is typed with.
func named(sign, name string) string {
	if name == "" || strings.HasPrefix(name, sign) {
		return name
	}
	return sign + name
}
