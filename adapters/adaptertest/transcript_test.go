package adaptertest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

func TestParseTranscript(t *testing.T) {
	const file = `# Two people, in three places.

ann> hello\nthere
  Hello!
    * deeper

#general bob> any videos?
  Videos on what?

t1 cid> more
  More of what?
`
	got, err := parseTranscript("name", file)
	if err != nil {
		t.Fatal(err)
	}
	want := Transcript{Name: "name", About: "Two people, in three places.", Turns: []Turn{
		{User: "ann", Says: "hello\nthere", Answer: []string{"Hello!", "  * deeper"}},
		{User: "bob", Channel: "#general", Says: "any videos?", Answer: []string{"Videos on what?"}},
		{User: "cid", Channel: "#general", Thread: "t1", Says: "more", Answer: []string{"More of what?"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(file, got.String()); diff != "" {
		t.Errorf("written again (-want +got):\n%s", diff)
	}
	for i, surface := range []bot.Surface{bot.SurfaceDirect, bot.SurfaceMention, bot.SurfaceThread} {
		if r := got.Turns[i].Request("test"); r.Surface != surface || r.Text != want.Turns[i].Says || r.User != want.Turns[i].User {
			t.Errorf("turn %d is the request %+v", i, r)
		}
	}
	if _, err := parseTranscript("bad", "# About\nnothing of it\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a line that is nothing: %v", err)
	}
}

// Every transcript says what it shows, has several turns, and its answers are there.
func TestTranscripts(t *testing.T) {
	all, err := Transcripts()
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range all {
		if script.About == "" || len(script.Turns) < 3 {
			t.Errorf("%s shows %q in %d turns", script.Name, script.About, len(script.Turns))
		}
		for _, turn := range script.Turns {
			if len(turn.Answer) == 0 {
				t.Errorf("%s: %q has no answer", script.Name, turn.Says)
			}
		}
	}
}
