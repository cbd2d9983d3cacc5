package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// gateway keeps this process's shards connected.
type gateway struct {
	token string
	rest  *rest
	log   *slog.Logger
	turns *turns
	dial  func(ctx context.Context, network, address string) (net.Conn, error)
	// happened is told of every event, one at a time for a shard; it must not block.
	happened func(s *shard, kind string, data json.RawMessage)
	// named is told the bot's user id, whenever a session begins or goes on.
	named func(id string)
	// handsOver says that a session goes on in another process when this one stops.
	handsOver bool

	mu     sync.Mutex
	known  *discordgo.GatewayBotResponse
	at     time.Time      // of known
	shards map[int]*shard // those of this process
	looked bool           // it is known who has the shards
}

// shard is one part of the bot's guilds.
type shard struct {
	id, of  int
	gateway *gateway
	heard   atomic.Int64 // when anything last came, be it an acknowledgement, in nanoseconds since 1970
	every   atomic.Int64 // between two heartbeats, in nanoseconds

	mu     sync.Mutex
	up     bool
	doubt  bool            // the lease may be over: another process may be connected
	kept   session         // as far as all that came was taken in
	guilds map[string]bool // those that it knows; nil where another process began the session

	fresh chan struct{} // a session has begun: holds one
}

// guild is what is read of a guild.
type guild struct {
	ID     string    `json:"id"`
	Away   bool      `json:"unavailable"`
	System string    `json:"system_channel_id"`
	Joined time.Time `json:"joined_at"`
}

// The pauses between two connections, after one that came to nothing.
const (
	firstWait = time.Second
	lastWait  = 2 * time.Minute
)

// maxUnreachable is how often the address of a session is tried before a new one is
// begun at the usual address.
const maxUnreachable = 4

// Close codes after which connecting again is of no use, and what to do about each:
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway.
var fatal = map[int]string{
	4004: "the token is not accepted: copy it anew from the Bot page of the developer portal into DISCORD_TOKEN",
	4010: "the shard is none of the bot’s: this is a fault of archbot, please report it",
	4011: "the bot is in too many servers for its shards: start archbot again, so that it asks how many there are",
	4012: "the version of the Gateway is not served any more: a newer archbot is needed",
	4013: "the intents are wrong: this is a fault of archbot, please report it",
	4014: "the intents are not allowed: this is a fault of archbot, which asks for none that have to be",
}

// Close codes after which a session cannot be resumed.
var over = map[int]bool{1000: true, 1001: true, 4003: true, 4007: true, 4009: true}

// fatalError ends the adapter.
type fatalError struct {
	code int
	mend string
}

func (f *fatalError) Error() string {
	return fmt.Sprintf("Discord closed the connection with code %d: %s", f.code, f.mend)
}

// run keeps a shard connected until ctx is done, or nothing can be done about it.
func (s *shard) run(ctx context.Context) error {
	kept := s.session()
	wait, unreachable := firstWait, 0
	for {
		lasted, err := s.connect(ctx, &kept)
		s.down()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
			if mend, ok := fatal[closed.Code]; ok {
				return &fatalError{closed.Code, mend}
			}
			if over[closed.Code] {
				kept = session{}
			}
		}
		if errors.Is(err, ErrUnauthorized) {
			return err
		}
		s.gateway.log.InfoContext(ctx, "a connection to Discord ended", "shard", s.id, "error", err, "resumes", kept.ID != "")
		if lasted {
			wait = firstWait
		}
		if unreachable++; !errors.Is(err, errUnreachable) {
			unreachable = 0
		}
		if unreachable == maxUnreachable {
			kept = session{} // the session is where nobody can be reached any more
		}
		if !lasted || errors.Is(err, errInvalid) || s.doubtful() {
			if sleep(ctx, wait+rand.N(wait)) != nil {
				return context.Cause(ctx)
			}
			wait = min(2*wait, lastWait)
		}
	}
}

// connect makes one connection and serves it to its end; lasted reports whether it came
// to be of use.
func (s *shard) connect(ctx context.Context, kept *session) (lasted bool, err error) {
	address := kept.URL
	if kept.ID == "" {
		about, err := s.gateway.about(ctx)
		if err != nil {
			return false, err
		}
		address, *kept = about.URL, session{}
		if err := s.gateway.turns.await(ctx, s.id); err != nil {
			return false, err
		}
	}
	c, err := s.dial(ctx, address)
	if err != nil {
		return false, err
	}
	err = c.run(ctx, kept)
	return c.ready, err
}

// aboutTime is how long what Discord says of the Gateway counts as new.
const aboutTime = 30 * time.Second

// about asks where the Gateway is, how many shards to use, and how many sessions may be
// begun today. Shards that ask together ask once.
func (g *gateway) about(ctx context.Context) (*discordgo.GatewayBotResponse, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known != nil && time.Since(g.at) < aboutTime {
		return g.known, nil
	}
	var about *discordgo.GatewayBotResponse
	err := g.rest.try(ctx, func(ctx context.Context) (err error) {
		about, err = g.rest.session.GatewayBot(discordgo.WithContext(ctx))
		return err
	})
	switch {
	case err != nil && g.known != nil && !errors.Is(err, ErrUnauthorized):
		return g.known, nil // the Gateway may well be there while the API is not
	case err != nil:
		return nil, err
	case about == nil || about.Shards < 1 || about.Shards > maxShards:
		return nil, errors.New("Discord does not say how many shards to use") //nolint:staticcheck // a name has its capital
	}
	g.known, g.at = about, time.Now()
	limit := about.SessionStartLimit
	g.turns.heed(limit.MaxConcurrency, limit.Remaining, time.Duration(limit.ResetAfter)*time.Millisecond)
	return about, nil
}

