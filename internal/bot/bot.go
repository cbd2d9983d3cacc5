// Package bot is the command core: it turns a Request from any platform into a
// Reply, which is a value that the platform's adapter renders.
//
// Every command is declared once, in commands.go; the parser, the help, the
// completion and the forms are made from that table. Whatever is no command is a
// question, or a search. Nothing here knows a platform's markup, limits or library.
//
// What has to outlive a request is kept in a State (state.go), which may be out of
// reach: then reading goes on, and writing says so. What a button does is in the
// button itself, signed (token.go).
package bot

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Config is what a Bot is made of.
type Config struct {
	Library Library
	Log     *slog.Logger // nil for none
	State   State        // nil where nothing is kept
	Limits  Limits       // what requests are held to; the zero Limits hold nobody
	// Keys are secrets that buttons are signed with: the first one signs, all of them
	// are accepted. Without any, the State's Keyring has the key.
	Keys []string
	// Alone says that nobody but who asks can see an answer: then no command offers to
	// show it to others.
	Alone bool
	// Conversation is how long one is remembered after its last message, up to
	// MaxMemory; 0 for not at all.
	Conversation time.Duration
	// Digests are what the digest command needs; nil where there are none.
	Digests *Digests
	// Observer is told what the bot does; nil where nobody counts it.
	Observer Observer
	Version  string                // of archbot
	Now      func() time.Time      // time.Now when nil
	Pick     func(n int) (one int) // one of 0 to n-1, by chance when nil
}

// DefaultLimits let a person ask as fast as people read, and a workspace as fast as
// many people do.
var DefaultLimits = Limits{
	User:      Rate{Every: 2 * time.Second, Burst: 20},
	Channel:   Rate{Every: time.Second, Burst: 60},
	Workspace: Rate{Every: 100 * time.Millisecond, Burst: 600},
}

// Bot answers requests. What it keeps between them is what it can do without, and
// it may be used by any number of goroutines.
type Bot struct {
	library  Library
	log      *slog.Logger
	state    State
	limits   Limits
	remember time.Duration // conversations
	digests  *Digests
	observer Observer
	version  string
	now      func() time.Time
	pick     func(n int) int
	commands []Command
	welcome  Command // answers who says nothing

	known atomic.Pointer[known]
	made  atomic.Uint64 // answers that are remembered

	mu       sync.Mutex
	signer   *signer // nil until its key is known
	arrivals arrivals
}

