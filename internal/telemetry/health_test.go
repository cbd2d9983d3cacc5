package telemetry

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// ask asks a handler.
func ask(t *testing.T, h http.Handler, path, accept string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestReady(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	connected, stored := true, true
	h := &Health{Now: func() time.Time { return now }}
	h.Add(Part{Name: "slack", Needed: true, Look: func() State {
		return State{Up: connected, Text: "2 of 2", Heard: now.Add(-3500 * time.Millisecond), Event: now.Add(-time.Minute)}
	}})
	h.Add(Part{Name: "store", Look: func() State { return State{Up: stored, Text: "Redis"} }})
	for _, step := range []struct {
		name              string
		connected, stored bool
		status            int
		says              []string
	}{
		{"all well", true, true, 200, []string{"ready\n", "slack: up; 2 of 2; heard of 3 s ago; last event 60 s ago\n", "store: up; Redis\n"}},
		{"deaf", false, true, 503, []string{"not ready\n", "slack: down; "}},
		{"what can be done without", true, false, 200, []string{"ready\n", "store: down, done without; Redis\n"}},
		{"well again", true, true, 200, []string{"ready\n"}},
	} {
		connected, stored = step.connected, step.stored
		status, text := ask(t, h, "/readyz", "*/*")
		if status != step.status {
			t.Errorf("%s: status %d, want %d", step.name, status, step.status)
		}
		for _, s := range step.says {
			if !strings.Contains(text, s) {
				t.Errorf("%s: it does not say %q, but\n%s", step.name, s, text)
			}
		}
		var report Report
		status, text = ask(t, h, "/readyz", "application/json")
		if err := json.Unmarshal([]byte(text), &report); err != nil {
			t.Fatal(err)
		}
		if status != step.status || report.Ready != (status == 200) || len(report.Parts) != 2 || report.Parts[0].Up != step.connected || *report.Parts[0].Heard != 3 {
			t.Errorf("%s, as JSON: %d %s", step.name, status, text)
		}
	}
	h.Drain()
	if status, text := ask(t, h, "/readyz", ""); status != 503 || !strings.HasPrefix(text, "not ready: stopping\nslack: up") {
		t.Errorf("while it stops: %d %s", status, text)
	}
	if status, _ := ask(t, Public(h), "/healthz", ""); status != 200 {
		t.Errorf("while it stops it is not alive: %d", status)
	}
}

// What only those may see who run it is on the private side alone, and the command line,
// which may hold tokens, on neither.
func TestPrivate(t *testing.T) {
	h, m := &Health{}, NewMetrics("dev", small)
	for path, want := range map[string][2]int{
		"/healthz": {200, 200}, "/readyz": {200, 200}, "/metrics": {404, 200}, "/debug/pprof/": {404, 200}, "/debug/pprof/heap": {404, 200},
		"/debug/pprof/symbol": {404, 200}, "/debug/pprof/cmdline": {404, 404}, "/debug/vars": {404, 404}, "/": {404, 404},
	} {
		public, _ := ask(t, Public(h), path, "")
		private, _ := ask(t, Private(h, m), path, "")
		if got := [2]int{public, private}; got != want {
			t.Errorf("%s: %v on the public and the private side, want %v", path, got, want)
		}
	}
}
