package slackfake_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

// post calls the API with a body, and returns the answer and its headers.
func (w *world) post(t *testing.T, method, token, kind, body string) (map[string]any, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.APIURL()+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	out := map[string]any{}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out, response.Header
}

const formType = "application/x-www-form-urlencoded"

// call calls a method with a form, as the bot.
func (w *world) call(t *testing.T, method string, pairs ...string) map[string]any {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	out, _ := w.post(t, method, w.token.Value, formType, form.Encode())
	return out
}

// TestRefusals are calls that Slack refuses, each with its name for it.
func TestRefusals(t *testing.T) {
	tests := map[string]struct {
		before func(*world)
		method string
		args   func(*world) []string
		want   string
	}{
		"unknown method":    {method: "chat.shout", want: "unknown_method"},
		"no channel":        {method: "chat.postMessage", args: pairs("text", "x"), want: "invalid_arguments"},
		"unknown channel":   {method: "chat.postMessage", args: pairs("channel", "C404", "text", "x"), want: "channel_not_found"},
		"not a member":      {method: "chat.postMessage", args: func(w *world) []string { return []string{"channel", w.out.ID, "text", "x"} }, want: "not_in_channel"},
		"private":           {before: func(w *world) { w.EditChannel(w.out.ID, func(c *slackfake.Channel) { c.Private = true }) }, method: "chat.postMessage", args: func(w *world) []string { return []string{"channel", w.out.ID, "text", "x"} }, want: "channel_not_found"},
		"archived":          {before: func(w *world) { w.EditChannel(w.inside.ID, func(c *slackfake.Channel) { c.Archived = true }) }, method: "chat.postMessage", args: inside("text", "x"), want: "is_archived"},
		"read-only":         {before: func(w *world) { w.EditChannel(w.inside.ID, func(c *slackfake.Channel) { c.ReadOnly = true }) }, method: "chat.postMessage", args: inside("text", "x"), want: "restricted_action_read_only_channel"},
		"no text":           {method: "chat.postMessage", args: inside("text", " "), want: "no_text"},
		"no blocks either":  {method: "chat.postMessage", args: inside("blocks", "[]"), want: "no_text"},
		"blocks no JSON":    {method: "chat.postMessage", args: inside("blocks", "[{"), want: "invalid_blocks_format"},
		"blocks no list":    {method: "chat.postMessage", args: inside("blocks", "{}"), want: "invalid_blocks_format"},
		"bad blocks":        {method: "chat.postMessage", args: inside("blocks", `[{"type":"nothing"}]`), want: "invalid_blocks"},
		"blocks too long":   {method: "chat.postMessage", args: inside("blocks", longBlocks), want: "msg_blocks_too_long"},
		"markdown and text": {method: "chat.postMessage", args: inside("text", "x", "markdown_text", "x"), want: "markdown_text_conflict"},
		"markdown too long": {method: "chat.postMessage", args: inside("markdown_text", chars(12_001)), want: "msg_too_long"},
		"bad thread":        {method: "chat.postMessage", args: inside("text", "x", "thread_ts", "yesterday"), want: "invalid_thread_ts"},
		"metadata no JSON":  {method: "chat.postMessage", args: inside("text", "x", "metadata", "{"), want: "invalid_metadata_format"},
		"metadata no type":  {method: "chat.postMessage", args: inside("text", "x", "metadata", `{"event_payload":{}}`), want: "invalid_metadata_schema"},
		"metadata more":     {method: "chat.postMessage", args: inside("text", "x", "metadata", `{"event_type":"a","event_payload":{},"b":1}`), want: "invalid_metadata_schema"},
		"metadata nested":   {method: "chat.postMessage", args: inside("text", "x", "metadata", `{"event_type":"a","event_payload":{"a":{"b":{}}}}`), want: "invalid_metadata_schema"},
		"metadata large":    {method: "chat.postMessage", args: inside("text", "x", "metadata", `{"event_type":"a","event_payload":{"a":"`+chars(8000)+`"}}`), want: "metadata_too_large"},
		"to a bot":          {method: "chat.postMessage", args: func(w *world) []string { return []string{"channel", w.team.Bot, "text", "x"} }, want: "cannot_dm_bot"},

		"ephemeral, not there": {method: "chat.postEphemeral", args: inside("text", "x", "user", "U404"), want: "user_not_in_channel"},
		"ephemeral, no user":   {method: "chat.postEphemeral", args: inside("text", "x"), want: "invalid_arguments"},
		"ephemeral, too long": {method: "chat.postEphemeral", args: func(w *world) []string {
			return []string{"channel", w.inside.ID, "user", w.ann.ID, "text", chars(40_001)}
		}, want: "msg_too_long"},
		"update of nothing":      {method: "chat.update", args: inside("ts", "1.000000", "text", "x"), want: "message_not_found"},
		"update of another's":    {method: "chat.update", args: hers("text", "x"), want: "cant_update_message"},
		"delete another's":       {method: "chat.delete", args: hers(), want: "cant_delete_message"},
		"permalink of nothing":   {method: "chat.getPermalink", args: inside("message_ts", "1.000000"), want: "message_not_found"},
		"reaction to nothing":    {method: "reactions.add", args: inside("timestamp", "1.000000", "name", "eyes"), want: "message_not_found"},
		"history from outside":   {method: "conversations.history", args: func(w *world) []string { return []string{"channel", w.out.ID} }, want: "not_in_channel"},
		"history since when":     {method: "conversations.history", args: inside("oldest", "monday"), want: "invalid_ts_oldest"},
		"history until when":     {method: "conversations.history", args: inside("latest", "monday"), want: "invalid_ts_latest"},
		"history, bad cursor":    {method: "conversations.history", args: inside("cursor", "abc"), want: "invalid_cursor"},
		"history, bad limit":     {method: "conversations.history", args: inside("limit", "many"), want: "invalid_limit"},
		"replies to nothing":     {method: "conversations.replies", args: inside("ts", "1.000000"), want: "thread_not_found"},
		"list of what":           {method: "conversations.list", args: pairs("types", "public"), want: "invalid_types"},
		"list, bad cursor":       {method: "conversations.list", args: pairs("cursor", "abc"), want: "invalid_cursor"},
		"info of nothing":        {method: "conversations.info", args: pairs("channel", "C404"), want: "channel_not_found"},
		"join a private one":     {method: "conversations.join", args: func(w *world) []string { return []string{"channel", w.DM(w.ann.ID).ID} }, want: "method_not_supported_for_channel_type"},
		"open with nobody":       {method: "conversations.open", want: "users_list_not_supplied"},
		"open with a stranger":   {method: "conversations.open", args: pairs("users", "U404"), want: "user_not_found"},
		"open with itself":       {method: "conversations.open", args: func(w *world) []string { return []string{"users", w.team.Bot} }, want: "cannot_dm_bot"},
		"open with who has left": {before: func(w *world) { w.EditUser(w.ann.ID, func(u *slackfake.User) { u.Deleted = true }) }, method: "conversations.open", args: func(w *world) []string { return []string{"users", w.ann.ID} }, want: "user_disabled"},
		"who is that":            {method: "users.info", args: pairs("user", "U404"), want: "user_not_found"},
		"a modal at once":        {method: "views.open", args: pairs("trigger_id", "1.2.x", "view", "{}"), want: "invalid_trigger_id"},
		"a modal without":        {method: "views.open", args: pairs("view", "{}"), want: "invalid_arguments"},
		"a home for nobody":      {method: "views.publish", args: pairs("user_id", "U404", "view", homeView), want: "invalid_arguments"},
		"a bad home":             {method: "views.publish", args: func(w *world) []string { return []string{"user_id", w.ann.ID, "view", `{"type":"home"}`} }, want: "invalid_arguments"},
		"a home of old":          {method: "views.publish", args: func(w *world) []string { return []string{"user_id", w.ann.ID, "view", homeView, "hash", "1.x"} }, want: "hash_conflict"},
		"update no view":         {method: "views.update", args: pairs("view_id", "V404", "view", homeView), want: "not_found"},
		"prompts without pane": {method: "assistant.threads.setSuggestedPrompts", args: func(w *world) []string {
			return []string{"channel_id", w.DM(w.ann.ID).ID, "prompts", `[{"title":"a","message":"b"}]`}
		}, want: "not_agent_app"},
		"a socket for a bot": {method: "apps.connections.open", want: "not_allowed_token_type"},

		"inactive": {before: func(w *world) { w.EditToken(w.token.Value, func(t *slackfake.Token) { t.Revoked = true }) }, method: "auth.test", want: "account_inactive"},
		"expired":  {before: func(w *world) { w.EditToken(w.token.Value, func(t *slackfake.Token) { t.Expires = time.Now() }) }, method: "auth.test", want: "token_expired"},
		"gone":     {before: func(w *world) { w.EditTeam(w.team.ID, func(t *slackfake.Team) { t.Gone = true }) }, method: "auth.test", want: "account_inactive"},
		"scope": {before: func(w *world) {
			w.EditToken(w.token.Value, func(t *slackfake.Token) { t.Scopes = []string{"commands"} })
		}, method: "chat.postMessage", args: inside("text", "x"), want: "missing_scope"},
		"scope of one": {before: func(w *world) {
			w.EditToken(w.token.Value, func(t *slackfake.Token) { t.Scopes = []string{"im:history"} })
		}, method: "conversations.history", args: inside(), want: "missing_scope"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slackfake.Options{})
			if tt.before != nil {
				tt.before(w)
			}
			var args []string
			if tt.args != nil {
				args = tt.args(w)
			}
			if out := w.call(t, tt.method, args...); out["error"] != tt.want || out["ok"] != false {
				t.Errorf("%v, want %s", out, tt.want)
			}
			if got := w.Posts(w.inside.ID); got != nil {
				t.Errorf("posted all the same: %+v", got)
			}
		})
	}
}

