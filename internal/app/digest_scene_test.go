package app

import (
	"os"
	"sync"
	"testing"
	"time"

	"archbot/internal/digest"
	"archbot/internal/store"
)

// scene is a platform that editions are posted on, in another process than those that
// post, with bad days: it loses requests and answers, refuses some, and accepts some
// when their callers have given up or are dead.
type scene interface {
	// places makes as many channels; each is the place of one edition.
	places(t *testing.T, n int) []digest.Place
	// access is what a worker needs to post there.
	access() access
	// posted counts what is there, by the editions' keys. Nothing is on its way any
	// more longestWay after the last request.
	posted(t testing.TB) map[string]int
	// said is how the days were.
	said(t testing.TB) string
}

// access is how a worker reaches a scene: one of its fields is set, beside Pace.
type access struct {
	Recorder string         // its address
	Slack    *slackAccess   // a Web API and a token for it
	Discord  *discordAccess // an API and a token for it
	Pace     time.Duration
}

// add adds the scene's platform to those that are posted on.
func (a access) add(to *digest.Senders, s store.Store) error {
	switch {
	case a.Slack != nil:
		return a.Slack.add(to, s)
	case a.Discord != nil:
		return a.Discord.add(to, s)
	}
	to.Add(recorderName, poster{a.Recorder})
	return nil
}

// longestWay is how long a scene takes over a request: longer than the deadline, so
// that it accepts posts whose callers have given up or are dead.
const longestWay = 1500 * time.Millisecond

// scenes are those that the proofs are made on.
var scenes = map[string]func(testing.TB) scene{
	"recorder": func(t testing.TB) scene { t.Helper(); return newRecorder(t) },
	"slack":    func(t testing.TB) scene { t.Helper(); return newFakeScene(t, newSlackFake) },
	"discord":  func(t testing.TB) scene { t.Helper(); return newFakeScene(t, newDiscordFake) },
}

// onEach makes a proof on every scene: side by side, as it waits most of the time, and
// at full size one after the other.
func onEach(t *testing.T, proof func(*testing.T, scene)) {
	t.Helper()
	t.Parallel()
	var side sync.WaitGroup
	for name, open := range scenes {
		run := func() { t.Run(name, func(t *testing.T) { proof(t, open(t)) }) }
		if os.Getenv("ARCHBOT_SOAK") != "" {
			run()
			continue
		}
		side.Go(run)
	}
	side.Wait()
}
