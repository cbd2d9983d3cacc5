package app

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"archbot/adapters/terminal"
	"archbot/internal/bot"
	"archbot/internal/digest"
)

// openDigests makes what delivers digests, where there is a state to keep them in, and
// returns what the bot needs of it.
func (a *App) openDigests() *bot.Digests {
	if a.kept == nil {
		return nil
	}
	policy := cmp.Or(a.options.policy, digest.DefaultPolicy)
	policy.Late = a.options.Settings.DigestLate
	pace := digest.DefaultPace
	if n := a.options.Settings.DigestPace; n > 0 { // settings that were not loaded have none
		pace.Workspace = time.Second / time.Duration(n)
	}
	a.Digests = &digest.Engine{
		Store: a.kept, Senders: &a.Senders, Log: a.log, Policy: policy, Pace: pace,
		Workers: digest.DefaultWorkers, Poll: digest.DefaultPoll,
		List: func(ctx context.Context) (digest.List, error) { return a.Bot.DigestList(ctx) },
	}
	if a.observed != nil {
		a.observed.digests(a.Digests)
	}
	return &bot.Digests{Engine: a.Digests, Anyone: a.options.Settings.DigestWho == "everyone"}
}

// deliver has the digests delivered until ctx ends, or until stop is called, which waits
// for what is under way.
func (a *App) deliver(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.Digests.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// TickOptions are the flags of a tick.
type TickOptions struct {
	At  string        // what time to take it to be; empty for what it is
	For time.Duration // how long it may go on
}

// DefaultTick is a tick without flags.
var DefaultTick = TickOptions{For: 5 * time.Minute}

// DigestTick delivers what is due of digests, on every platform that is configured and
// in this terminal, and says what came of it.
func (p *Program) DigestTick(ctx context.Context, o TickOptions) error {
	at, err := timeSaid(o.At)
	if err != nil {
		return err
	}
	settings, err := p.settings()
	if err != nil {
		return err
	}
	a, err := New(Options{Settings: settings, Logs: p.Err, Keep: KeepState, patience: p.patience})
	if err != nil {
		return failed(ctx, err)
	}
	return failed(ctx, a.Run(ctx, func(ctx context.Context) error {
		a.Senders.Add(string(terminal.Platform), &terminal.Digests{
			Edition: a.Bot.Edition, Out: p.Out, View: func() terminal.View { return p.view(p.Out, settings, shellPrefix) },
		})
		if err := a.posting(); err != nil {
			return err
		}
		t := tally{program: p}
		a.Digests.Happened = t.happened
		within, cancel := context.WithTimeout(ctx, o.For)
		defer cancel()
		if err := a.Digests.Tick(within, at); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		t.report(a.Senders.Platforms(), within.Err() != nil)
		return nil
	}))
}

// timeSaid reads a time as somebody says it: in this machine's zone, or with its own.
func timeSaid(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, &Error{
		Status: statusUsage, Err: fmt.Errorf("%q is no time", text), Hint: "Write 2026-11-30 09:00, or 2026-11-30T09:00:00+01:00.",
	}
}

// tally says what comes of editions, and counts it.
type tally struct {
	program *Program
	mu      sync.Mutex
	n       map[digest.State]int
}

// happened is called by those who deliver, several at once.
func (t *tally) happened(e digest.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = make(map[digest.State]int)
	}
	t.n[e.State]++
	what := map[digest.State]string{
		digest.Sent: "posted", digest.Skipped: "left out", digest.Ambiguous: "may have been posted", digest.Sending: "to be looked up",
		digest.Planned: "to be tried again",
	}[e.State]
	if e.Reply {
		what = "details " + what
	}
	if e.State == digest.Planned && !e.Reply && e.Why != digest.OnTime {
		what = "paused"
	}
	for _, more := range []string{string(e.Why), e.Text} {
		if more = strings.TrimSpace(more); more != "" {
			what += ", " + more
		}
	}
	where := strings.Trim(e.Place.Workspace+"/"+e.Place.Channel, "/")
	line := fmt.Sprintf("%s %s: %s, %s: %s", e.Place.Platform, where, e.Title, e.Slot, what)
	fmt.Fprintln(t.program.Err, terminal.Clean(line))
}

// report says what it comes to, and whether the time was over before all was delivered.
func (t *tally) report(platforms []string, over bool) {
	if len(platforms) == 1 {
		fmt.Fprintln(t.program.Err, "No chat platform is configured: only digests in the terminal are delivered.")
	}
	switch {
	case over:
		fmt.Fprintln(t.program.Err, "The time is over: what is still due waits for the next tick.")
	case len(t.n) == 0:
		fmt.Fprintln(t.program.Err, "Nothing is due.")
	}
}

// DigestPreview shows the next edition of a digest in this terminal, or the first one
// that there would be on a topic.
func (p *Program) DigestPreview(ctx context.Context, words []string, o SearchOptions, at string) error {
	when, err := timeSaid(at)
	if err != nil {
		return err
	}
	settings, err := p.settings()
	if err != nil {
		return err
	}
	options := Options{Settings: settings, Logs: p.Err, patience: p.patience}
	if len(words) == 0 {
		options.Keep = KeepState // a topic needs none
	}
	if !when.IsZero() {
		options.now = func() time.Time { return when }
	}
	if o.Explain {
		o.Options["explain"] = "yes"
	}
	a, err := New(options)
	if err != nil {
		return failed(ctx, err)
	}
	var reply bot.Reply
	err = a.Run(ctx, func(ctx context.Context) error {
		reply = a.Bot.Handle(ctx, bot.Request{
			Platform: terminal.Platform, User: p.user(), Surface: bot.SurfaceCommand, Zone: p.zone(),
			Command: "digest preview", Text: strings.Join(words, " "), Options: o.Options,
		})
		return nil
	})
	if err != nil {
		return failed(ctx, err)
	}
	return p.show(reply, settings, o.JSON)
}

// zone is the IANA name of this machine's time zone; empty where it does not say.
func (p *Program) zone() string {
	name := strings.TrimPrefix(p.getenv("TZ"), ":")
	if name == "" {
		link, err := os.Readlink("/etc/localtime")
		if err != nil {
			return ""
		}
		_, name, _ = strings.Cut(link, "zoneinfo/")
	}
	found, err := digest.FindZone(cmp.Or(name, "-"))
	if err != nil {
		return ""
	}
	return found
}
