package eval

import (
	"fmt"
	"slices"
	"strings"
)

// actions are what a message may do, in the order of the table.
var actions = []string{"new", "more", "filter", "refine", "switch", "back", "none"}

// reportSteps writes the measures of dialogues as a table: by action, the turns
// after the first, by half, and all.
func reportSteps(outcomes []stepOutcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s%5s%8s%8s%8s%8s\n", "action", "n", "topic", "kind", "page", "joint")
	line := func(name string, is func(stepOutcome) bool) {
		var n, topic, kind, page, joint float64
		for _, o := range outcomes {
			if is(o) {
				n, topic, kind, page, joint = n+1, topic+count(o.topicOK), kind+count(o.kindOK), page+count(o.pageOK), joint+count(o.joint())
			}
		}
		if n > 0 {
			fmt.Fprintf(&b, "%-10s%5.0f%8.3f%8.3f%8.3f%8.3f\n", name, n, topic/n, kind/n, page/n, joint/n)
		}
	}
	for _, a := range actions {
		line(a, func(o stepOutcome) bool { return o.action == a })
	}
	line("later", func(o stepOutcome) bool { return o.number > 1 })
	for _, h := range halves {
		line(h, func(o stepOutcome) bool { return halfOf(o.turn.Dialogue) == h })
	}
	line("ALL", func(stepOutcome) bool { return true })
	b.WriteString(success(outcomes))
	return b.String()
}

// success says how many dialogues went well from beginning to end, and how many
// levels were understood.
func success(outcomes []stepOutcome) string {
	var dialogues []string
	failed := make(map[string]bool)
	asked, understood := 0, 0
	for _, o := range outcomes {
		if !slices.Contains(dialogues, o.turn.Dialogue) {
			dialogues = append(dialogues, o.turn.Dialogue)
		}
		if !o.joint() {
			failed[o.turn.Dialogue] = true
		}
		if len(o.want) > 0 && o.level != Any {
			asked++
			understood += int(count(o.levelOK))
		}
	}
	well := len(dialogues) - len(failed)
	part := float64(well) / float64(len(dialogues))
	low, high := wilson(part, len(dialogues))
	text := fmt.Sprintf("dialogue success (every turn's topic, kind and page right): %d/%d = %.3f [95%% %.3f-%.3f]\n",
		well, len(dialogues), part, low, high)
	if asked > 0 {
		text += fmt.Sprintf("level right (optional, outside the success rate): %d/%d\n", understood, asked)
	}
	return text
}

// verdicts writes a line for each turn: what is wrong with its answer.
func verdicts(outcomes []stepOutcome) string {
	var b strings.Builder
	for _, o := range outcomes {
		fmt.Fprintf(&b, "%s\t%s.%d\t%s\t%q\n", o.verdict(), o.turn.Dialogue, o.number, o.action, o.turn.Message)
	}
	return b.String()
}

func (o stepOutcome) verdict() string {
	var wrong []string
	if !o.topicOK {
		first := "nothing"
		if len(o.got.Topics) > 0 {
			first = o.got.Topics[0].ID
		}
		wrong = append(wrong, "topic "+first)
	}
	if !o.kindOK {
		wrong = append(wrong, "kind "+o.got.Kind)
	}
	if !o.pageOK {
		wrong = append(wrong, fmt.Sprintf("page %d", o.got.Page))
	}
	if !o.levelOK {
		wrong = append(wrong, "level "+o.got.Level)
	}
	if wrong == nil {
		return "right"
	}
	return "wrong: " + strings.Join(wrong, ", ")
}