// New returns a Bot that has all Commands.
func New(c Config) *Bot {
	b := &Bot{
		library: c.Library, log: c.Log, state: c.State, limits: c.Limits, remember: c.Conversation, digests: c.Digests, version: c.Version, observer: c.Observer,
		now: c.Now, pick: c.Pick, commands: Commands(), welcome: Command{Name: "help", run: runWelcome},
	}
	if c.Alone {
		for i := range b.commands {
			b.commands[i].Options = slices.DeleteFunc(b.commands[i].Options, func(o Option) bool { return o.Social })
		}
	}
	if b.now == nil {
		b.now = time.Now
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.observer == nil {
		b.observer = unobserved{}
	}
	if b.pick == nil {
		b.pick = rand.IntN
	}
	if len(c.Keys) > 0 {
		b.signer = newSigner(c.Keys)
	}
	return b
}

// Handle answers one request. It never panics: a command that does gets an
// apology as its reply and the cause in the log, and others are not harmed.
func (b *Bot) Handle(ctx context.Context, r Request) Reply {
	a := Answered{Platform: r.Platform, Surface: r.Surface, Began: time.Now()}
	reply := b.answer(ctx, r, &a)
	a.Kind = reply.Kind
	b.observer.Answered(ctx, a)
	return reply
}

// answer is Handle, and notes what there is to say of it.
func (b *Bot) answer(ctx context.Context, r Request, as *Answered) (reply Reply) {
	defer func() {
		if cause := recover(); cause != nil {
			b.report(ctx, "a command panicked", r, cause)
			reply = apology()
		}
		if reply.For == "" {
			reply.For = ToOne
		}
	}()
	b.note(ctx, r)
	list := b.library.Current()
	var p parsed
	var a action
	var refusal *Reply
	if r.Token != "" {
		a, refusal = b.open(ctx, r)
		p.command = a.command(b)
	} else {
		p, refusal = b.parse(list.Index, r)
	}
	as.Command = p.command.Path()
	cost := p.command.Cost
	if refusal != nil {
		cost = 1
	}
	var notNow *Reply
	if notNow, as.Again = b.admit(ctx, r, cost); notNow != nil {
		return *notNow
	}
	if refusal == nil && r.Token != "" {
		p, refusal = b.resolve(ctx, r, list, a)
		as.Command = p.command.Path()
	}
	if refusal != nil {
		return *refusal
	}
	reply = b.perform(ctx, r, list, p, a)
	if reply.Kind == Silent { // no answer will settle it
		b.Settle(ctx, r)
	}
	return reply
}

// perform carries out what a request was understood as.
func (b *Bot) perform(ctx context.Context, r Request, list List, p parsed, a action) Reply {
	if refusal := b.forbidden(ctx, r, p.command); refusal != nil {
		return *refusal
	}
	c := call{
		bot: b, request: r, command: p.command, list: list, options: p.options, argument: p.argument,
		limit: maxTopics, moved: p.moved, ref: p.ref, to: audience(r, p, a), known: b.knownOf(list),
	}
	if r.Limit > 0 {
		c.limit = r.Limit
	}
	c.minter = b.minter(ctx, r, c.to)
	if refusal := c.understand(); refusal != nil {
		return *refusal
	}
	reply := b.carryOut(func() Reply { return b.meant(p.guess, r.Text, p.command.run(ctx, c)) }, c, p.guess)
	if reply.Kind.Complaint() {
		return reply
	}
	if p.command.Name != "ask" {
		c.heed(ctx, reply)
	}
	reply.For = c.to
	if a.shared() || p.options.shown() {
		reply.SharedBy, reply.Addressed = r.User, UserID(p.options[optFor])
	}
	return reply
}

// audience says who may see the answer: what somebody shares and what is asked
// before others, all; everything else, who asked.
func audience(r Request, p parsed, a action) Audience {
	if a.shared() || p.options.shown() || r.conversational() && !p.command.Private {
		return ToAll
	}
	return ToOne
}

// Form returns the form of the request's Command, with what the request says filled
// in; nil where there is no such command.
func (b *Bot) Form(r Request) *Form {
	c, ok := named(b.commands, r.Command)
	if !ok {
		return nil
	}
	p, _ := c.read(r.Text, r.Options)
	return c.form(p.options)
}

// Complete returns what may be meant by a request that is still being typed,
// best first; an adapter may call it at every key. It never asks the State.
func (b *Bot) Complete(ctx context.Context, r Request) (completions []Completion) {
	defer func() {
		if cause := recover(); cause != nil {
			b.report(ctx, "completion panicked", r, cause)
			completions = nil
		}
	}()
	return b.complete(r)
}

// note logs a request with what it says, which may be private: that is for finding
// faults only.
func (b *Bot) note(ctx context.Context, r Request) {
	if b.log.Enabled(ctx, slog.LevelDebug) {
		b.log.DebugContext(ctx, "a request", "platform", r.Platform, "workspace", r.Workspace, "channel", r.Channel, "user", r.User,
			"surface", r.Surface, "command", r.Command, "text", r.Text, "options", r.Options)
	}
}

// report logs a panic with everything that helps to find it but the text, which
// may be private.
func (b *Bot) report(ctx context.Context, message string, r Request, cause any) {
	b.log.ErrorContext(ctx, message,
		"cause", fmt.Sprint(cause), "stack", string(debug.Stack()),
		"platform", r.Platform, "workspace", r.Workspace, "channel", r.Channel, "user", r.User,
		"surface", r.Surface, "locale", r.Locale, "command", r.Command, "text_bytes", len(r.Text))
}
