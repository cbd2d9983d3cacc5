package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"archbot/internal/bot"
)

// many is a list whose search has three pages, of two kinds.
func many() string {
	var src strings.Builder
	src.WriteString("# Many\n\n## Caching\n")
	for i := range 24 {
		kind := "video"
		if i%2 == 0 {
			kind = "paper"
		}
		src.WriteString("- [Cache " + string(rune('a'+i)) + "](https://example.com/" + string(rune('a'+i)) + ") - One. `" + kind + "`\n")
	}
	return src.String()
}

func TestPages(t *testing.T) {
	w := newWorld(t, many())
	r := w.ask(t, ann("search cache"))
	seen := make(map[string]bool)
	for page := 1; ; page++ {
		if r.Kind != bot.Found || r.Page != page {
			t.Fatalf("page %d is %s %q, page %d", page, r.Kind, r.Text, r.Page)
		}
		for _, res := range r.Resources {
			if seen[res.URL] {
				t.Errorf("%s is there twice", res.URL)
			}
			seen[res.URL] = true
		}
		if !r.More {
			break
		}
		r = w.ask(t, press(button(t, r, bot.ButtonNext)))
	}
	if len(seen) != 24 {
		t.Errorf("%d of 24 resources on all pages", len(seen))
	}
	if r := w.ask(t, ann("search cache page:9")); r.Kind != bot.Found || !strings.Contains(r.Text, "that was all") {
		t.Errorf("after the last page: %s %q", r.Kind, r.Text)
	}
}

func TestOnlyOneKind(t *testing.T) {
	w := newWorld(t, many())
	r := w.ask(t, press(button(t, w.ask(t, ann("search cache")), bot.ButtonOnly)))
	for _, res := range r.Resources {
		if res.Kind != r.Resources[0].Kind {
			t.Errorf("%s among %ss", res.Kind, r.Resources[0].Kind)
		}
	}
	if r.More != true || len(r.Resources) != 10 {
		t.Errorf("%d resources, more %t", len(r.Resources), r.More)
	}
	next := w.ask(t, press(button(t, r, bot.ButtonNext)))
	if len(next.Resources) != 2 || next.Resources[0].Kind != r.Resources[0].Kind {
		t.Errorf("the next page forgets the kind: %v", titles(next))
	}
	all := w.ask(t, press(button(t, r, bot.ButtonOnly)))
	if button(t, r, bot.ButtonOnly).Label != "All kinds" || !all.More || len(all.Topics) == 0 {
		t.Errorf("all kinds again: %q", all.Text)
	}
}

func TestShare(t *testing.T) {
	w := newWorld(t, many())
	private := w.ask(t, ann("search cache kind:video"))
	r := w.ask(t, press(button(t, private, bot.ButtonShare)))
	if r.For != bot.ToAll || r.SharedBy != "ann" || !slices.Equal(titles(r), titles(private)) || !strings.HasPrefix(r.Plain(), "Shared by ann.") {
		t.Fatalf("shared %s %q for %s by %s", r.Kind, r.Text, r.For, r.SharedBy)
	}
	// Whoever sees it may go on from it, and gets an answer of their own.
	bob := press(button(t, r, bot.ButtonNext))
	bob.User = "bob"
	if next := w.ask(t, bob); next.Kind != bot.Found || next.For != bot.ToOne || next.Page != 2 {
		t.Errorf("bob goes on: %s %q for %s", next.Kind, next.Text, next.For)
	}
	// What only ann saw is for ann alone.
	bob.Token = button(t, private, bot.ButtonShare).Token
	if r := w.ask(t, bob); r.Kind != bot.Stale {
		t.Errorf("bob shares what ann saw: %s %q", r.Kind, r.Text)
	}
	for _, surface := range []bot.Surface{bot.SurfaceDirect, bot.SurfaceMention} {
		ask := ann("search cache")
		ask.Surface = surface
		for _, b := range w.ask(t, ask).Buttons {
			if b.Kind == bot.ButtonShare {
				t.Errorf("there is nobody to share with: %s", surface)
			}
		}
	}
}

