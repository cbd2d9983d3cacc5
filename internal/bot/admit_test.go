package bot

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

type oneList struct{ list List }

func (l oneList) Current() List { return l.list }

// A command for administrators asks whether somebody is one, and nobody else is
// asked; where that cannot be told, it is not done.
func TestAdministrators(t *testing.T) {
	c, err := catalog.Parse([]byte("# L\n\n## T\n- [A](https://a.example/1) - A.\n"), catalog.Options{Name: "l"})
	if err != nil {
		t.Fatal(err)
	}
	b := New(Config{Library: oneList{List{Index: search.New(c)}}, Log: slog.New(slog.DiscardHandler)})
	done := 0
	b.commands = append(b.commands, Command{Name: "stats", Who: Administrators, run: func(context.Context, call) Reply {
		done++
		return Reply{Kind: Done, Text: "Done."}
	}})
	answers := func(may bool, err error) func(context.Context) (bool, error) {
		return func(context.Context) (bool, error) { return may, err }
	}
	for _, tt := range []struct {
		name string
		may  func(context.Context) (bool, error)
		kind ReplyKind
		says string
	}{
		{"an administrator", answers(true, nil), Done, "Done"},
		{"somebody else", answers(false, nil), Misuse, "those who administer"},
		{"nobody knows", nil, Misuse, "those who administer"},
		{"the platform fails", answers(true, errors.New("timeout")), Away, "cannot tell"},
	} {
		r := b.Handle(t.Context(), Request{Text: "stats", MayAdminister: tt.may})
		if r.Kind != tt.kind || !strings.Contains(r.Text, tt.says) {
			t.Errorf("%s: %s %q", tt.name, r.Kind, r.Text)
		}
	}
	if done != 1 {
		t.Errorf("it was done %d times", done)
	}
}

func TestNearest(t *testing.T) {
	all := names(Commands())
	for word, want := range map[string]string{
		"topcs": "topics", "serach": "search", "SEARCH": "search", "tpoic": "topic", "hlep": "help", "frget": "forget", "savd": "save",
		"nww": "", "as": "", "knitting": "", "": "", "searching": "",
	} {
		if got, _ := nearest(word, all); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
}
