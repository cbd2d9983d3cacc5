package slack

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"archbot/internal/bot"
	"archbot/internal/seal"
)

// How many workspaces are remembered, and how long before it is looked again whether
// another replica, or somebody at a command line, has changed something.
const (
	maxRemembered = 4096
	remembered    = time.Minute
)

// While the store is out of reach, a workspace that is not remembered is looked for again
// and again for a few seconds, which is how long a hiccup takes: what Slack has delivered
// and got an acknowledgement for, it does not deliver again.
const (
	looks    = 25
	lookTime = 200 * time.Millisecond // between two of them
)

// Why a workspace's deliveries cannot be answered with calls.
var (
	errNotInstalled = errors.New("the app is not installed in this workspace, as far as is known")
	errBroken       = errors.New("the workspace has to install the app again")
)

// many are installations that are kept in a store, for any number of workspaces.
type many struct {
	adapter *Adapter
	store   bot.Installations
	keys    *seal.Keyring
	me      string // in leases
	cache   *lru.Cache[bot.WorkspaceID, *remembrance]

	mu       sync.Mutex
	renewals map[bot.WorkspaceID]*renewal
	unsaved  map[bot.WorkspaceID]unsaved
	checking map[bot.WorkspaceID]bool // whether a token is dead
}

// remembrance is an installation as it was kept when it was looked at.
type remembrance struct {
	kept    kept
	version bot.Version
	current bool // encrypted with the first key
	looked  time.Time
	in      *installation
}

func newMany(a *Adapter, keys *seal.Keyring) *many {
	cache, err := lru.New[bot.WorkspaceID, *remembrance](maxRemembered)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	return &many{
		adapter: a, store: a.config.Installations, keys: keys, me: rand.Text(), cache: cache,
		renewals: make(map[bot.WorkspaceID]*renewal), unsaved: make(map[bot.WorkspaceID]unsaved), checking: make(map[bot.WorkspaceID]bool),
	}
}

func (m *many) now() time.Time { return m.adapter.config.Now() }

// of returns the installation in a workspace, with a token that is good. It waits for
// another process that exchanges the token where the old one is none any more.
func (m *many) of(ctx context.Context, team bot.WorkspaceID) (*installation, error) {
	for {
		r, err := m.recall(ctx, team)
		if err != nil {
			return nil, err
		}
		switch {
		case r.kept.Token == "", !r.kept.due(m.now()) && r.kept.expired(m.now()):
			return nil, fmt.Errorf("%w: %s", errBroken, cmp.Or(r.kept.Broken, "its token has expired"))
		case !r.kept.due(m.now()):
			return r.in, nil
		}
		renewal := m.renew(team)
		if !r.kept.expired(m.now()) {
			return r.in, nil
		}
		select {
		case <-renewal.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if renewal.err != nil {
			return nil, renewal.err
		}
	}
}

// recall returns what is kept of a workspace, as it was a short while ago at most.
// While the store is out of reach, what is remembered is better than nothing.
func (m *many) recall(ctx context.Context, team bot.WorkspaceID) (*remembrance, error) {
	known, ok := m.cache.Get(team)
	if ok && m.now().Sub(known.looked) < remembered && !known.kept.due(m.now()) {
		return known, nil
	}
	r, err := m.look(ctx, team)
	if ok && errors.Is(err, bot.ErrUnavailable) {
		return known, nil
	}
	for n := 1; n < looks && errors.Is(err, bot.ErrUnavailable) && wait(ctx, lookTime) == nil; n++ {
		r, err = m.look(ctx, team)
	}
	return r, err
}

// look reads what is kept of a workspace.
func (m *many) look(ctx context.Context, team bot.WorkspaceID) (*remembrance, error) {
	data, version, err := m.store.LoadInstallation(ctx, scopeOf(team))
	if err != nil {
		return nil, err
	}
	if version == "" {
		m.cache.Remove(team)
		return nil, errNotInstalled
	}
	k, current, err := unseal(m.keys, team, data)
	if err != nil {
		m.cache.Remove(team)
		return nil, err
	}
	r := &remembrance{kept: k, version: version, current: current, looked: m.now()}
	if known, ok := m.cache.Peek(team); ok && known.kept.Token == k.Token {
		r.in = known.in
	} else {
		r.in = m.install(k)
	}
	m.cache.Add(team, r)
	return r, nil
}

// install is an installation with its token.
func (m *many) install(k kept) *installation {
	return &installation{
		team: k.Team, user: k.Bot, client: newClient(m.adapter.config, m.adapter.http, k.Token, retries),
		once: newClient(m.adapter.config, m.adapter.http, k.Token, 0),
		dead: func(err error) { m.doubt(k.Team, k.Token, err) },
	}
}

// keep writes a new version of an installation in place of the one given.
func (m *many) keep(ctx context.Context, k kept, was bot.Version) (bot.Version, error) {
	data, err := k.sealed(m.keys)
	if err != nil {
		return "", err
	}
	return m.store.KeepInstallation(ctx, scopeOf(k.Team), data, was)
}

// maxAttempts is how often a change is tried anew that somebody else was faster than.
const maxAttempts = 8

// change makes a change to what is kept of a workspace, whatever others change
// meanwhile. The change says whether there is anything to write.
func (m *many) change(ctx context.Context, team bot.WorkspaceID, change func(*kept) bool) error {
	for range maxAttempts {
		r, err := m.look(ctx, team)
		if err != nil {
			return err
		}
		k := r.kept
		if !change(&k) {
			return nil
		}
		if _, err = m.keep(ctx, k, r.version); !errors.Is(err, bot.ErrConflict) {
			m.cache.Remove(team)
			return err
		}
	}
	return bot.ErrConflict
}
