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

	"archbot/adapters/discord/discordfake"
)

// Another process has people act, looks at what was said, and has things go wrong.
func TestControl(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, nil, in) }()
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

// A program in Go has the fake do as it wants, and takes it along when it ends.
func TestRemote(t *testing.T) {
	hold, end := io.Pipe()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(t.Context(), []string{"-until-eof", "-options", `{"shards":2}`}, hold, in) }()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var at map[string]string
	if err := json.Unmarshal(line, &at); err != nil {
		t.Fatal(err)
	}
	remote := discordfake.Remote{Control: at["control"]}
	guild, first, err := remote.AddGuild(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	second, err := remote.AddChannel(t.Context(), guild, "news")
	if err != nil {
		t.Fatal(err)
	}
	// The first channel loses the answer to a post, the second one the request.
	for _, f := range []discordfake.Fault{{Path: first, Reset: true, After: true}, {Path: second, Reset: true}} {
		if err := remote.Fail(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	for _, channel := range []string{first, second} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at["DISCORD_API_URL"]+"/channels/"+channel+"/messages", strings.NewReader(`{"content":"hello"}`))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"User-Agent": "DiscordBot (test, 1)", "Content-Type": "application/json", "Authorization": "Bot " + at["DISCORD_TOKEN"]} {
			r.Header.Set(name, value)
		}
		if response, err := http.DefaultClient.Do(r); err == nil {
			_ = response.Body.Close()
			t.Errorf("an answer arrived: %s", response.Status)
		}
	}
	posts, err := remote.Posts(t.Context(), "")
	if err != nil || len(posts) != 1 || posts[0].Channel != first {
		t.Errorf("posts: %+v, %v", posts, err)
	} else if later, err := remote.Posts(t.Context(), posts[0].ID); err != nil || len(later) != 0 {
		t.Errorf("after it: %+v, %v", later, err)
	}
	if faults, err := remote.Faults(t.Context()); err != nil || len(faults) != 2 || faults[0].Hits != 1 || faults[1].Hits != 1 {
		t.Errorf("faults: %+v, %v", faults, err)
	}
	if requests, err := remote.Requests(t.Context()); err != nil || len(requests) != 2 || requests[0].Status != 0 {
		t.Errorf("requests: %+v, %v", requests, err)
	}
	_ = end.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestMisuse(t *testing.T) {
	for _, args := range [][]string{{"-no-such-flag"}, {"-options", "{"}, {"-options", `{"sharps":2}`}, {"-address", "nowhere"}} {
		if err := run(t.Context(), args, nil, io.Discard); err == nil {
			t.Errorf("%q was fine", args)
		}
	}
}
