package slack

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/digest"
)

// anEdition is a post to a channel of a stage.
func anEdition(s *stage, channel, key string) digest.Post {
	l := digest.List{Catalog: embedded().Catalog()}
	sub := digest.Subscription{
		ID: "abcdefghij", Place: digest.Place{Platform: "slack", Workspace: s.team.ID, Channel: channel}, Zone: "UTC", Count: 5,
		Topic: "cloud-native/microservices/service-mesh-architecture/circuit-breaking",
	}
	l.Anchor(&sub)
	content := l.Plan(sub, digest.Slot{Date: digest.DateOf(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)), At: digest.DefaultAt}, nil)
	return digest.Post{Key: key, Place: sub.Place, Subscription: sub.ID, Content: content}
}

func TestDigestPost(t *testing.T) {
	s := newcomers(t, overHTTP)
	d := s.adapter.Digests()
	began := time.Now()
	id, err := d.Post(t.Context(), anEdition(s, s.channel.ID, "one"))
	if err != nil {
		t.Fatal(err)
	}
	posts := s.Posts(s.channel.ID)
	if len(posts) != 1 || posts[0].TS != string(id) || len(posts[0].Mentions)+len(posts[0].MayMention) > 0 {
		t.Fatalf("%+v", posts)
	}
	blocksHave(t, "the edition", posts[0].Blocks, "Circuit breaking", "Pause", "More of this", "Save")
	if m := posts[0]; m.UnfurlLinks == nil || *m.UnfurlLinks {
		t.Error("its links unfold into cards")
	}
	for range historyPage + 10 { // so that it is on the second page
		s.As(s.ann.ID).Say(s.channel.ID, "hello")
	}
	place := digest.Place{Platform: "slack", Workspace: s.team.ID, Channel: s.channel.ID}
	found, ok, err := d.Find(t.Context(), digest.Sought{Key: "one", Place: place, Since: began})
	if err != nil || !ok || found != id {
		t.Errorf("found %q, %v, %v", found, ok, err)
	}
	for key, since := range map[string]time.Time{"two": began, "one": time.Now().Add(time.Hour)} {
		if found, ok, err := d.Find(t.Context(), digest.Sought{Key: key, Place: place, Since: since}); ok || err != nil {
			t.Errorf("%s since %s: %q, %v, %v", key, since, found, ok, err)
		}
	}
	if _, err := d.Post(t.Context(), anEdition(s, "@"+s.ann.ID, "direct")); err != nil || len(s.Posts(s.DM(s.ann.ID).ID)) != 1 {
		t.Errorf("to somebody’s direct messages: %v", err)
	}
}

// The details of an edition hang below it, and are found there alone, however much
// others reply.
func TestDigestReply(t *testing.T) {
	s := newcomers(t, overHTTP)
	d := s.adapter.Digests()
	began := time.Now()
	to, err := d.Post(t.Context(), anEdition(s, s.channel.ID, "one"))
	if err != nil {
		t.Fatal(err)
	}
	for range historyPage + 10 { // so that it is on the second page
		s.As(s.ann.ID).SayIn(s.channel.ID, string(to), "hello")
	}
	post := anEdition(s, s.channel.ID, "one-d")
	post.To = to
	id, err := d.Post(t.Context(), post)
	if err != nil {
		t.Fatal(err)
	}
	posts := s.Posts(s.channel.ID)
	reply := posts[len(posts)-1]
	if len(posts) != 2 || reply.TS != string(id) || reply.ThreadTS != string(to) || reply.Broadcast || len(reply.Mentions)+len(reply.MayMention) > 0 {
		t.Fatalf("%+v", posts)
	}
	blocksHave(t, "the details", reply.Blocks, "Circuit breaking · week 11 · details", "More about the 5 resources of this edition.", "Microservices › Service Mesh Architecture › Circuit breaking")
	sought := digest.Sought{Key: "one-d", Place: post.Place, To: to, Since: began}
	if found, ok, err := d.Find(t.Context(), sought); err != nil || !ok || found != id {
		t.Errorf("found %q, %v, %v", found, ok, err)
	}
	sought.To = ""
	if found, ok, err := d.Find(t.Context(), sought); err != nil || ok {
		t.Errorf("in the channel: %q, %v, %v", found, ok, err)
	}
	sought.To, sought.Key = to, "two-d"
	if found, ok, err := d.Find(t.Context(), sought); err != nil || ok {
		t.Errorf("another one: %q, %v, %v", found, ok, err)
	}
	sought.To = "1.000001" // somebody has deleted it
	_, ok, err := d.Find(t.Context(), sought)
	if f, is := errors.AsType[*digest.Failure](err); ok || !is || f.Class != digest.Unsure {
		t.Errorf("below what is not there: %v, %v", ok, err)
	}
}

