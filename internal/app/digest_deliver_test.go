package app

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/digest"
	"archbot/internal/store/redis"
	"archbot/internal/store/redistest"
)

// ask asks as somebody in Slack does who may do everything, with what is set there.
func ask(t *testing.T, f *fakeSlack, environ []string, line string) bot.Reply {
	t.Helper()
	settings, _, err := config.Load(environ, nil)
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
	if err := a.posting(); err != nil {
		t.Fatal(err)
	}
	return a.Bot.Handle(t.Context(), bot.Request{
		Platform: slack.Platform, Workspace: bot.WorkspaceID(f.ann.Team), Home: bot.WorkspaceID(f.ann.Team),
		Channel: bot.ChannelID(f.channel.ID), User: bot.UserID(f.ann.ID), Surface: bot.SurfaceCommand, Zone: "UTC", Text: line,
	})
}

// A tick needs no more of Slack than a token: it delivers once, and where it may not
// post, it pauses the digest, says why, and tells who made it, once.
func TestDigestTickInSlack(t *testing.T) {
	f := newFakeSlack(t, false)
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	environ := []string{
		"SLACK_BOT_TOKEN=" + f.token.Value, "SLACK_API_URL=" + f.APIURL(), "ARCHBOT_DIGEST_WHO=everyone",
		"ARCHBOT_LIST=" + list, "ARCHBOT_STATE=" + filepath.Join(dir, "state.db"),
	}
	if r := ask(t, f, environ, "digest add circuit breaking every monday 09:00"); r.Kind != bot.Done {
		t.Fatalf("%s %q", r.Kind, r.Text)
	}
	tick := func(at string) string {
		t.Helper()
		var said buffer
		p := &Program{In: strings.NewReader(""), Out: io.Discard, Err: &said, Environ: environ}
		if err := p.DigestTick(t.Context(), TickOptions{At: at, For: time.Minute}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(said.String(), f.token.Value) {
			t.Errorf("it says the token: %s", said.String())
		}
		return said.String()
	}
	for _, says := range []string{"Circuit breaking, 2040-01-02 09:00: posted, late", "Nothing is due."} {
		if said := tick("2040-01-02T12:00:00Z"); !strings.Contains(said, says) {
			t.Errorf("it says %q, not %q", said, says)
		}
		if posts := f.Posts(f.channel.ID); len(posts) != 1 || !strings.Contains(string(posts[0].Blocks), "https://example.com/breakers") {
			t.Errorf("there are %+v", posts)
		}
	}
	f.Inject(slackfake.Fault{Method: "chat.postMessage", Channel: f.channel.ID, Error: "not_in_channel"})
	for _, says := range []string{"paused, refused, I may not post here: type `/invite @archbot`", "Nothing is due."} {
		if said := tick("2040-01-09T12:00:00Z"); !strings.Contains(said, says) {
			t.Errorf("it says %q, not %q", said, says)
		}
		told := f.Posts(f.DM(f.ann.ID).ID)
		if len(told) != 1 || !strings.Contains(told[0].Text, "The digest on Circuit breaking is paused: I may not post here: type `/invite @archbot`") {
			t.Errorf("who made it is told %+v", told)
		}
	}
	if n := len(f.Posts(f.channel.ID)); n != 1 {
		t.Errorf("there are %d posts", n)
	}
	if r := ask(t, f, environ, "digest list"); len(r.Facts) != 1 || !strings.Contains(r.Facts[0].Value, "paused: I may not post here") {
		t.Errorf("the list says %+v", r.Facts)
	}
}

// Two replicas over one Redis deliver each edition once.
func TestServeDeliversOnce(t *testing.T) {
	const channels = 5
	server := redistest.Start(t)
	url := "redis://" + server.Addr
	f := newFakeSlack(t, true)
	f.EditUser(f.ann.ID, func(u *slackfake.User) { u.IsAdmin = true })
	list := filepath.Join(t.TempDir(), "list.md")
	writeList(t, list, smallList)
	app := f.appToken()
	var replicas []*serving
	for range 2 {
		replicas = append(replicas, serve(t, f.settings("SLACK_APP_TOKEN="+app, "ARCHBOT_LIST="+list, "REDIS_URL="+url)...))
	}
	if !f.Await(func() bool { return f.Sockets() >= len(replicas) }) {
		t.Fatal("they open no sockets")
	}
	remote, err := redis.New(redis.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close()
	team, _ := f.Team(f.ann.Team)
	places := make([]digest.Place, channels)
	for i := range places {
		c := f.AddChannel(slackfake.Channel{Team: team.ID, Name: fmt.Sprint("room-", i), Members: []string{f.ann.ID, team.Bot}})
		said := answer(t, f, f.As(f.ann.ID).Command(c.ID, "/arch", "digest add circuit breaking every monday 09:00"))
		if !strings.Contains(said.Text, "Circuit breaking comes here every Monday at 09:00 (Europe/Berlin)") {
			t.Fatalf("it says %q", said.Text)
		}
		places[i] = digest.Place{Platform: string(slack.Platform), Workspace: team.ID, Channel: c.ID}
	}
	records := make([]digest.Record, channels)
	for i, p := range places { // as if it were time
		kept, err := remote.Channel(t.Context(), p)
		if err != nil || len(kept.Records) != 1 {
			t.Fatal(kept, err)
		}
		records[i] = kept.Records[0]
		records[i].Edition.Slot = digest.SlotAt(time.Now(), time.UTC)
		if err := remote.Step(t.Context(), digest.Change{Record: records[i], Due: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	delivered := func() bool {
		for _, r := range records {
			if past, err := remote.History(t.Context(), r.Place, r.ID); err != nil || len(past) == 0 {
				return false
			}
		}
		return true
	}
	if !f.Await(delivered) {
		t.Error("not all is delivered")
	}
	for _, s := range replicas {
		s.stop(&interruption{syscall.SIGTERM})
		if err := s.end(t); err != nil {
			t.Errorf("serve ends with %v, and says\n%s", err, s.said)
		}
	}
	for _, r := range records {
		past, err := remote.History(t.Context(), r.Place, r.ID)
		if posts := f.Posts(r.Place.Channel); err != nil || len(posts) != 1 || len(past) != 1 || past[0].State != digest.Sent {
			t.Errorf("%s: %d posts; %+v, %v", r.Place.Channel, len(posts), past, err)
		}
	}
}
