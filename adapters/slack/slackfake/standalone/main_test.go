package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"testing"

	"archbot/adapters/slack/slackfake"
)

// TestRun starts the process's own function, asks the fake that it names, and ends it
// by the end of its input.
func TestRun(t *testing.T) {
	in, end := io.Pipe()
	lines, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(t.Context(), []string{"-until-eof", "-options", `{"socket_mode":true}`}, in, out) }()
	line, err := bufio.NewReader(lines).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	if err := json.Unmarshal(line, &said); err != nil || said["signing_secret"] == "" || said["api_url"] != said["url"]+"/api/" {
		t.Fatalf("%v %s", err, line)
	}
	if _, err := (slackfake.Remote{URL: said["url"]}).AddTeam(t.Context(), slackfake.Team{}); err != nil {
		t.Error(err)
	}
	_ = end.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, nil, nil, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestMisuse(t *testing.T) {
	for _, args := range [][]string{{"-no-such-flag"}, {"-options", "{"}, {"-options", `{"sockets":true}`}, {"-addr", "nowhere"}} {
		if err := run(t.Context(), args, nil, io.Discard); err == nil {
			t.Errorf("%q was fine", args)
		}
	}
}
