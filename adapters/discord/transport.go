package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// DefaultURL is the base of Discord's API, in the version that its documentation is of.
const DefaultURL = "https://discord.com/api/v10"

// Discord's limits of all requests of a bot, and of an address:
// https://discord.com/developers/docs/topics/rate-limits. Each is divided into a burst
// and what comes back in its time, so that there are never more in any second, or in any
// ten minutes: 10 and 40 requests, 5,000 and 5,000 refusals.
var (
	globalRate  = bot.Rate{Every: time.Second / 40, Burst: 10}
	invalidRate = bot.Rate{Every: 10 * time.Minute / 5000, Burst: 5000}
)

// Where the counts of all replicas are kept: scopes of no guild.
const (
	globalScope  = "@requests"
	invalidScope = "@refused"
	shardScope   = "@shards"
)

// transport takes the library's requests to where the API is, and holds all of them,
// with those of other replicas, to what Discord bears.
type transport struct {
	base    *url.URL
	next    http.RoundTripper
	limiter bot.Limiter

	mu   sync.Mutex
	dead bool      // the token is not accepted
	rest time.Time // until then nothing is asked
}

func newTransport(c Config) (*transport, error) {
	base, err := url.Parse(strings.TrimSuffix(c.URL, "/"))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, errors.New("DISCORD_API_URL is no address: it is like " + DefaultURL)
	}
	t := &transport{base: base, next: c.Transport, limiter: c.State}
	if t.next == nil {
		t.next = http.DefaultTransport
	}
	if c.State == nil {
		t.limiter = newMeter()
	}
	return t, nil
}

// open says why nothing may be asked just now; nothing where it may.
func (t *transport) open() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.dead:
		return ErrUnauthorized
	case time.Now().Before(t.rest):
		return errBudget
	}
	return nil
}

// RoundTrip is http.RoundTripper's.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.open(); err != nil {
		return nil, err
	}
	path, ok := strings.CutPrefix(r.URL.String(), strings.TrimSuffix(discordgo.EndpointAPI, "/"))
	if !ok {
		return nil, errors.New("the library asks somewhere else than Discord’s API")
	}
	target, err := url.Parse(t.base.String() + path)
	if err != nil {
		return nil, errors.New("the request’s address cannot be read")
	}
	free := strings.HasPrefix(path, "/interactions/") || strings.HasPrefix(path, "/webhooks/")
	r = r.Clone(r.Context())
	r.URL, r.Host = target, target.Host
	if free { // what is secret in the path is enough
		r.Header.Del("Authorization")
	} else if err := t.await(r.Context()); err != nil {
		return nil, err
	}
	response, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	t.note(r.Context(), response, free)
	if free {
		// The library's buckets of interactions know no global limit, and trip over one.
		response.Header.Del("X-Ratelimit-Global")
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, maxBodySize), response.Body}
	return response, nil
}

// await waits for the turn of a request that the global limit counts.
func (t *transport) await(ctx context.Context) error {
	for {
		v, err := t.limiter.Take(ctx, spend(globalScope, "", globalRate))
		if err != nil || v.Allowed { // an error is no reason to be silent: Discord counts too
			return nil //nolint:nilerr // see above
		}
		if err := sleep(ctx, v.Wait); err != nil {
			return err
		}
	}
}

// note looks at what was refused. A token that Discord does not know ends everything;
// refusals are counted.
func (t *transport) note(ctx context.Context, r *http.Response, free bool) {
	switch r.StatusCode {
	case http.StatusUnauthorized:
		if !free {
			t.mu.Lock()
			t.dead = true
			t.mu.Unlock()
		}
	case http.StatusForbidden:
	case http.StatusTooManyRequests:
		if r.Header.Get("X-RateLimit-Scope") == "shared" {
			return
		}
	default:
		return
	}
	v, err := t.limiter.Take(context.WithoutCancel(ctx), spend(invalidScope, "", invalidRate))
	if err == nil && !v.Allowed {
		t.mu.Lock()
		t.rest = time.Now().Add(max(v.Wait, time.Minute))
		t.mu.Unlock()
	}
}

// spend asks for one unit of what all replicas have together.
func spend(scope bot.WorkspaceID, key string, rate bot.Rate) bot.Spend {
	s := bot.Spend{Scope: bot.Scope{Platform: Platform, Workspace: scope}, Cost: 1}
	if key == "" {
		s.Limits.Workspace = rate
		return s
	}
	s.Channel, s.Limits.Channel = bot.ChannelID(key), rate
	return s
}

// meter is the Limiter of a process without a state: rates as the stores hold them
// (GCRA), for the few keys that there are here.
type meter struct {
	mu sync.Mutex
	at map[string]time.Time // when the key would be at rest
}

func newMeter() *meter { return &meter{at: make(map[string]time.Time)} }

// Take is bot.Limiter's, for spends that have one rate.
func (m *meter) Take(_ context.Context, s bot.Spend) (bot.Verdict, error) {
	if err := s.Check(); err != nil {
		return bot.Verdict{}, err
	}
	rate := s.Limits.Workspace
	if rate == (bot.Rate{}) {
		rate = s.Limits.Channel
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := fmt.Sprint(s.Scope.Workspace, "/", s.Channel)
	now := time.Now()
	at := m.at[key]
	if at.Before(now) {
		at = now
	}
	next := at.Add(time.Duration(s.Cost) * rate.Every)
	if wait := next.Sub(now) - time.Duration(rate.Burst)*rate.Every; wait > 0 {
		return bot.Verdict{By: bot.LimitWorkspace, Wait: wait}, nil
	}
	m.at[key] = next
	return bot.Verdict{Allowed: true}, nil
}
