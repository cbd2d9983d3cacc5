package slack

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// However many connections and attempts fail, the log has a line when that begins and one
// when the last of them is open again.
func TestAbsenceIsToldOnce(t *testing.T) {
	var log bytes.Buffer
	s := &sockets{absence: newAbsence(slog.New(slog.NewTextHandler(&log, nil)))}
	failed := func(err error, backoff time.Duration) socketmode.Event {
		return socketmode.Event{Data: &slack.ConnectionErrorEvent{ErrorObj: err, Backoff: backoff}}
	}
	open := socketmode.Event{Data: &socketmode.ConnectedEvent{}}
	broken, limited, off := errors.New("broken"), &slack.RateLimitedError{RetryAfter: time.Hour}, slack.SlackErrorResponse{Err: "socket_mode_not_enabled"}
	for i, step := range []struct {
		connection int
		event      socketmode.Event
		lines      int
		anew       bool // the connection is begun anew, or for good no more
	}{
		{0, open, 0, false},
		{0, failed(broken, time.Second), 1, false},
		{0, failed(broken, time.Second), 1, false},
		{1, failed(broken, time.Second), 1, false},
		{1, failed(broken, 2*maxBackoff), 1, true},
		{1, failed(limited, time.Hour), 1, false}, // as Slack says
		{0, open, 1, false},
		{0, open, 1, false},
		{1, open, 2, false},
		{1, failed(off, time.Second), 2, true},
		{0, failed(broken, time.Second), 3, false},
	} {
		err := s.heard(step.connection, step.event)
		if n := strings.Count(log.String(), "\n"); n != step.lines || (err != nil) != step.anew {
			t.Errorf("step %d: %v, and %d lines\n%s", i, err, n, log.String())
		}
	}
}
