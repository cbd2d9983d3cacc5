package telemetry

import (
	"context"
	"flag"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden file instead of comparing with it")

// small are sets of a word or two.
var small = Sets{
	Platforms: []string{"slack"}, Surfaces: []string{"command"}, Commands: []string{"search"}, Outcomes: []string{"found", "nothing"},
	Limits: []string{"user"}, Classes: []string{"gone"}, Editions: []string{"sent"}, Ops: []string{"take"},
}

// busy are Metrics that have counted one of each.
func busy() *Metrics {
	m := NewMetrics("v1.2.3", small)
	m.Answered(Answer{"slack", "command", "search", "nothing"}, time.Millisecond)
	m.Searched(time.Millisecond)
	m.Limited("slack", "user")
	m.Dropped("slack")
	m.PlatformFailed("slack", "gone")
	m.Edition("slack", "sent")
	m.EditionDelay(time.Second)
	m.Due(func(context.Context) (int, error) { return 7, nil })
	m.Store("redis", func() bool { return true })
	m.Calls("redis")("take", time.Millisecond, true)
	m.List(List{Version: "abc", Topics: 2, Resources: 3, Problems: 1, Read: time.Unix(1_800_000_000, 0)})
	m.ReloadFailed()
	m.Platform("slack", func() bool { return true }, func() time.Time { return time.Unix(1_800_000_000, 500e6) })
	h := &Health{}
	h.Add(Part{Name: "slack", Needed: true, Look: func() State { return State{Up: true} }})
	m.Ready(h)
	return m
}

// shown is what Prometheus reads.
func shown(t testing.TB, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

var (
	typeLine   = regexp.MustCompile(`(?m)^# TYPE (archbot_\w+) (\w+)$`)
	seriesLine = regexp.MustCompile(`(?m)^(archbot_\w+?)(?:_bucket|_sum|_count)?(?:\{([^}]*)\})? `)
	labelName  = regexp.MustCompile(`(\w+)="`)
)

// The names, kinds and labels are what dashboards and alerts are written against: the
// golden file is the list of them.
func TestNames(t *testing.T) {
	text := shown(t, busy())
	labels := make(map[string][]string)
	for _, m := range seriesLine.FindAllStringSubmatch(text, -1) {
		for _, l := range labelName.FindAllStringSubmatch(m[2], -1) {
			if l[1] != "le" && !slices.Contains(labels[m[1]], l[1]) {
				labels[m[1]] = append(labels[m[1]], l[1])
			}
		}
	}
	var b strings.Builder
	for _, m := range typeLine.FindAllStringSubmatch(text, -1) {
		b.WriteString(strings.TrimSpace(m[1]+" "+m[2]+" "+strings.Join(labels[m[1]], ",")) + "\n")
	}
	const file = "testdata/metrics.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got; go test -update accepts it):\n%s", file, diff)
	}
	for _, also := range []string{"go_goroutines ", "process_resident_memory_bytes ", "process_start_time_seconds "} {
		if !strings.Contains(text, "\n"+also) {
			t.Errorf("there is no %s", also)
		}
	}
}

func TestValues(t *testing.T) {
	m := busy()
	m.List(List{Version: "def", Topics: 1, Resources: 1})
	text := shown(t, m)
	for _, line := range []string{
		`archbot_answers_total{command="search",outcome="nothing",platform="slack",surface="command"} 1`,
		`archbot_nothing_found_total{command="search",platform="slack"} 1`,
		`archbot_answer_seconds_count{command="search",platform="slack",surface="command"} 1`,
		`archbot_digest_due 7`,
		`archbot_digest_editions_total{outcome="sent",platform="slack"} 1`,
		`archbot_list_info{version="def"} 1`,
		`archbot_list_topics 1`,
		`archbot_platform_last_event_timestamp_seconds{platform="slack"} 1.8000000005e+09`,
		`archbot_store_errors_total{op="take",store="redis"} 1`,
		`archbot_ready 1`,
		`archbot_ready_part{part="slack"} 1`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("there is no line %s", line)
		}
	}
	if strings.Contains(text, `version="abc"`) {
		t.Error("the list before is still shown")
	}
}

// What is due and cannot be told is no number, and the rest is shown all the same.
func TestDueUnknown(t *testing.T) {
	m := NewMetrics("dev", small)
	m.Due(func(context.Context) (int, error) { return 0, context.DeadlineExceeded })
	if text := shown(t, m); strings.Contains(text, "archbot_digest_due") || !strings.Contains(text, "archbot_list_topics") {
		t.Errorf("it shows\n%s", text)
	}
}

// Whatever is in no set makes one series, and not one each.
func TestFolded(t *testing.T) {
	m := NewMetrics("dev", small)
	for _, word := range []string{"U024BE7LH", "#general", "how do I shard?", "\xff", ""} {
		m.Answered(Answer{word, word, word, word}, time.Millisecond)
		m.Limited(word, word)
		m.Dropped(word)
		m.PlatformFailed(word, word)
		m.Edition(word, word)
		m.Calls("redis")(word, time.Millisecond, true)
	}
	text := shown(t, m)
	for _, line := range []string{
		`archbot_answers_total{command="other",outcome="other",platform="other",surface="other"} 5`,
		`archbot_rate_limited_total{limit="other",platform="other"} 5`,
		`archbot_redeliveries_dropped_total{platform="other"} 5`,
		`archbot_platform_errors_total{class="other",platform="other"} 5`,
		`archbot_digest_editions_total{outcome="other",platform="other"} 5`,
		`archbot_store_errors_total{op="other",store="redis"} 5`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("there is no line %s", line)
		}
	}
	if strings.Contains(text, "general") || strings.Contains(text, "U024BE7LH") {
		t.Error("a word that is in no set is shown")
	}
}

// To count something that was counted before allocates nothing.
func TestCountingAllocatesNothing(t *testing.T) {
	m := busy()
	called := m.Calls("redis")
	if n := testing.AllocsPerRun(100, func() {
		m.Answered(Answer{"slack", "command", "search", "nothing"}, time.Millisecond)
		m.Searched(time.Millisecond)
		called("take", time.Millisecond, false)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
