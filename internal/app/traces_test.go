package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// sentSpan is a span as a collector reads it.
type sentSpan struct {
	Trace  string `json:"traceId"`
	ID     string `json:"spanId"`
	Parent string `json:"parentSpanId"`
	Name   string `json:"name"`
}

// newCollector is an OpenTelemetry collector on this machine.
func newCollector(t *testing.T) (url string, spans func() []sentSpan, raw *buffer) {
	t.Helper()
	var mu sync.Mutex
	var all []sentSpan
	raw = &buffer{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		var got struct {
			ResourceSpans []struct {
				ScopeSpans []struct {
					Spans []sentSpan `json:"spans"`
				} `json:"scopeSpans"`
			} `json:"resourceSpans"`
		}
		body := http.MaxBytesReader(w, r.Body, 1<<20)
		var message json.RawMessage
		if err := json.NewDecoder(body).Decode(&message); err != nil || json.Unmarshal(message, &got) != nil {
			t.Errorf("%v: %s", err, message)
		}
		_, _ = raw.Write(message)
		if r.URL.Path != "/v1/traces" || r.Header.Get("X-Key") != "sesame" {
			t.Errorf("%s with %v", r.URL, r.Header)
		}
		for _, resource := range got.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				all = append(all, scope.Spans...)
			}
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []sentSpan {
		mu.Lock()
		defer mu.Unlock()
		return all
	}, raw
}

// With a collector, each request is a trace: what was asked of the state and of Slack,
// and the search, below it. What anybody asked, and who, is not in it.
func TestServeTraced(t *testing.T) {
	collector, spans, raw := newCollector(t)
	f := newFakeSlack(t, true)
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	s := serve(t, f.settings("SLACK_APP_TOKEN="+f.appToken(), "ARCHBOT_LIST="+list, "ARCHBOT_STATE="+filepath.Join(dir, "state.db"), "ARCHBOT_LOG=info",
		"OTEL_EXPORTER_OTLP_ENDPOINT="+collector, "OTEL_EXPORTER_OTLP_HEADERS=X-Key=sesame")...)
	if !f.Await(func() bool { return f.Sockets() > 0 }) {
		t.Fatal("it opens no socket")
	}
	team, _ := f.Team(f.ann.Team)
	f.As(f.ann.ID).Say(f.channel.ID, "<@"+team.Bot+"> load balancing zebra")
	if !f.Await(func() bool { return len(f.Posts(f.channel.ID)) == 1 }) {
		t.Fatal("the mention is not answered")
	}
	s.stop(&interruption{syscall.SIGTERM})
	if err := s.end(t); err != nil {
		t.Fatal(err)
	}
	below := make(map[string][]string)
	var root sentSpan
	for _, span := range spans() {
		below[span.Parent] = append(below[span.Parent], span.Name)
		if span.Name == "slack ask" {
			root = span
		}
	}
	names := strings.Join(below[root.ID], ", ")
	for _, want := range []string{"search", "file take", "file keep_conversation", "slack POST"} {
		if root.ID == "" || !strings.Contains(names, want) {
			t.Errorf("below %+v there is no %q, but %s", root, want, names)
		}
	}
	if !strings.Contains(s.said.String(), `"request":"`+root.Trace+`"`) {
		t.Errorf("no log line has the trace's id %s:\n%s", root.Trace, s.said)
	}
	for _, secret := range []string{"zebra", f.ann.ID, f.channel.ID, f.token.Value} {
		if strings.Contains(raw.String(), secret) {
			t.Errorf("the traces have %q", secret)
		}
	}
	if strings.Contains(s.said.String(), "sesame") {
		t.Error("the log has the collector's key")
	}
}
