package resilient

import (
	"context"
	"fmt"
	"time"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// Digests have nothing to stand in for them: while the remote store is out of reach
// every call fails with bot.ErrUnavailable, and nobody knows of a write whether it has
// happened. In an outage that is known they fail at once. They do not begin one: in a
// cluster they may be on another server than what people wait for, and whoever
// delivers them bears to wait.

// digestPatience is how long a call about digests waits for the remote store, where
// what is asked for is more than people wait for elsewhere.
const digestPatience = 10 * Patience

// passed asks the remote store about digests.
func passed[T any](ctx context.Context, s *Store, ask func(context.Context) (T, error)) (T, error) {
	var none T
	if s.circuit.open() {
		return none, bot.ErrUnavailable
	}
	type answer struct {
		value T
		err   error
	}
	patience := max(digestPatience, s.patience)
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answers := make(chan answer, 1)
	go func() {
		value, err := ask(within)
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-within.Done():
		if ctx.Err() != nil {
			return none, ctx.Err()
		}
		return none, fmt.Errorf("%w: no answer within %s", bot.ErrUnavailable, patience)
	}
}

// passedOn is passed for what has no value to return.
func passedOn(ctx context.Context, s *Store, ask func(context.Context) error) error {
	_, err := passed(ctx, s, func(ctx context.Context) (struct{}, error) { return struct{}{}, ask(ctx) })
	return err
}

// Channel is digest.Records'.
func (s *Store) Channel(ctx context.Context, p digest.Place) (digest.Channel, error) {
	return passed(ctx, s, func(ctx context.Context) (digest.Channel, error) { return s.remote.Channel(ctx, p) })
}

// Step is digest.Records'.
func (s *Store) Step(ctx context.Context, c digest.Change) error {
	return passedOn(ctx, s, func(ctx context.Context) error { return s.remote.Step(ctx, c) })
}

// Remove is digest.Records'.
func (s *Store) Remove(ctx context.Context, p digest.Place, id digest.ID) (bool, error) {
	return passed(ctx, s, func(ctx context.Context) (bool, error) { return s.remote.Remove(ctx, p, id) })
}

// Claim is digest.Queue's.
func (s *Store) Claim(ctx context.Context, c digest.Claim) (digest.Claimed, error) {
	return passed(ctx, s, func(ctx context.Context) (digest.Claimed, error) { return s.remote.Claim(ctx, c) })
}

// Due is digest.Queue's.
func (s *Store) Due(ctx context.Context, platforms []string) (int, error) {
	return passed(ctx, s, func(ctx context.Context) (int, error) { return s.remote.Due(ctx, platforms) })
}

// Seen is digest.Past's.
func (s *Store) Seen(ctx context.Context, p digest.Place) (map[string]time.Time, error) {
	return passed(ctx, s, func(ctx context.Context) (map[string]time.Time, error) { return s.remote.Seen(ctx, p) })
}

// History is digest.Past's.
func (s *Store) History(ctx context.Context, p digest.Place, id digest.ID) ([]digest.Outcome, error) {
	return passed(ctx, s, func(ctx context.Context) ([]digest.Outcome, error) { return s.remote.History(ctx, p, id) })
}

// Zone is digest.Zones'.
func (s *Store) Zone(ctx context.Context, p digest.Place) (string, error) {
	return passed(ctx, s, func(ctx context.Context) (string, error) { return s.remote.Zone(ctx, p) })
}

// KeepZone is digest.Zones'.
func (s *Store) KeepZone(ctx context.Context, p digest.Place, zone string) error {
	return passedOn(ctx, s, func(ctx context.Context) error { return s.remote.KeepZone(ctx, p, zone) })
}

// Workspace is digest.Workspaces'.
func (s *Store) Workspace(ctx context.Context, p digest.Place) ([]digest.Record, error) {
	return passed(ctx, s, func(ctx context.Context) ([]digest.Record, error) { return s.remote.Workspace(ctx, p) })
}

// ForgetWorkspace is digest.Workspaces'.
func (s *Store) ForgetWorkspace(ctx context.Context, p digest.Place) error {
	return passedOn(ctx, s, func(ctx context.Context) error { return s.remote.ForgetWorkspace(ctx, p) })
}
