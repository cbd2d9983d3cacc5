package app

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/digest"
)

// What somebody subscribes to through the core is delivered by an App that serves, with
// the senders that were added, and shown as the core shows it; Stop waits for what is on
// its way.
func TestAppDelivers(t *testing.T) {
	settings, _, err := config.Load([]string{"ARCHBOT_STATE=" + filepath.Join(t.TempDir(), "state.db"), "ARCHBOT_DIGEST_WHO=everyone"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(Options{Settings: settings, Logs: io.Discard, Keep: KeepState})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer a.Stop()
	posts := make(chan digest.Post, 4)
	a.Senders.Add("slack", sender(posts))
	ask := func(text string) bot.Reply {
		return a.Bot.Handle(t.Context(), bot.Request{
			Platform: "slack", Workspace: "T1", Channel: "C1", User: "U1", Surface: bot.SurfaceCommand, Text: text, Zone: "UTC",
		})
	}
	if r := ask("digest add circuit breaking daily 09:00 count 3"); r.Kind != bot.Done {
		t.Fatalf("%s %q", r.Kind, r.Text)
	}
	place := digest.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}
	c, err := a.kept.Channel(t.Context(), place)
	if err != nil || len(c.Records) != 1 {
		t.Fatal(c, err)
	}
	due := c.Records[0] // as if it were time
	due.Edition.Slot = digest.SlotAt(time.Now(), time.UTC)
	if err := a.kept.Step(t.Context(), digest.Change{Record: due, Due: time.Now()}); err != nil {
		t.Fatal(err)
	}
	stop := a.deliver(t.Context())
	post := <-posts
	stop()
	shown := a.Bot.Edition(t.Context(), post)
	if shown.Kind != bot.Edition || len(shown.Resources) != 3 || !strings.HasPrefix(shown.Title, "Circuit breaking · week ") {
		t.Errorf("%+v", shown)
	}
	if r := ask("digest history"); len(r.Facts) != 1 || !strings.HasPrefix(r.Facts[0].Value, "posted, 3 resources") {
		t.Errorf("history: %+v", r.Facts)
	}
}

// sender is a digest.Sender that hands posts on.
type sender chan digest.Post

func (s sender) Post(_ context.Context, p digest.Post) (digest.MessageID, error) {
	s <- p
	return "m1", nil
}

func (s sender) Find(context.Context, digest.Sought) (digest.MessageID, bool, error) {
	return "", false, nil
}

// What time it is taken to be is read as people write it.
func TestTimeSaid(t *testing.T) {
	for text, want := range map[string]string{
		"": "0001-01-01T00:00:00Z", "2026-11-30T09:00:00+01:00": "2026-11-30T08:00:00Z",
	} {
		if got, err := timeSaid(text); err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q is %s, %v", text, got, err)
		}
	}
	if at, err := timeSaid("2026-11-30 09:00"); err != nil || at.Local().Format("2006-01-02 15:04") != "2026-11-30 09:00" {
		t.Error(at, err)
	}
	if _, err := timeSaid("soon"); err == nil {
		t.Error("soon is a time")
	}
}

// What came of editions is said in a line each, with nothing of a terminal's in it.
func TestTally(t *testing.T) {
	var said bytes.Buffer
	tally := tally{program: &Program{Err: &said}}
	for _, e := range []digest.Event{
		{State: digest.Sent}, {State: digest.Skipped, Why: digest.Late}, {State: digest.Planned, Text: "slow down"},
		{State: digest.Planned, Why: digest.Gone, Text: "it was archived\x1b[2J"}, {State: digest.Ambiguous, Why: digest.Untold},
		{State: digest.Sent, Reply: true}, {State: digest.Sending, Why: digest.Untold, Reply: true},
	} {
		e.Place, e.Title, e.Slot = digest.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}, "Caching", digest.Slot{Date: digest.Date{Year: 2026, Month: 11, Day: 30}, At: 540}
		tally.happened(e)
	}
	tally.report([]string{"slack", "terminal"}, true)
	want := `slack T1/C1: Caching, 2026-11-30 09:00: posted
slack T1/C1: Caching, 2026-11-30 09:00: left out, late
slack T1/C1: Caching, 2026-11-30 09:00: to be tried again, slow down
slack T1/C1: Caching, 2026-11-30 09:00: paused, gone, it was archived
slack T1/C1: Caching, 2026-11-30 09:00: may have been posted, untold
slack T1/C1: Caching, 2026-11-30 09:00: details posted
slack T1/C1: Caching, 2026-11-30 09:00: details to be looked up, untold
The time is over: what is still due waits for the next tick.
`
	if strings.ReplaceAll(said.String(), "[2J", "") != want {
		t.Errorf("said:\n%s", said.String())
	}
}
