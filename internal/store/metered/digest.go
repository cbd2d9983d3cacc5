package metered

import (
	"context"
	"time"

	"archbot/internal/digest"
)

// Channel is digest.Records'.
func (s *Store) Channel(ctx context.Context, p digest.Place) (answer digest.Channel, err error) {
	defer s.done(ctx, opChannel, time.Now(), &err)
	return s.inner.Channel(ctx, p)
}

// Step is digest.Records'.
func (s *Store) Step(ctx context.Context, c digest.Change) (err error) {
	defer s.done(ctx, opStep, time.Now(), &err)
	return s.inner.Step(ctx, c)
}

// Remove is digest.Records'.
func (s *Store) Remove(ctx context.Context, p digest.Place, id digest.ID) (answer bool, err error) {
	defer s.done(ctx, opRemove, time.Now(), &err)
	return s.inner.Remove(ctx, p, id)
}

// Claim is digest.Queue's.
func (s *Store) Claim(ctx context.Context, c digest.Claim) (answer digest.Claimed, err error) {
	defer s.done(ctx, opClaim, time.Now(), &err)
	return s.inner.Claim(ctx, c)
}

// Due is digest.Queue's.
func (s *Store) Due(ctx context.Context, platforms []string) (answer int, err error) {
	defer s.done(ctx, opDue, time.Now(), &err)
	return s.inner.Due(ctx, platforms)
}

// Seen is digest.Past's.
func (s *Store) Seen(ctx context.Context, p digest.Place) (answer map[string]time.Time, err error) {
	defer s.done(ctx, opSeen, time.Now(), &err)
	return s.inner.Seen(ctx, p)
}

// History is digest.Past's.
func (s *Store) History(ctx context.Context, p digest.Place, id digest.ID) (answer []digest.Outcome, err error) {
	defer s.done(ctx, opHistory, time.Now(), &err)
	return s.inner.History(ctx, p, id)
}

// Zone is digest.Zones'.
func (s *Store) Zone(ctx context.Context, p digest.Place) (answer string, err error) {
	defer s.done(ctx, opZone, time.Now(), &err)
	return s.inner.Zone(ctx, p)
}

// KeepZone is digest.Zones'.
func (s *Store) KeepZone(ctx context.Context, p digest.Place, zone string) (err error) {
	defer s.done(ctx, opKeepZone, time.Now(), &err)
	return s.inner.KeepZone(ctx, p, zone)
}

// Workspace is digest.Workspaces'.
func (s *Store) Workspace(ctx context.Context, p digest.Place) (answer []digest.Record, err error) {
	defer s.done(ctx, opWorkspace, time.Now(), &err)
	return s.inner.Workspace(ctx, p)
}

// ForgetWorkspace is digest.Workspaces'.
func (s *Store) ForgetWorkspace(ctx context.Context, p digest.Place) (err error) {
	defer s.done(ctx, opForgetWorkspace, time.Now(), &err)
	return s.inner.ForgetWorkspace(ctx, p)
}
