package telemetry

import (
	"net/http"
	"net/http/pprof"
)

// Public has what anybody may ask: whether the process is alive, and ready.
func Public(h *Health) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", Alive)
	mux.Handle("GET /readyz", h)
	return mux
}

// Private has what only those may ask who run the program: counts and profiles as well.
// What the profiler puts into http.DefaultServeMux by itself is served nowhere, and the
// command line is not shown: its flags may hold tokens.
func Private(h *Health, m *Metrics) *http.ServeMux {
	mux := Public(h)
	mux.Handle("GET /metrics", m.Handler())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("POST /debug/pprof/symbol", pprof.Symbol)
	return mux
}
