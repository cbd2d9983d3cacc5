package slack

import (
	"strings"
	"testing"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
)

// newcomers is a stage with a bot that remembers.
func newcomers(t testing.TB, by transport) *stage {
	t.Helper()
	return newStage(t, withState(t).Bot, &adaptertest.Log{}, by)
}

func blocksHave(t testing.TB, what string, blocks []byte, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(string(blocks), w) {
			t.Errorf("%s lacks %q:\n%s", what, w, blocks)
		}
	}
}

func TestHome(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			s := newcomers(t, by)
			ann := s.As(s.ann.ID)
			ann.OpenHome("messages")
			s.settle()
			if _, ok := s.Home(s.ann.ID); ok {
				t.Error("the Home tab is made when somebody opens another")
			}
			home := func() slackfake.View {
				t.Helper()
				s.settle()
				v, ok := s.Home(s.ann.ID)
				if !ok {
					t.Fatal("there is no Home tab")
				}
				return v
			}
			ann.OpenHome("home")
			blocksHave(t, "the Home tab", home().Blocks, "Blockchain Architecture", "Social Media Platforms", "Your reading list is empty")
			ann.Act(home(), slackfake.Action{ID: actionPrefix + kindSearch, Choose: []string{"circuit breaking"}})
			found := home()
			blocksHave(t, "the Home tab with an answer", found.Blocks, "Circuit breaking", "martinfowler.com")
			ann.Act(found, slackfake.Action{ID: firstID(t, found.Blocks, "save")})
			blocksHave(t, "the Home tab with something saved", home().Blocks, "1 resource")
			ann.OpenHome("home")
			blocksHave(t, "the Home tab opened again", home().Blocks, "1 resource")
			out := ann.Suggest(home(), firstID(t, home().Blocks, kindPick), "load")
			if len(out.Options) == 0 || out.Options[0].Text != "Load balancing" {
				t.Fatalf("suggested: %+v", out)
			}
			ann.Select(home(), firstID(t, home().Blocks, kindPick), out.Options[0].Value)
			blocksHave(t, "the Home tab with a topic", home().Blocks, "Load balancing", "from easy to hard")
		})
	}
}

// firstID is the first action id of a kind in blocks.
func firstID(t testing.TB, blocks []byte, kind string) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(blocks), `"action_id":"`+actionPrefix+kind+"/")
	if !ok {
		t.Fatalf("nothing of the kind %s in %s", kind, blocks)
	}
	n, _, _ := strings.Cut(rest, `"`)
	return actionPrefix + kind + "/" + n
}

func TestGlobalShortcut(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			s := newcomers(t, by)
			if out := s.As(s.ann.ID).Shortcut(shortcutSearch); out.Failure != "" {
				t.Fatalf("%+v", out)
			}
			s.settle()
			form, ok := s.Modal(s.ann.ID)
			if !ok {
				t.Fatal("no form opens")
			}
			out := s.As(s.ann.ID).Submit(form, map[string][]string{fieldPrefix + "query": {"circuit breaking"}})
			if out.Failure != "" || out.View == nil {
				t.Fatalf("%+v", out)
			}
			blocksHave(t, "the answer", out.View.Blocks, "Circuit breaking")
			// What is pressed in the window is answered in the window.
			s.As(s.ann.ID).Act(*out.View, slackfake.Action{ID: firstID(t, out.View.Blocks, "next")})
			s.settle()
			if next, _ := s.Modal(s.ann.ID); next.ID != form.ID || string(next.Blocks) == string(out.View.Blocks) {
				t.Errorf("the next page: %+v", next)
			}
			if posts := s.Posts(s.channel.ID); len(posts) != 0 {
				t.Errorf("others see %+v", posts)
			}
		})
	}
}

func TestAddedToAChannel(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			s := newcomers(t, by)
			s.As(s.bob.ID).Join(s.channel.ID) // somebody else, who is in it already
			s.As(s.ann.ID).Invite(s.outside.ID)
			s.settle()
			posts := s.Posts(s.outside.ID)
			if len(posts) != 1 {
				t.Fatalf("%d introductions", len(posts))
			}
			blocksHave(t, "the introduction", posts[0].Blocks, "Hello", "/arch")
			if len(posts[0].Mentions) > 0 {
				t.Errorf("it mentions %v", posts[0].Mentions)
			}
			s.EditChannel(s.outside.ID, func(c *slackfake.Channel) { c.Members = []string{s.ann.ID} })
			s.As(s.ann.ID).Invite(s.outside.ID)
			s.settle()
			if again := s.Posts(s.outside.ID); len(again) != 1 {
				t.Errorf("%d introductions", len(again))
			}
		})
	}
}

