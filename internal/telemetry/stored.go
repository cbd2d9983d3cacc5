package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// call is something that is asked of a store.
type call struct{ op, store string }

type callSeries struct {
	took   prometheus.Observer
	failed prometheus.Counter
}

func (m *Metrics) newCalls() *cache[call, callSeries] {
	took := m.histograms("store_seconds", "How long calls of the store take.", answerBuckets, "op", "store")
	failed := m.counters("store_errors_total", "Calls of the store that failed, without those that it refused.", "op", "store")
	return newCache(func(c call) callSeries {
		return callSeries{took.WithLabelValues(c.op, c.store), failed.WithLabelValues(c.op, c.store)}
	})
}

// Store shows whether a store answers.
func (m *Metrics) Store(name string, up func() bool) {
	m.watch("store_up", "Whether the store answers.", "store", name, func() float64 { return truth(up()) })
}

// Calls returns what counts a store's calls: the operation, how long it took, and whether
// it failed.
func (m *Metrics) Calls(store string) func(op string, took time.Duration, failed bool) {
	return func(op string, took time.Duration, failed bool) {
		s := m.calls.of(call{known(m.sets.Ops, op), store})
		s.took.Observe(took.Seconds())
		if failed {
			s.failed.Inc()
		}
	}
}
