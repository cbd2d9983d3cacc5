package terminal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

// replies are one of each kind that the core makes with a state, as it makes them.
func replies() map[string]bot.Reply {
	save := bot.Button{Kind: bot.ButtonSave, Label: "Save", Token: "s"}
	paper := bot.ResourceCard{Title: "Bulkhead", URL: "https://example.com/b", Kind: "paper", Level: "intro", Path: []string{"Stability"}, Buttons: []bot.Button{save}}
	gone := bot.ResourceCard{
		Title: "Gone", URL: "https://example.com/g", Remark: "The list no longer has this. Saved on 5 March 2026.",
		Buttons: []bot.Button{{Kind: bot.ButtonUnsave, Label: "Remove", Token: "u"}},
	}
	topic := bot.TopicCard{Title: "Stability", Path: []string{"Cloud", "Stability"}, Below: 1, Resources: 1, Children: []bot.TopicCard{{Title: "Retries", Path: []string{"Cloud", "Stability", "Retries"}}}}
	menu := bot.Menu{Label: "Go further into"}
	for _, name := range []string{"Retries", "Time-outs and deadlines", "Bulkheads", "Circuit breaking"} {
		menu.Choices = append(menu.Choices, bot.Button{Kind: bot.ButtonTopic, Label: name, Token: "t", Command: "topic " + name})
	}
	next := bot.Button{Kind: bot.ButtonNext, Label: "More", Token: "n", Command: "search x page:2"}
	return map[string]bot.Reply{
		"guide":   {Kind: bot.Guide, Text: "Stability: 1 resource, from easy to hard.", Topics: []bot.TopicCard{topic}, Resources: []bot.ResourceCard{paper}, Menus: []bot.Menu{menu}},
		"page":    {Kind: bot.Found, Text: "“x”, page 1.", Resources: []bot.ResourceCard{paper, paper}, Page: 1, More: true, Buttons: []bot.Button{next, {Kind: bot.ButtonOnly, Label: "Only papers", Token: "o"}}},
		"reading": {Kind: bot.Reading, Text: "Your reading list: 1 resource.", Resources: []bot.ResourceCard{gone}},
		"shared":  {Kind: bot.Found, Text: "“x”: no topics, 1 resource.", For: bot.ToAll, SharedBy: "ann", Resources: []bot.ResourceCard{paper}},
		"confirm": {Kind: bot.Confirm, Text: "This erases it.", Buttons: []bot.Button{{Kind: bot.ButtonConfirm, Label: "Erase it", Token: "c", Command: "forget confirm:yes"}}},
		"about":   {Kind: bot.About, Text: "I am archbot.", Facts: []bot.Fact{{Name: "Version", Value: "v1"}, {Name: "From", Value: "list.md"}}},
		"edition": {
			Kind: bot.Edition, Title: "Stability · week 49", Text: "1 resource is new in the list.", Resources: []bot.ResourceCard{paper},
			Buttons: []bot.Button{{Kind: bot.ButtonTopic, Label: "More of this", Token: "m"}, {Kind: bot.ButtonPause, Label: "Pause", Token: "p"}},
		},
		"digest": {
			Kind: bot.Digest, Text: "2 digests here.", Notes: []bot.Note{{Kind: bot.NoteNext, Text: "More about one:", Commands: []string{"digest show 1"}}},
			Facts: []bot.Fact{
				{Name: "1. Stability", Value: "every Monday at 09:00 (Europe/Berlin), 5 resources; next on Mon 30 Nov 2026"},
				{Name: "2. Caching", Value: "every day at 08:30 (Europe/Berlin), 5 resources; paused: somebody wanted it so"},
			},
		},
		"limited": {Kind: bot.Limited, Text: "You ask faster than I may answer. Please try again in 4 seconds.", RetryAfter: 4 * time.Second},
	}
}

func TestRenderChoices(t *testing.T) {
	for name, r := range replies() {
		for _, v := range []View{{Width: 40, Numbers: true}, {Width: 80, Numbers: true}, {Width: 80, Prefix: "archbot "}} {
			form := "numbers"
			if !v.Numbers {
				form = "commands"
			}
			golden(t, fmt.Sprintf("%s_%s_%d.txt", name, form, v.Width), Render(v, r))
		}
	}
	if got := Render(View{Width: 80}, bot.Reply{Kind: bot.Silent, Text: "x"}); got != "" {
		t.Errorf("what was answered before shows %q", got)
	}
}

// The numbers on the page are those of Choices.
func TestNumbersAreChoices(t *testing.T) {
	for name, r := range replies() {
		var want []string
		for i, b := range Choices(r) {
			want = append(want, fmt.Sprintf("[%d] %s", i+1, b.Label))
		}
		var got []string
		rest := Render(View{Width: 400, Numbers: true}, r)
		for _, w := range want {
			if _, after, ok := strings.Cut(rest, w); ok {
				got, rest = append(got, w), after
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