// A button works on another replica and after a restart, with the key of the state
// or with one's own; it does not with another key.
func TestButtonsOutliveTheProcess(t *testing.T) {
	w := newWorld(t, many())
	next := button(t, w.ask(t, ann("search cache")), bot.ButtonNext)
	w.restart(bot.Limits{})
	if r := w.ask(t, press(next)); r.Page != 2 {
		t.Errorf("after a restart: %s %q", r.Kind, r.Text)
	}
	w.restart(bot.Limits{}, "a key of one's own")
	if r := w.ask(t, press(next)); r.Kind != bot.Stale || !strings.Contains(r.Text, "grown old") {
		t.Errorf("with another key: %s %q", r.Kind, r.Text)
	}
	next = button(t, w.ask(t, ann("search cache")), bot.ButtonNext)
	w.restart(bot.Limits{}, "a newer key", "a key of one's own")
	if r := w.ask(t, press(next)); r.Page != 2 {
		t.Errorf("after the key was changed: %s %q", r.Kind, r.Text)
	}
}

// Stale and forged buttons get a friendly answer, and have no effect.
func TestForgedButtons(t *testing.T) {
	w := newWorld(t, many())
	save := button(t, w.ask(t, ann("search cache")), bot.ButtonSave)
	forged := []bot.Token{"x", save.Token[1:], save.Token + "A", bot.Token(strings.ToUpper(string(save.Token))), bot.Token(strings.Repeat("A", 100))}
	for _, token := range forged {
		r := w.ask(t, press(bot.Button{Token: token}))
		if r.Kind != bot.Stale || r.For != bot.ToOne || !strings.Contains(r.Text, "ask anew") {
			t.Errorf("%s: %s %q", token, r.Kind, r.Text)
		}
	}
	if r := w.ask(t, ann("saved")); len(r.Resources) != 0 {
		t.Errorf("they saved %v", titles(r))
	}
	if strings.Count(w.log.String(), "a button is refused") != len(forged) {
		t.Errorf("the log says %s", w.log)
	}
	w.state.err = bot.ErrUnavailable
	w.restart(bot.Limits{})
	if r := w.ask(t, press(save)); r.Kind != bot.Away {
		t.Errorf("without the key: %s %q", r.Kind, r.Text)
	}
}

// What is too long for a button is kept in the state, once for an answer; what is
// short is not.
func TestLongQueries(t *testing.T) {
	w := newWorld(t, many())
	w.ask(t, ann("search cache"))
	if w.state.keeps != 0 {
		t.Errorf("a short query is written to the state %d times", w.state.keeps)
	}
	long := "search " + strings.Repeat("where do I put the cache ", 5)
	r := w.ask(t, ann(long))
	for _, b := range buttons(r) {
		if len(b.Token) == 0 || len(b.Token) > bot.MaxTokenText {
			t.Errorf("%s has a token of %d characters", b.Label, len(b.Token))
		}
	}
	if w.state.keeps != 1 {
		t.Errorf("it is written %d times", w.state.keeps)
	}
	next := button(t, r, bot.ButtonNext)
	if r := w.ask(t, press(next)); r.Page != 2 || r.Query != strings.TrimSpace(strings.TrimPrefix(long, "search ")) {
		t.Errorf("the next page: %s %q", r.Kind, r.Text)
	}
	w.state.err = bot.ErrUnavailable
	if r := w.ask(t, press(next)); r.Kind != bot.Away {
		t.Errorf("while the state is away: %s %q", r.Kind, r.Text)
	}
	if r := w.ask(t, ann(long)); r.Kind != bot.Found || slices.ContainsFunc(r.Buttons, func(b bot.Button) bool { return b.Token != "" && b.Kind == bot.ButtonNext }) {
		t.Errorf("an answer while the state is away: %s %q", r.Kind, r.Text)
	}
	w.state.err = nil
	if r := w.ask(t, ann("forget confirm:yes")); r.Kind != bot.Done {
		t.Fatal(r.Text)
	}
	if r := w.ask(t, press(next)); r.Kind != bot.Stale {
		t.Errorf("after it was forgotten: %s %q", r.Kind, r.Text)
	}
}

const before = `# Before

## Data
- [A](https://example.com/a) - A.
- [B](https://example.com/b) - B.
- [C](https://example.com/c) - C.
`

