package telemetry

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// request is something that came in, while it is worked on. Its id is the trace's id as
// well, so that one word finds its log lines and its trace.
type request struct {
	id    [16]byte
	root  [8]byte // the span that all others are below
	began time.Time
	trace *Tracer // nil without traces

	mu    sync.Mutex
	about Span // of the root, as far as is known
}

// requestKey is where a context has its request.
type requestKey struct{}

// Begin gives something that came in an id, which contexts below the one returned have;
// end is called when it is over. With a Tracer it is traced, under that name until
// Describe has a better one. The id is made by chance and has nothing of a platform's,
// some of which open doors.
func Begin(ctx context.Context, t *Tracer, name string) (_ context.Context, end func()) {
	r := &request{trace: t, began: time.Now(), about: Span{Name: name, Kind: KindServer}}
	binary.BigEndian.PutUint64(r.id[:8], rand.Uint64())
	binary.BigEndian.PutUint64(r.id[8:], rand.Uint64()|1) // never nothing but zeros, which is no id
	if t == nil {
		return context.WithValue(ctx, requestKey{}, r), func() {}
	}
	r.root = newSpanID()
	return context.WithValue(ctx, requestKey{}, r), func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		t.take(finished{Span: r.about, trace: r.id, id: r.root, began: r.began, ended: time.Now()})
	}
}

func requestOf(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	return r
}

// ID is the id of the request that a context belongs to: 32 hexadecimal digits; empty
// for none.
func ID(ctx context.Context) string {
	if r := requestOf(ctx); r != nil {
		return hex.EncodeToString(r.id[:])
	}
	return ""
}

// NewLogger returns a logger whose lines name the request that they belong to. As JSON
// there is an object a line, else what people read (log/slog's two forms).
func NewLogger(o slog.HandlerOptions, asJSON bool, to io.Writer) *slog.Logger {
	if asJSON {
		o.ReplaceAttr = inWords
		return slog.New(named{slog.NewJSONHandler(to, &o)})
	}
	return slog.New(named{slog.NewTextHandler(to, &o)})
}

// inWords has durations in JSON read as they do in text: as a number, each reader would
// have to know of what.
func inWords(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}

// named adds the request to each line.
type named struct{ slog.Handler }

// Handle is slog.Handler's.
func (n named) Handle(ctx context.Context, r slog.Record) error {
	if id := ID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return n.Handler.Handle(ctx, r)
}

// WithAttrs is slog.Handler's.
func (n named) WithAttrs(attrs []slog.Attr) slog.Handler { return named{n.Handler.WithAttrs(attrs)} }

// WithGroup is slog.Handler's.
func (n named) WithGroup(name string) slog.Handler { return named{n.Handler.WithGroup(name)} }
