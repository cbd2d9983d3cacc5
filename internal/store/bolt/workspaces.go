package bolt

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// Installations do not expire, so they are no kind: a bucket has them by platform and
// workspace, and its sequence counts them.
var appsBucket = []byte("installations")

// appsOf is what the keys of a platform's installations begin with.
func appsOf(p bot.Platform) string { return store.InstallationsKey(p).String() + "\x00" }

func appKey(s bot.Scope) []byte { return []byte(appsOf(s.Platform) + string(s.Workspace)) }

// readApp returns what is kept of a workspace; an empty version for nothing.
func readApp(tx *bbolt.Tx, s bot.Scope) ([]byte, bot.Version, error) {
	record := tx.Bucket(appsBucket).Get(appKey(s))
	if record == nil {
		return nil, "", nil
	}
	return store.DecodeInstallation(record)
}

// LoadInstallation is bot.Installations'.
func (s *Store) LoadInstallation(_ context.Context, scope bot.Scope) (data []byte, v bot.Version, err error) {
	err = s.view("an installation", func(tx *bbolt.Tx, _ time.Time) error {
		data, v, err = readApp(tx, scope)
		return err
	})
	return data, v, err
}

// KeepInstallation is bot.Installations'.
func (s *Store) KeepInstallation(_ context.Context, scope bot.Scope, data []byte, was bot.Version) (bot.Version, error) {
	if err := store.CheckInstallation(scope, data); err != nil {
		return "", err
	}
	fresh := store.NewVersion()
	err := s.update("an installation", func(tx *bbolt.Tx, _ time.Time) error {
		_, there, err := readApp(tx, scope)
		if err != nil {
			return err
		}
		apps := tx.Bucket(appsBucket)
		switch {
		case there != was:
			return bot.ErrConflict
		case there == "" && apps.Sequence() >= bot.MaxInstallations:
			return bot.ErrFull
		case there == "":
			if err := apps.SetSequence(apps.Sequence() + 1); err != nil {
				return err
			}
		}
		return apps.Put(appKey(scope), store.EncodeInstallation(fresh, data))
	})
	if err != nil {
		return "", err
	}
	return fresh, nil
}

// EraseInstallation is bot.Installations'.
func (s *Store) EraseInstallation(_ context.Context, scope bot.Scope, was bot.Version) error {
	return s.update("an installation", func(tx *bbolt.Tx, _ time.Time) error {
		_, there, err := readApp(tx, scope)
		switch {
		case err != nil || there == "":
			return err
		case there != was:
			return bot.ErrConflict
		}
		apps := tx.Bucket(appsBucket)
		return cmp.Or(apps.Delete(appKey(scope)), apps.SetSequence(max(apps.Sequence(), 1)-1))
	})
}

// Installed is bot.Installations'.
func (s *Store) Installed(_ context.Context, p bot.Platform) (all []bot.WorkspaceID, err error) {
	err = s.view("the installations", func(tx *bbolt.Tx, _ time.Time) error {
		prefix := []byte(appsOf(p))
		c := tx.Bucket(appsBucket).Cursor()
		for key, _ := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = c.Next() {
			all = append(all, bot.WorkspaceID(key[len(prefix):]))
		}
		return nil
	})
	return all, err
}

// ForgetScope is bot.Workspaces'.
func (s *Store) ForgetScope(_ context.Context, scope bot.Scope) error {
	if err := store.CheckWorkspace(scope); err != nil {
		return err
	}
	prefix := store.ScopePrefix(scope)
	return s.update("what to forget", func(tx *bbolt.Tx, _ time.Time) error {
		// The notes lead to what its people said elsewhere.
		if err := dropRecords(tx, ownedKind.below(tx, time.Time{}, prefix)); err != nil {
			return err
		}
		for _, k := range []kind{recordKind, shelfKind, eventKind} {
			for _, key := range k.below(tx, time.Time{}, prefix) {
				if err := k.remove(tx, key); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// KeptOf is bot.Workspaces'.
func (s *Store) KeptOf(_ context.Context, scope bot.Scope) (kept []bot.Kept, err error) {
	if err := store.CheckWorkspace(scope); err != nil {
		return nil, err
	}
	prefix := store.ScopePrefix(scope)
	err = s.view("what is kept", func(tx *bbolt.Tx, now time.Time) error {
		for _, key := range recordKind.below(tx, now, prefix) {
			data, err := store.DecodeBlob(recordKind.get(tx, now, key))
			if err != nil {
				return err
			}
			kept = append(kept, bot.Kept{Name: strings.TrimPrefix(key, prefix), Until: now.Add(recordKind.left(tx, now, key)), Data: data})
		}
		for _, key := range shelfKind.below(tx, now, prefix) {
			shelf, err := decodeShelf(shelfKind.get(tx, now, key))
			if err != nil {
				return err
			}
			kept = append(kept, bot.Kept{Name: strings.TrimPrefix(key, prefix), Until: now.Add(shelfKind.left(tx, now, key)), Shelf: shelf})
		}
		return nil
	})
	slices.SortFunc(kept, func(a, b bot.Kept) int { return cmp.Compare(a.Name, b.Name) })
	return kept, err
}
