package telemetry

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// This file sends traces by OTLP over HTTP, in its JSON form
// (https://opentelemetry.io/docs/specs/otlp/#otlphttp). OpenTelemetry's own exporter
// brings gRPC along and finds methods by their names, which is twice the binary.

// TracerConfig says where traces go.
type TracerConfig struct {
	Endpoint string // such as http://localhost:4318, below which there is v1/traces
	// Headers are sent along: NAME=VALUE,…, with what is special in it as in URLs
	// (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
	Headers string
	Version string // of archbot
	Log     *slog.Logger
	Client  *http.Client // http.DefaultClient when nil
}

// How spans are sent.
const (
	maxSpans   = 4096 // that wait; what comes beyond is dropped
	batchSpans = 512  // in one request
	sendEvery  = 5 * time.Second
	sendTime   = 10 * time.Second // for one request
	maxSends   = 3                // of one batch
	firstPause = time.Second      // before the second; twice as long before the third
	longPause  = 30 * time.Second // the longest that a collector may ask for
)

// Tracer sends spans to a collector, in the background. What it cannot keep up with, or
// send, is dropped: nobody waits for a trace.
type Tracer struct {
	url     string
	headers http.Header
	version string
	log     *slog.Logger
	client  *http.Client
	spans   chan finished
	dropped atomic.Int64
	stop    context.CancelFunc
	running sync.WaitGroup
}

// NewTracer returns a Tracer that sends from Start until Close; an error is a
// configuration that cannot be used.
func NewTracer(c TracerConfig) (*Tracer, error) {
	at, err := url.Parse(c.Endpoint)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, errors.New("it is no address such as http://localhost:4318")
	}
	t := &Tracer{
		url: at.JoinPath("v1", "traces").String(), headers: make(http.Header), version: c.Version, log: c.Log, client: c.Client,
		spans: make(chan finished, maxSpans),
	}
	if t.client == nil {
		t.client = http.DefaultClient
	}
	for pair := range strings.SplitSeq(c.Headers, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		value, err := url.PathUnescape(value)
		if pair != "" && (!ok || err != nil) {
			return nil, errors.New("its headers are not of the form NAME=VALUE,NAME=VALUE")
		}
		if ok {
			t.headers.Set(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	t.headers.Set("Content-Type", "application/json")
	return t, nil
}

// Start begins to send.
func (t *Tracer) Start() {
	ctx, stop := context.WithCancel(context.Background())
	t.stop = stop
	t.running.Go(func() { t.run(ctx) })
}

// Close sends what is left, in one try, and ends the sending.
func (t *Tracer) Close() {
	t.stop()
	t.running.Wait()
}

// take has a span sent some time.
func (t *Tracer) take(s finished) {
	select {
	case t.spans <- s:
	default:
		t.dropped.Add(1)
	}
}

// run sends batches, whenever one is full and every few seconds.
func (t *Tracer) run(ctx context.Context) {
	tick := time.NewTicker(sendEvery)
	defer tick.Stop()
	var batch []finished
	flush := func() {
		if len(batch) > 0 {
			t.send(ctx, batch)
			batch = batch[:0]
		}
		if n := t.dropped.Swap(0); n > 0 {
			t.log.Warn("spans of traces were dropped", "spans", n)
		}
	}
	for {
		select {
		case s := <-t.spans:
			if batch = append(batch, s); len(batch) >= batchSpans {
				flush()
			}
		case <-tick.C:
			flush()
		case <-ctx.Done():
			for len(t.spans) > 0 {
				batch = append(batch, <-t.spans)
			}
			flush()
			return
		}
	}
}

// send sends a batch, again where the collector says that it may, and drops it after that.
func (t *Tracer) send(ctx context.Context, batch []finished) {
	body, err := json.Marshal(t.encode(batch))
	if err != nil {
		t.log.Error("a trace cannot be written", "error", err)
		return
	}
	for n, pause := 1, firstPause; ; n, pause = n+1, 2*pause {
		wait, err := t.post(ctx, body)
		if err == nil {
			return
		}
		if n < maxSends && wait >= 0 && sleep(ctx, max(pause, wait)) == nil {
			continue
		}
		t.dropped.Add(int64(len(batch)))
		t.log.Warn("a trace cannot be sent", "error", err)
		return
	}
}

// post makes one request. Wait says how long to wait before the next one, as the
// collector asks; less than nothing where another one is of no use.
func (t *Tracer) post(ctx context.Context, body []byte) (wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url, bytes.NewReader(body))
	if err != nil {
		return -1, err
	}
	r.Header = t.headers.Clone()
	answer, err := t.client.Do(r)
	if err != nil {
		return 0, bare(err)
	}
	defer answer.Body.Close()                                       //nolint:errcheck // it was read as far as it is of use
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // so that the connection is used again
	switch answer.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		return min(time.Duration(seconds)*time.Second, longPause), fmt.Errorf("the collector answers %d", answer.StatusCode)
	}
	if answer.StatusCode >= 300 {
		return -1, fmt.Errorf("the collector answers %d", answer.StatusCode)
	}
	return 0, nil
}

