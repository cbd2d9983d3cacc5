// Package app wires the rooms together. It is the only one that knows all of
// them: New puts an App together, Start makes it serve, Stop takes it down in
// the opposite order, and tests do the same without a process around it.
//
// Program is the command line on top of that: what each subcommand does, its
// messages and its exit status. cmd/archbot only declares the flags.
package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"archbot/adapters/terminal"
	"archbot/data"
	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/digest"
	"archbot/internal/search"
	"archbot/internal/source"
	"archbot/internal/telemetry"
	"archbot/internal/vocabulary"
)

// Options are what an App is made of besides its settings.
type Options struct {
	Settings config.Settings
	Logs     io.Writer // where log lines go
	// Watch keeps the lists up to date while the App runs: on a timer, on
	// SIGHUP, and when a file changes. What answers once has no use for it.
	Watch bool
	// Keep says how the App keeps its state.
	Keep Keeping
	// Alone says that whoever asks is the only one here, as in a terminal.
	Alone bool
	// Limits are what requests are held to; the zero Limits hold nobody.
	Limits bot.Limits
	// Observe has what the App does counted, and its parts looked after.
	Observe bool

	now      func() time.Time // time.Now when nil
	patience time.Duration    // with Redis; 0 for resilient.Patience. Tests on a busy machine have more
	policy   digest.Policy    // of digests; digest.DefaultPolicy when zero. Late is the settings'
}

// App is the running program without the platforms around it. The zero value is
// of no use; New makes one.
type App struct {
	// Bot answers, once Start has returned; before that it is nil.
	Bot *bot.Bot
	// State is kept as Options.Keep says, from Start to Stop; nil without.
	State bot.State
	// Digests delivers what channels have subscribed to, from Start to Stop; nil without
	// a State. It does nothing by itself: who serves has it Run.
	Digests *digest.Engine
	// Senders are what it posts with; adapters add themselves.
	Senders digest.Senders

	observed *observed     // nil unless Options.Observe
	outgoing outgoing      // calls to platforms
	kept     digest.Store  // the digests in the State
	keptIn   string        // where the State is, as people are told
	unfit    func(error)   // ends Run with a reason that was found after the start
	leases   bot.Leases    // what replicas on the State divide; nil where there are none
	wait     time.Duration // how long Start waits for Redis
	options  Options
	log      *slog.Logger
	loader   *source.Loader
	list     atomic.Pointer[func() bot.List]
	cleanups []func() // undone from the end
	reloaded func()   // called after each reload; tests wait for it
}

// New puts an App together. It reads nothing yet; an error is a setting that
// cannot be used.
func New(o Options) (*App, error) {
	loader, err := source.New(source.Config{
		Lists:        o.Settings.Lists,
		AllowPrivate: o.Settings.AllowPrivate,
		Every:        never(o.Settings.Reload),
		UserAgent:    "archbot/" + Version(),
	})
	if err != nil {
		return nil, err
	}
	a := &App{
		options:  o,
		log:      telemetry.NewLogger(slog.HandlerOptions{Level: o.Settings.Log}, asJSON(o.Settings.LogFormat, o.Logs), o.Logs),
		loader:   loader,
		reloaded: func() {},
		unfit:    func(error) {},
		wait:     startWait,
		outgoing: newOutgoing(),
	}
	if o.Observe {
		if a.observed, err = newObserved(o.Settings, a.log); err != nil {
			return nil, err
		}
	}
	loader.Subscribe(a.reload)
	return a, nil
}

// asJSON reports whether log lines that go there are JSON.
func asJSON(format string, to io.Writer) bool {
	return format == "json" || format == "auto" && !terminal.OnTerminal(to)
}

// embeddedVocabularies reads the terms and the talk that come along, what people say for
// what lists say; a test holds that nothing is wrong with them. They are read again for
// each index, in a few milliseconds, as an index does not need them once it is made.
func embeddedVocabularies() []*vocabulary.Vocabulary {
	talk := make(chan *vocabulary.Vocabulary, 1)
	go func() {
		v, _ := vocabulary.ParseTalk(data.Talk(), data.TalkName)
		talk <- v
	}()
	terms, _ := vocabulary.Parse(data.Vocabulary(), data.VocabularyName)
	return []*vocabulary.Vocabulary{terms, <-talk}
}

// Current returns the list that answers just now; there is none before Start. Its
// first index may still be in the making, for some milliseconds after Start: a
// prompt need not wait for it, a question does.
func (a *App) Current() bot.List {
	if list := a.list.Load(); list != nil {
		return (*list)()
	}
	return bot.List{}
}

