// Package telemetry is what tells how archbot does while it runs: counts for Prometheus,
// the health of each part, log lines that name the request they belong to, and traces.
//
// It knows nobody. Whoever can be measured declares a function or a small interface, and
// internal/app has them call this package; so the core builds without any of its
// libraries. What a series is labelled with comes from sets that are given beforehand: a
// word that is in none of them counts as Other, so that nobody's name, channel or query
// ever becomes a series.
package telemetry
