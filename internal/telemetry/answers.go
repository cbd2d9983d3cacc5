package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Answer says what came of a request.
type Answer struct {
	Platform, Surface, Command, Outcome string
}

// answerSeries are what an answer is counted in.
type answerSeries struct {
	total   prometheus.Counter
	took    prometheus.Observer
	nothing prometheus.Counter // nil unless nothing was found
}

// outcomeNothing is the outcome of a search that the list has nothing for.
const outcomeNothing = "nothing"

func (m *Metrics) newAnswers() *cache[Answer, answerSeries] {
	total := m.counters("answers_total", "Requests that were answered.", "command", "surface", "platform", "outcome")
	took := m.histograms("answer_seconds", "How long the bot takes for an answer, without the way there and back.", answerBuckets, "command", "surface", "platform")
	nothing := m.counters("nothing_found_total", "Requests that the list has nothing for.", "command", "platform")
	return newCache(func(a Answer) answerSeries {
		s := answerSeries{
			total: total.WithLabelValues(a.Command, a.Surface, a.Platform, a.Outcome),
			took:  took.WithLabelValues(a.Command, a.Surface, a.Platform),
		}
		if a.Outcome == outcomeNothing {
			s.nothing = nothing.WithLabelValues(a.Command, a.Platform)
		}
		return s
	})
}

// Answered counts an answer, and how long it took.
func (m *Metrics) Answered(a Answer, took time.Duration) {
	a.Platform, a.Surface = known(m.sets.Platforms, a.Platform), known(m.sets.Surfaces, a.Surface)
	a.Command, a.Outcome = known(m.sets.Commands, a.Command), known(m.sets.Outcomes, a.Outcome)
	s := m.answers.of(a)
	s.total.Inc()
	s.took.Observe(took.Seconds())
	if s.nothing != nil {
		s.nothing.Inc()
	}
}
