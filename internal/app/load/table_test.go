package load

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// row is what came of a turn.
type row struct {
	server, what string
	requests     int
	took         time.Duration // by the clock
	cpu          time.Duration // of the server
	redisCPU     time.Duration
	worldCPU     time.Duration
	latency      histogram
	peak         int // bytes of the server's memory
	redis        redisCounts
}

// perSecond and perCPU are how many requests are answered in a second by the clock, and
// in a second of the server's own time, whoever else is on the machine.
func (r row) perSecond() float64 { return float64(r.requests) / r.took.Seconds() }
func (r row) perCPU() float64    { return float64(r.requests) / max(r.cpu, time.Second/ticks).Seconds() }

// each is a part of something for each request.
func (r row) each(of float64) float64 { return of / float64(r.requests) }

// cells are the row's, as the table has them; of a part of a turn only the latencies.
func (r row) cells() []string {
	latencies := []string{milliseconds(r.latency.quantile(0.5)), milliseconds(r.latency.quantile(0.99))}
	if r.took == 0 {
		return append([]string{r.server, r.what, "", ""}, latencies...)
	}
	out := append([]string{r.server, r.what, fmt.Sprintf("%.0f", r.perSecond()), fmt.Sprintf("%.0f", r.perCPU())}, latencies...)
	out = append(out, fmt.Sprintf("%.0f", float64(r.peak)/(1<<20)), fmt.Sprintf("%.0f+%.0f+%.0f",
		r.each(float64(r.cpu.Microseconds())), r.each(float64(r.redisCPU.Microseconds())), r.each(float64(r.worldCPU.Microseconds()))))
	if r.redis.trips > 0 {
		out = append(out, fmt.Sprintf("%.2f", r.each(float64(r.redis.commands))), fmt.Sprintf("%.2f", r.each(float64(r.redis.trips))))
	}
	return out
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }

// table is the rows below each other. The time of the CPU that a delivery takes is the
// server’s, Redis’ and that of the platforms and people, in microseconds.
func table(rows []row) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "server\tdeliveries\trequests/s\tper CPU-s\tp50 ms\tp99 ms\tpeak MiB\tCPU µs\tRedis commands\tround trips")
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r.cells(), "\t"))
	}
	_ = w.Flush() // into memory
	return b.String()
}

// total adds turns of the same up.
func total(turns []row) row {
	sum := turns[0]
	sum.latency = make(histogram)
	sum.latency.merge(turns[0].latency)
	for _, r := range turns[1:] {
		sum.requests += r.requests
		sum.took += r.took
		sum.cpu += r.cpu
		sum.redisCPU += r.redisCPU
		sum.worldCPU += r.worldCPU
		sum.latency.merge(r.latency)
		sum.peak = max(sum.peak, r.peak)
		sum.redis.commands += r.redis.commands
		sum.redis.trips += r.redis.trips
	}
	return sum
}

// ratio is how much more one does than the other, turn by turn: the median, so that a
// turn in which the machine did something else does not count.
func ratio(one, other []row, of func(row) float64) float64 {
	var all []float64
	for i := range min(len(one), len(other)) {
		all = append(all, of(one[i])/of(other[i]))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
