package redis

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
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

// idPart is how many bytes of "CHANNEL\0ID" are not the channel.
const idPart = digest.IDLength + 1

func member(r store.Ref) string { return r.Place.Channel + "\x00" + string(r.ID) }

// memberRef reads what member wrote.
func memberRef(s store.Space, m string) (store.Ref, error) {
	channel, id, ok := strings.Cut(m, "\x00")
	if !ok || len(id) != digest.IDLength {
		return store.Ref{}, &store.DecodeError{What: "due digest", Why: "it names none"}
	}
	place := digest.Place{Platform: s.Platform, Workspace: s.Name, Channel: channel}
	if channel == s.Name { // a place without a workspace
		place.Workspace = ""
	}
	return store.Ref{Place: place, ID: digest.ID(id)}, nil
}

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

// Claim is digest.Queue's. It takes three round trips, each for all parts at once:
// which workspaces may have something due, what is claimed of them, and the records.
func (s *Store) Claim(ctx context.Context, c digest.Claim) (digest.Claimed, error) {
	claimed := digest.Claimed{Wait: -1}
	if err := s.ready(ctx); err != nil {
		return claimed, err
	}
	due, err := s.peek(ctx, c, &claimed)
	if err != nil {
		return claimed, s.failed("what is due", err)
	}
	calls := make([]scriptCall, 0, len(due))
	for _, d := range due {
		calls = append(calls, scriptCall{
			keys: []string{s.key(store.DigestIndexKeyOf(d.Space)), s.spaceKey("q", d.Space), s.spaceKey("x", d.Space), s.spaceKey("l", d.Space)},
			args: []any{
				d.Name, millis(c.At), milliseconds(c.Lease), milliseconds(c.Pace.Channel), milliseconds(c.Pace.Workspace),
				store.ScanMost, idPart,
			},
		})
	}
	answers, err := s.runAll(ctx, digestClaimScript, calls)
	if err != nil {
		return claimed, s.failed("what is due", err)
	}
	var refs []store.Ref
	for i, answer := range answers {
		if len(answer) != 3 {
			return claimed, errAnswer
		}
		wait, err := waitOf(answer[1])
		if err != nil {
			return claimed, err
		}
		claimed.Wait = sooner(claimed.Wait, wait)
		if answer[2] == "" {
			continue
		}
		ref, err := memberRef(due[i].Space, answer[2])
		if err != nil {
			return claimed, err
		}
		refs = append(refs, ref)
	}
	claimed.Records, err = s.records(ctx, refs)
	return claimed, err
}

// dueSpace is a workspace that may have something due, and since when.
type dueSpace struct {
	store.Space
	since float64
}

// peek finds the workspaces that may have something due, the longest due first.
func (s *Store) peek(ctx context.Context, c digest.Claim, claimed *digest.Claimed) ([]dueSpace, error) {
	var calls []scriptCall
	for _, platform := range c.Platforms {
		for shard := range store.DigestShards {
			calls = append(calls, scriptCall{
				keys: []string{s.key(store.DigestIndexKey(platform, shard))}, args: []any{millis(c.At), c.Most},
			})
		}
	}
	answers, err := s.runAll(ctx, digestPeekScript, calls)
	if err != nil {
		return nil, err
	}
	var due []dueSpace
	for i, answer := range answers {
		if len(answer) < 2 || len(answer)%2 != 0 {
			return nil, errAnswer
		}
		now, err1 := timeOf(answer[0])
		wait, err2 := waitOf(answer[1])
		if err := cmp.Or(err1, err2); err != nil {
			return nil, err
		}
		if claimed.Now.IsZero() || now.Before(claimed.Now) {
			claimed.Now = now // of a cluster's servers, the one that is behind
		}
		claimed.Wait = sooner(claimed.Wait, wait)
		for pair := range slices.Chunk(answer[2:], 2) {
			since, err := strconv.ParseFloat(pair[1], 64)
			if err != nil {
				return nil, errAnswer
			}
			due = append(due, dueSpace{store.Space{Platform: c.Platforms[i/store.DigestShards], Name: pair[0]}, since})
		}
	}
	slices.SortStableFunc(due, func(a, b dueSpace) int { return cmp.Compare(a.since, b.since) })
	if len(due) > c.Most {
		claimed.Wait, due = 0, due[:c.Most]
	}
	return due, nil
}

// sooner is the shorter of two waits, of which -1 is never.
func sooner(a, b time.Duration) time.Duration {
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}

// records reads claimed records. One that was removed meanwhile is taken out of what
// is due.
func (s *Store) records(ctx context.Context, refs []store.Ref) ([]digest.Record, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	kept := make([]*redis.StringCmd, len(refs))
	for i, ref := range refs {
		kept[i] = pipe.HGet(ctx, s.key(store.DigestChannelKey("c", ref.Place)), string(ref.ID))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, s.failed("what is due", err)
	}
	var records []digest.Record
	for i, ref := range refs {
		if errors.Is(kept[i].Err(), redis.Nil) {
			if _, err := s.Remove(ctx, ref.Place, ref.ID); err != nil {
				return records, err
			}
			continue
		}
		r, err := store.DecodeRecord([]byte(kept[i].Val()))
		if err != nil { // who asks for the channel is told
			continue
		}
		records = append(records, r)
	}
	return records, nil
}

// scriptCall is one of several calls of a script.
type scriptCall struct {
	keys []string
	args []any
}

// runAll calls a script several times in one round trip, whose answers are lists of
// text. A server that does not know the script is sent it.
func (s *Store) runAll(ctx context.Context, script *redis.Script, calls []scriptCall) ([][]string, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	sent := make([]*redis.Cmd, len(calls))
	for i, c := range calls {
		sent[i] = pipe.EvalSha(ctx, script.Hash(), c.keys, c.args...)
	}
	_, _ = pipe.Exec(ctx) // each has its own error
	answers := make([][]string, len(calls))
	for i, c := range calls {
		var err error
		if answers[i], err = sent[i].StringSlice(); redis.HasErrorPrefix(err, "NOSCRIPT") {
			answers[i], err = script.Run(ctx, s.client, c.keys, c.args...).StringSlice()
		}
		if err != nil {
			return nil, err
		}
	}
	return answers, nil
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
