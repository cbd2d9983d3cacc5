package telemetry

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Kind says which side of a call a span is
// (https://opentelemetry.io/docs/specs/otel/trace/api/#spankind).
type Kind int

// The kinds, as OTLP numbers them.
const (
	KindInternal Kind = 1
	KindServer   Kind = 2
	KindClient   Kind = 3
)

// Span says what a span is about.
type Span struct {
	Name   string
	Kind   Kind
	Failed bool
	// About are names and values, one after the other: words of closed sets, as in
	// Metrics, and numbers. Nothing that anybody wrote, nobody's name, no address.
	About []string
}

// finished is a span with its place and times.
type finished struct {
	Span
	trace        [16]byte
	id, parent   [8]byte // no parent is all zeros
	began, ended time.Time
}

func newSpanID() (id [8]byte) {
	binary.BigEndian.PutUint64(id[:], rand.Uint64()|1)
	return id
}

// Traced reports whether what is done for a context is traced: to ask first saves
// putting together what nobody wants.
func Traced(ctx context.Context) bool {
	r := requestOf(ctx)
	return r != nil && r.trace != nil
}

// Describe says what the request turned out to be about.
func Describe(ctx context.Context, s Span) {
	if r := requestOf(ctx); r != nil && r.trace != nil {
		s.Kind = KindServer
		r.mu.Lock()
		defer r.mu.Unlock()
		r.about = s
	}
}

// Record adds a span of something that was done for the request, and has just ended.
func Record(ctx context.Context, s Span, began time.Time) {
	if r := requestOf(ctx); r != nil && r.trace != nil {
		r.trace.take(finished{Span: s, trace: r.id, id: newSpanID(), parent: r.root, began: began, ended: time.Now()})
	}
}

// Called is told of each call over HTTP, when it has its answer: the status is 0 where
// there is none. It must not keep the request, whose address may be a secret.
type Called func(r *http.Request, began time.Time, status int)

// Transport passes requests on, and tells of each.
func Transport(next http.RoundTripper, told Called) http.RoundTripper {
	return transport{next, told}
}

type transport struct {
	next http.RoundTripper
	told Called
}

// RoundTrip is http.RoundTripper's.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	answer, err := t.next.RoundTrip(r)
	status := 0
	if err == nil {
		status = answer.StatusCode
	}
	t.told(r, began, status)
	return answer, err
}

// Call is the span of a call over HTTP to whoever that name stands for. Of the address,
// which may be a secret, it has nothing.
func Call(to, method string, status int) Span {
	return Span{
		Name: to + " " + method, Kind: KindClient, Failed: status == 0 || status >= 400,
		About: []string{"http.request.method", method, "http.response.status_code", strconv.Itoa(status)},
	}
}