// bare is an error without the address, in which there may be a key.
func bare(err error) error {
	if call, ok := errors.AsType[*url.Error](err); ok {
		return call.Err
	}
	return err
}

// sleep waits; the error is the context's.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// The messages of OTLP, as far as they are sent
// (https://github.com/open-telemetry/opentelemetry-proto): ids in hexadecimal digits,
// 64-bit numbers as text.
type (
	otlpRequest struct {
		ResourceSpans []otlpResourceSpans `json:"resourceSpans"`
	}
	otlpResourceSpans struct {
		Resource   otlpResource     `json:"resource"`
		ScopeSpans []otlpScopeSpans `json:"scopeSpans"`
	}
	otlpResource struct {
		Attributes []otlpAttribute `json:"attributes"`
	}
	otlpScopeSpans struct {
		Scope otlpScope  `json:"scope"`
		Spans []otlpSpan `json:"spans"`
	}
	otlpScope struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	otlpSpan struct {
		TraceID    string          `json:"traceId"`
		SpanID     string          `json:"spanId"`
		Parent     string          `json:"parentSpanId,omitempty"`
		Name       string          `json:"name"`
		Kind       Kind            `json:"kind"`
		Began      string          `json:"startTimeUnixNano"`
		Ended      string          `json:"endTimeUnixNano"`
		Attributes []otlpAttribute `json:"attributes,omitempty"`
		Status     *otlpStatus     `json:"status,omitempty"`
	}
	otlpStatus struct {
		Code int `json:"code"`
	}
	otlpAttribute struct {
		Key   string    `json:"key"`
		Value otlpValue `json:"value"`
	}
	otlpValue struct {
		Text string `json:"stringValue"`
	}
)

// otlpFailed is the status of what failed.
const otlpFailed = 2

// encode puts spans into OTLP's form.
func (t *Tracer) encode(batch []finished) otlpRequest {
	spans := make([]otlpSpan, 0, len(batch))
	for _, s := range batch {
		span := otlpSpan{
			TraceID: hex.EncodeToString(s.trace[:]), SpanID: hex.EncodeToString(s.id[:]), Name: s.Name, Kind: s.Kind,
			Began: strconv.FormatInt(s.began.UnixNano(), 10), Ended: strconv.FormatInt(s.ended.UnixNano(), 10), Attributes: attributes(s.About...),
		}
		if s.parent != [8]byte{} {
			span.Parent = hex.EncodeToString(s.parent[:])
		}
		if s.Failed {
			span.Status = &otlpStatus{otlpFailed}
		}
		spans = append(spans, span)
	}
	return otlpRequest{[]otlpResourceSpans{{
		Resource:   otlpResource{attributes("service.name", "archbot", "service.version", t.version)},
		ScopeSpans: []otlpScopeSpans{{Scope: otlpScope{"archbot", t.version}, Spans: spans}},
	}}}
}

// attributes are names and values, one after the other.
func attributes(about ...string) []otlpAttribute {
	var out []otlpAttribute
	for i := 0; i+1 < len(about); i += 2 {
		out = append(out, otlpAttribute{about[i], otlpValue{about[i+1]}})
	}
	return out
}
