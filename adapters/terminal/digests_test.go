package terminal

import (
	"context"
	"errors"
	"strings"
	"testing"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// An edition is printed whole, escape codes and all that a list may hold taken out, and
// what was printed is not looked for.
func TestDigests(t *testing.T) {
	var out strings.Builder
	d := Digests{
		Out: &out, View: func() View { return View{Width: 80} },
		Edition: func(_ context.Context, p digest.Post) bot.Reply {
			return bot.Reply{Kind: bot.Edition, Title: "Caching\x1b[2J · week 1", Text: p.Key, Resources: []bot.ResourceCard{{Title: "One", URL: "https://e.x/1"}}}
		},
	}
	id, err := d.Post(t.Context(), digest.Post{Key: "abcdefghij-202611300900"})
	if err != nil || id == "" {
		t.Error(id, err)
	}
	if got := out.String(); !strings.HasPrefix(got, "Caching") || strings.Contains(got, "\x1b") || !strings.Contains(got, "https://e.x/1") {
		t.Errorf("printed:\n%s", got)
	}
	_, found, err := d.Find(t.Context(), digest.Sought{Key: "abcdefghij-202611300900"})
	if f, ok := errors.AsType[*digest.Failure](err); found || !ok || f.Class != digest.Unsure {
		t.Errorf("found: %v, %v", found, err)
	}
	out.Reset()
	if _, err := d.Post(t.Context(), digest.Post{Key: "abcdefghij-202611300900-d", To: id}); err != nil || !strings.Contains(out.String(), "abcdefghij-202611300900-d") {
		t.Errorf("its details are printed as %q, %v", out.String(), err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	out.Reset()
	if _, err := d.Post(over, digest.Post{}); err == nil || out.Len() > 0 {
		t.Errorf("after its time %q was printed (%v)", out.String(), err)
	}
}
