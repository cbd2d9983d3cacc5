package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"archbot/internal/bot"
	"archbot/internal/checkup"
	"archbot/internal/source"
	"archbot/internal/telemetry"
)

// A platform is an adapter that serve runs.
type platform interface {
	// Run receives until ctx ends. It fails when the platform does not want the bot,
	// which no further attempt mends; the error says what to do.
	Run(ctx context.Context) error
	// Handler takes what the platform posts; nil where it posts nothing.
	Handler() http.Handler
	// Link is how the platform reaches the bot just now.
	Link() checkup.Link
	// Drain lets nothing new begin, and waits for the rest until ctx ends.
	Drain(ctx context.Context) error
}

// served is a platform that is on, as serve tells of it.
type served struct {
	key  string // as requests and digests name it
	name string // as people write it
	path string // where it posts to, with a slash at the end; empty where it posts nothing
	how  string // how it reaches the bot
	platform
}

// ServeOptions are the flags of Serve.
type ServeOptions struct {
	Register bool // Discord's commands as well, where they differ
}

// Serve runs every platform that is set up until it is told to stop, then finishes
// what it has begun.
func (p *Program) Serve(ctx context.Context, o ServeOptions) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	a, err := New(Options{
		Settings: settings, Logs: p.Err, Watch: true, Keep: KeepState, Limits: bot.DefaultLimits, Observe: true,
		patience: p.patience, policy: p.policy,
	})
	if err != nil {
		return failed(ctx, err)
	}
	switch on, err := a.platforms(); { // said before anything is loaded
	case err != nil:
		return failed(ctx, err)
	case o.Register && settings.DiscordToken == "":
		return failed(ctx, errors.New("--register means nothing without DISCORD_TOKEN: set that too, or leave it out"))
	case len(on) == 0:
		return errNoPlatform
	}
	if err := a.awaitLists(ctx); err != nil {
		return failed(ctx, err)
	}
	served := false
	err = a.Run(ctx, func(ctx context.Context) error {
		platforms, err := a.platforms()
		if err != nil {
			return err
		}
		served = true
		if o.Register {
			defer a.register(ctx)()
		}
		defer a.deliver(ctx)()
		return a.serve(ctx, platforms, p.started(a))
	})
	switch {
	case !served:
		return failed(ctx, err)
	case err != nil: // also when it was told to stop: something is left undone
		return &Error{Status: statusUsage, Err: err}
	}
	return nil
}

// serve listens and runs the platforms until ctx ends or one of them fails.
func (a *App) serve(ctx context.Context, platforms []served, started func(net.Addr, []served)) error {
	listener, err := a.listen(ctx)
	if err != nil {
		return err
	}
	closePrivate, err := a.servePrivate(ctx, platforms)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer closePrivate()
	server := newServer(telemetry.Public(a.observed.health), platforms, a.log)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, len(platforms)+1)
	var running sync.WaitGroup
	run := func(work func() error) {
		running.Go(func() {
			err := work()
			ended <- err
			if err != nil {
				stop()
			}
		})
	}
	run(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	for _, s := range platforms {
		run(func() error { return s.Run(ctx) })
	}
	started(listener.Addr(), platforms)
	<-ctx.Done()
	a.observed.health.Drain()
	err = a.drain(ctx, server, platforms)
	running.Wait()
	close(ended)
	for e := range ended {
		err = errors.Join(err, e)
	}
	return err
}

// listen opens the address that platforms and probes reach.
func (a *App) listen(ctx context.Context) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", a.options.Settings.Addr)
	if err != nil {
		return nil, fmt.Errorf("ARCHBOT_ADDR is %q: %w; let it be another, such as :8081", a.options.Settings.Addr, err)
	}
	return listener, nil
}

// How long lists are waited for that cannot be read yet, before the next try.
const (
	firstTry = 500 * time.Millisecond
	lastTry  = time.Minute // after doubling
)

// awaitLists reads the lists. Where the server that has one is out of reach, it goes on
// trying until ctx ends: meanwhile the process lives, and says what it waits for.
func (a *App) awaitLists(ctx context.Context) error {
	err := a.loader.Load(ctx)
	if !source.Passing(err) {
		return err
	}
	listener, failure := a.listen(ctx)
	if failure != nil {
		return errors.Join(err, failure)
	}
	health := &telemetry.Health{}
	health.Add(telemetry.Part{Name: "list", Needed: true, Look: a.observed.lookAtList})
	server := newServer(telemetry.Public(health), nil, a.log)
	defer server.Close()
	go func() { _ = server.Serve(listener) }() // until it is closed
	for pause := firstTry; source.Passing(err); pause = min(2*pause, lastTry) {
		a.log.WarnContext(ctx, "the bot is not ready, as a list cannot be read yet", "error", err, "again_in", pause)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
			err = a.loader.Load(ctx)
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
	return err
}

// drain stops taking requests and lets what has been begun end, though ctx has ended,
// for as long as ARCHBOT_DRAIN says.
func (a *App) drain(ctx context.Context, server *http.Server, platforms []served) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.options.Settings.Drain)
	defer cancel()
	err := server.Shutdown(ctx)
	for _, s := range platforms {
		if e := s.Drain(ctx); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: not everything could be finished: %w", s.name, e))
		}
	}
	return err
}

// newServer serves what platforms post, beside what the mux has. All times are bounded,
// so that a slow client holds nobody up.
func newServer(mux *http.ServeMux, platforms []served, log *slog.Logger) *http.Server {
	for _, s := range platforms {
		if s.path != "" {
			mux.Handle(s.path, s.Handler())
		}
	}
	return &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 15 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
