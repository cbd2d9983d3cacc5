package telemetry

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// collector decodes what it is sent as the protocol has it, and complains about the rest.
type collector struct {
	t      testing.TB
	mu     sync.Mutex
	status []int // of the next answers; 200 after them
	posts  int
	header http.Header
	spans  []otlpSpan
}

func (c *collector) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w.Result(), nil
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.posts++
	c.header = r.Header.Clone()
	if r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
		c.t.Errorf("%s %s, of type %q", r.Method, r.URL.Path, r.Header.Get("Content-Type"))
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Error(err)
	}
	if len(c.status) > 0 {
		status := c.status[0]
		c.status = c.status[1:]
		w.WriteHeader(status)
		return
	}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	var sent otlpRequest
	if err := d.Decode(&sent); err != nil || len(sent.ResourceSpans) != 1 {
		c.t.Errorf("%v in %s", err, body)
		return
	}
	if service := sent.ResourceSpans[0].Resource.Attributes[0]; service != (otlpAttribute{"service.name", otlpValue{"archbot"}}) {
		c.t.Errorf("the service is %v", service)
	}
	for _, s := range sent.ResourceSpans[0].ScopeSpans[0].Spans {
		c.check(s)
		c.spans = append(c.spans, s)
	}
	_, _ = io.WriteString(w, "{}")
}

// check holds a span to the protocol's rules.
func (c *collector) check(s otlpSpan) {
	for id, size := range map[string]int{s.TraceID: 16, s.SpanID: 8} {
		if raw, err := hex.DecodeString(id); err != nil || len(raw) != size || strings.Trim(id, "0") == "" {
			c.t.Errorf("%q is no id of %d bytes", id, size)
		}
	}
	began, err1 := strconv.ParseInt(s.Began, 10, 64)
	ended, err2 := strconv.ParseInt(s.Ended, 10, 64)
	if err1 != nil || err2 != nil || began <= 0 || ended < began {
		c.t.Errorf("it goes from %q to %q", s.Began, s.Ended)
	}
}

// newTracer is a Tracer that sends to a collector, whose lines go to the log.
func newTracer(t testing.TB, c *collector, log io.Writer) *Tracer {
	t.Helper()
	tracer, err := NewTracer(TracerConfig{
		Endpoint: "http://collector:4318/", Headers: "X-Key=s%20cret, x-team=a", Version: "v1", Client: &http.Client{Transport: c},
		Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	tracer.Start()
	return tracer
}

// A request is one trace: the root that was described, and below it what was done.
func TestTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &collector{t: t}
		tracer := newTracer(t, c, io.Discard)
		ctx, end := Begin(t.Context(), tracer, "slack")
		if !Traced(ctx) || Traced(t.Context()) {
			t.Error("what is traced cannot be told")
		}
		began := time.Now()
		time.Sleep(time.Millisecond)
		Record(ctx, Span{Name: "search", Kind: KindInternal}, began)
		Record(ctx, Span{Name: "redis take", Kind: KindClient, Failed: true}, began)
		Describe(ctx, Span{Name: "slack search", About: []string{"archbot.outcome", "found"}})
		Record(t.Context(), Span{Name: "of no request"}, began)
		end()
		time.Sleep(2 * sendEvery)
		synctest.Wait()
		c.mu.Lock()
		spans := slices.Clone(c.spans)
		c.mu.Unlock()
		if len(spans) != 3 {
			t.Fatalf("%d spans: %+v", len(spans), spans)
		}
		root := spans[2]
		if root.Name != "slack search" || root.Kind != KindServer || root.Parent != "" || root.TraceID != ID(ctx) ||
			!slices.Equal(root.Attributes, attributes("archbot.outcome", "found")) {
			t.Errorf("the root is %+v, of request %s", root, ID(ctx))
		}
		for _, s := range spans[:2] {
			if s.Parent != root.SpanID || s.TraceID != root.TraceID {
				t.Errorf("%+v is not below %+v", s, root)
			}
		}
		if s := spans[1]; s.Status == nil || s.Status.Code != 2 || spans[0].Status != nil {
			t.Errorf("what failed is %+v", s)
		}
		if c.header.Get("X-Key") != "s cret" || c.header.Get("X-Team") != "a" {
			t.Errorf("the headers are %v", c.header)
		}
		tracer.Close()
	})
}