// Where the bot may not post, whoever asked is told how to let it in.
func TestShutOut(t *testing.T) {
	for _, refused := range []slackfake.Fault{
		{Method: "chat.postMessage", Error: "restricted_action"}, {Method: "chat.postMessage", Error: "not_in_channel"},
	} {
		s := newcomers(t, overHTTP)
		refused.Channel = s.channel.ID
		s.Inject(refused)
		s.As(s.ann.ID).Say(s.channel.ID, "<@"+s.team.Bot+"> circuit breaking")
		s.settle()
		said := s.Posts(s.DM(s.ann.ID).ID)
		if len(said) != 1 || !strings.Contains(said[0].Text, "/invite @archbot") {
			t.Errorf("%s: %+v", refused.Error, said)
		}
	}
}

// What may have been accepted is not sent again; what was certainly not, is.
func TestPostsOnce(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault slackfake.Fault
		posts int
		calls int
	}{
		{"Slack may have posted it", slackfake.Fault{Error: "fatal_error", Times: 1}, 1, 1},
		{"the answer is lost", slackfake.Fault{Reset: true, After: true, Times: 1}, 1, 1},
		{"the connection breaks before", slackfake.Fault{Reset: true, Times: 1}, 0, 1},
		{"a page of an error", slackfake.Fault{Status: 503, Times: 1}, 0, 1},
		{"too fast for Slack", slackfake.Fault{RetryAfter: 1, Times: 1}, 1, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newcomers(t, overHTTP)
			tt.fault.Method, tt.fault.Channel = "chat.postMessage", s.channel.ID
			s.Inject(tt.fault)
			s.As(s.ann.ID).Say(s.channel.ID, "<@"+s.team.Bot+"> circuit breaking")
			s.settle()
			if posts, calls := len(s.Posts(s.channel.ID)), len(s.Calls("chat.postMessage")); posts != tt.posts || calls != tt.calls {
				t.Errorf("%d posts by %d calls, want %d by %d", posts, calls, tt.posts, tt.calls)
			}
		})
	}
}

// The bot answers people: not bots, not itself, and not what is no message.
func TestOnlyPeople(t *testing.T) {
	s := newcomers(t, overHTTP)
	dm := s.DM(s.ann.ID).ID
	for _, m := range []map[string]any{
		{"user": s.team.Bot, "text": "circuit breaking"},
		{"user": "U0OTHER", "bot_id": "B0OTHER", "text": "circuit breaking"},
		{"subtype": "message_changed", "message": map[string]any{"user": s.ann.ID, "text": "circuit breaking", "ts": "1.1"}},
		{"subtype": "message_deleted", "deleted_ts": "1.1"},
		{"subtype": "channel_join", "user": s.ann.ID, "text": "joined"},
		{"text": "circuit breaking"},
	} {
		m["type"], m["channel"], m["channel_type"], m["ts"], m["event_ts"] = "message", dm, "im", "1700000000.000100", "1700000000.000100"
		if out := s.Event(s.team.ID, m); out.Failure != "" {
			t.Errorf("%v: %+v", m, out)
		}
	}
	s.settle()
	if posts := s.Posts(dm); len(posts) != 0 {
		t.Errorf("answered: %+v", posts)
	}
}

// Who may change what concerns others: admins, owners, and whoever made the channel.
func TestMayAdminister(t *testing.T) {
	s := newcomers(t, overHTTP)
	owner := s.AddUser(slackfake.User{Team: s.team.ID, Name: "olga", IsOwner: true})
	for _, tt := range []struct {
		user, channel string
		may           bool
	}{
		{s.ann.ID, s.channel.ID, true}, // made it
		{s.bob.ID, s.channel.ID, false},
		{owner.ID, s.channel.ID, true},
		{s.bob.ID, s.DM(s.bob.ID).ID, true},
	} {
		r := typed("")
		r.User, r.Channel = bot.UserID(tt.user), bot.ChannelID(tt.channel)
		may, err := s.adapter.asked(r).MayAdminister(t.Context())
		if err != nil || may != tt.may {
			t.Errorf("%s in %s: %v, %v", tt.user, tt.channel, may, err)
		}
	}
	s.Inject(slackfake.Fault{Method: "users.info", Error: "internal_error"})
	r := typed("")
	r.User, r.Channel = bot.UserID(s.bob.ID), bot.ChannelID(s.channel.ID)
	if _, err := s.adapter.asked(r).MayAdminister(t.Context()); err == nil {
		t.Error("an outage is taken for an answer")
	}
}
