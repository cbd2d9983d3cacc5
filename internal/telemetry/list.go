package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// List is the list that answers just now.
type List struct {
	Version                     string
	Topics, Resources, Problems int
	Read                        time.Time
}

type lists struct {
	info                               *prometheus.GaugeVec
	topics, resources, problems, since prometheus.Gauge
	failures                           prometheus.Counter
}

func (m *Metrics) newLists() lists {
	gauge := func(name, help string) prometheus.Gauge { return m.gauges(name, help).WithLabelValues() }
	return lists{
		info:      m.gauges("list_info", "Which version of the lists answers; always 1.", "version"),
		topics:    gauge("list_topics", "Topics in the lists."),
		resources: gauge("list_resources", "Resources in the lists."),
		problems:  gauge("list_problems", "What is wrong with the lists, as archbot list check shows it."),
		since:     gauge("list_read_timestamp_seconds", "When this version of the lists was read."),
		failures:  m.counters("list_reload_failures_total", "New versions of a list that could not be used.").WithLabelValues(),
	}
}

// List shows the list that answers from now on.
func (m *Metrics) List(l List) {
	m.lists.info.Reset() // of the one before
	m.lists.info.WithLabelValues(l.Version).Set(1)
	m.lists.topics.Set(float64(l.Topics))
	m.lists.resources.Set(float64(l.Resources))
	m.lists.problems.Set(float64(l.Problems))
	m.lists.since.Set(seconds(l.Read))
}

// ReloadFailed counts a new version of a list that could not be used.
func (m *Metrics) ReloadFailed() { m.lists.failures.Inc() }