func pairs(p ...string) func(*world) []string { return func(*world) []string { return p } }

func inside(p ...string) func(*world) []string {
	return func(w *world) []string { return append([]string{"channel", w.inside.ID}, p...) }
}

// hers is a message of ann's.
func hers(p ...string) func(*world) []string {
	return func(w *world) []string {
		m, _ := w.As(w.ann.ID).Say(w.inside.ID, "mine")
		return append([]string{"channel", w.inside.ID, "ts", m.TS}, p...)
	}
}

const homeView = `{"type":"home","blocks":[{"type":"divider"}]}`

var longBlocks = func() string {
	b, err := json.Marshal(times(5, func(int) any { return section(object{"text": mrkdwn(2000)}) }))
	if err != nil {
		panic(err)
	}
	return string(b)
}()

// TestWhoCalls are the ways to show a token, and the ways to fail to.
func TestWhoCalls(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	user := w.AddToken(slackfake.Token{Kind: "user", Team: w.team.ID, User: w.ann.ID, Revoked: true})
	tests := map[string]struct{ token, kind, body, want string }{
		"header":        {token: w.token.Value},
		"form":          {kind: formType, body: "token=" + w.token.Value},
		"JSON":          {token: w.token.Value, kind: "application/json", body: "{}"},
		"in JSON":       {kind: "application/json", body: `{"token":"` + w.token.Value + `"}`, want: "not_authed"},
		"none":          {want: "not_authed"},
		"wrong":         {token: "xoxb-1", want: "invalid_auth"},
		"revoked":       {token: user.Value, want: "token_revoked"},
		"broken JSON":   {token: w.token.Value, kind: "application/json", body: `{"a":`, want: "invalid_json"},
		"JSON array":    {token: w.token.Value, kind: "application/json", body: `[]`, want: "invalid_json"},
		"broken form":   {token: w.token.Value, kind: formType, body: "%zz", want: "invalid_form_data"},
		"no type":       {token: w.token.Value, body: "a=b", want: "missing_post_type"},
		"another type":  {token: w.token.Value, kind: "image/png", body: "a=b", want: "invalid_post_type"},
		"in parts":      {kind: "multipart/form-data; boundary=b", body: "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + w.token.Value + "\r\n--b--\r\n"},
		"broken parts":  {kind: "multipart/form-data; boundary=b", body: "--c", want: "invalid_form_data"},
		"an app's kind": {token: w.AddToken(slackfake.Token{Kind: "app"}).Value},
	}
	for name, tt := range tests {
		out, _ := w.post(t, "auth.test", tt.token, tt.kind, tt.body)
		if got, _ := out["error"].(string); got != tt.want {
			t.Errorf("%s: %v, want %q", name, out, tt.want)
		}
	}
}

func TestScopeHeaders(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	w.EditToken(w.token.Value, func(t *slackfake.Token) { t.Scopes = []string{"commands", "im:read"} })
	out, _ := w.post(t, "chat.postMessage", w.token.Value, formType, "channel=C1&text=x")
	if out["needed"] != "chat:write" || out["provided"] != "commands,im:read" {
		t.Error(out)
	}
	out, _ = w.post(t, "users.info", w.token.Value, formType, "user=U1")
	if out["needed"] != "users:read" {
		t.Error(out)
	}
	_, header := w.post(t, "auth.test", w.token.Value, formType, "")
	if got := header.Get("X-OAuth-Scopes"); got != "commands,im:read" {
		t.Error(got)
	}
	_, err := slack.New(w.token.Value, slack.OptionAPIURL(w.APIURL())).GetUserInfo(w.ann.ID)
	if refused, ok := err.(slack.SlackErrorResponse); !ok || refused.Needed != "users:read" { //nolint:errorlint // the client returns it unwrapped
		t.Errorf("%#v", err)
	}
}

// TestBadBlocksSayWhere reads what is wrong where, as a client gets it.
func TestBadBlocksSayWhere(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	_, _, err := w.api.PostMessage(w.inside.ID, slack.MsgOptionBlocks(slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", strings.Repeat("x", 151), false, false))))
	refused, ok := err.(slack.SlackErrorResponse) //nolint:errorlint // the client returns it unwrapped
	want := []string{"[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"}
	if !ok || refused.Err != "invalid_blocks" {
		t.Fatalf("%#v", err)
	}
	if diff := cmp.Diff(want, refused.ResponseMetadata.Messages); diff != "" {
		t.Error(diff)
	}
}

func TestPostEditDelete(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	meta := slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "edition", EventPayload: map[string]any{"key": "k1", "n": 3}})
	channel, ts, err := w.api.PostMessage(w.inside.ID, slack.MsgOptionText("Hello <@"+w.ann.ID+"> and @here", false), meta, slack.MsgOptionDisableLinkUnfurl())
	if err != nil || channel != w.inside.ID {
		t.Fatal(channel, err)
	}
	m, _ := w.Message(channel, ts)
	if m.UnfurlLinks == nil || *m.UnfurlLinks || m.UnfurlMedia != nil {
		t.Errorf("unfurling: %v %v", m.UnfurlLinks, m.UnfurlMedia)
	}
	if diff := cmp.Diff([]string{"<@" + w.ann.ID + ">"}, m.Mentions); diff != "" {
		t.Error(diff)
	}
	if string(m.Metadata) != `{"event_payload":{"key":"k1","n":3},"event_type":"edition"}` {
		t.Errorf("%s", m.Metadata)
	}
	if _, _, _, err := w.api.UpdateMessage(channel, ts, slack.MsgOptionText("Bye", false)); err != nil {
		t.Fatal(err)
	}
	if m, _ = w.Message(channel, ts); m.Text != "Bye" || m.Edits != 1 || m.Metadata == nil {
		t.Errorf("%+v", m)
	}
	if _, _, _, err := w.api.UpdateMessage(channel, ts, slack.MsgOptionText(chars(4001), false)); err == nil || err.Error() != "msg_too_long" {
		t.Error(err)
	}
	link, err := w.api.GetPermalink(&slack.PermalinkParameters{Channel: channel, Ts: ts})
	if err != nil || !strings.HasPrefix(link, "https://acme.slack.com/archives/"+channel+"/p") {
		t.Error(link, err)
	}
	if err := w.api.AddReaction("eyes", slack.NewRefToMessage(channel, ts)); err != nil {
		t.Error(err)
	}
	if err := w.api.AddReaction("eyes", slack.NewRefToMessage(channel, ts)); err == nil || err.Error() != "already_reacted" {
		t.Error(err)
	}
	if _, _, err := w.api.DeleteMessage(channel, ts); err != nil {
		t.Error(err)
	}
	if got := w.Posts(channel); got != nil {
		t.Errorf("%+v", got)
	}
}

func TestLongTextIsCut(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	out := w.call(t, "chat.postMessage", "channel", w.inside.ID, "text", strings.Repeat("é", 40_001))
	if out["ok"] != true || out["warning"] != "message_truncated" {
		t.Errorf("%v", out["warning"])
	}
	if m := w.Posts(w.inside.ID)[0]; len(m.Text) != 80_000 {
		t.Error(len(m.Text))
	}
}
