package check

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// A metric is something that archbot counts, as /metrics names it.
type metric struct {
	name   string
	labels []string
	kind   string // "histogram", which has a series for each bucket; else empty
}

// metrics are all that rules and dashboards may name: archbot's own, as the test of
// internal/telemetry reads them from its registry, and of what Go and the process say of
// themselves those that they do.
var metrics = append(own(),
	metric{"go_goroutines", nil, ""},
	metric{"go_memstats_heap_inuse_bytes", nil, ""},
	metric{"process_cpu_seconds_total", nil, ""},
	metric{"process_open_fds", nil, ""},
	metric{"process_resident_memory_bytes", nil, ""},
	metric{"process_start_time_seconds", nil, ""},
)

// own are the metrics in the list of internal/telemetry: a line for each, with its name,
// its kind and its labels.
func own() []metric {
	text, err := os.ReadFile("../../internal/telemetry/testdata/metrics.txt")
	if err != nil {
		panic(err)
	}
	var all []metric
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		m := metric{name: fields[0]}
		if fields[1] == "histogram" {
			m.kind = fields[1]
		}
		if len(fields) > 2 {
			m.labels = strings.Split(fields[2], ",")
		}
		all = append(all, m)
	}
	return all
}

// ofTargets are the labels that Prometheus gives every series that it scrapes.
var ofTargets = []string{"instance", "job"}

// wrong says what an expression names that is none of the metrics, or none of their
// labels; nothing where all is well.
func wrong(expression string, known []metric) []string {
	tree, err := parser.NewParser(parser.Options{}).ParseExpr(expression)
	if err != nil {
		return []string{err.Error()}
	}
	var found []string
	seen := slices.Clone(ofTargets)
	groups := make(map[string]bool)
	parser.Inspect(tree, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.VectorSelector:
			m, ok := find(n.Name, known)
			if !ok {
				found = append(found, n.Name+" is no metric of archbot")
			}
			seen = append(seen, m.labels...)
			for _, matcher := range n.LabelMatchers {
				if matcher.Name != model.MetricNameLabel && !slices.Contains(m.labels, matcher.Name) && !slices.Contains(ofTargets, matcher.Name) {
					found = append(found, n.Name+" has no label "+matcher.Name)
				}
			}
		case *parser.AggregateExpr:
			for _, label := range n.Grouping {
				groups[label] = true
			}
		case *parser.BinaryExpr:
			if n.VectorMatching != nil {
				for _, label := range n.VectorMatching.MatchingLabels {
					groups[label] = true
				}
			}
		}
		return nil
	})
	for label := range groups {
		if !slices.Contains(seen, label) {
			found = append(found, "nothing here has a label "+label+" to group by")
		}
	}
	return found
}

// find is the metric that a series belongs to: a histogram's have three names, and the
// buckets a label.
func find(series string, known []metric) (metric, bool) {
	for _, m := range known {
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			if m.kind == "histogram" && series == m.name+suffix {
				if suffix == "_bucket" {
					m.labels = append(slices.Clone(m.labels), "le")
				}
				return m, true
			}
		}
		if m.kind == "" && series == m.name {
			return m, true
		}
	}
	return metric{}, false
}

func TestWrong(t *testing.T) {
	for expression, want := range map[string]string{
		`sum by (platform) (rate(archbot_answers_total{outcome="failed"}[5m]))`:          "",
		`histogram_quantile(0.9, sum by (le) (rate(archbot_search_seconds_bucket[5m])))`: "",
		`archbot_ready == 0 and on (instance) archbot_build_info`:                        "",
		`rate(archbot_answer_total[5m])`:                                                 "archbot_answer_total is no metric",
		`archbot_search_seconds`:                                                         "archbot_search_seconds is no metric",
		`archbot_answers_total_bucket`:                                                   "archbot_answers_total_bucket is no metric",
		`archbot_ready{platform="slack"}`:                                                "archbot_ready has no label platform",
		`sum by (class) (rate(archbot_answers_total[5m]))`:                               "no", "sum(": "unclosed",
		`histogram_quantile(0.9, sum by (le) (rate(archbot_search_seconds_count{le="1"}[5m])))`: "archbot_search_seconds_count has no label le",
	} {
		got := strings.Join(wrong(expression, metrics), "; ")
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", expression, got, want)
		}
	}
}
