package app

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"archbot/adapters/discord/discordfake"
)

// logLine is a log line as JSON.
type logLine struct {
	Level   string `json:"level"`
	Message string `json:"msg"`
	Request string `json:"request"`
	Command string `json:"command"`
	Op      string `json:"op"`
	Method  string `json:"method"`
	Text    string `json:"text"`
}

// logLines are the log lines among what serve says.
func (s *serving) logLines(t *testing.T) []logLine {
	t.Helper()
	var lines []logLine
	for text := range strings.SplitSeq(s.said.String(), "\n") {
		if !strings.HasPrefix(text, "{") {
			continue
		}
		var l logLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Errorf("%v in %s", err, text)
		}
		lines = append(lines, l)
	}
	return lines
}

// One word finds all that was done for one request, on every layer, and nothing else.
func TestLogsOfOneRequest(t *testing.T) {
	f := newFakeSlack(t, true)
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	s := serve(t, f.settings("SLACK_APP_TOKEN="+f.appToken(), "ARCHBOT_LIST="+list, "ARCHBOT_STATE="+filepath.Join(dir, "state.db"), "ARCHBOT_LOG=debug")...)
	if !f.Await(func() bool { return f.Sockets() > 0 }) {
		t.Fatal("it opens no socket")
	}
	answer(t, f, f.As(f.ann.ID).Command(f.channel.ID, "/arch", "search circuit breaking"))
	team, _ := f.Team(f.ann.Team)
	f.As(f.ann.ID).Say(f.channel.ID, "<@"+team.Bot+"> load balancing")
	if !f.Await(func() bool { return len(f.Posts(f.channel.ID)) == 1 }) {
		t.Fatal("the mention is not answered")
	}
	s.stop(&interruption{syscall.SIGTERM})
	if err := s.end(t); err != nil {
		t.Fatal(err)
	}
	of := make(map[string]map[string]string) // by request: what its lines say, by message
	for _, l := range s.logLines(t) {
		if l.Request != "" {
			if of[l.Request] == nil {
				of[l.Request] = make(map[string]string)
			}
			of[l.Request][l.Message] += l.Text + l.Command + l.Op + l.Method + " "
		}
	}
	found := 0
	for id, said := range of {
		switch said["a request"] {
		case "search circuit breaking ":
			found++
			if !strings.HasPrefix(said["the state was asked"], "take signing_key ") || said["answered"] != "search " {
				t.Errorf("the command, %s: %q", id, said)
			}
		case "load balancing ":
			found++
			if !strings.Contains(said["the state was asked"], "keep_conversation") || !strings.Contains(said["a platform was called"], "POST") || said["answered"] != "ask " {
				t.Errorf("the mention, %s: %q", id, said)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d of 2 requests are found among\n%s", found, s.said)
	}
}

// What is always logged has neither a secret nor what anybody asked, on both platforms
// and in every way of asking.
func TestLogsAreDiscreet(t *testing.T) {
	f, d := newFakeSlack(t, true), discordfake.New(discordfake.Config{PerBucket: 1000, RequestsPerSecond: 1000, AnswerTime: late})
	if err := d.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	ann := d.AddUser("ann").ID
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	app := f.appToken()
	const key = "a key of sixteen letters and more"
	environ := append(f.settings("SLACK_APP_TOKEN="+app, "SLACK_SIGNING_SECRET="+f.SigningSecret, "ARCHBOT_LIST="+list, "ARCHBOT_KEY="+key,
		"ARCHBOT_STATE="+filepath.Join(dir, "state.db"), "ARCHBOT_LOG=info"), discordSettings(d)...)
	s := serve(t, environ...)
	if !f.Await(func() bool { return f.Sockets() > 0 }) {
		t.Fatal("Slack: it opens no socket")
	}
	eventually(t, "Discord", func() (bool, string) { return d.Connected() == 1, "not connected" })
	said := []string{"circuit breaking zebra", "giraffe load balancing", "what about okapi breakers?"}
	team, _ := f.Team(f.ann.Team)
	for _, text := range said {
		answer(t, f, f.As(f.ann.ID).Command(f.channel.ID, "/arch", text))
		f.As(f.ann.ID).Say(f.channel.ID, "<@"+team.Bot+"> "+text)
		if _, err := d.DirectMessage(ann, text); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all is answered", func() (bool, string) {
		return strings.Count(s.said.String(), `"msg":"answered"`) == 3*len(said), s.said.String()
	})
	s.stop(&interruption{syscall.SIGTERM})
	if err := s.end(t); err != nil {
		t.Fatal(err)
	}
	for _, secret := range append([]string{"zebra", "giraffe", "okapi", "circuit", f.token.Value, app, f.SigningSecret, d.Token(), key}, said...) {
		if strings.Contains(s.said.String(), secret) {
			t.Errorf("it says %q:\n%s", secret, s.said)
		}
	}
	for _, l := range s.logLines(t) {
		if l.Message == "answered" && l.Request == "" {
			t.Errorf("an answer belongs to no request: %+v", l)
		}
	}
}

func TestLogFormat(t *testing.T) {
	for format, want := range map[string]bool{"auto": true, "json": true, "text": false} {
		if got := asJSON(format, new(strings.Builder)); got != want {
			t.Errorf("%s, and no terminal: JSON is %v, want %v", format, got, want)
		}
	}
}
