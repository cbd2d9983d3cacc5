package slackfake

import (
	"regexp"
	"slices"
)

// mentions are what text would notify.
type mentions struct {
	real    []string // Slack acts on these
	perhaps []string // and may on these, where it preprocesses text
}

var (
	realMention = regexp.MustCompile(`<(!(?:channel|here|everyone)|@[A-Z0-9]+|#[A-Z0-9]+|!subteam\^[A-Z0-9]+)(?:\|[^>]*)?>`)
	bareMention = regexp.MustCompile(`(?:^|[^\w<!/])(@(?:channel|here|everyone)|@[a-z0-9][a-z0-9._-]*)\b`)
)

// find notes the mentions in marked-up text; with preprocessing, words that look like
// mentions as well. What was escaped with &lt; is none.
func (m *mentions) find(text string, preprocessed bool) {
	for _, match := range realMention.FindAllStringSubmatch(text, -1) {
		m.real = append(m.real, "<"+match[1]+">")
	}
	if !preprocessed {
		return
	}
	for _, match := range bareMention.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(m.perhaps, match[1]) {
			m.perhaps = append(m.perhaps, match[1])
		}
	}
}