// What a call comes to decides whether it is tried again.
func TestDigestFailures(t *testing.T) {
	over := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	for name, tt := range map[string]struct {
		fault slackfake.Fault
		ctx   func() context.Context
		class digest.Class
		posts int
	}{
		"too fast":          {slackfake.Fault{RetryAfter: 7}, t.Context, digest.Passing, 0},
		"an outage":         {slackfake.Fault{Error: "service_unavailable"}, t.Context, digest.Passing, 0},
		"a page of errors":  {slackfake.Fault{Status: 502}, t.Context, digest.Unsure, 0},
		"it may be there":   {slackfake.Fault{Error: "fatal_error"}, t.Context, digest.Unsure, 1},
		"the answer lost":   {slackfake.Fault{Reset: true, After: true}, t.Context, digest.Unsure, 1},
		"out of time":       {slackfake.Fault{Hold: true, Deaf: true}, over, digest.Unsure, 0},
		"not let in":        {slackfake.Fault{Error: "not_in_channel"}, t.Context, digest.NeedsHelp, 0},
		"read only":         {slackfake.Fault{Error: "restricted_action_read_only_channel"}, t.Context, digest.NeedsHelp, 0},
		"archived":          {slackfake.Fault{Error: "is_archived"}, t.Context, digest.ChannelOff, 0},
		"no such channel":   {slackfake.Fault{Error: "channel_not_found"}, t.Context, digest.ChannelOff, 0},
		"uninstalled":       {slackfake.Fault{Error: "account_inactive"}, t.Context, digest.SpaceOff, 0},
		"a scope is gone":   {slackfake.Fault{Error: "missing_scope", Needed: "chat:write"}, t.Context, digest.NeedsHelp, 0},
		"blocks as none is": {slackfake.Fault{Error: "invalid_blocks"}, t.Context, digest.NeedsHelp, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newcomers(t, overHTTP)
			tt.fault.Method = "chat.postMessage"
			id := s.Inject(tt.fault)
			if _, err := s.adapter.installed.of(t.Context(), ""); err != nil { // who it is takes no time of the post's
				t.Fatal(err)
			}
			_, err := s.adapter.Digests().Post(tt.ctx(), anEdition(s, s.channel.ID, "one"))
			s.Release(id)
			f, ok := errors.AsType[*digest.Failure](err)
			if !ok || f.Class != tt.class || f.Text == "" || strings.Contains(f.Error()+f.Text, s.adapter.config.BotToken) {
				t.Errorf("%v of class %v, want %s", err, f, tt.class)
			}
			if tt.fault.RetryAfter > 0 && f.After != 7*time.Second {
				t.Errorf("to be tried again after %s", f.After)
			}
			if n := len(s.Posts(s.channel.ID)); tt.ctx() == t.Context() && n != tt.posts || len(s.Calls("chat.postMessage")) > 1 {
				t.Errorf("%d posts by %d calls", n, len(s.Calls("chat.postMessage")))
			}
		})
	}
}

// A look-up that may not be made tells nothing, ever; one without an answer may later.
func TestDigestFindFails(t *testing.T) {
	s := newcomers(t, overHTTP)
	place := digest.Place{Platform: "slack", Workspace: s.team.ID, Channel: s.channel.ID}
	for answer, class := range map[string]digest.Class{"missing_scope": digest.Unsure, "internal_error": digest.Passing, "account_inactive": digest.SpaceOff} {
		id := s.Inject(slackfake.Fault{Method: "conversations.history", Error: answer})
		_, found, err := s.adapter.Digests().Find(t.Context(), digest.Sought{Key: "one", Place: place, Since: time.Now()})
		if f, ok := errors.AsType[*digest.Failure](err); found || !ok || f.Class != class {
			t.Errorf("%s: found %v, %v", answer, found, err)
		}
		s.Clear(id)
	}
}

func TestDigestProbe(t *testing.T) {
	s := newcomers(t, overHTTP)
	d := s.adapter.Digests()
	probe := func(channel string) digest.Ability {
		t.Helper()
		a, err := d.Probe(t.Context(), digest.Place{Platform: "slack", Workspace: s.team.ID, Channel: channel})
		if err != nil {
			t.Error(err)
		}
		return a
	}
	if a := probe(s.channel.ID); !a.Post || !a.Find || a.Mend != "" {
		t.Errorf("in a channel that it is in: %+v", a)
	}
	if a := probe("@" + s.ann.ID); !a.Post || !a.Find {
		t.Errorf("in direct messages: %+v", a)
	}
	if a := probe(s.outside.ID); a.Post || !strings.Contains(a.Mend, "/invite @archbot") {
		t.Errorf("in a channel that it is not in: %+v", a)
	}
	s.Inject(slackfake.Fault{Method: "conversations.history", Error: "missing_scope", Needed: "channels:history"})
	if a := probe(s.channel.ID); !a.Post || a.Find || !strings.Contains(a.Mend, "channels:history") {
		t.Errorf("where it may not read: %+v", a)
	}
	s.Clear("")
	s.Inject(slackfake.Fault{Method: "conversations.history", Error: "internal_error"})
	if a, err := d.Probe(t.Context(), digest.Place{Platform: "slack", Workspace: s.team.ID, Channel: s.channel.ID}); err == nil {
		t.Errorf("an outage is taken for an answer: %+v", a)
	}
}

func TestDigestTell(t *testing.T) {
	s := newcomers(t, overHTTP)
	if err := s.adapter.Digests().Tell(t.Context(), digest.Place{Platform: "slack", Workspace: s.team.ID}, s.ann.ID, "The digest <!channel> is paused."); err != nil {
		t.Fatal(err)
	}
	said := s.Posts(s.DM(s.ann.ID).ID)
	if len(said) != 1 || !strings.Contains(said[0].Text, "is paused") || len(said[0].Mentions) > 0 {
		t.Errorf("%+v", said)
	}
}

// A schedule is in the zone that its maker has set in Slack.
func TestZoneOfTheUser(t *testing.T) {
	s := newStage(t, withState(t).Bot, &adaptertest.Log{}, overHTTP)
	r := typed("")
	r.User = bot.UserID(s.ann.ID)
	if got := s.adapter.asked(r).FindZone(t.Context()); got != "Europe/Berlin" {
		t.Errorf("the zone is %q", got)
	}
	s.Inject(slackfake.Fault{Method: "users.info", Error: "internal_error"})
	if got := s.adapter.asked(r).FindZone(t.Context()); got != "" {
		t.Errorf("without an answer it is %q", got)
	}
}
