package telemetry

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Health is how the parts of the program do. The zero value has no part and is ready.
type Health struct {
	// Now is the clock; time.Now when nil.
	Now func() time.Time

	draining atomic.Bool
	mu       sync.Mutex
	parts    []Part
}

// Part is a part of the program that can be looked at.
type Part struct {
	Name string
	// Needed says that without it the program has no use for requests. What it can do
	// without is shown, and leaves it ready.
	Needed bool
	// Look says how the part does. It is called by whoever asks, must be quick, and asks
	// nobody outside of the process.
	Look func() State
}

// State is how a part does.
type State struct {
	Up   bool
	Text string // in a few words, without a secret
	// Heard is when there was last a sign of life of it, and Event when something last
	// came of it; zero where there is none.
	Heard, Event time.Time
}

// Add puts a part in.
func (h *Health) Add(p Part) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.parts = append(h.parts, p)
}

// Drain says that the program is about to stop: from now on it is not ready, whatever
// its parts say.
func (h *Health) Drain() { h.draining.Store(true) }

// Report is how the program does. Ages are in whole seconds.
type Report struct {
	Ready    bool         `json:"ready"`
	Draining bool         `json:"draining,omitempty"`
	Parts    []PartReport `json:"parts"`
}

// PartReport is how a part does.
type PartReport struct {
	Name   string `json:"name"`
	Up     bool   `json:"up"`
	Needed bool   `json:"needed"`
	Text   string `json:"text"`
	Heard  *int64 `json:"heard_seconds_ago,omitempty"`
	Event  *int64 `json:"event_seconds_ago,omitempty"`
}

// Look looks at all parts.
func (h *Health) Look() Report {
	h.mu.Lock()
	parts := h.parts
	h.mu.Unlock()
	draining := h.draining.Load()
	r := Report{Ready: !draining, Draining: draining, Parts: []PartReport{}}
	for _, p := range parts {
		s := p.Look()
		r.Ready = r.Ready && (s.Up || !p.Needed)
		r.Parts = append(r.Parts, PartReport{p.Name, s.Up, p.Needed, s.Text, h.age(s.Heard), h.age(s.Event)})
	}
	return r
}

// age is how long ago a time was; nil for none.
func (h *Health) age(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	now := time.Now
	if h.Now != nil {
		now = h.Now
	}
	seconds := int64(max(0, now().Sub(t)) / time.Second)
	return &seconds
}

// names are the parts' names, in order.
func (h *Health) names() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var names []string
	for _, p := range h.parts {
		names = append(names, p.Name)
	}
	return names
}

// look looks at one part.
func (h *Health) look(name string) State {
	h.mu.Lock()
	parts := h.parts
	h.mu.Unlock()
	for _, p := range parts {
		if p.Name == name {
			return p.Look()
		}
	}
	return State{}
}

// Alive answers that the process is alive, which it is as long as it answers.
func Alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// ServeHTTP answers how the program does: 200 where it is ready, else 503, with a line
// for each part, or JSON for who accepts that.
func (h *Health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	report := h.Look()
	status := http.StatusOK
	if !report.Ready {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Cache-Control", "no-store")
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(report) // who has gone does not read it
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprint(w, report.String())
}

// String is the report as lines of text.
func (r Report) String() string {
	var b strings.Builder
	switch {
	case r.Draining:
		b.WriteString("not ready: stopping\n")
	case r.Ready:
		b.WriteString("ready\n")
	default:
		b.WriteString("not ready\n")
	}
	for _, p := range r.Parts {
		state := "up"
		if !p.Up && p.Needed {
			state = "down"
		} else if !p.Up {
			state = "down, done without"
		}
		fmt.Fprintf(&b, "%s: %s; %s", p.Name, state, p.Text)
		if p.Heard != nil {
			fmt.Fprintf(&b, "; heard of %d s ago", *p.Heard)
		}
		if p.Event != nil {
			fmt.Fprintf(&b, "; last event %d s ago", *p.Event)
		}
		b.WriteString("\n")
	}
	return b.String()
}
