package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
)

// seeds are interactions as Discord's documentation shows them, and what is near them.
var seeds = []string{
	`{"type":1}`,
	`{"type":2,"id":"1","application_id":"2","token":"x","guild_id":"3","channel_id":"4","member":{"user":{"id":"5"},"permissions":"32"},"data":{"name":"arch","type":1,"options":[{"name":"search","type":1,"options":[{"name":"query","type":3,"value":"caching"},{"name":"page","type":4,"value":2},{"name":"public","type":5,"value":true},{"name":"for","type":6,"value":"7"}]}]}}`,
	`{"type":4,"id":"1","application_id":"2","token":"x","user":{"id":"5"},"context":1,"data":{"name":"arch","type":1,"options":[{"name":"search","type":1,"options":[{"name":"query","type":3,"value":"ca","focused":true}]}]}}`,
	`{"type":2,"id":"1","application_id":"2","token":"x","user":{"id":"5"},"data":{"name":"Find resources for this","type":3,"target_id":"9","resolved":{"messages":{"9":{"content":"caching?"}}}}}`,
	`{"type":2,"id":"1","application_id":"2","token":"x","user":{"id":"5"},"data":{"name":"Recommend to","type":2,"target_id":"9","resolved":{"users":{"9":{"id":"9","username":"bob"}}}}}`,
	`{"type":3,"id":"1","application_id":"2","token":"x","user":{"id":"5"},"message":{"id":"8","flags":64},"data":{"custom_id":"AXK4","component_type":2,"id":606}}`,
	`{"type":3,"id":"1","application_id":"2","token":"x","user":{"id":"5"},"message":{"id":"8"},"data":{"custom_id":"menu:1","component_type":3,"values":["AXK4"]}}`,
	`{"type":5,"id":"1","application_id":"2","token":"x","user":{"id":"5"},"data":{"custom_id":"form:search?for=9","components":[{"type":1,"components":[{"type":4,"custom_id":"query","value":"caching"}]}]}}`,
	`{"type":5,"id":"1","application_id":"2","token":"x","user":{"id":"5"},"data":{"custom_id":"form:search","components":[{"type":18,"component":{"type":3,"custom_id":"kind","values":["video"]}}]}}`,
	`{"type":2,"id":"1","application_id":"2","token":"x","user":null,"member":{"user":null},"data":null}`,
	`{"type":2,"id":1,"data":{"options":[{"options":[{"options":[]}]}]}}`,
	`[]`, `null`, `{"type":99}`, ``,
}

// Whatever comes in, it is read or refused, and what is read is fit for the core.
func FuzzInteraction(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	core := demoBot(f, func(c *bot.Config) { c.State = nil })
	a, err := New(Config{Bot: core, PublicKey: strings.Repeat("ab", 32), Patience: time.Minute})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		i, err := decode(raw)
		if err != nil || i.Type == 1 {
			return
		}
		if q, err := i.read(); err == nil && q.modal == nil {
			r := q.request
			if r.Platform != Platform || !isID(string(r.User)) || r.Event == "" && !q.form || r.Workspace != "" && !isID(string(r.Workspace)) {
				t.Errorf("request %+v", r)
			}
			if someone := r.Options["for"]; someone != "" && !isID(someone) {
				t.Errorf("it is for %q", someone)
			}
		}
		answered := 0
		a.interact(t.Context(), i, func(_ context.Context, r response) error {
			answered++
			refused(t, r)
			return nil
		})
		if answered != 1 {
			t.Errorf("it is answered %d times", answered)
		}
	})
}

// refused fails when Discord would refuse an answer.
func refused(t *testing.T, r response) {
	t.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Data map[string]any `json:"data"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatal(err)
	}
	var wrong []string
	switch r.Type {
	case 4, 7:
		wrong = discordfake.CheckMessage(body.Data)
	case 8:
		wrong = discordfake.CheckChoices(body.Data)
	case 9:
		wrong = discordfake.CheckModal(body.Data)
	}
	if len(wrong) > 0 {
		t.Errorf("Discord refuses %s: %q", raw, wrong)
	}
}

// Messages are read or refused; one of a program is never answered.
func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"id":"1","channel_id":"2","guild_id":"3","type":0,"author":{"id":"4"},"content":"<@9> caching","mentions":[{"id":"9"}]}`))
	f.Add([]byte(`{"id":"1","channel_id":"2","type":19,"author":{"id":"4","bot":true},"content":"caching"}`))
	f.Add([]byte(`{"id":"1","channel_id":"2","type":0,"author":null,"content":"caching"}`))
	f.Add([]byte(`["this",1,"is",null]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, ok, err := decodePost(raw, "9")
		if err != nil || !ok {
			return
		}
		r := p.request("9")
		if p.Author.Bot || p.Author.ID == "9" || p.Webhook != "" || strings.Contains(r.Text, "<@9>") || !isID(string(r.Channel)) || r.Event == "" {
			t.Errorf("request %+v of %+v", r, p)
		}
	})
}

// What is not signed is never looked at, whatever it is.
func FuzzHTTP(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s), "00", "1700000000")
	}
	f.Add([]byte(`{}`), strings.Repeat("ab", 64), "x")
	a, err := New(Config{Bot: &echo{handle: func(context.Context, bot.Request) bot.Reply { panic("it was looked at") }}, PublicKey: strings.Repeat("ab", 32)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, signature, stamp string) {
		r := httptest.NewRequest(http.MethodPost, PathInteractions, strings.NewReader(string(body)))
		r.Header["X-Signature-Ed25519"], r.Header["X-Signature-Timestamp"] = []string{signature}, []string{stamp}
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized && w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%d", w.Code)
		}
	})
}

// The Gateway's packets are read or end the connection, and never the process.
func FuzzPacket(f *testing.F) {
	for _, s := range []string{
		`{"op":10,"d":{"heartbeat_interval":41250}}`, `{"op":0,"t":"READY","s":1,"d":{"session_id":"x","resume_gateway_url":"wss://x","user":{"id":"9"},"guilds":[{"id":"1"}]}}`,
		`{"op":0,"t":"GUILD_CREATE","s":2,"d":{"id":"1","system_channel_id":"2"}}`, `{"op":0,"t":"GUILD_DELETE","s":3,"d":{"id":"1","unavailable":true}}`,
		`{"op":9,"d":false}`, `{"op":11}`, `{"op":0,"s":-1}`, `null`, `{"op":0,"t":"READY","d":null}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(_ *testing.T, raw []byte) {
		a, err := New(Config{Bot: &echo{}, Token: "x"})
		if err != nil {
			panic(err)
		}
		var e event
		if json.Unmarshal(raw, &e) != nil || e.Op != opDispatch || e.Type == "MESSAGE_CREATE" || e.Type == "INTERACTION_CREATE" || e.Type == "GUILD_CREATE" {
			return // what is answered is fuzzed above, and would call Discord here
		}
		s := &shard{of: 1, gateway: a.gateway}
		c := &socket{shard: s, session: &session{}}
		_ = c.dispatch(e)
	})
}
