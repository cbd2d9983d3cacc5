package app

import (
	"encoding/json"
	"log/slog"
	"testing"

	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/digest"
	"archbot/internal/store"
)

// slackAccess is what the Slack adapter posts with.
type slackAccess struct{ Token, API string }

// add adds the adapter, as a tick has it: one that receives nothing.
func (a slackAccess) add(to *digest.Senders, s store.Store) error {
	adapter, err := slack.New(slack.Config{
		Bot: killBot(s), Log: slog.New(slog.DiscardHandler), BotToken: a.Token, APIURL: a.API, PostsOnly: true,
	})
	if err != nil {
		return err
	}
	to.Add(string(slack.Platform), adapter.Digests())
	return nil
}

// slackFake is the fake Slack, with the app in one workspace.
type slackFake struct {
	slackfake.Remote
	team  slackfake.Team
	token slackfake.Token
	seen  map[string]bool // messages, by channel and time
}

func newSlackFake(t testing.TB) *slackFake {
	t.Helper()
	var at struct{ URL string }
	startFake(t, "archbot/adapters/slack/slackfake/standalone", &at)
	s := &slackFake{Remote: slackfake.Remote{URL: at.URL}, seen: make(map[string]bool)}
	var err error
	if s.team, err = s.AddTeam(t.Context(), slackfake.Team{Domain: "acme"}); err != nil {
		t.Fatal(err)
	}
	if s.token, err = s.Install(t.Context(), s.team.ID, namesOf(slack.Scopes())...); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *slackFake) channel(t testing.TB) digest.Place {
	t.Helper()
	c, err := s.AddChannel(t.Context(), slackfake.Channel{Team: s.team.ID, Members: []string{s.token.User}})
	if err != nil {
		t.Fatal(err)
	}
	return digest.Place{Platform: string(slack.Platform), Workspace: s.team.ID, Channel: c.ID}
}

func (s *slackFake) spoil(t testing.TB, p digest.Place, d badDay) {
	t.Helper()
	f := slackfake.Fault{Method: "chat.postMessage", Channel: p.Channel, Times: 1, For: d.way}
	if d.look {
		f.Method = "conversations.history"
	}
	switch d.kind {
	case dayRequestLost:
		f.Reset = true
	case dayAnswerLost:
		f.Reset, f.After = true, true
	case dayLate:
		f.Hold, f.Deaf = true, true
	case dayAnswerHeld:
		f.Hold, f.After = true, true
	case dayTooMany:
		f.RetryAfter = 1
	case dayPerhaps:
		f.Error = "fatal_error"
	case dayOutage:
		f.Status = 503
	default:
		t.Fatalf("there are no days like %q", d.kind)
	}
	if _, err := s.Inject(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (s *slackFake) met(t testing.TB) []int {
	t.Helper()
	var met []int
	for _, f := range s.state(t).Faults {
		met = append(met, f.Hits)
	}
	return met
}

func (s *slackFake) access() access {
	return access{Slack: &slackAccess{Token: s.token.Value, API: s.URL + "/api/"}, Pace: killPace}
}

func (s *slackFake) state(t testing.TB) slackfake.State {
	t.Helper()
	state, err := s.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// editions reads the metadata of what was posted.
func (s *slackFake) editions(t testing.TB) []string {
	t.Helper()
	var keys []string
	for _, messages := range s.state(t).Messages {
		for _, m := range messages {
			if s.seen[m.Channel+m.TS] {
				continue
			}
			s.seen[m.Channel+m.TS] = true
			var about struct {
				Type    string                   `json:"event_type"`
				Payload struct{ Edition string } `json:"event_payload"`
			}
			if err := json.Unmarshal(m.Metadata, &about); err != nil || about.Type != "archbot_edition" || about.Payload.Edition == "" {
				t.Errorf("what is posted names no edition: %s", m.Metadata)
			}
			keys = append(keys, about.Payload.Edition)
		}
	}
	return keys
}

func (s *slackFake) asked(t testing.TB) (posts, looks int) {
	t.Helper()
	for _, c := range s.state(t).Calls {
		switch c.Method {
		case "chat.postMessage":
			posts++
		case "conversations.history", "conversations.replies":
			looks++
		}
	}
	return posts, looks
}
