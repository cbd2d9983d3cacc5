package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"archbot/internal/digest"
)

// recorderName is the recorder's as a platform.
const recorderName = "recorder"

// recorder is a scene that is nothing else. It notes every post that it has accepted.
type recorder struct {
	*httptest.Server

	mu       sync.Mutex
	posts    map[string]int // accepted, by key
	requests int
	lost     int // answers, or requests
	delayed  int // accepted after the caller had given up, or might have died
}

func newRecorder(t testing.TB) *recorder {
	t.Helper()
	r := &recorder{posts: make(map[string]int)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /posts/{key}", r.post)
	mux.HandleFunc("GET /posts/{key}", r.find)
	r.Server = httptest.NewServer(mux)
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) places(_ *testing.T, n int) []digest.Place {
	spaces := max(n/100, 4)
	places := make([]digest.Place, n)
	for i := range places {
		places[i] = digest.Place{Platform: recorderName, Workspace: fmt.Sprint("T", i%spaces), Channel: fmt.Sprint("C", i)}
	}
	return places
}

func (r *recorder) access() access { return access{Recorder: r.URL, Pace: 500 * time.Millisecond} }

func (r *recorder) posted(testing.TB) map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.posts)
}

func (r *recorder) said(testing.TB) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprintf("%d requests, of which %d were lost or their answers, and %d took their time", r.requests, r.lost, r.delayed)
}

// post accepts an edition, most of the time. It goes on with what it is about when
// its caller is gone: a platform does not know that.
func (r *recorder) post(w http.ResponseWriter, q *http.Request) {
	key := q.PathValue("key")
	day := rand.IntN(100)
	r.mu.Lock()
	r.requests++
	r.mu.Unlock()
	switch {
	case day < 10: // the request is lost
		r.count(&r.lost)
		panic(http.ErrAbortHandler)
	case day < 25: // the answer is
		r.accept(key)
		r.count(&r.lost)
		panic(http.ErrAbortHandler)
	case day < 45: // it takes its time
		r.count(&r.delayed)
		time.Sleep(rand.N(longestWay))
	case day < 50:
		w.Header().Set("Retry-After", "0")
		http.Error(w, "slow down", http.StatusTooManyRequests)
		return
	}
	r.accept(key)
	fmt.Fprint(w, "posted")
}

func (r *recorder) accept(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posts[key]++
}

func (r *recorder) count(what *int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*what++
}

func (r *recorder) find(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	found := r.posts[q.PathValue("key")] > 0
	r.mu.Unlock()
	if rand.IntN(20) == 0 {
		http.Error(w, "slow down", http.StatusTooManyRequests)
		return
	}
	_ = json.NewEncoder(w).Encode(found)
}

// poster is the recorder's digest.Sender.
type poster struct{ address string }

func (p poster) at(key string) string { return p.address + "/posts/" + url.PathEscape(key) }

func (p poster) Post(ctx context.Context, post digest.Post) (digest.MessageID, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, p.at(post.Key), http.NoBody)
	if err != nil {
		return "", err
	}
	if err := p.ask(q, nil); err != nil {
		return "", err
	}
	return "m1", nil
}

func (p poster) Find(ctx context.Context, sought digest.Sought) (digest.MessageID, bool, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, p.at(sought.Key), http.NoBody)
	if err != nil {
		return "", false, err
	}
	var found bool
	err = p.ask(q, &found)
	if _, ok := errors.AsType[*digest.Failure](err); err != nil && !ok {
		err = &digest.Failure{Class: digest.Passing, Err: err} // looking can be done again
	}
	return "m1", found, err
}

func (p poster) ask(q *http.Request, answer any) error {
	// A request that fails is not sent again by itself: only what is idempotent is.
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	switch {
	case r.StatusCode == http.StatusTooManyRequests:
		return &digest.Failure{Class: digest.Passing, After: 50 * time.Millisecond, Text: "slow down"}
	case r.StatusCode != http.StatusOK:
		return fmt.Errorf("status %d", r.StatusCode)
	case answer == nil:
		return nil
	}
	return json.NewDecoder(r.Body).Decode(answer)
}
