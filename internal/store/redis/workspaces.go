package redis

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// All installations of a platform are in one hash: there are thousands at most, one
// slot bears them, and a list of them is one call.

// LoadInstallation is bot.Installations'.
func (s *Store) LoadInstallation(ctx context.Context, scope bot.Scope) ([]byte, bot.Version, error) {
	if err := s.ready(ctx); err != nil {
		return nil, "", err
	}
	record, err := s.client.HGet(ctx, s.key(store.InstallationsKey(scope.Platform)), string(scope.Workspace)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", s.failed("an installation", err)
	}
	return store.DecodeInstallation(record)
}

// KeepInstallation is bot.Installations'.
func (s *Store) KeepInstallation(ctx context.Context, scope bot.Scope, data []byte, was bot.Version) (bot.Version, error) {
	if err := errors.Join(store.CheckInstallation(scope, data), s.ready(ctx)); err != nil {
		return "", err
	}
	fresh := store.NewVersion()
	answer, err := installScript.Run(ctx, s.client, []string{s.key(store.InstallationsKey(scope.Platform))},
		string(scope.Workspace), string(was), store.EncodeInstallation(fresh, data), bot.MaxInstallations).Int()
	switch {
	case err != nil:
		return "", s.failed("an installation", err)
	case answer == 0:
		return "", bot.ErrConflict
	case answer < 0:
		return "", bot.ErrFull
	}
	return fresh, nil
}

// EraseInstallation is bot.Installations'.
func (s *Store) EraseInstallation(ctx context.Context, scope bot.Scope, was bot.Version) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	erased, err := uninstallScript.Run(ctx, s.client, []string{s.key(store.InstallationsKey(scope.Platform))},
		string(scope.Workspace), string(was)).Bool()
	if err == nil && !erased {
		return bot.ErrConflict
	}
	return s.failed("an installation", err)
}

// Installed is bot.Installations'.
func (s *Store) Installed(ctx context.Context, p bot.Platform) ([]bot.WorkspaceID, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	names, err := s.client.HKeys(ctx, s.key(store.InstallationsKey(p))).Result()
	if err != nil {
		return nil, s.failed("the installations", err)
	}
	slices.Sort(names)
	all := make([]bot.WorkspaceID, len(names))
	for i, name := range names {
		all[i] = bot.WorkspaceID(name)
	}
	return all, nil
}

// ForgetScope is bot.Workspaces'. Keys of a scope are found by looking at all that
// there are: it happens seldom, and a list of them would cost every request.
func (s *Store) ForgetScope(ctx context.Context, scope bot.Scope) error {
	if err := errors.Join(store.CheckWorkspace(scope), s.ready(ctx)); err != nil {
		return err
	}
	return s.scan(ctx, scope, func(k store.Key) error {
		switch k.Name[:2] {
		case "o:": // they lead to what its people said elsewhere
			notes, err := s.client.ZRange(ctx, s.key(k), 0, -1).Result()
			if err != nil {
				return s.failed("what to forget", err)
			}
			return s.drop(ctx, k, notes)
		case "c:", "t:", "s:", "e:":
			return s.failed("what to forget", s.client.Del(ctx, s.key(k)).Err())
		}
		return nil
	})
}

// KeptOf is bot.Workspaces'.
func (s *Store) KeptOf(ctx context.Context, scope bot.Scope) ([]bot.Kept, error) {
	if err := errors.Join(store.CheckWorkspace(scope), s.ready(ctx)); err != nil {
		return nil, err
	}
	found := make(map[string]bot.Kept) // a scan may come across a key twice
	err := s.scan(ctx, scope, func(k store.Key) error {
		kept, err := s.keptAt(ctx, k)
		if err == nil && kept != nil {
			found[kept.Name] = *kept
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var all []bot.Kept
	for _, kept := range found {
		all = append(all, kept)
	}
	slices.SortFunc(all, func(a, b bot.Kept) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// keptAt reads a shelf, a conversation or a token; nil where there is none.
func (s *Store) keptAt(ctx context.Context, k store.Key) (*bot.Kept, error) {
	kept := &bot.Kept{Name: k.Name}
	pipe, key := s.client.Pipeline(), s.key(k)
	left := pipe.PTTL(ctx, key)
	var record *redis.StringCmd
	var entries *redis.MapStringStringCmd
	switch k.Name[:2] {
	case "c:", "t:":
		record = pipe.Get(ctx, key)
	case "s:":
		entries = pipe.HGetAll(ctx, key)
	default:
		return nil, nil
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, s.failed("what is kept", err)
	}
	if left.Val() <= 0 {
		return nil, nil // it has expired meanwhile
	}
	kept.Until = time.Now().Add(left.Val())
	var err error
	if record != nil {
		kept.Data, err = store.DecodeBlob([]byte(record.Val()))
	} else {
		kept.Shelf, err = shelf(entries.Val())
	}
	return kept, err
}

// scanStep is how many keys a server looks at before it answers somebody else.
const scanStep = 1000

// scan calls do with the keys of a scope. In a cluster, one server has all of them.
func (s *Store) scan(ctx context.Context, scope bot.Scope, do func(store.Key) error) error {
	tag := store.Tag(scope)
	prefix := s.key(store.Key{Tag: tag})
	var server redis.Cmdable = s.client
	if cluster, ok := s.client.(*redis.ClusterClient); ok {
		master, err := cluster.MasterForKey(ctx, prefix)
		if err != nil {
			return s.failed("a workspace", err)
		}
		server = master
	}
	for cursor := uint64(0); ; {
		keys, next, err := server.Scan(ctx, cursor, pattern.Replace(prefix)+"*", scanStep).Result()
		if err != nil {
			return s.failed("a workspace", err)
		}
		for _, key := range keys {
			if name, ok := strings.CutPrefix(key, prefix); ok && len(name) > 2 {
				if err := do(store.Key{Tag: tag, Name: name}); err != nil {
					return err
				}
			}
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

// pattern makes a key a glob that matches nothing but itself.
var pattern = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`, `^`, `\^`)