// Start loads the lists and returns when the Bot can answer. What it leaves
// running ends with ctx or Stop, whichever comes first. When it fails, what it
// had set up is taken down again.
func (a *App) Start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			a.Stop()
		}
	}()
	a.cleanups = append(a.cleanups, a.outgoing.CloseIdleConnections)
	if err := a.loader.Load(ctx); err != nil {
		return err
	}
	if err := a.openState(ctx); err != nil {
		return err
	}
	snapshot := a.loader.Current()
	desk := a.openDigests()
	list := sync.OnceValue(func() bot.List { return a.listOf(snapshot, search.New(snapshot.Catalog, embeddedVocabularies()...)) })
	a.list.Store(&list)
	c := bot.Config{
		Library: a, Log: a.log, State: a.State, Limits: a.options.Limits, Alone: a.options.Alone, Digests: desk, Now: a.options.now,
		Keys: a.options.Settings.ButtonKeys(), Conversation: a.options.Settings.Conversation, Version: Version(),
	}
	if a.observed != nil {
		c.Observer = a.observed
		a.observed.list(snapshot)
		a.cleanups = append(a.cleanups, a.observed.trace())
	}
	a.Bot = bot.New(c)
	a.prepare(ctx, func() *search.Index { return list().Index })
	if a.options.Watch {
		a.watch(ctx)
	}
	return nil
}

// Stop takes down what Start has set up, last first, and waits for it. It may
// be called more than once, and without Start.
func (a *App) Stop() {
	for len(a.cleanups) > 0 {
		last := len(a.cleanups) - 1
		undo := a.cleanups[last]
		a.cleanups = a.cleanups[:last]
		undo()
	}
}

// Run starts the App, does work and stops it. When it turns out meanwhile that the App
// is unfit to run, the work's context ends, and the error is why.
func (a *App) Run(ctx context.Context, work func(context.Context) error) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	a.unfit = func(err error) { end(&unfitError{err}) }
	if err := a.Start(ctx); err != nil {
		return err
	}
	defer a.Stop()
	err := work(ctx)
	if why, ok := errors.AsType[*unfitError](context.Cause(ctx)); ok {
		return why.error
	}
	return err
}

// unfitError is why an App cannot go on.
type unfitError struct{ error }

// prepare makes the first index, and notes what is in the list, while whoever
// started the App goes on. A panic in it is for whoever asks next.
func (a *App) prepare(ctx context.Context, index func() *search.Index) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		made := index()
		a.mark(ctx)
		a.tidy(made)
	}()
	if a.State != nil { // which must not be closed under it
		a.cleanups = append(a.cleanups, func() { cancel(); <-done })
		return
	}
	a.cleanups = append(a.cleanups, cancel)
}

// tidy gives back what the making of an index needed, which is more than what it needs
// itself, where the program goes on.
func (a *App) tidy(made *search.Index) {
	if a.options.Watch {
		made.Settle()
		debug.FreeOSMemory()
	}
}

// mark notes in the state, where there is one, which resources the list has now.
// When that fails, whoever asks for what is new has it done.
func (a *App) mark(ctx context.Context) {
	if a.State == nil {
		return
	}
	if err := a.Bot.Mark(ctx); err != nil && !errors.Is(err, bot.ErrUnavailable) && ctx.Err() == nil {
		a.log.Warn("what is new in the lists is not noted", "error", err)
	}
}

// listOf is a version of the lists as the Bot knows it.
func (a *App) listOf(s *source.Snapshot, index *search.Index) bot.List {
	sum := sha256.Sum256([]byte(strings.Join(a.options.Settings.Lists, "\n")))
	list := bot.List{Index: index, ID: bot.ListID(hex.EncodeToString(sum[:8])), Read: s.Loaded}
	for _, name := range a.options.Settings.Lists {
		if at, err := source.ParseLocation(name); err == nil {
			list.Names = append(list.Names, path.Base(at.String()))
		}
	}
	return list
}

// watch keeps the lists up to date until the App stops.
func (a *App) watch(ctx context.Context) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	a.cleanups = append(a.cleanups, func() { signal.Stop(hup) })

	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.loader.Run(ctx, hup)
	}()
	a.cleanups = append(a.cleanups, func() {
		cancel()
		<-done
	})
}

// reload takes over the outcome of a reload. Whatever is wrong with a new
// version, the index that serves goes on serving.
func (a *App) reload(e source.Event) {
	defer a.reloaded()
	if a.observed != nil {
		a.observed.reloaded(e.Err)
	}
	if e.Err != nil {
		a.log.Warn("a new version of a list is not used", "error", e.Err)
	}
	if !e.Swapped {
		return
	}
	index, err := build(e.Snapshot, embeddedVocabularies())
	if err != nil {
		a.log.Error("the new version is not used", "version", e.Snapshot.Version, "error", err)
		if a.observed != nil {
			a.observed.reloaded(err)
		}
		return
	}
	list := a.listOf(e.Snapshot, index)
	made := func() bot.List { return list }
	a.list.Store(&made)
	if a.observed != nil {
		a.observed.list(e.Snapshot)
	}
	a.mark(context.Background())
	a.tidy(index)
	a.log.Info("the lists were reloaded", "version", e.Snapshot.Version,
		"topics", len(e.Snapshot.Catalog.Topics), "resources", len(e.Snapshot.Catalog.Resources))
}

// build makes an index. A list comes from outside, so one that trips the
// indexing up must not end the process.
func build(s *source.Snapshot, words []*vocabulary.Vocabulary) (index *search.Index, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("indexing the lists failed: %v", cause)
		}
	}()
	if s == nil {
		return nil, errors.New("no list is loaded")
	}
	return search.New(s.Catalog, words...), nil
}
