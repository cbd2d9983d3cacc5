// Package discord is the bot on Discord: slash commands with completion, context menus,
// buttons, forms, mentions and direct messages.
//
// The core decides and this package renders. What comes from Discord is decoded into a
// bot.Request (decode.go); the bot.Reply that the core gives for it becomes a card of
// components by functions that call nobody (render.go), so that what people see is held
// by golden files. All limits of Discord hold in it (limits.go), however large a list's
// words are; whatever a list or a person wrote is text and stays text (escape.go); the
// only one who can be pinged is who an answer is addressed to. What the next person asks
// as well is remembered as it was sent (written.go).
//
// # Ways in
//
// The Gateway (gateway.go, socket.go, shards.go) brings everything: with a token, Run
// connects the shards that this process has and keeps them connected. HTTP (http.go)
// brings interactions alone: with a public key, Handler takes them. Where both are set,
// Discord sends interactions over HTTP once their address is entered at Discord, and
// messages over the Gateway. Both come to interact.go and event.go, and behave the same.
//
// # Answers
//
// An interaction is answered at once where the core has a reply in Config.Patience, else
// deferred, and its answer put in place when it is there: its token is good for 15
// minutes. All requests go through one client (rest.go, transport.go), which shares
// Discord's limits with the other processes through the State.
//
// # What a crash costs
//
// A connection that breaks is resumed where it left off, by whichever process has the
// shard then (shards.go): at once when one stops, and when one dies, as soon as its leases
// expire. Messages that came meanwhile are answered then; an interaction is not, as Discord
// gives it three seconds. A message that a process had begun to answer when it died is
// begun again by the process that it comes to then, a few seconds after the first began;
// its nonce makes two answers one (event.go). An interaction is not begun again.
package discord

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"archbot/internal/bot"
	"archbot/internal/digest"
	"archbot/internal/inflight"
)

// Platform is this adapter's name in requests.
const Platform bot.Platform = "discord"

// Bot is what answers; *bot.Bot does.
type Bot interface {
	// Handle answers one request.
	Handle(ctx context.Context, r bot.Request) bot.Reply
	// Settle notes that a request has its answer that was held until then.
	Settle(ctx context.Context, r bot.Request)
	// Complete is called at every key that somebody presses, and answers from memory.
	Complete(ctx context.Context, r bot.Request) []bot.Completion
	// Form is the form of a command, with what the request says filled in.
	Form(r bot.Request) *bot.Form
	// Introduce is what the bot says of itself where it has not been before.
	Introduce(ctx context.Context, r bot.Request) (bot.Reply, bool)
	// Edition is an edition of a digest, as it is posted.
	Edition(ctx context.Context, post digest.Post) bot.Reply
}

// State is what replicas share; a bot.State is one.
type State interface {
	bot.Limiter // Discord's limits, and whose turn it is to connect
	bot.Events  // who registers the commands
}

// Config is what an Adapter is made of.
type Config struct {
	Bot Bot
	Log *slog.Logger

	Token     string // the bot's; empty where only interactions come, over HTTP
	PublicKey string // of the application, in hexadecimal digits; empty for no HTTP
	URL       string // of the API; empty for DefaultURL

	// State is where Discord's limits are counted, and Leases is where shards are divided
	// among the processes that run beside this one; nil where it is the only one.
	State  State
	Leases bot.Leases

	// Patience is how long an interaction waits for its answer before it is deferred; 0
	// for 2 of the 3 seconds that Discord gives.
	Patience time.Duration
	// Transport carries all requests; http.DefaultTransport when nil. Dial connects to
	// the Gateway; nil for the system's.
	Transport http.RoundTripper
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)

	// Begin is called for everything that comes in, and returns the context of all that is
	// done for it; end is called when it is over. Failed is told of each request to Discord
	// that came to nothing by its class, one of Classes. Either may be nil.
	Begin  func(context.Context) (ctx context.Context, end func())
	Failed func(class string)
}

// Adapter brings what happens on Discord to the Bot, and its replies to Discord. It may
// be used by any number of goroutines.
type Adapter struct {
	bot     Bot
	log     *slog.Logger
	config  Config
	key     ed25519.PublicKey
	rest    *rest
	gateway *gateway
	leases  *leases
	work    *inflight.Work
	barred  *barred
	written *written
	self    atomic.Pointer[string] // the bot's user id, once it is known
	event   atomic.Int64           // when something last came that somebody did, in nanoseconds since 1970

	mu        sync.Mutex
	receiving chan struct{} // closed when Run has ended; nil before it begins
}

