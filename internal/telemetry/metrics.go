package telemetry

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Other is what a word counts as that is in no set.
const Other = "other"

// Sets are the words that series may be labelled with.
type Sets struct {
	Platforms, Surfaces, Commands, Outcomes, Limits, Classes, Editions, Ops []string
}

// How long things take, in seconds: an answer or a call of the store, from what is in
// memory to what Slack does not wait for; a search; and an edition after its slot.
var (
	answerBuckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}
	searchBuckets = []float64{.00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1}
	delayBuckets  = []float64{.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 24 * 3600}
)

// Metrics are the counts of one program, in a registry of their own. They may be used by
// any number of goroutines.
type Metrics struct {
	sets     Sets
	registry *prometheus.Registry

	answers  *cache[Answer, answerSeries]
	searches prometheus.Histogram
	limited  *prometheus.CounterVec
	dropped  *prometheus.CounterVec
	failed   *prometheus.CounterVec
	editions *prometheus.CounterVec
	delay    prometheus.Histogram
	calls    *cache[call, callSeries]
	lists    lists
}

// NewMetrics returns the Metrics of a version of archbot. What needs a part that is not
// there yet is added by the methods below, once that part is.
func NewMetrics(version string, s Sets) *Metrics {
	m := &Metrics{sets: s, registry: prometheus.NewRegistry()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.gauges("build_info", "What runs; always 1.", "version", "goversion").WithLabelValues(version, runtime.Version()).Set(1)
	m.answers = m.newAnswers()
	m.searches = m.histogram("search_seconds", "How long searches of the list take.", searchBuckets)
	m.limited = m.counters("rate_limited_total", "Requests that a limit refused.", "platform", "limit")
	m.dropped = m.counters("redeliveries_dropped_total", "Events that a platform delivered again, and that had been answered.", "platform")
	m.failed = m.counters("platform_errors_total", "Calls to a platform that came to nothing, by what it means.", "platform", "class")
	m.editions = m.counters("digest_editions_total", "What came of editions of digests.", "platform", "outcome")
	m.delay = m.histogram("digest_delay_seconds", "How long after their time editions are posted.", delayBuckets)
	m.calls = m.newCalls()
	m.lists = m.newLists()
	for _, platform := range s.Platforms { // a series that is not there is no zero
		m.dropped.WithLabelValues(platform)
		each(m.limited, platform, s.Limits)
		each(m.failed, platform, s.Classes)
		each(m.editions, platform, s.Editions)
	}
	return m
}

func each(v *prometheus.CounterVec, first string, second []string) {
	for _, word := range second {
		v.WithLabelValues(first, word)
	}
}

// Handler shows all of it in the form that Prometheus reads:
// https://prometheus.io/docs/instrumenting/exposition_formats/.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// Searched counts a search.
func (m *Metrics) Searched(took time.Duration) { m.searches.Observe(took.Seconds()) }

// Limited counts a request that a limit refused.
func (m *Metrics) Limited(platform, limit string) {
	m.limited.WithLabelValues(known(m.sets.Platforms, platform), known(m.sets.Limits, limit)).Inc()
}

// Dropped counts an event that was delivered again.
func (m *Metrics) Dropped(platform string) {
	m.dropped.WithLabelValues(known(m.sets.Platforms, platform)).Inc()
}

// PlatformFailed counts a call to a platform that came to nothing.
func (m *Metrics) PlatformFailed(platform, class string) {
	m.failed.WithLabelValues(known(m.sets.Platforms, platform), known(m.sets.Classes, class)).Inc()
}

// Edition counts what came of an edition.
func (m *Metrics) Edition(platform, outcome string) {
	m.editions.WithLabelValues(known(m.sets.Platforms, platform), known(m.sets.Editions, outcome)).Inc()
}

// EditionDelay counts how long after its slot an edition was posted.
func (m *Metrics) EditionDelay(after time.Duration) { m.delay.Observe(after.Seconds()) }

// Due has what is due of digests asked for whenever somebody looks; while that is not to
// be had, there is no such series.
func (m *Metrics) Due(count func(context.Context) (int, error)) {
	m.registry.MustRegister(&due{
		about: prometheus.NewDesc("archbot_digest_due", "Subscriptions that are due and that nobody delivers yet.", nil, nil), count: count,
	})
}

// due is a collector of one number that takes a call.
type due struct {
	about *prometheus.Desc
	count func(context.Context) (int, error)
}

// dueTime is how long the call may take.
const dueTime = time.Second

// Describe is prometheus.Collector's.
func (d *due) Describe(to chan<- *prometheus.Desc) { to <- d.about }

// Collect is prometheus.Collector's.
func (d *due) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), dueTime)
	defer cancel()
	if n, err := d.count(ctx); err == nil {
		to <- prometheus.MustNewConstMetric(d.about, prometheus.GaugeValue, float64(n))
	}
}

// Platform shows whether a platform's connection is of use, and when its last event came.
func (m *Metrics) Platform(name string, up func() bool, last func() time.Time) {
	name = known(m.sets.Platforms, name)
	m.watch("platform_connected", "Whether the platform can reach this process.", "platform", name, func() float64 { return truth(up()) })
	m.watch("platform_last_event_timestamp_seconds", "When the platform's last event came; 0 for none yet.", "platform", name, func() float64 { return seconds(last()) })
}

// Ready shows what a Health says, of the whole and of each part that it has by then.
func (m *Metrics) Ready(h *Health) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "archbot_ready", Help: "Whether this process wants requests.",
	}, func() float64 { return truth(h.Look().Ready) }))
	for _, name := range h.names() {
		m.watch("ready_part", "Whether the part works as it should.", "part", name, func() float64 { return truth(h.look(name).Up) })
	}
}

// watch adds a series whose value is asked for when somebody looks.
func (m *Metrics) watch(name, help, label, value string, look func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "archbot_" + name, Help: help, ConstLabels: prometheus.Labels{label: value},
	}, look))
}

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "archbot_" + name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "archbot_" + name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "archbot_" + name, Help: help, Buckets: buckets}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "archbot_" + name, Help: help, Buckets: buckets})
	m.registry.MustRegister(h)
	return h
}

// known is a word that is in the set; Other for one that is not.
func known(set []string, word string) string {
	if slices.Contains(set, word) {
		return word
	}
	return Other
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// seconds is a time as Prometheus counts it, since 1970; 0 for none.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

// cache finds the series of a key, and resolves their labels once for each: no further
// look-up allocates, or sorts labels.
type cache[K comparable, V any] struct {
	resolve func(K) V

	mu    sync.RWMutex
	known map[K]V
}

func newCache[K comparable, V any](resolve func(K) V) *cache[K, V] {
	return &cache[K, V]{resolve: resolve, known: make(map[K]V)}
}

// of returns the series of a key, which is one of not many: whoever asks has folded it.
func (c *cache[K, V]) of(key K) V {
	c.mu.RLock()
	v, ok := c.known[key]
	c.mu.RUnlock()
	if ok {
		return v
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.known[key]; ok {
		return v
	}
	v = c.resolve(key)
	c.known[key] = v
	return v
}
