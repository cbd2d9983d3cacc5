package adaptertest

import (
	"strings"
	"sync"
	"testing"
)

// overhearing is a Driver that remembers what people say, to look for it where it has no
// business to be: what they ask is private, and a log line that is always written has
// nothing of it.
type overhearing struct {
	Driver
	mu   sync.Mutex
	said []string
}

// hear remembers a text; one of a word is as likely somebody else's.
func (o *overhearing) hear(text string) {
	if text = strings.TrimSpace(text); strings.Contains(text, " ") {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.said = append(o.said, text)
	}
}

// Command is Driver's.
func (o *overhearing) Command(t testing.TB, line string) Seen {
	t.Helper()
	_, argument, _ := strings.Cut(line, " ")
	o.hear(argument)
	return o.Driver.Command(t, line)
}

// Direct is Driver's.
func (o *overhearing) Direct(t testing.TB, text string) Seen {
	t.Helper()
	o.hear(text)
	return o.Driver.Direct(t, text)
}

// Mention is Driver's.
func (o *overhearing) Mention(t testing.TB, text string) Seen {
	t.Helper()
	o.hear(text)
	return o.Driver.Mention(t, text)
}

// Menu is Driver's.
func (o *overhearing) Menu(t testing.TB, message string) Seen {
	t.Helper()
	o.hear(message)
	return o.Driver.Menu(t, message)
}

// Fill is Driver's.
func (o *overhearing) Fill(t testing.TB, s Seen, values map[string]string) Seen {
	t.Helper()
	for _, v := range values {
		o.hear(v)
	}
	return o.Driver.Fill(t, s, values)
}

// discreet fails when a line of a log, but those for finding faults, has what was said.
func (o *overhearing) discreet(t testing.TB, log string) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for line := range strings.SplitSeq(log, "\n") {
		if strings.Contains(line, "level=DEBUG") {
			continue
		}
		for _, text := range o.said {
			if strings.Contains(line, text) {
				t.Errorf("the log repeats %q:\n%s", text, line)
			}
		}
	}
}
