package app

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/digest"
	"archbot/internal/store/redistest"
	"archbot/internal/telemetry"
)

// asked asks a server that runs.
func asked(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

var privateLine = regexp.MustCompile(`Metrics and profiles: on (\S+)\.`)

// private is where a serve shows what only those may see who run it.
func (s *serving) private(t *testing.T) string {
	t.Helper()
	m := privateLine.FindStringSubmatch(s.said.String())
	if m == nil {
		t.Fatalf("it does not say where, but\n%s", s.said)
	}
	return "http://" + m[1]
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() (ok bool, now string)) {
	t.Helper()
	now := ""
	for deadline := time.Now().Add(late); time.Now().Before(deadline); runtime.Gosched() {
		var ok bool
		if ok, now = is(); ok {
			return
		}
	}
	t.Fatalf("%s: it is\n%s", what, now)
}

// says waits until what is shown at an address has all of these lines.
func says(t *testing.T, url string, status int, lines ...string) {
	t.Helper()
	eventually(t, url, func() (bool, string) {
		got, text := asked(t, url)
		return got == status && !slices.ContainsFunc(lines, func(l string) bool { return !strings.Contains(text, l) }), text
	})
}

// On the private side there is all that happens, on the public one only whether it is
// ready; while serve stops, it is not.
func TestServeObserved(t *testing.T) {
	f := newFakeSlack(t, true)
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	s := serve(t, f.settings("SLACK_APP_TOKEN="+f.appToken(), "ARCHBOT_LIST="+list, "ARCHBOT_STATE="+filepath.Join(dir, "state.db"), "ARCHBOT_PRIVATE_ADDR=127.0.0.1:0")...)
	public, private := "http://"+s.addr, s.private(t)
	says(t, public+"/readyz", 200, "ready\nlist: up; version ", "\nstore: up; a local file answers\n", "\nslack: up; Socket Mode, connections: ")
	says(t, private+"/metrics", 200, `archbot_platform_last_event_timestamp_seconds{platform="slack"} 0`+"\n")
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap"} {
		if status, _ := asked(t, public+path); status != 404 {
			t.Errorf("%s is public: status %d", path, status)
		}
		if status, _ := asked(t, private+path); status != 200 {
			t.Errorf("%s: status %d on the private side", path, status)
		}
	}

	answer(t, f, f.As(f.ann.ID).Command(f.channel.ID, "/arch", "search circuit breaking"))
	answer(t, f, f.As(f.ann.ID).Command(f.channel.ID, "/arch", "zebra crossings"))
	says(t, private+"/metrics", 200,
		`archbot_answers_total{command="search",outcome="found",platform="slack",surface="command"} 1`+"\n",
		`archbot_nothing_found_total{command="search",platform="slack"} 1`+"\n",
		`archbot_answer_seconds_count{command="search",platform="slack",surface="command"} 2`+"\n",
		"archbot_search_seconds_count 2\n", "archbot_list_topics 3\n", "archbot_list_resources 2\n", "archbot_digest_due 0\n",
		`archbot_store_up{store="file"} 1`+"\n", `archbot_store_seconds_count{op="take",store="file"} 2`+"\n",
		`archbot_platform_connected{platform="slack"} 1`+"\n", "archbot_ready 1\n", `archbot_ready_part{part="slack"} 1`+"\n",
		`archbot_rate_limited_total{limit="user",platform="discord"} 0`+"\n",
	)
	_, text := asked(t, private+"/metrics")
	for _, secret := range []string{f.token.Value, f.ann.ID, f.channel.ID, "zebra"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics have %q", secret)
		}
	}

	held := f.Inject(slackfake.Fault{Method: "chat.postMessage", Hold: true})
	team, _ := f.Team(f.ann.Team)
	f.As(f.ann.ID).Say(f.channel.ID, "<@"+team.Bot+"> load balancing")
	if !f.Await(func() bool { return f.Faults()[0].Held == 1 }) {
		t.Fatal("the mention is not answered")
	}
	s.stop(&interruption{syscall.SIGTERM})
	says(t, private+"/readyz", 503, "not ready: stopping\n")
	says(t, private+"/healthz", 200)
	f.Release(held)
	if err := s.end(t); err != nil {
		t.Errorf("serve ends with %v", err)
	}
	f.Close()
	nothingLeft(t)
}

