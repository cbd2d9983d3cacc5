package redis

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"archbot/internal/digest"
	"archbot/internal/store"
)

// Digests are kept in store.DigestShards parts of a platform, each in one slot of a
// cluster. A part's index names the workspaces that have something to come, by when
// to look at them; what a workspace has to come is in a set of its own, so that one
// with very much of it keeps no other waiting, and its pace is held where its
// editions are claimed.

var (
	//go:embed digest_peek.lua
	digestPeekSource string
	//go:embed digest_claim.lua
	digestClaimSource string
	//go:embed digest_step.lua
	digestStepSource string
	//go:embed digest_remove.lua
	digestRemoveSource string
	//go:embed digest_channel.lua
	digestChannelSource string
)

var (
	digestPeekScript    = redis.NewScript(digestPeekSource)
	digestClaimScript   = redis.NewScript(digestClaimSource)
	digestStepScript    = redis.NewScript(digestStepSource)
	digestRemoveScript  = redis.NewScript(digestRemoveSource)
	digestChannelScript = redis.NewScript(digestChannelSource)
)

// Channel is digest.Records'.
func (s *Store) Channel(ctx context.Context, p digest.Place) (c digest.Channel, err error) {
	if err := s.ready(ctx); err != nil {
		return c, err
	}
	answer, err := digestChannelScript.Run(ctx, s.client, []string{s.key(store.DigestChannelKey("c", p))}).StringSlice()
	if err != nil {
		return c, s.failed("a channel’s digests", err)
	}
	return channelOf(answer)
}

// channelOf reads the answer of the channel's script.
func channelOf(answer []string) (c digest.Channel, err error) {
	if len(answer) == 0 {
		return c, errAnswer
	}
	if c.Now, err = timeOf(answer[0]); err != nil {
		return c, err
	}
	for _, kept := range answer[1:] {
		r, err := store.DecodeRecord([]byte(kept))
		if err != nil {
			return c, err
		}
		c.Records = append(c.Records, r)
	}
	slices.SortFunc(c.Records, store.CompareRecords)
	return c, nil
}

var errAnswer = &store.DecodeError{What: "digests’ answer", Why: "it is not one of the script’s"}

// timeOf reads milliseconds since 1970.
func timeOf(text string) (time.Time, error) {
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, errAnswer
	}
	return time.UnixMilli(ms), nil
}

// waitOf reads milliseconds; -1 is never.
func waitOf(text string) (time.Duration, error) {
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errAnswer
	}
	return time.Duration(max(ms, -1)) * time.Millisecond, nil
}

// millis writes a time for a script; nothing for the zero time.
func millis(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(max(t.UnixMilli(), 1), 10)
}

// Step is digest.Records'.
func (s *Store) Step(ctx context.Context, c digest.Change) error {
	if err := errors.Join(store.CheckChange(c), s.ready(ctx)); err != nil {
		return err
	}
	ref, known := store.RefOf(c.Record), ""
	if c.Record.Version > 0 {
		known = string(binary.BigEndian.AppendUint64(nil, c.Record.Version))
	}
	c.Record.Version++
	kept, err := store.EncodeRecord(c.Record)
	if err != nil {
		return err
	}
	outcome := []byte{}
	if c.Outcome != nil {
		if outcome, err = store.EncodeOutcome(*c.Outcome); err != nil {
			return err
		}
	}
	space := store.SpaceOf(ref.Place)
	args := []any{
		string(ref.ID), known, kept, millis(c.Due), member(ref), space.Name, ref.Place.Channel, digest.MaxSubscriptions,
		outcome, digest.MaxHistory, milliseconds(digest.SeenMemory), c.ShownAt.Unix(), digest.MaxSeen,
	}
	for _, field := range c.Shown {
		args = append(args, field)
	}
	answer, err := digestStepScript.Run(ctx, s.client, []string{
		s.key(store.DigestChannelKey("c", ref.Place)), s.spaceKey("q", space), s.spaceKey("x", space), s.spaceKey("l", space),
		s.key(store.DigestIndexKeyOf(space)), s.key(store.DigestHistoryKey(ref)), s.key(store.DigestChannelKey("v", ref.Place)),
		s.spaceKey("w", space),
	}, args...).Int()
	switch {
	case err != nil:
		return s.failed("a digest", err)
	case answer < 0:
		return digest.ErrFull
	case answer == 0:
		return digest.ErrConflict
	}
	return nil
}

func (s *Store) spaceKey(what string, space store.Space) string {
	return s.key(store.DigestSpaceKey(what, space))
}

// Remove is digest.Records'.
func (s *Store) Remove(ctx context.Context, p digest.Place, id digest.ID) (bool, error) {
	if err := s.ready(ctx); err != nil {
		return false, err
	}
	ref, space := store.Ref{Place: p, ID: id}, store.SpaceOf(p)
	removed, err := digestRemoveScript.Run(ctx, s.client, []string{
		s.key(store.DigestChannelKey("c", p)), s.spaceKey("q", space), s.spaceKey("x", space),
		s.key(store.DigestIndexKeyOf(space)), s.key(store.DigestHistoryKey(ref)), s.spaceKey("l", space),
	}, string(id), member(ref), space.Name).Bool()
	return removed, s.failed("a digest", err)
}

