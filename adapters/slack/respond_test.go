package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// What is sent to a response URL, and what comes of each answer to it, is the same as when
// the library sends it.
func TestRespond(t *testing.T) {
	w := withState(t)
	a := unattended(t, w, func(c *Config) { c.Transport = http.DefaultTransport })
	reply := w.Handle(t.Context(), typed("circuit breaking"))
	how := manner{who: bot.ToOne, replaces: true}
	for name, answer := range map[string]struct {
		status int
		wait   string // Retry-After
		class  class
	}{
		"taken":             {200, "", passing},
		"too fast":          {429, "7", passing},
		"too fast, and mum": {429, "", ambiguous},
		"used up":           {404, "", ambiguous},
		"in trouble":        {503, "", ambiguous},
	} {
		t.Run(name, func(t *testing.T) {
			var sent []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				sent = append(sent, r.Method+" "+r.Header.Get("Content-Type")+" "+string(body))
				if answer.wait != "" {
					w.Header().Set("Retry-After", answer.wait)
				}
				w.WriteHeader(answer.status)
			}))
			defer server.Close()
			got := a.respond(t.Context(), server.URL, reply, inSlack, how)
			want := slack.PostWebhookContext(t.Context(), server.URL, response(render(reply, inSlack), how))
			if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) || (got == nil) != (answer.status == 200) || got != nil && classify(got) != answer.class {
				t.Errorf("it comes to %#v, and with the library to %#v", got, want)
			}
			if len(sent) != 2 || sent[0] != sent[1] {
				t.Errorf("%d are sent, and differ", len(sent))
			}
		})
	}
}

// BenchmarkRespond is what it costs to write the answer to a button that others have
// pressed before, and to one that nobody has.
func BenchmarkRespond(b *testing.B) {
	w := withState(b)
	a := unattended(b, w)
	reply := w.Handle(b.Context(), typed("circuit breaking"))
	how := manner{who: bot.ToOne, replaces: true}
	for name, write := range map[string]func() ([]byte, error){
		"known": func() ([]byte, error) { return a.written.response(reply, inSlack, how) },
		"new":   func() ([]byte, error) { return json.Marshal(response(render(reply, inSlack), how)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if said, err := write(); err != nil || !bytes.Contains(said, []byte("Circuit")) {
					b.Fatal(err)
				}
			}
		})
	}
}
