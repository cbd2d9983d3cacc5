package metered

import (
	"context"
	"time"

	"archbot/internal/bot"
)

// Take is bot.Limiter's.
func (s *Store) Take(ctx context.Context, spend bot.Spend) (answer bot.Verdict, err error) {
	defer s.done(ctx, opTake, time.Now(), &err)
	return s.inner.Take(ctx, spend)
}

// FirstTime is bot.Events'.
func (s *Store) FirstTime(ctx context.Context, scope bot.Scope, id bot.EventID, keep time.Duration) (answer bool, err error) {
	defer s.done(ctx, opFirstTime, time.Now(), &err)
	return s.inner.FirstTime(ctx, scope, id, keep)
}

// Settle is bot.Events'.
func (s *Store) Settle(ctx context.Context, scope bot.Scope, id bot.EventID) (err error) {
	defer s.done(ctx, opSettle, time.Now(), &err)
	return s.inner.Settle(ctx, scope, id)
}

// LoadConversation is bot.Conversations'.
func (s *Store) LoadConversation(ctx context.Context, id bot.ConversationID) (answer []byte, err error) {
	defer s.done(ctx, opLoadConversation, time.Now(), &err)
	return s.inner.LoadConversation(ctx, id)
}

// KeepConversation is bot.Conversations'.
func (s *Store) KeepConversation(ctx context.Context, id bot.ConversationID, by bot.Person, data []byte, keep time.Duration) (err error) {
	defer s.done(ctx, opKeepConversation, time.Now(), &err)
	return s.inner.KeepConversation(ctx, id, by, data, keep)
}

// EndConversation is bot.Conversations'.
func (s *Store) EndConversation(ctx context.Context, id bot.ConversationID) (err error) {
	defer s.done(ctx, opEndConversation, time.Now(), &err)
	return s.inner.EndConversation(ctx, id)
}

// KeepToken is bot.Tokens'.
func (s *Store) KeepToken(ctx context.Context, scope bot.Scope, by bot.Person, payload []byte, keep time.Duration) (answer bot.TokenID, err error) {
	defer s.done(ctx, opKeepToken, time.Now(), &err)
	return s.inner.KeepToken(ctx, scope, by, payload, keep)
}

// LoadToken is bot.Tokens'.
func (s *Store) LoadToken(ctx context.Context, scope bot.Scope, id bot.TokenID) (answer []byte, err error) {
	defer s.done(ctx, opLoadToken, time.Now(), &err)
	return s.inner.LoadToken(ctx, scope, id)
}

// Save is bot.Shelf's.
func (s *Store) Save(ctx context.Context, p bot.Person, entry bot.Saved) (err error) {
	defer s.done(ctx, opSave, time.Now(), &err)
	return s.inner.Save(ctx, p, entry)
}

// Saved is bot.Shelf's.
func (s *Store) Saved(ctx context.Context, p bot.Person) (answer []bot.Saved, err error) {
	defer s.done(ctx, opSaved, time.Now(), &err)
	return s.inner.Saved(ctx, p)
}

// Unsave is bot.Shelf's.
func (s *Store) Unsave(ctx context.Context, p bot.Person, id string) (answer bool, err error) {
	defer s.done(ctx, opUnsave, time.Now(), &err)
	return s.inner.Unsave(ctx, p, id)
}

// Arrived is bot.Arrivals'.
func (s *Store) Arrived(ctx context.Context, list bot.ListID, urls []string, at time.Time) (answer []time.Time, err error) {
	defer s.done(ctx, opArrived, time.Now(), &err)
	return s.inner.Arrived(ctx, list, urls, at)
}

// SigningKey is bot.Keyring's.
func (s *Store) SigningKey(ctx context.Context) (answer []byte, err error) {
	defer s.done(ctx, opSigningKey, time.Now(), &err)
	return s.inner.SigningKey(ctx)
}

// Forget is bot.Forgetter's.
func (s *Store) Forget(ctx context.Context, p bot.Person) (err error) {
	defer s.done(ctx, opForget, time.Now(), &err)
	return s.inner.Forget(ctx, p)
}

// LoadInstallation is bot.Installations'.
func (s *Store) LoadInstallation(ctx context.Context, scope bot.Scope) (answer []byte, version bot.Version, err error) {
	defer s.done(ctx, opLoadInstallation, time.Now(), &err)
	return s.inner.LoadInstallation(ctx, scope)
}

// KeepInstallation is bot.Installations'.
func (s *Store) KeepInstallation(ctx context.Context, scope bot.Scope, data []byte, was bot.Version) (answer bot.Version, err error) {
	defer s.done(ctx, opKeepInstallation, time.Now(), &err)
	return s.inner.KeepInstallation(ctx, scope, data, was)
}

// EraseInstallation is bot.Installations'.
func (s *Store) EraseInstallation(ctx context.Context, scope bot.Scope, was bot.Version) (err error) {
	defer s.done(ctx, opEraseInstallation, time.Now(), &err)
	return s.inner.EraseInstallation(ctx, scope, was)
}

// Installed is bot.Installations'.
func (s *Store) Installed(ctx context.Context, p bot.Platform) (answer []bot.WorkspaceID, err error) {
	defer s.done(ctx, opInstalled, time.Now(), &err)
	return s.inner.Installed(ctx, p)
}

// ForgetScope is bot.Workspaces'.
func (s *Store) ForgetScope(ctx context.Context, scope bot.Scope) (err error) {
	defer s.done(ctx, opForgetScope, time.Now(), &err)
	return s.inner.ForgetScope(ctx, scope)
}

// KeptOf is bot.Workspaces'.
func (s *Store) KeptOf(ctx context.Context, scope bot.Scope) (answer []bot.Kept, err error) {
	defer s.done(ctx, opKeptOf, time.Now(), &err)
	return s.inner.KeptOf(ctx, scope)
}
