package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"archbot/adapters/discord"
	"archbot/adapters/slack"
	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/digest"
	"archbot/internal/source"
	"archbot/internal/store"
	"archbot/internal/store/metered"
	"archbot/internal/telemetry"
)

// observed counts what an App does, and looks after its parts. It is a bot.Observer.
type observed struct {
	metrics  *telemetry.Metrics
	health   *telemetry.Health
	tracer   *telemetry.Tracer // nil without traces
	log      *slog.Logger
	snapshot atomic.Pointer[source.Snapshot]
	private  net.Addr    // where it is shown; nil where it is not
	refused  atomic.Bool // the newest version of a list is not used
}

// newObserved fails when traces cannot be sent as the settings say.
func newObserved(s config.Settings, log *slog.Logger) (*observed, error) {
	o := &observed{metrics: telemetry.NewMetrics(Version(), sets()), health: &telemetry.Health{}, log: log}
	o.health.Add(telemetry.Part{Name: "list", Look: o.lookAtList})
	if s.TraceEndpoint == "" {
		return o, nil
	}
	var err error
	o.tracer, err = telemetry.NewTracer(telemetry.TracerConfig{
		Endpoint: s.TraceEndpoint, Headers: s.TraceHeaders.Reveal(), Version: Version(), Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	return o, nil
}

// trace has traces sent, where they are wanted, until stop is called, which sends what is
// left.
func (o *observed) trace() (stop func()) {
	if o.tracer == nil {
		return func() {}
	}
	o.tracer.Start()
	return o.tracer.Close
}

// sets are the words that series are labelled with: what is declared, and nothing that
// anybody writes.
func sets() telemetry.Sets {
	s := telemetry.Sets{
		Platforms: []string{string(slack.Platform), string(discord.Platform)},
		Outcomes:  outcomes, Editions: editionOutcomes, Ops: metered.Ops(),
		Limits: []string{string(bot.LimitUser), string(bot.LimitChannel), string(bot.LimitWorkspace)},
	}
	for _, surface := range bot.Surfaces() {
		s.Surfaces = append(s.Surfaces, string(surface))
	}
	for _, c := range bot.Commands() {
		s.Commands = append(s.Commands, c.Path())
		for _, sub := range c.Subcommands {
			s.Commands = append(s.Commands, sub.Path())
		}
	}
	s.Classes = slices.Compact(slices.Sorted(slices.Values(slices.Concat(slack.Classes(), discord.Classes()))))
	return s
}

// outcomes are what can come of a request.
var outcomes = []string{"found", "nothing", "said", "limited", "refused", "failed", "silent"}

// outcome is what came of a request, by its reply.
func outcome(k bot.ReplyKind) string {
	switch k {
	case bot.Found, bot.Tree, bot.Place, bot.Choice, bot.Guide, bot.News:
		return "found"
	case bot.Nothing:
		return "nothing"
	case bot.Reading, bot.Confirm, bot.Done, bot.About, bot.Help, bot.Digest, bot.Edition, bot.Talk:
		return "said"
	case bot.Limited:
		return "limited"
	case bot.Misuse, bot.Stale:
		return "refused"
	case bot.Away, bot.Failure:
		return "failed"
	case bot.Silent:
		return "silent"
	}
	return telemetry.Other
}

// Answered is bot.Observer's.
func (o *observed) Answered(ctx context.Context, a bot.Answered) {
	took, came := time.Since(a.Began), outcome(a.Kind)
	if a.Again {
		o.metrics.Dropped(string(a.Platform))
	} else {
		o.metrics.Answered(telemetry.Answer{
			Platform: string(a.Platform), Surface: string(a.Surface), Command: a.Command, Outcome: came,
		}, took)
	}
	if o.log.Enabled(ctx, slog.LevelInfo) {
		o.log.InfoContext(ctx, "answered", "platform", a.Platform, "surface", a.Surface, "command", a.Command,
			"kind", a.Kind, "again", a.Again, "took", took)
	}
	if telemetry.Traced(ctx) {
		telemetry.Describe(ctx, telemetry.Span{
			Name: string(a.Platform) + " " + a.Command, Failed: came == "failed",
			About: []string{"archbot.platform", string(a.Platform), "archbot.surface", string(a.Surface), "archbot.command", a.Command, "archbot.outcome", came},
		})
	}
}

// Searched is bot.Observer's.
func (o *observed) Searched(ctx context.Context, began time.Time) {
	o.metrics.Searched(time.Since(began))
	if telemetry.Traced(ctx) {
		telemetry.Record(ctx, telemetry.Span{Name: "search", Kind: telemetry.KindInternal}, began)
	}
}

// Limited is bot.Observer's.
func (o *observed) Limited(_ context.Context, p bot.Platform, by bot.Limit) {
	o.metrics.Limited(string(p), string(by))
}

// began gives what comes in from somewhere its id.
func (o *observed) began(from string) func(context.Context) (context.Context, func()) {
	return func(ctx context.Context) (context.Context, func()) { return telemetry.Begin(ctx, o.tracer, from) }
}

// transport is what carries the calls to a platform; it tells of them where somebody
// wants to know.
func (o *observed) transport(platform string, carries http.RoundTripper) http.RoundTripper {
	if o.tracer == nil && !o.log.Enabled(context.Background(), slog.LevelDebug) {
		return carries
	}
	return telemetry.Transport(carries, func(r *http.Request, began time.Time, status int) {
		ctx := r.Context()
		o.log.DebugContext(ctx, "a platform was called", "platform", platform, "method", r.Method, "status", status, "took", time.Since(began))
		if telemetry.Traced(ctx) {
			telemetry.Record(ctx, telemetry.Call(platform, r.Method, status), began)
		}
	})
}

// platformFailed counts the errors of a platform by their class.
func (o *observed) platformFailed(platform string) func(class string) {
	return func(class string) { o.metrics.PlatformFailed(platform, class) }
}

// digests counts what comes of editions, and what is due.
func (o *observed) digests(e *digest.Engine) {
	e.Happened, e.Begin = o.happened, o.began("digest")
	o.metrics.Due(func(ctx context.Context) (int, error) { return e.Store.Due(ctx, e.Senders.Platforms()) })
}

// editionOutcomes are what can come of an edition.
var editionOutcomes = []string{"sent", "late", "skipped", "paused", "retried", "ambiguous"}

// editionOutcome is what came of an edition.
func editionOutcome(e digest.Event) string {
	switch {
	case e.State == digest.Sent && e.Why == digest.Late:
		return "late"
	case e.State == digest.Planned && e.Why != digest.OnTime:
		return "paused"
	case e.State == digest.Planned, e.State == digest.Sending: // tried, or looked up, again
		return "retried"
	}
	return string(e.State)
}

// happened counts editions; the reply with the details of one is no other.
func (o *observed) happened(e digest.Event) {
	if e.Reply {
		return
	}
	o.metrics.Edition(e.Place.Platform, editionOutcome(e))
	if e.Delay > 0 {
		o.metrics.EditionDelay(e.Delay)
	}
}

// store counts the calls of a store.
func (o *observed) store(name string, s store.Store) *metered.Store {
	called := o.metrics.Calls(name)
	debug := o.log.Enabled(context.Background(), slog.LevelDebug)
	return metered.New(s, func(ctx context.Context, op string, began time.Time, fault error) {
		took := time.Since(began)
		called(op, took, fault != nil)
		if debug && telemetry.ID(ctx) != "" { // what nobody asked for comes every second
			o.log.DebugContext(ctx, "the state was asked", "store", name, "op", op, "took", took, "fault", fault)
		}
		if telemetry.Traced(ctx) {
			telemetry.Record(ctx, telemetry.Span{Name: name + " " + op, Kind: telemetry.KindClient, Failed: fault != nil}, began)
		}
	})
}

// state looks after the store. The bot answers without it, if not all, so it is nothing
// to turn people away for: replicas that share it would all be gone at once.
func (o *observed) state(name, said string, up func() bool) {
	o.metrics.Store(name, up)
	o.health.Add(telemetry.Part{Name: "store", Look: func() telemetry.State {
		if up() {
			return telemetry.State{Up: true, Text: said + " answers"}
		}
		return telemetry.State{Text: said + " does not answer: nothing is saved, and no digest goes out"}
	}})
}

// list shows the list that answers from now on.
func (o *observed) list(s *source.Snapshot) {
	o.snapshot.Store(s)
	o.metrics.List(telemetry.List{
		Version: s.Version, Topics: len(s.Catalog.Topics), Resources: len(s.Catalog.Resources), Problems: len(s.Catalog.Problems), Read: s.Loaded,
	})
}

// reloaded takes in what came of a reload: an error where a newest version is not used.
func (o *observed) reloaded(err error) {
	if err != nil {
		o.metrics.ReloadFailed()
	}
	o.refused.Store(err != nil)
}

// lookAtList is about the list; the last good one serves.
func (o *observed) lookAtList() telemetry.State {
	s := o.snapshot.Load()
	if s == nil {
		return telemetry.State{Text: "not read yet"}
	}
	state := telemetry.State{Up: !o.refused.Load(), Heard: s.Loaded}
	state.Text = fmt.Sprintf("version %s, resources: %d", s.Version, len(s.Catalog.Resources))
	if !state.Up {
		state.Text += "; a newer version cannot be used"
	}
	return state
}

// platforms looks after how platforms reach the bot.
func (o *observed) platforms(all []served) {
	for _, s := range all {
		o.metrics.Platform(s.key, func() bool { return s.Link().Up }, func() time.Time { return s.Link().Event })
		o.health.Add(telemetry.Part{Name: s.key, Needed: true, Look: func() telemetry.State {
			l := s.Link()
			return telemetry.State{Up: l.Up, Text: l.Text, Heard: l.Heard, Event: l.Event}
		}})
	}
	o.metrics.Ready(o.health)
}

// servePrivate looks after the platforms, and where ARCHBOT_PRIVATE_ADDR says so, shows
// what only who runs the bot may see, until close is called.
func (a *App) servePrivate(ctx context.Context, platforms []served) (closing func(), err error) {
	a.observed.platforms(platforms)
	address := a.options.Settings.PrivateAddr
	if address == "" {
		return func() {}, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("ARCHBOT_PRIVATE_ADDR is %q: %w; let it be another, such as 127.0.0.1:9091", address, err)
	}
	a.observed.private = listener.Addr()
	server := &http.Server{ // without a time for writing: a profile is collected for as long as it says
		Handler:           telemetry.Private(a.observed.health, a.observed.metrics),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("metrics, health and profiles are served no more", "error", err)
		}
	}()
	return func() {
		_ = server.Close() // whoever still reads is cut off
		<-ended
	}, nil
}
