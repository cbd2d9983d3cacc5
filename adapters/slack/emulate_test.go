package slack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/adapters/adaptertest"
	"archbot/internal/bot"
)

// emulated is the adapter on emulate, a public emulator of Slack that is not ours. It
// proves nothing about limits, tokens or membership, of which it knows little, and has
// neither commands nor Socket Mode: posts and the errors of channels are what it has.
type emulated struct {
	adapter *Adapter
	log     *adaptertest.Log
	bot     *slack.Client // with the adapter's scopes
	person  *slack.Client // somebody who reads along
	asker   string        // who that is
	events  int
}

// newEmulated starts the emulator, which insists on the scopes of each call.
func newEmulated(t *testing.T, scopes []string) *emulated {
	t.Helper()
	const botToken, readToken = "xoxb-the-bot", "xoxp-somebody"
	seed, err := json.Marshal(map[string]any{
		"strict_scopes": true,
		"users":         []any{map[string]any{"name": "ann"}, map[string]any{"name": botName}},
		"channels":      []any{map[string]any{"name": "architecture"}},
		"tokens": []any{
			map[string]any{"token": botToken, "type": "bot", "user": botName, "scopes": scopes},
			map[string]any{"token": readToken, "type": "user", "user": "ann", "scopes": []string{
				"chat:write", "channels:read", "channels:history", "channels:manage", "im:read", "im:history",
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	api := startEmulator(t, string(seed)) + "/api/"
	e := &emulated{log: &adaptertest.Log{}}
	e.adapter, err = New(Config{
		Bot: withState(t).Bot, Log: e.log.Logger(), BotToken: botToken, SigningSecret: testSecret, APIURL: api,
		Spacing: -1, Transport: bearer(botToken),
	})
	if err != nil {
		t.Fatal(err)
	}
	e.bot = slack.New(botToken, slack.OptionAPIURL(api), slack.OptionHTTPClient(&http.Client{Transport: bearer(botToken)}))
	e.person = slack.New(readToken, slack.OptionAPIURL(api), slack.OptionHTTPClient(&http.Client{Transport: bearer(readToken)}))
	test, err := e.person.AuthTestContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e.asker = test.UserID
	return e
}

// bearer sends a token as a header: the emulator reads it from there only, and
// slack-go writes it into the form.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// startEmulator runs the emulator until the test ends, and returns its address.
func startEmulator(t *testing.T, seed string) string {
	t.Helper()
	dir := nodeDir(t, "emulate.mjs")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	node := exec.CommandContext(ctx, "node", "emulate.mjs", seed)
	node.Dir = dir
	var complaints bytes.Buffer
	node.Stderr = &complaints
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := node.Wait(); err != nil {
			t.Errorf("the emulator: %v\n%s", err, complaints.String())
		}
		cancel()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the emulator says nothing: %v\n%s", err, complaints.String())
	}
	return strings.TrimSpace(line)
}

// channel is the id of a channel by its name.
func (e *emulated) channel(t *testing.T, name string) string {
	t.Helper()
	all, _, err := e.person.GetConversationsContext(t.Context(), &slack.GetConversationsParameters{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(c slack.Channel) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("there is no #%s", name)
	}
	return all[i].ID
}

// mention has the bot hear of a message that mentions it, and returns when that is
// answered.
func (e *emulated) mention(t *testing.T, channel, ts, text string) {
	t.Helper()
	e.events++
	body, err := json.Marshal(map[string]any{
		"type": "event_callback", "team_id": "T000000001", "event_id": fmt.Sprintf("Ev%d", e.events),
		"event": map[string]any{"type": "app_mention", "user": e.asker, "text": text, "channel": channel, "ts": ts},
	})
	if err != nil {
		t.Fatal(err)
	}
	if w := post(t, e.adapter.Handler(), PathEvents, jsonBody, string(body), testSecret, time.Now()); w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	<-e.adapter.work.Settled()
}

// said are the messages in a channel, the last one first.
func (e *emulated) said(t *testing.T, channel string) []slack.Message {
	t.Helper()
	h, err := e.person.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: channel, Limit: 999})
	if err != nil {
		t.Fatal(err)
	}
	return h.Messages
}

// told are the messages that the person got from the bot alone.
func (e *emulated) told(t *testing.T) []slack.Message {
	t.Helper()
	direct, _, _, err := e.bot.OpenConversationContext(t.Context(), &slack.OpenConversationParameters{Users: []string{e.asker}})
	if err != nil {
		t.Fatal(err)
	}
	return e.said(t, direct.ID)
}

func TestEmulator(t *testing.T) {
	e := newEmulated(t, namesOf(Scopes()))
	channel := e.channel(t, "architecture")

	// What is said arrives as it was sent, blocks and all.
	for _, s := range allSent(t) {
		if s.kind != "Message" {
			continue
		}
		var m struct {
			Text   string       `json:"text"`
			Blocks slack.Blocks `json:"blocks"`
		}
		if err := json.Unmarshal(s.json, &m); err != nil {
			t.Fatal(err)
		}
		at := place{channel: bot.ChannelID(channel)}
		if err := e.adapter.post(t.Context(), &installation{client: e.bot}, at, message{m.Text, m.Blocks.BlockSet}); err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		if diff := cmp.Diff(string(encode(t, m.Blocks.BlockSet)), string(encode(t, e.said(t, channel)[0].Blocks.BlockSet))); diff != "" {
			t.Errorf("%s (-sent +read):\n%s", s.name, diff)
		}
	}

	const question = "what do you have on circuit breakers?"
	_, ts, err := e.person.PostMessageContext(t.Context(), channel, slack.MsgOptionText(question, false))
	if err != nil {
		t.Fatal(err)
	}
	e.mention(t, channel, ts, question)
	thread, _, _, err := e.person.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts})
	if err != nil {
		t.Fatal(err)
	}
	if len(thread) != 2 || !strings.Contains(thread[1].Text, "Circuit breaking") || len(thread[1].Blocks.BlockSet) == 0 {
		t.Errorf("the thread: %+v", thread)
	}
	if len(e.told(t)) != 0 {
		t.Error("somebody is told in private what was said in the channel")
	}
	if log := e.log.String(); log != "" {
		t.Errorf("the log says\n%s", log)
	}
}

// Whoever asks where the bot cannot answer is told why, in private.
func TestEmulatorShutOut(t *testing.T) {
	e := newEmulated(t, namesOf(Scopes()))
	old := e.channel(t, "architecture")
	if err := e.person.ArchiveConversationContext(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ channel, code, told string }{
		{"C0NOWHERE", "channel_not_found", "/invite @archbot"},
		{old, "is_archived", "that channel is archived"},
	} {
		before := len(e.told(t))
		e.mention(t, c.channel, "1700000000.000100", "circuit breakers")
		told := e.told(t)
		if len(told) != before+1 || !strings.Contains(told[0].Text, c.told) {
			t.Errorf("%s: the person is told %d things", c.code, len(told)-before)
		}
		if log := e.log.String(); !strings.Contains(log, c.code) {
			t.Errorf("the log does not say %s:\n%s", c.code, log)
		}
	}
}

// A token that lacks a scope cannot answer, which is logged, and does no harm.
func TestEmulatorMissingScope(t *testing.T) {
	e := newEmulated(t, []string{"channels:read"})
	channel := e.channel(t, "architecture")
	e.mention(t, channel, "1700000000.000100", "circuit breakers")
	if len(e.said(t, channel)) != 0 || !strings.Contains(e.log.String(), "missing_scope") {
		t.Errorf("the log says\n%s", e.log.String())
	}
}
