package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

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

// slackScene is the fake Slack as a process of its own, with the app in one workspace.
type slackScene struct {
	slackfake.Remote
	team  slackfake.Team
	token slackfake.Token
}

// newSlackScene starts the fake's own program, which ends with the test.
func newSlackScene(t testing.TB) *slackScene {
	t.Helper()
	program := filepath.Join(t.TempDir(), "slackfake")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "archbot/adapters/slack/slackfake/standalone").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	fake := exec.Command(program, "-until-eof")
	fake.Stderr = os.Stderr
	in, err := fake.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := fake.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := fake.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := fake.Wait(); err != nil {
			t.Errorf("the fake Slack ends with %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var at struct{ URL string }
	if err := json.Unmarshal(line, &at); err != nil {
		t.Fatal(err)
	}
	s := &slackScene{Remote: slackfake.Remote{URL: at.URL}}
	s.install(t)
	return s
}

func (s *slackScene) install(t testing.TB) {
	t.Helper()
	var err error
	if s.team, err = s.AddTeam(t.Context(), slackfake.Team{Domain: "acme"}); err != nil {
		t.Fatal(err)
	}
	if s.token, err = s.Install(t.Context(), s.team.ID, namesOf(slack.Scopes())...); err != nil {
		t.Fatal(err)
	}
}

func (s *slackScene) places(t *testing.T, n int) []digest.Place {
	t.Helper()
	places := make([]digest.Place, n)
	for i := range places {
		c, err := s.AddChannel(t.Context(), slackfake.Channel{Team: s.team.ID, Members: []string{s.token.User}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range badDays(c.ID) {
			if _, err := s.Inject(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		places[i] = digest.Place{Platform: string(slack.Platform), Workspace: s.team.ID, Channel: c.ID}
	}
	return places
}

// badDays are what the first calls in a channel meet.
func badDays(channel string) []slackfake.Fault {
	var days []slackfake.Fault
	for range 2 { // the second try may go wrong as well
		f := slackfake.Fault{Method: "chat.postMessage", Channel: channel, Times: 1, For: rand.N(longestWay)}
		switch day := rand.IntN(100); {
		case day < 10: // the request is lost
			f.Reset = true
		case day < 25: // the answer is
			f.Reset, f.After = true, true
		case day < 45: // it is on its way for long, whether its caller lives or not
			f.Hold, f.Deaf = true, true
		case day < 50: // the answer is
			f.Hold, f.After = true, true
		case day < 55:
			f.RetryAfter = 1
		case day < 62: // posted, perhaps, says Slack
			f.Error = "fatal_error"
		case day < 65: // a page of an error
			f.Status = 503
		default:
			return days
		}
		days = append(days, f)
	}
	if rand.IntN(20) == 0 {
		days = append(days, slackfake.Fault{Method: "conversations.history", Channel: channel, Times: 1, RetryAfter: 1})
	}
	return days
}

func (s *slackScene) access() access {
	return access{Slack: &slackAccess{Token: s.token.Value, API: s.URL + "/api/"}, Pace: 75 * time.Millisecond}
}

// posted reads the metadata of all that was posted.
func (s *slackScene) posted(t testing.TB) map[string]int {
	t.Helper()
	state, err := s.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	posts := make(map[string]int)
	for _, messages := range state.Messages {
		for _, m := range messages {
			var about struct {
				Type    string                   `json:"event_type"`
				Payload struct{ Edition string } `json:"event_payload"`
			}
			if err := json.Unmarshal(m.Metadata, &about); err != nil || about.Type != "archbot_edition" || about.Payload.Edition == "" {
				t.Errorf("what is posted names no edition: %s", m.Metadata)
			}
			posts[about.Payload.Edition]++
		}
	}
	return posts
}

func (s *slackScene) said(t testing.TB) string {
	t.Helper()
	state, err := s.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	posts, looks := 0, 0
	for _, c := range state.Calls {
		switch c.Method {
		case "chat.postMessage":
			posts++
		case "conversations.history":
			looks++
		}
	}
	met := make(map[string]int)
	for _, f := range state.Faults {
		met[kindOf(f)] += f.Hits
	}
	return fmt.Sprintf("%d posts and %d looks, of which met %v", posts, looks, met)
}

// kindOf says what a fault does.
func kindOf(f slackfake.Fault) string {
	switch {
	case f.Reset && f.After:
		return "answer lost"
	case f.Reset:
		return "request lost"
	case f.Hold && f.After:
		return "answer held"
	case f.Hold:
		return "accepted late"
	case f.RetryAfter > 0:
		return "429"
	case f.Status > 0:
		return fmt.Sprint(f.Status)
	}
	return f.Error
}
