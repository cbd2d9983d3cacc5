package slackfake_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

func TestMentions(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	post := func(text string, more ...slack.Block) slackfake.Message {
		_, ts, err := w.api.PostMessage(w.inside.ID, slack.MsgOptionText("fallback", false), slack.MsgOptionBlocks(append([]slack.Block{
			slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", text, false, false), nil, nil),
		}, more...)...))
		if err != nil {
			t.Fatal(err)
		}
		m, _ := w.Message(w.inside.ID, ts)
		return m
	}
	m := post("<!channel> <!here|here> <!everyone> <@U1|ann> <#C1> <!subteam^S1|@g> <https://a.b|@x> <!date^1^{date}|d>")
	if diff := cmp.Diff([]string{"<!channel>", "<!here>", "<!everyone>", "<@U1>", "<#C1>", "<!subteam^S1>"}, m.Mentions); diff != "" {
		t.Error(diff)
	}
	m = post("&lt;!channel&gt; a@b.c and @here @ann", slack.NewSectionBlock(&slack.TextBlockObject{Type: "mrkdwn", Text: "@channel", Verbatim: true}, nil, nil))
	if m.Mentions != nil {
		t.Errorf("what was escaped: %q", m.Mentions)
	}
	if diff := cmp.Diff([]string{"@here", "@ann"}, m.MayMention); diff != "" {
		t.Error(diff)
	}
	m = post("x", slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionBroadcastElement("here"), slack.NewRichTextSectionUserElement("U1", nil))))
	if diff := cmp.Diff([]string{"<!here>", "<@U1>"}, m.Mentions); diff != "" {
		t.Error(diff)
	}
	m = post("x", slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "<!here>", false, false)))
	if m.Mentions != nil {
		t.Errorf("in plain text: %q", m.Mentions)
	}
}

func TestPace(t *testing.T) {
	c := newClock()
	w := newWorld(t, slackfake.Options{Now: c.Now, ChannelRate: slackfake.Rate{Every: time.Second, Burst: 2}})
	post := func() (string, string) {
		out, header := w.post(t, "chat.postMessage", w.token.Value, formType, url.Values{"channel": {w.inside.ID}, "text": {"x"}}.Encode())
		code, _ := out["error"].(string)
		return code, header.Get("Retry-After")
	}
	for i, want := range []string{"", "", "ratelimited"} {
		if code, after := post(); code != want || (after == "1") != (want != "") {
			t.Errorf("post %d: %q after %q", i, code, after)
		}
	}
	c.advance(time.Second)
	if code, _ := post(); code != "" {
		t.Error(code)
	}
	if got := len(w.Posts(w.inside.ID)); got != 3 {
		t.Errorf("%d posts", got)
	}
}

func FuzzCall(f *testing.F) {
	f.Add("chat.postMessage", formType, []byte("channel=C1&blocks=[]&metadata={}"))
	f.Add("views.publish", "application/json", []byte(`{"user_id":"U1","view":{"type":"home","blocks":[{"type":"input","element":{"type":1}}]}}`))
	f.Add("conversations.history", "multipart/form-data; boundary=b", []byte("--b--"))
	f.Add("oauth.v2.access", formType, []byte("code=1&grant_type=refresh_token"))
	s, err := slackfake.Start(slackfake.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	team := s.AddTeam(slackfake.Team{})
	token := s.Install(team.ID, scopes...)
	f.Fuzz(func(t *testing.T, method, kind string, body []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.APIURL()+url.PathEscape(method), bytes.NewReader(body))
		if err != nil || strings.ContainsAny(kind, "\r\n\x00") {
			t.Skip()
		}
		r.Header["Content-Type"] = []string{kind}
		r.Header.Set("Authorization", "Bearer "+token.Value)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Skip() // a header or path that no client sends
		}
		defer func() { _ = response.Body.Close() }()
		var out struct {
			OK    *bool
			Error string
		}
		if response.StatusCode == http.StatusOK {
			if err := json.NewDecoder(response.Body).Decode(&out); err != nil || out.OK == nil || *out.OK == (out.Error != "") {
				t.Errorf("%s: %v %+v", method, err, out)
			}
		}
	})
}
