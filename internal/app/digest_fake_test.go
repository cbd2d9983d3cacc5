package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"archbot/internal/digest"
)

// fake is a fake platform as a process of its own, with the app where it is to post.
type fake interface {
	// channel makes one that the app may post in.
	channel(t testing.TB) digest.Place
	// spoil has a call in a channel meet a bad day.
	spoil(t testing.TB, p digest.Place, d badDay)
	// met is how often each bad day was, in the order in which they were set.
	met(t testing.TB) []int
	// editions are the keys of what was posted since it was last asked; what names none
	// is an error of the test.
	editions(t testing.TB) []string
	// asked counts the app's posts and its looks into histories.
	asked(t testing.TB) (posts, looks int)
	access() access
}

// fakeScene is a scene on a fake platform.
type fakeScene struct {
	fake
	days  []badDay
	there map[string]int // what was posted, by key
}

func newFakeScene[F fake](t testing.TB, start func(testing.TB) F) *fakeScene {
	t.Helper()
	return &fakeScene{fake: start(t), there: make(map[string]int)}
}

// killPace is that of a workspace on a fake platform: all editions are in one.
const killPace = 75 * time.Millisecond

// badDay is what a call meets.
type badDay struct {
	kind string
	way  time.Duration // how long it, or its answer, is on its way
	look bool          // it is a look into a channel's history, and not a post
}

// The kinds of bad days.
const (
	dayRequestLost = "request lost"
	dayAnswerLost  = "answer lost"
	dayLate        = "accepted late" // on its way for long, whether its caller lives or not
	dayAnswerHeld  = "answer held"
	dayTooMany     = "429"
	dayPerhaps     = "an error, yet posted"
	dayOutage      = "503"
)

// badDays are what the first calls in a channel meet: the second try may go wrong as well,
// and the details of an edition that went well.
func badDays() []badDay {
	var days []badDay
	for range 3 {
		var kind string
		switch day := rand.IntN(100); {
		case day < 10:
			kind = dayRequestLost
		case day < 25:
			kind = dayAnswerLost
		case day < 45:
			kind = dayLate
		case day < 50:
			kind = dayAnswerHeld
		case day < 55:
			kind = dayTooMany
		case day < 62:
			kind = dayPerhaps
		case day < 65:
			kind = dayOutage
		default:
			return days
		}
		days = append(days, badDay{kind: kind, way: rand.N(longestWay)})
	}
	if rand.IntN(20) == 0 {
		days = append(days, badDay{kind: dayTooMany, look: true})
	}
	return days
}

func (s *fakeScene) places(t *testing.T, n int) []digest.Place {
	t.Helper()
	places := make([]digest.Place, n)
	for i := range places {
		places[i] = s.channel(t)
		for _, d := range badDays() {
			s.spoil(t, places[i], d)
			s.days = append(s.days, d)
		}
	}
	return places
}

func (s *fakeScene) posted(t testing.TB) map[string]int {
	t.Helper()
	for _, key := range s.editions(t) {
		s.there[key]++
	}
	return s.there
}

func (s *fakeScene) said(t testing.TB) string {
	t.Helper()
	posts, looks := s.asked(t)
	met := make(map[string]int)
	for i, n := range s.met(t) {
		met[s.days[i].kind] += n
	}
	return fmt.Sprintf("%d posts and %d looks, of which met %v", posts, looks, met)
}

// startFake builds and starts a fake's own program, which ends with the test, and decodes
// the line in which it says what to know of it.
func startFake(t testing.TB, program string, at any, args ...string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fake")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, program).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	process := exec.Command(path, append(args, "-until-eof")...)
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := process.Wait(); err != nil {
			t.Errorf("%s ends with %v", program, err)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, at)
	}
	if err != nil {
		t.Fatal(err)
	}
}
