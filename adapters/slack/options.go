package slack

import (
	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// suggestions is the answer to a block_suggestion. Unlike the library's type it has an
// empty list where there is nothing to suggest: without the field, Slack says that the
// menu could not be loaded.
type suggestions struct {
	Options []*slack.OptionBlockObject `json:"options"`
}

// renderCompletions offers what may be meant by what somebody has typed into a menu.
// An option's value is what the core is to be given back; what is too long to be one
// is not offered, as it could not be chosen.
func renderCompletions(completions []bot.Completion) suggestions {
	s := suggestions{Options: []*slack.OptionBlockObject{}}
	seen := make(map[string]bool)
	for _, c := range completions {
		if len(s.Options) == maxOptions || c.Value == "" || length(c.Value) > maxOptionValue || seen[c.Value] {
			continue
		}
		seen[c.Value] = true
		option := slack.NewOptionBlockObject(c.Value, plain(c.Label, "Untitled", maxOptionText), nil)
		if hint := clean(c.Hint); visible(hint) {
			option.Description = plain(hint, ellipsis, maxOptionDescription)
		}
		s.Options = append(s.Options, option)
	}
	return s
}
