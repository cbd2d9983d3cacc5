package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// app is a version of an installation.
type app struct {
	version bot.Version
	data    []byte
}

// LoadInstallation is bot.Installations'.
func (s *Store) LoadInstallation(_ context.Context, scope bot.Scope) ([]byte, bot.Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.apps[scope.Platform][scope.Workspace]
	return slices.Clone(a.data), a.version, nil
}

// KeepInstallation is bot.Installations'.
func (s *Store) KeepInstallation(_ context.Context, scope bot.Scope, data []byte, was bot.Version) (bot.Version, error) {
	if err := store.CheckInstallation(scope, data); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.apps[scope.Platform]
	old, replaces := all[scope.Workspace]
	switch {
	case old.version != was:
		return "", bot.ErrConflict
	case !replaces && len(all) >= bot.MaxInstallations:
		return "", bot.ErrFull
	case all == nil:
		all = make(map[bot.WorkspaceID]app)
		s.apps[scope.Platform] = all
	}
	fresh := app{store.NewVersion(), append([]byte{}, data...)}
	all[scope.Workspace] = fresh
	return fresh.version, nil
}

// EraseInstallation is bot.Installations'.
func (s *Store) EraseInstallation(_ context.Context, scope bot.Scope, was bot.Version) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, there := s.apps[scope.Platform][scope.Workspace]
	if there && old.version != was {
		return bot.ErrConflict
	}
	delete(s.apps[scope.Platform], scope.Workspace)
	return nil
}

// Installed is bot.Installations'.
func (s *Store) Installed(_ context.Context, p bot.Platform) ([]bot.WorkspaceID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.apps[p])), nil
}

// ForgetScope is bot.Workspaces'.
func (s *Store) ForgetScope(_ context.Context, scope bot.Scope) error {
	if err := store.CheckWorkspace(scope); err != nil {
		return err
	}
	mine := func(key string) bool { return strings.HasPrefix(key, store.ScopePrefix(scope)) }
	s.mu.Lock()
	defer s.mu.Unlock()
	for owner, notes := range s.owned.rows {
		if mine(owner) { // its people, wherever they spoke
			for key := range notes.value {
				s.records.remove(key)
			}
		}
	}
	s.events.removeIf(mine)
	s.records.removeIf(mine)
	s.owned.removeIf(mine)
	s.shelves.removeIf(mine)
	return nil
}

// KeptOf is bot.Workspaces'.
func (s *Store) KeptOf(_ context.Context, scope bot.Scope) ([]bot.Kept, error) {
	if err := store.CheckWorkspace(scope); err != nil {
		return nil, err
	}
	prefix, now := store.ScopePrefix(scope), s.now()
	var kept []bot.Kept
	s.mu.Lock()
	defer s.mu.Unlock()
	add := func(key string, expires time.Time, k bot.Kept) {
		if name, mine := strings.CutPrefix(key, prefix); mine && expires.After(now) {
			k.Name, k.Until = name, expires
			kept = append(kept, k)
		}
	}
	for key, r := range s.records.rows {
		add(key, r.expires, bot.Kept{Data: append([]byte{}, r.value...)})
	}
	for key, r := range s.shelves.rows {
		add(key, r.expires, bot.Kept{Shelf: slices.Clone(r.value)})
	}
	slices.SortFunc(kept, func(a, b bot.Kept) int { return cmp.Compare(a.Name, b.Name) })
	return kept, nil
}
