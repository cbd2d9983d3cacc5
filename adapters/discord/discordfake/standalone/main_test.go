package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Another process has people act, looks at what was said, and has things go wrong.
func TestControl(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, "127.0.0.1:0", 1, in) }()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var at map[string]string
	if err := json.Unmarshal(line, &at); err != nil {
		t.Fatal(err)
	}
	do := func(word string, order map[string]any) (status int, answer any) {
		t.Helper()
		body, err := json.Marshal(order)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, at["control"]+word, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil && response.StatusCode == http.StatusOK {
			t.Fatal(err)
		}
		return response.StatusCode, answer
	}
	of := func(answer any, name string) string {
		m, _ := answer.(map[string]any)
		s, _ := m[name].(string)
		return s
	}
	_, place := do("guild", map[string]any{"name": "acme"})
	_, ann := do("user", map[string]any{"name": "ann"})
	if status, m := do("mention", map[string]any{"user": of(ann, "id"), "guild": of(place, "guild"), "channel": of(place, "channel"), "text": "hello"}); status != 200 || !strings.Contains(of(m, "content"), "hello") {
		t.Errorf("%d %v", status, m)
	}
	if status, all := do("messages", map[string]any{"channel": of(place, "channel")}); status != 200 || len(all.([]any)) != 1 {
		t.Errorf("%d %v", status, all)
	}
	if status, _ := do("command", map[string]any{"user": of(ann, "id"), "name": "arch", "sub": "search"}); status != http.StatusUnprocessableEntity {
		t.Errorf("a command that is not registered: %d", status)
	}
	if status, _ := do("nonsense", nil); status != http.StatusNotFound {
		t.Errorf("an unknown word: %d", status)
	}
	do("fail", map[string]any{"fault": map[string]any{"path": "/gateway", "status": 503}})
	for _, want := range []int{503, 200} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, at["DISCORD_API_URL"]+"/gateway", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("User-Agent", "DiscordBot (test, 1)")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("status %d, want %d", response.StatusCode, want)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
