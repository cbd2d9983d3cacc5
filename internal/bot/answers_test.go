package bot_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archbot/internal/bot"
)

// What is remembered of an answer is the same for everybody; the tokens are not.
func TestRememberedAnswers(t *testing.T) {
	w := newWorld(t, list)
	first := w.Handle(t.Context(), ann("search circuit breaking"))
	again := w.Handle(t.Context(), ann("search circuit breaking"))
	bob := ann("search circuit breaking")
	bob.User = "bob"
	other := w.Handle(t.Context(), bob)
	if first.Same == "" || again.Same != first.Same || other.Same != first.Same {
		t.Errorf("the same answers are not called so: %q, %q, %q", first.Same, again.Same, other.Same)
	}
	if diff := cmp.Diff(first, again, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the same person is answered otherwise:\n%s", diff)
	}
	if diff := cmp.Diff(first, other, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(bot.Button{}, "Token")); diff != "" {
		t.Errorf("another person is answered otherwise:\n%s", diff)
	}
	for _, token := range first.Tokens() {
		if slices.Contains(other.Tokens(), token) {
			t.Error("a token is good for two people")
		}
	}
	for name, differs := range map[string]bot.Request{
		"alone": func() bot.Request { r := ann("search circuit breaking"); r.Channel = ""; return r }(),
		"all":   ann("search circuit breaking public:yes"), "page": ann("search circuit breaking page:2"),
		"kind": ann("search circuit breaking kind:article"), "command": ann("topic circuit breaking"),
	} {
		if r := w.Handle(t.Context(), differs); r.Same == first.Same {
			t.Errorf("%s: another answer is called the same", name)
		}
	}
	if r := w.Handle(t.Context(), ann("random")); r.Same != "" {
		t.Error("what comes by chance is remembered")
	}
	w.holds(t, kinds)
	if r := w.Handle(t.Context(), ann("search circuit breaking")); r.Same == first.Same || cmp.Equal(r.Topics, first.Topics, cmpopts.EquateEmpty()) {
		t.Error("an answer of the list before is given")
	}
}