// New returns an Adapter that does nothing yet; an error is a configuration that cannot
// work.
func New(c Config) (*Adapter, error) {
	c.Token = strings.TrimPrefix(strings.TrimSpace(c.Token), "Bot ")
	c.URL, c.Patience = cmp.Or(c.URL, DefaultURL), cmp.Or(c.Patience, 2*time.Second)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Begin == nil {
		c.Begin = func(ctx context.Context) (context.Context, func()) { return ctx, func() {} }
	}
	if c.Token == "" && c.PublicKey == "" {
		return nil, errors.New("set DISCORD_TOKEN for the Gateway, or DISCORD_PUBLIC_KEY for interactions over HTTP: without either Discord cannot reach the bot")
	}
	if strings.ContainsAny(c.Token, " \t\r\n") {
		return nil, errors.New("DISCORD_TOKEN is no token: there is a space in it")
	}
	key, err := publicKey(c.PublicKey)
	if err != nil {
		return nil, err
	}
	client, err := newRest(c)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		bot: c.Bot, log: c.Log.With("platform", Platform), config: c, key: key, rest: client,
		work: inflight.New(maxWork, maxWork), barred: newBarred(), written: newWritten(), leases: &leases{shared: c.Leases, holder: rand.Text()},
	}
	a.gateway = &gateway{
		token: c.Token, rest: client, log: a.log, dial: c.Dial, happened: a.happened, named: a.named,
		handsOver: c.Leases != nil,
		turns:     &turns{limiter: client.transport.limiter}, shards: make(map[int]*shard),
	}
	return a, nil
}

// publicKey reads the application's key; none is nil.
func publicKey(s string) (ed25519.PublicKey, error) {
	if s == "" {
		return nil, nil
	}
	key, err := hex.DecodeString(strings.TrimSpace(s))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("DISCORD_PUBLIC_KEY is no public key: it has 64 hexadecimal digits, and stands under General Information in the developer portal")
	}
	return key, nil
}

// Run is connected to the Gateway until ctx ends; without a token it only waits. It fails
// when Discord refuses the bot for good, which no further attempt mends. What comes over
// HTTP goes to Handler, before and after.
func (a *Adapter) Run(ctx context.Context) error {
	defer a.receive()()
	if a.config.Token == "" {
		a.log.WarnContext(ctx, "Discord is reached over HTTP alone: neither direct messages nor mentions come that way, and /arch ask takes questions; set DISCORD_TOKEN for both")
		<-ctx.Done()
		return nil
	}
	if err := a.gateway.run(ctx, a.leases); ctx.Err() == nil {
		return err
	}
	return nil
}

// receive notes that Run has begun; end, that it has ended.
func (a *Adapter) receive() (end func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	ended := make(chan struct{})
	a.receiving = ended
	return func() { close(ended) }
}

// Drain lets nothing new begin, and waits for what has been begun, for no longer than ctx.
// Run is told to end before: what its connections bring until then still begins, as
// whoever has the shards next is not sent it again.
func (a *Adapter) Drain(ctx context.Context) error {
	a.mu.Lock()
	receiving := a.receiving
	a.mu.Unlock()
	if receiving != nil {
		select {
		case <-receiving:
		case <-ctx.Done():
		}
	}
	return a.work.Drain(ctx)
}

// Ready tells how many of this process's shards are connected, and how many it has.
func (a *Adapter) Ready() (connected, shards int) { return a.gateway.ready() }

// named takes over the bot's user id; an empty one is none.
func (a *Adapter) named(id string) {
	if id != "" {
		a.self.Store(&id)
	}
}

// barred are the channels that refused a message a short while ago: each further refusal
// counts against the whole bot.
type barred struct {
	mu    sync.Mutex
	until map[string]time.Time
}

const barredTime = 10 * time.Minute

func newBarred() *barred { return &barred{until: make(map[string]time.Time)} }

// add notes a channel that refused, and forgets those of long ago.
func (b *barred) add(channel string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	for c, until := range b.until {
		if now.After(until) {
			delete(b.until, c)
		}
	}
	b.until[channel] = now.Add(barredTime)
}

// has reports whether a channel refused lately.
func (b *barred) has(channel string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Before(b.until[channel])
}
