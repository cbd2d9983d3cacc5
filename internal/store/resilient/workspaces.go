package resilient

import (
	"context"
	"time"

	"archbot/internal/bot"
)

// wholePatience is how long what looks at all of the store may take: nobody waits for
// it in a conversation.
const wholePatience = time.Minute

type installation struct {
	data    []byte
	version bot.Version
}

// LoadInstallation is bot.Installations'.
func (s *Store) LoadInstallation(ctx context.Context, scope bot.Scope) ([]byte, bot.Version, error) {
	i, err := call(ctx, s, scope, func(ctx context.Context) (i installation, err error) {
		i.data, i.version, err = s.remote.LoadInstallation(ctx, scope)
		return i, err
	})
	return i.data, i.version, err
}

// KeepInstallation is bot.Installations'.
func (s *Store) KeepInstallation(ctx context.Context, scope bot.Scope, data []byte, was bot.Version) (bot.Version, error) {
	return call(ctx, s, scope, func(ctx context.Context) (bot.Version, error) {
		return s.remote.KeepInstallation(ctx, scope, data, was)
	})
}

// EraseInstallation is bot.Installations'.
func (s *Store) EraseInstallation(ctx context.Context, scope bot.Scope, was bot.Version) error {
	return done(ctx, s, scope, func(ctx context.Context) error { return s.remote.EraseInstallation(ctx, scope, was) })
}

// Installed is bot.Installations'.
func (s *Store) Installed(ctx context.Context, p bot.Platform) ([]bot.WorkspaceID, error) {
	return call(ctx, s, bot.Scope{}, func(ctx context.Context) ([]bot.WorkspaceID, error) { return s.remote.Installed(ctx, p) })
}

// ForgetScope is bot.Workspaces'. Events that this process remembers go as well.
func (s *Store) ForgetScope(ctx context.Context, scope bot.Scope) error {
	_, err := callWithin(ctx, s, wholePatience, scope, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.remote.ForgetScope(ctx, scope)
	})
	if err != nil {
		return err
	}
	return s.local.ForgetScope(ctx, scope)
}

// KeptOf is bot.Workspaces'.
func (s *Store) KeptOf(ctx context.Context, scope bot.Scope) ([]bot.Kept, error) {
	return callWithin(ctx, s, wholePatience, scope, func(ctx context.Context) ([]bot.Kept, error) { return s.remote.KeptOf(ctx, scope) })
}