// Seen is digest.Past's.
func (s *Store) Seen(ctx context.Context, p digest.Place) (map[string]time.Time, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	all, err := s.client.ZRangeWithScores(ctx, s.key(store.DigestChannelKey("v", p)), 0, -1).Result()
	if err != nil {
		return nil, s.failed("what a channel has seen", err)
	}
	seen := make(map[string]time.Time, len(all))
	for _, z := range all {
		if field, ok := z.Member.(string); ok {
			seen[field] = time.Unix(int64(z.Score), 0)
		}
	}
	return seen, nil
}

// History is digest.Past's.
func (s *Store) History(ctx context.Context, p digest.Place, id digest.ID) ([]digest.Outcome, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	all, err := s.client.LRange(ctx, s.key(store.DigestHistoryKey(store.Ref{Place: p, ID: id})), 0, -1).Result()
	if err != nil {
		return nil, s.failed("a digest’s past", err)
	}
	var past []digest.Outcome
	for _, kept := range all {
		o, err := store.DecodeOutcome([]byte(kept))
		if err != nil {
			return nil, err
		}
		past = append(past, o)
	}
	return past, nil
}

// zoneField is what a workspace's own zone is kept under.
const zoneField = ""

// Zone is digest.Zones'.
func (s *Store) Zone(ctx context.Context, p digest.Place) (string, error) {
	if err := s.ready(ctx); err != nil {
		return "", err
	}
	all, err := s.client.HMGet(ctx, s.spaceKey("z", store.SpaceOf(p)), p.Channel, zoneField).Result()
	if err != nil {
		return "", s.failed("a time zone", err)
	}
	for _, kept := range all {
		if record, ok := kept.(string); ok {
			zone, err := store.DecodeBlob([]byte(record))
			return string(zone), err
		}
	}
	return "", nil
}

// KeepZone is digest.Zones'.
func (s *Store) KeepZone(ctx context.Context, p digest.Place, zone string) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	key, record := s.spaceKey("z", store.SpaceOf(p)), store.EncodeBlob([]byte(zone))
	pipe := s.client.Pipeline()
	pipe.HSet(ctx, key, p.Channel, record, zoneField, record)
	pipe.PExpire(ctx, key, digest.SeenMemory)
	_, err := pipe.Exec(ctx)
	return s.failed("a time zone", err)
}

// Workspace is digest.Workspaces'.
func (s *Store) Workspace(ctx context.Context, p digest.Place) ([]digest.Record, error) {
	places, err := s.places(ctx, p)
	if err != nil {
		return nil, err
	}
	var all []digest.Record
	for some := range slices.Chunk(places, atOnce) {
		calls := make([]scriptCall, len(some))
		for i, place := range some {
			calls[i].keys = []string{s.key(store.DigestChannelKey("c", place))}
		}
		answers, err := s.runAll(ctx, digestChannelScript, calls)
		if err != nil {
			return nil, s.failed("a workspace’s digests", err)
		}
		for _, answer := range answers {
			c, err := channelOf(answer)
			if err != nil {
				return nil, err
			}
			all = append(all, c.Records...)
		}
	}
	slices.SortFunc(all, store.CompareRecords)
	return all, nil
}

// atOnce is how many channels are asked for in one round trip.
const atOnce = 200

// places are the channels of a workspace that something is kept of.
func (s *Store) places(ctx context.Context, p digest.Place) ([]digest.Place, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	channels, err := s.client.SMembers(ctx, s.spaceKey("w", store.SpaceOf(p))).Result()
	if err != nil {
		return nil, s.failed("a workspace’s channels", err)
	}
	places := make([]digest.Place, 0, len(channels))
	for _, channel := range channels {
		places = append(places, digest.Place{Platform: p.Platform, Workspace: p.Workspace, Channel: channel})
	}
	return places, nil
}

// ForgetWorkspace is digest.Workspaces'. What names the channels goes last, so that it
// is called again after a crash.
func (s *Store) ForgetWorkspace(ctx context.Context, p digest.Place) error {
	places, err := s.places(ctx, p)
	if err != nil {
		return err
	}
	space := store.SpaceOf(p)
	pipe := s.client.Pipeline()
	pipe.ZRem(ctx, s.key(store.DigestIndexKeyOf(space)), space.Name)
	pipe.Del(ctx, s.spaceKey("q", space), s.spaceKey("x", space), s.spaceKey("l", space), s.spaceKey("z", space))
	if _, err := pipe.Exec(ctx); err != nil {
		return s.failed("a workspace’s digests", err)
	}
	for _, place := range places {
		ids, err := s.client.HKeys(ctx, s.key(store.DigestChannelKey("c", place))).Result()
		if err != nil {
			return s.failed("a workspace’s digests", err)
		}
		keys := map[string]bool{}
		for _, id := range ids {
			keys[s.key(store.DigestHistoryKey(store.Ref{Place: place, ID: digest.ID(id)}))] = true
		}
		keys[s.key(store.DigestChannelKey("c", place))], keys[s.key(store.DigestChannelKey("v", place))] = true, true
		if err := s.client.Del(ctx, slices.Collect(maps.Keys(keys))...).Err(); err != nil {
			return s.failed("a workspace’s digests", err)
		}
	}
	return s.failed("a workspace’s digests", s.client.Del(ctx, s.spaceKey("w", space)).Err())
}