// What a collector has no time for is sent again; what it refuses is not, and is told of
// without the address or the key.
func TestTraceAgain(t *testing.T) {
	for name, c := range map[string]struct {
		status  []int
		posts   int
		arrives bool
	}{
		"busy":          {[]int{503, 429}, 3, true},
		"busy for long": {[]int{503, 503, 503}, 3, false},
		"refused":       {[]int{400}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := &collector{t: t, status: c.status}
				var log strings.Builder
				tracer := newTracer(t, got, &log)
				_, end := Begin(t.Context(), tracer, "slack")
				end()
				time.Sleep(time.Minute)
				tracer.Close()
				if got.posts != c.posts || len(got.spans) == 1 != c.arrives {
					t.Errorf("%d requests, %d spans", got.posts, len(got.spans))
				}
				if (log.Len() > 0) == c.arrives || strings.Contains(log.String(), "cret") || strings.Contains(log.String(), "4318") {
					t.Errorf("the log says %q", log.String())
				}
			})
		})
	}
}

// deadEnd is a network without a collector.
type deadEnd struct{}

func (deadEnd) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }

// Without a collector nobody waits, no more is kept than there is room for, and Close
// comes to an end.
func TestTraceWithoutCollector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		tracer, err := NewTracer(TracerConfig{
			Endpoint: "http://user:cret@collector:4318?key=cret", Client: &http.Client{Transport: deadEnd{}}, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		tracer.Start()
		began := time.Now()
		for range 3 * maxSpans {
			_, end := Begin(t.Context(), tracer, "slack")
			end()
		}
		tracer.Close()
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %s", took)
		}
		if !strings.Contains(log.String(), "cannot be sent") || strings.Contains(log.String(), "cret") {
			t.Errorf("the log says %q", log.String())
		}
	})
}

func TestTracerRefuses(t *testing.T) {
	for _, c := range []TracerConfig{{Endpoint: "localhost:4318"}, {Endpoint: "grpc://cret"}, {Endpoint: "http://a", Headers: "cret"}, {Endpoint: "http://a", Headers: "a=%zz"}} {
		if _, err := NewTracer(c); err == nil || strings.Contains(err.Error(), "cret") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// The form is OTLP's, to the letter
// (https://github.com/open-telemetry/opentelemetry-proto/blob/main/examples/trace.json).
func TestOTLP(t *testing.T) {
	tracer := &Tracer{version: "v1"}
	at := time.Unix(1_544_712_660, 0)
	got, err := json.Marshal(tracer.encode([]finished{
		{
			Span:  Span{Name: "redis take", Kind: KindClient, Failed: true, About: []string{"my.key", "value"}},
			trace: [16]byte{0x5b, 0x8e, 0xff, 15: 1}, id: [8]byte{0xee, 7: 2}, parent: [8]byte{0xef, 7: 3}, began: at, ended: at.Add(time.Second),
		},
		{Span: Span{Name: "slack", Kind: KindServer}, trace: [16]byte{15: 1}, id: [8]byte{7: 3}, began: at, ended: at},
	}))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"archbot"}},` +
		`{"key":"service.version","value":{"stringValue":"v1"}}]},"scopeSpans":[{"scope":{"name":"archbot","version":"v1"},"spans":[` +
		`{"traceId":"5b8eff00000000000000000000000001","spanId":"ee00000000000002","parentSpanId":"ef00000000000003","name":"redis take","kind":3,` +
		`"startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000",` +
		`"attributes":[{"key":"my.key","value":{"stringValue":"value"}}],"status":{"code":2}},` +
		`{"traceId":"00000000000000000000000000000001","spanId":"0000000000000003","name":"slack","kind":2,` +
		`"startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712660000000000"}]}]}]}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
