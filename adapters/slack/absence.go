package slack

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// maxBackoff is how long the library may wait before its next attempt to open a
// connection; it would wait up to five minutes. After that the attempts begin anew.
const maxBackoff = 30 * time.Second

// absence is when connections to Slack cannot be opened. It is told of twice, when it
// begins and when it is over, however many connections and attempts there are.
type absence struct {
	log *slog.Logger

	mu    sync.Mutex
	began time.Time
	of    map[int]bool // the connections that cannot be opened
}

func newAbsence(log *slog.Logger) *absence { return &absence{log: log, of: make(map[int]bool)} }

// failed says that a connection cannot be opened.
func (o *absence) failed(connection int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.of) == 0 {
		o.began = time.Now()
		o.log.Warn("no connection to Slack can be opened; it is tried again until one can", "error", redacted(err))
	}
	o.of[connection] = true
}

// over says that a connection is open.
func (o *absence) over(connection int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.of[connection] {
		return
	}
	if delete(o.of, connection); len(o.of) == 0 {
		o.log.Warn("the connections to Slack are open again", "away", time.Since(o.began).Round(time.Millisecond))
	}
}

// heard takes in what a connection tells of itself. An error has the connection begun
// anew, or says that Slack does not want the app.
func (s *sockets) heard(connection int, e socketmode.Event) error {
	switch data := e.Data.(type) {
	case *socketmode.ConnectedEvent:
		s.absence.over(connection)
	case *slack.ConnectionErrorEvent:
		if refused(data.ErrorObj) != "" {
			return data.ErrorObj // for the library, only some of these are for good
		}
		s.absence.failed(connection, data.ErrorObj)
		_, limited := errors.AsType[*slack.RateLimitedError](data.ErrorObj)
		if data.Backoff > maxBackoff && !limited {
			return data.ErrorObj
		}
	}
	return nil
}
