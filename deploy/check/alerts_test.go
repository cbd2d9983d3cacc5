package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// Every alert is one that Prometheus reads, asks for what archbot counts, says what is
// wrong, and has its first three steps in deploy/README.md; each of those has its alert.
func TestAlerts(t *testing.T) {
	content, err := os.ReadFile("../prometheus/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	groups, errs := rulefmt.Parse(content, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	books := runbooks(t)
	cases, err := os.ReadFile("../prometheus/alerts_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, group := range groups.Groups {
		for _, rule := range group.Rules {
			for _, complaint := range wrong(rule.Expr, metrics) {
				t.Errorf("%s: %s", rule.Alert, complaint)
			}
			if s := rule.Labels["severity"]; s != "page" && s != "ticket" {
				t.Errorf("%s has the severity %q", rule.Alert, s)
			}
			if rule.Annotations["summary"] == "" {
				t.Errorf("%s says nothing", rule.Alert)
			}
			if want := "deploy/README.md#" + strings.ToLower(rule.Alert); rule.Annotations["runbook"] != want {
				t.Errorf("%s has the runbook %q, want %q", rule.Alert, rule.Annotations["runbook"], want)
			}
			if steps, ok := books[rule.Alert]; !ok || steps != 3 {
				t.Errorf("deploy/README.md has %d steps for %s, want three", steps, rule.Alert)
			}
			delete(books, rule.Alert)
			if rules++; !strings.Contains(string(cases), "alertname: "+rule.Alert+"}") {
				t.Errorf("alerts_test.yaml does not show that %s stays silent while all is well", rule.Alert)
			}
		}
	}
	if want := fmt.Sprintf("value: %d}", rules-1); !strings.Contains(string(cases), want) {
		t.Errorf("alerts_test.yaml does not have all %d alerts but ArchbotDown fire at once: it has no %q", rules, want)
	}
	for name := range books {
		t.Errorf("deploy/README.md has steps for %s, which is no alert", name)
	}
}

// runbooks are the alerts that deploy/README.md has a heading for, and how many steps
// there are below it.
func runbooks(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	books := make(map[string]int)
	name := ""
	for line := range strings.Lines(string(text)) {
		if heading, ok := strings.CutPrefix(line, "### Archbot"); ok {
			name = "Archbot" + strings.TrimSpace(heading)
			books[name] = 0
		} else if strings.HasPrefix(line, "#") {
			name = ""
		}
		if name != "" && strings.HasPrefix(line, fmt.Sprintf("%d. ", books[name]+1)) {
			books[name]++
		}
	}
	return books
}

// Each alert fires for what it is for, and none fires while all is well: Prometheus's
// own tool runs the rules over series that are made up.
func TestAlertsFire(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("install promtool (Debian: prometheus): without it, nothing shows that the alerts fire")
	}
	run := exec.CommandContext(t.Context(), promtool, "test", "rules", "alerts_test.yaml")
	run.Dir = "../prometheus"
	if said, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// dashboard is what of Grafana's format matters here:
// https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
type dashboard struct {
	Title      string
	UID        string
	Panels     []panel
	Templating struct {
		List []struct{ Name, Type, Query string }
	}
}

type panel struct {
	ID      int
	Type    string
	Title   string
	GridPos struct{ X, Y, W, H int }
	Targets []struct {
		Expr       string
		Datasource struct{ Type, UID string }
	}
}

// Every graph asks for what archbot counts, of the replicas and the Prometheus that are
// chosen; none lies over another.
func TestDashboard(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "grafana", "archbot.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	if err := json.NewDecoder(bytes.NewReader(content)).Decode(&d); err != nil {
		t.Fatal(err)
	}
	variables := strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*")
	ids := make(map[int]bool)
	asked := make(map[string]bool)
	for i, p := range d.Panels {
		if ids[p.ID] || p.Title == "" {
			t.Errorf("panel %d (%q): its id is another's too, or it has no title", p.ID, p.Title)
		}
		ids[p.ID] = true
		for _, q := range d.Panels[:i] {
			a, b := p.GridPos, q.GridPos
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%q lies over %q", p.Title, q.Title)
			}
		}
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("%q shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			if target.Datasource.UID != "${datasource}" || !strings.Contains(target.Expr, `instance=~"$instance"`) {
				t.Errorf("%q does not heed what is chosen: %s", p.Title, target.Expr)
			}
			expression := variables.Replace(target.Expr)
			for _, complaint := range wrong(expression, metrics) {
				t.Errorf("%q: %s: %s", p.Title, target.Expr, complaint)
			}
			for _, m := range metrics {
				if strings.Contains(expression, m.name) {
					asked[m.name] = true
				}
			}
		}
	}
	for _, m := range metrics {
		if !asked[m.name] && strings.HasPrefix(m.name, "archbot_") {
			t.Errorf("no graph shows %s", m.name)
		}
	}
}