// A Redis that is away is shown, and nobody is turned away for it.
func TestServeWithoutItsStore(t *testing.T) {
	server := redistest.Start(t)
	f := newFakeSlack(t, true)
	list := filepath.Join(t.TempDir(), "list.md")
	writeList(t, list, smallList)
	s := serve(t, f.settings("SLACK_APP_TOKEN="+f.appToken(), "ARCHBOT_LIST="+list, "REDIS_URL=redis://"+server.Addr, "ARCHBOT_PRIVATE_ADDR=127.0.0.1:0")...)
	private := s.private(t)
	says(t, private+"/readyz", 200, "ready\n", "store: up; Redis answers\n")
	server.Kill()
	says(t, private+"/readyz", 200, "ready\n", "store: down, done without; Redis does not answer")
	says(t, private+"/metrics", 200, `archbot_store_up{store="redis"} 0`+"\n", `archbot_ready_part{part="store"} 0`+"\n", "archbot_ready 1\n")
	answer(t, f, f.As(f.ann.ID).Command(f.channel.ID, "/arch", "search circuit breaking"))
	server.Run(t)
	says(t, private+"/readyz", 200, "store: up; Redis answers\n")
	says(t, private+"/metrics", 200, `archbot_store_up{store="redis"} 1`+"\n")
	if _, text := asked(t, private+"/metrics"); !regexp.MustCompile(`archbot_store_errors_total\{op="\w+",store="redis"\} [1-9]`).MatchString(text) {
		t.Error("what failed meanwhile is not counted")
	}
	s.stop(&interruption{syscall.SIGTERM})
	if err := s.end(t); err != nil {
		t.Errorf("serve ends with %v", err)
	}
}

// A list that cannot be read any more is shown, and the last good one serves.
func TestObservedList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.md")
	writeList(t, path, smallList)
	a := observedApp(t, config.Settings{Lists: []string{path}})
	if r := a.observed.health.Look(); !r.Ready || !r.Parts[0].Up || r.Parts[0].Heard == nil {
		t.Errorf("at first: %s", r)
	}
	writeList(t, path, `{"not": "a list"}`)
	if _, err := a.loader.Reload(t.Context()); err == nil {
		t.Fatal("it is a list")
	}
	if r := a.observed.health.Look(); !r.Ready || r.Parts[0].Up || !strings.Contains(r.String(), "a newer version cannot be used") {
		t.Errorf("with a bad one: %s", r)
	}
	writeList(t, path, smallList+"- [More](https://example.com/more) - More of it.\n")
	if _, err := a.loader.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := a.observed.health.Look(); !r.Parts[0].Up {
		t.Errorf("with a good one: %s", r)
	}
	text := metricsOf(t, a)
	for _, line := range []string{"archbot_list_reload_failures_total 1\n", "archbot_list_resources 3\n"} {
		if !strings.Contains(text, line) {
			t.Errorf("there is no %s", line)
		}
	}
}

// observedApp is an App that counts, and whose state is in memory.
func observedApp(t testing.TB, settings config.Settings) *App {
	t.Helper()
	a, err := New(Options{Settings: settings, Logs: io.Discard, Keep: KeepMemory, Observe: true, Limits: bot.DefaultLimits})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	return a
}

// metricsOf is what Prometheus would read of an App.
func metricsOf(t testing.TB, a *App) string {
	t.Helper()
	w := &answerRecorder{header: make(http.Header)}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	a.observed.metrics.Handler().ServeHTTP(w, r)
	return w.String()
}

