package redis

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"archbot/internal/digest"
	"archbot/internal/store"
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
