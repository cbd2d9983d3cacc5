package slack

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// fuzzed is an adapter that answers whatever it is sent, and calls nobody.
func fuzzed(f *testing.F) (http.Handler, func()) {
	f.Helper()
	w := withState(f)
	w.holds(indexOf("# List\n\n## Services\n\n- [Circuit Breaker](https://example.com/cb) - Stop calling what fails. `article`\n"))
	a := unattended(f, w)
	return a.Handler(), func() { <-a.work.Settled() }
}

// taken fails unless a signed delivery was answered, or refused as unreadable.
func taken(t *testing.T, h http.Handler, settle func(), path, kind, body string) {
	t.Helper()
	w := post(t, h, path, kind, body, testSecret, time.Now())
	settle()
	ended := strings.Contains(body, "app_uninstalled") || strings.Contains(body, "tokens_revoked") // Slack cannot be asked
	if w.Code != http.StatusOK && w.Code != http.StatusBadRequest && !(ended && w.Code == http.StatusServiceUnavailable) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "<!channel>") {
		t.Errorf("a mention: %s", w.Body)
	}
}

func FuzzCommand(f *testing.F) {
	h, settle := fuzzed(f)
	for _, text := range []string{"", "circuit", "search x for:<@U1|bob> kind:video", "save <https://example.com/cb|cb>", "<!channel> *x*", "forget", "for:<@U1", "topic #~AAAAAAAAAAA"} {
		f.Add(text, "C1", "U1")
	}
	f.Fuzz(func(t *testing.T, text, channel, user string) {
		form := url.Values{"team_id": {"T1"}, "channel_id": {channel}, "user_id": {user}, "command": {"/arch"}, "text": {text}}
		taken(t, h, settle, PathCommands, formBody, form.Encode())
	})
}

func FuzzInteraction(f *testing.F) {
	h, settle := fuzzed(f)
	for _, payload := range []string{
		`{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"container":{"type":"message","message_ts":"1.1","is_ephemeral":true},"response_url":"https://hooks.slack.com/1","actions":[{"action_id":"archbot/next/1","block_id":"b","type":"button","value":"AQ"}]}`,
		`{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"container":{"type":"view"},"view":{"id":"V1","type":"home"},"actions":[{"action_id":"archbot/search","block_id":"b","type":"plain_text_input","value":"circuit"}]}`,
		`{"type":"block_suggestion","action_id":"archbot/field/topic","value":"c","view":{"callback_id":"archbot/form/search"}}`,
		`{"type":"view_submission","team":{"id":"T1"},"user":{"id":"U1"},"view":{"id":"V1","callback_id":"archbot/form/search","state":{"values":{"archbot/field/query":{"archbot/field/query":{"type":"plain_text_input","value":"circuit"}}}}}}`,
		`{"type":"message_action","callback_id":"archbot_find","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"message":{"text":"circuit"},"response_url":"https://hooks.slack.com/1"}`,
		`{"type":"shortcut","callback_id":"archbot_search","team":{"id":"T1"},"user":{"id":"U1"},"trigger_id":"1"}`, `{"type":"view_closed"}`, `null`, `[]`, `{"actions":[null]}`,
	} {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		taken(t, h, settle, PathInteractivity, formBody, url.Values{"payload": {payload}}.Encode())
	})
}

func FuzzEvent(f *testing.F) {
	h, settle := fuzzed(f)
	for _, body := range []string{
		`{"type":"event_callback","team_id":"T1","event_id":"E1","event":{"type":"app_mention","user":"U1","text":"<@U0BOT> circuit","ts":"1.1","channel":"C1"}}`,
		`{"type":"event_callback","team_id":"T1","event_id":"E2","event":{"type":"message","channel_type":"im","user":"U1","text":"circuit","ts":"1.1","channel":"D1"}}`,
		`{"type":"event_callback","team_id":"T1","event":{"type":"message","subtype":"message_changed","message":null}}`,
		`{"type":"event_callback","team_id":"T1","event":{"type":"member_joined_channel","user":"U0BOT","channel":"C1"}}`,
		`{"type":"event_callback","team_id":"T1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}`,
		`{"type":"event_callback","event":{"type":"tokens_revoked","tokens":{"bot":["U1"]}}}`,
		`{"type":"url_verification","challenge":"c"}`, `{"type":"event_callback"}`, `{"type":"event_callback","event":null}`, `[]`, `null`, `{`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) { taken(t, h, settle, PathEvents, jsonBody, body) })
}