// answerRecorder keeps a body.
type answerRecorder struct {
	buffer
	header http.Header
}

func (w *answerRecorder) Header() http.Header { return w.header }
func (w *answerRecorder) WriteHeader(int)     {}

// Whatever is asked, by whomever and wherever, every label is a word of a closed set.
func TestLabels(t *testing.T) {
	a := observedApp(t, config.Settings{Lists: []string{"embedded"}})
	people := []string{"U0SECRET1", "ann <script>", "\xff\xfe"}
	asked := 0
	for _, platform := range []bot.Platform{"slack", "discord", "irc"} {
		for _, surface := range append(bot.Surfaces(), "dream") {
			for i, line := range lines() {
				who := people[(asked+i)%len(people)]
				a.Bot.Handle(t.Context(), bot.Request{
					Platform: platform, Workspace: bot.WorkspaceID(fmt.Sprint("W0SECRET", asked/10)), Channel: bot.ChannelID("C0SECRET" + who),
					User: bot.UserID(who), Surface: surface, Text: line, Event: bot.EventID(fmt.Sprint("event", asked/2)), // each comes twice
				})
				asked++
			}
		}
	}
	known := slices.Concat(sets().Platforms, sets().Surfaces, sets().Commands, sets().Outcomes, sets().Limits, sets().Classes, sets().Editions, sets().Ops,
		[]string{telemetry.Other, Version(), runtime.Version(), a.loader.Current().Version})
	text := metricsOf(t, a)
	values := regexp.MustCompile(`(\w+)="([^"]*)"`)
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, "archbot_") {
			continue
		}
		for _, m := range values.FindAllStringSubmatch(line, -1) {
			if m[1] != "le" && !slices.Contains(known, m[2]) {
				t.Errorf("a label of no closed set: %s", line)
			}
		}
	}
	for _, c := range sets().Commands {
		if !strings.Contains(text, `archbot_answers_total{command="`+c+`",`) {
			t.Errorf("%s was not counted", c)
		}
	}
	if !regexp.MustCompile(`archbot_redeliveries_dropped_total\{platform="slack"\} [1-9]`).MatchString(text) {
		t.Error("nothing that came twice was counted")
	}
	for _, secret := range []string{"SECRET", "<script", "how do i", "event1"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics have %q", secret)
		}
	}
	if n := strings.Count(text, "\narchbot_"); n > 20_000 {
		t.Errorf("there are %d series", n)
	}
}

// lines are what people type: every example of every command, and what is none.
func lines() []string {
	out := []string{"how do i stop calls to a failing service?", "", "search", "nosuchcommand:with an option", "digest nosuch", "zebra crossings"}
	for _, c := range bot.Commands() {
		out = append(out, c.Name)
		out = append(out, c.Examples...)
		for _, sub := range c.Subcommands {
			out = append(out, sub.Path())
			out = append(out, sub.Examples...)
		}
	}
	return out
}

// Every reply, and all that can happen to an edition, comes to a word of the set.
func TestOutcomes(t *testing.T) {
	for _, k := range bot.ReplyKinds() {
		if !slices.Contains(outcomes, outcome(k)) {
			t.Errorf("what came of %s is %q, which is no outcome", k, outcome(k))
		}
	}
	for want, e := range map[string]digest.Event{
		"sent": {State: digest.Sent}, "late": {State: digest.Sent, Why: digest.Late}, "skipped": {State: digest.Skipped, Why: digest.Late},
		"paused": {State: digest.Planned, Why: digest.Gone}, "retried": {State: digest.Planned}, "ambiguous": {State: digest.Ambiguous, Why: digest.Untold},
	} {
		if got := editionOutcome(e); got != want || !slices.Contains(editionOutcomes, got) {
			t.Errorf("%+v is %s, want %s", e, got, want)
		}
	}
	if got := editionOutcome(digest.Event{State: digest.Sending, Why: digest.Untold}); got != "retried" {
		t.Errorf("what is to be looked up is %s", got)
	}
}
