package slack

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

func TestPace(t *testing.T) {
	p := newPacer(time.Second)
	now := time.Unix(1_700_000_000, 0)
	reserve := func(c bot.ChannelID, at time.Duration, want time.Duration) {
		t.Helper()
		if got, err := p.reserve(c, now.Add(at)); err != nil || got != want {
			t.Errorf("%s at %s: wait %s, %v; want %s", c, at, got, err, want)
		}
	}
	reserve("C1", 0, 0)
	reserve("C1", 0, time.Second)
	reserve("C2", 0, 0)
	reserve("C1", 500*time.Millisecond, 1500*time.Millisecond)
	reserve("C1", time.Minute, 0)
	for range maxWaiting {
		if _, err := p.reserve("C3", now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.reserve("C3", now); err != nil {
		t.Errorf("%d may wait: %v", maxWaiting, err)
	}
	if _, err := p.reserve("C3", now); !errors.Is(err, errQueueFull) {
		t.Errorf("one too many waits: %v", err)
	}
}

// Channels at rest are forgotten, so the memory is bounded.
func TestPaceForgets(t *testing.T) {
	p := newPacer(time.Second)
	now := time.Unix(1_700_000_000, 0)
	for i := range 3 * maxPaced {
		if _, err := p.reserve(bot.ChannelID(fmt.Sprint(i)), now.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(p.next); n > maxPaced {
		t.Errorf("%d channels are remembered", n)
	}
}

func TestReplays(t *testing.T) {
	r := newReplays()
	now := time.Unix(1_700_000_000, 0)
	r.keep("a", "first", now)
	if got := r.of("a", now.Add(replayMemory)); got != "first" {
		t.Errorf("after a minute: %v", got)
	}
	if got := r.of("a", now.Add(replayMemory+1)); got != nil {
		t.Errorf("after more: %v", got)
	}
	for i := range 3 * maxReplays {
		r.keep(bot.EventID(fmt.Sprint(i)), i, now)
	}
	if len(r.acks) > maxReplays || len(r.order) != len(r.acks) {
		t.Errorf("%d acknowledgements are kept in an order of %d", len(r.acks), len(r.order))
	}
}

func TestClassify(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want class
	}{
		{slack.SlackErrorResponse{Err: "fatal_error"}, ambiguous},
		{slack.SlackErrorResponse{Err: "not_in_channel"}, barred},
		{slack.SlackErrorResponse{Err: "is_archived"}, gone},
		{slack.SlackErrorResponse{Err: "token_revoked"}, dead},
		{slack.SlackErrorResponse{Err: "invalid_blocks"}, faulty},
		{slack.SlackErrorResponse{Err: "service_unavailable"}, passing},
		{slack.SlackErrorResponse{Err: "of a kind to come"}, passing},
		{&slack.RateLimitedError{RetryAfter: time.Second}, passing},
		{slack.StatusCodeError{Code: 503}, ambiguous},
		{errQueueFull, passing},
		{redacted(&url.Error{Op: "Post", URL: "https://hooks.slack.com/secret", Err: errors.New("reset")}), ambiguous},
	} {
		if got := classify(tt.err); got != tt.want {
			t.Errorf("%v is %s, want %s", tt.err, got, tt.want)
		}
	}
}

func TestRedacted(t *testing.T) {
	err := redacted(fmt.Errorf("failed: %w", &url.Error{Op: "Post", URL: "https://hooks.slack.com/secret", Err: errors.New("reset by peer")}))
	if strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "reset by peer") {
		t.Errorf("%v", err)
	}
}
