package check

import (
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

// metrics are all that rules and dashboards may name: archbot's own, and of what Go and
// the process say of themselves those that they do.
var metrics = []metric{
	{"archbot_build_info", []string{"version", "goversion"}, ""},
	{"archbot_answers_total", []string{"command", "surface", "platform", "outcome"}, ""},
	{"archbot_answer_seconds", []string{"command", "surface", "platform"}, "histogram"},
	{"archbot_search_seconds", nil, "histogram"},
	{"archbot_nothing_found_total", []string{"command", "platform"}, ""},
	{"archbot_rate_limited_total", []string{"platform", "limit"}, ""},
	{"archbot_redeliveries_dropped_total", []string{"platform"}, ""},
	{"archbot_platform_errors_total", []string{"platform", "class"}, ""},
	{"archbot_digest_due", nil, ""},
	{"archbot_digest_editions_total", []string{"platform", "outcome"}, ""},
	{"archbot_digest_delay_seconds", nil, "histogram"},
	{"archbot_store_seconds", []string{"op", "store"}, "histogram"},
	{"archbot_store_errors_total", []string{"op", "store"}, ""},
	{"archbot_store_up", []string{"store"}, ""},
	{"archbot_list_info", []string{"version"}, ""},
	{"archbot_list_topics", nil, ""},
	{"archbot_list_resources", nil, ""},
	{"archbot_list_problems", nil, ""},
	{"archbot_list_read_timestamp_seconds", nil, ""},
	{"archbot_list_reload_failures_total", nil, ""},
	{"archbot_platform_connected", []string{"platform"}, ""},
	{"archbot_platform_last_event_timestamp_seconds", []string{"platform"}, ""},
	{"archbot_ready", nil, ""},
	{"archbot_ready_part", []string{"part"}, ""},
	{"go_goroutines", nil, ""},
	{"go_memstats_heap_inuse_bytes", nil, ""},
	{"process_cpu_seconds_total", nil, ""},
	{"process_open_fds", nil, ""},
	{"process_resident_memory_bytes", nil, ""},
	{"process_start_time_seconds", nil, ""},
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