// maxShards is for an answer that is none: nobody has as many.
const maxShards = 1 << 16

// run keeps this process's shards connected until ctx ends, or one of them fails for
// good.
func (g *gateway) run(ctx context.Context, l *leases) error {
	about, err := g.first(ctx)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var running sync.WaitGroup
	defer running.Wait()
	for {
		next := lookEvery
		s, err := g.take(ctx, l, about.Shards)
		if s != nil {
			next = shareTime
			running.Go(func() {
				defer g.drop(s.id)
				if err := g.keep(ctx, l, s); err != nil && ctx.Err() == nil {
					stop(err)
				}
			})
			if l.shared == nil {
				continue // there are no others who shall have some too
			}
		}
		g.hasLooked(err == nil)
		if sleep(ctx, next) != nil {
			return context.Cause(ctx)
		}
	}
}

// take gets one of the shards that nobody has; nil where there is none, or, as the error
// says, where it cannot be told.
func (g *gateway) take(ctx context.Context, l *leases, shards int) (s *shard, err error) {
	for id := range shards {
		if g.has(id) {
			continue
		}
		left, ok, untold := l.claim(ctx, id, shards)
		if ok {
			return g.add(newShard(g, id, shards, left)), nil
		}
		err = errors.Join(err, untold)
	}
	return nil, err
}

// first asks about the Gateway until it is told.
func (g *gateway) first(ctx context.Context) (*discordgo.GatewayBotResponse, error) {
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		about, err := g.about(ctx)
		if err == nil || errors.Is(err, ErrUnauthorized) || ctx.Err() != nil {
			return about, err
		}
		if wait == firstWait {
			g.log.WarnContext(ctx, "Discord cannot be asked where its Gateway is; it is tried again until it can", "error", err)
		}
		if err := sleep(ctx, wait+rand.N(wait)); err != nil {
			return nil, err
		}
	}
}

// keep runs a shard for as long as it is this process's, and hands it over in the end. The
// error is one that ends all.
func (g *gateway) keep(ctx context.Context, l *leases, s *shard) error {
	running, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	var holding sync.WaitGroup
	holding.Go(func() { lose(l.hold(running, s)) })
	err := s.run(running)
	lose(nil)
	holding.Wait()
	if errors.Is(err, errLost) {
		g.log.InfoContext(ctx, "another process has a shard now", "shard", s.id)
		return nil
	}
	if failed := l.release(ctx, s); failed != nil {
		g.log.WarnContext(ctx, "a shard cannot be handed over; others get it when its lease expires", "shard", s.id, "error", failed)
	}
	return err
}

func newShard(g *gateway, id, of int, left session) *shard {
	return &shard{id: id, of: of, gateway: g, kept: left, fresh: make(chan struct{}, 1)}
}

func (g *gateway) has(id int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shards[id] != nil
}

func (g *gateway) add(s *shard) *shard {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shards[s.id] = s
	return s
}

func (g *gateway) drop(id int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.shards, id)
}

// ready tells how many shards are connected, and how many there are.
func (g *gateway) ready() (connected, shards int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.shards {
		s.mu.Lock()
		if s.up {
			connected++
		}
		s.mu.Unlock()
	}
	return connected, len(g.shards)
}

// session is what whoever has the shard next can go on with.
func (s *shard) session() session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}

// keep notes how far all that came was taken in.
func (s *shard) keep(now session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = now
}

// anew tells whoever holds the shard that it has another session.
func (s *shard) anew() {
	select {
	case s.fresh <- struct{}{}:
	default:
	}
}

// doubtful reports whether another process may be connected for the shard, which whoever
// connects for it takes its session from.
func (s *shard) doubtful() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doubt
}

// believe notes whether the shard is surely this process's.
func (s *shard) believe(sure bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doubt = !sure
}

// begun notes that the shard has a new session, with the guilds that it is in.
func (s *shard) begun(guilds []guild) {
	s.mu.Lock()
	s.guilds = make(map[string]bool, len(guilds))
	for _, g := range guilds {
		s.guilds[g.ID] = true
	}
	s.mu.Unlock()
	s.resumed()
}

// resumed notes that the shard is connected.
func (s *shard) resumed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up = true
}

// down notes that the shard is not connected any more.
func (s *shard) down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up = false
}

// joined notes a guild, and reports whether the bot was just added to it: then the shard
// did not know it. Of a session that another process began, it knows none, and goes by the
// time at which the bot joined.
func (s *shard) joined(g guild) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.guilds == nil {
		return g.Joined.After(s.kept.Began)
	}
	known := s.guilds[g.ID]
	s.guilds[g.ID] = true
	return !known
}

// left forgets a guild.
func (s *shard) left(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.guilds, id)
}