// A topic that moved is followed by its resources; one that is gone says so.
func TestTopicThatMoved(t *testing.T) {
	w := newWorld(t, before)
	choice := button(t, w.ask(t, ann("topics")), bot.ButtonTopic)
	if r := w.ask(t, press(choice)); r.Kind != bot.Guide || r.Topics[0].Title != "Data" || len(r.Notes) != 0 {
		t.Fatalf("%s %q", r.Kind, r.Text)
	}
	w.holds(t, "# After\n\n## Storage\n- [B](https://example.com/b) - B.\n- [C](https://example.com/c/) - C.\n\n## Other\n- [A](https://example.com/a) - A.\n")
	r := w.ask(t, press(choice))
	if r.Kind != bot.Guide || r.Topics[0].Title != "Storage" || len(r.Notes) != 1 || !strings.Contains(r.Notes[0].Text, "moved") {
		t.Errorf("after it moved: %s %q %+v", r.Kind, r.Text, r.Notes)
	}
	w.holds(t, "# After\n\n## Other\n- [D](https://example.com/d) - D.\n")
	if r := w.ask(t, press(choice)); r.Kind != bot.Stale || !strings.Contains(r.Text, "no longer has this topic") {
		t.Errorf("after it went: %s %q", r.Kind, r.Text)
	}
}

func TestGuide(t *testing.T) {
	w := newWorld(t, `# L

## Caching
- [Hard](https://example.com/1) - One. `+"`advanced`"+`
- [Plain](https://example.com/2) - Two.
- [Easy](https://example.com/3) - Three. `+"`intro`"+`
- [Middle](https://example.com/4) - Four. `+"`intermediate`"+`

### Eviction
- [Below](https://example.com/5) - Five.
`)
	r := w.ask(t, ann("topic caching"))
	if got := titles(r); r.Kind != bot.Guide || !slices.Equal(got, []string{"Easy", "Plain", "Middle", "Hard"}) {
		t.Errorf("%s %q: %v", r.Kind, r.Text, got)
	}
	if len(r.Topics[0].Children) != 1 || button(t, r, bot.ButtonTopic).Label != "Eviction" {
		t.Errorf("below it: %+v", r.Topics[0].Children)
	}
	if r := w.ask(t, press(button(t, r, bot.ButtonNext))); r.Kind != bot.Place || len(r.Resources) != 4 {
		t.Errorf("all of it: %s %q", r.Kind, r.Text)
	}
	if r := w.ask(t, ann("topic cachng")); r.Kind != bot.Guide || r.Notes[0].Kind != bot.NoteTakenAs {
		t.Errorf("nearly: %s %q", r.Kind, r.Text)
	}
}

// Every button that any answer has does something, whoever carries it out.
func TestEveryButtonWorks(t *testing.T) {
	w := newWorld(t, many()+"\n### Eviction\n- [LRU](https://example.com/lru) - Least recently used. `book`\n")
	w.ask(t, ann("save Cache a"))
	for _, text := range []string{"cache", "ask cache", "topics", "topics caching", "topic caching", "random", "saved", "save Cache b", "new", "cache kind:book"} {
		r := w.ask(t, ann(text))
		for _, b := range buttons(r) {
			if b.Token == "" || len(b.Token) > bot.MaxTokenText {
				t.Errorf("%s: %s has the token %q", text, b.Label, b.Token)
				continue
			}
			if got := w.ask(t, press(b)); got.Kind.Complaint() || got.Kind == bot.Nothing {
				t.Errorf("%s: %s is answered with %s %q", text, b.Label, got.Kind, got.Text)
			}
			if b.Command == "" {
				continue
			}
			if got := w.ask(t, ann(b.Command)); got.Kind.Complaint() {
				t.Errorf("%s: %q is answered with %s %q", text, b.Command, got.Kind, got.Text)
			}
		}
	}
}

// Whether somebody may administer is asked only where a command needs it; none of
// today's does.
func TestMayAdministerIsNotAsked(t *testing.T) {
	w := newWorld(t, many())
	r := ann("")
	r.MayAdminister = func(context.Context) (bool, error) { t.Error("asked"); return false, nil }
	for _, c := range bot.Commands() {
		r.Text = c.Examples[0]
		w.ask(t, r)
	}
}
