package redis

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"archbot/internal/digest"
)

// maxDueSpaces is of how many workspaces what is due is counted, so that the count costs
// the server some milliseconds at the worst.
const maxDueSpaces = 5000

// paceTime is longer than a workspace has to rest after a claim: one that rests still
// has something due.
const paceTime = time.Minute

// Due is digest.Queue's, for the workspaces of each platform that have waited longest. It
// takes two round trips for each, for all parts at once: which workspaces, and how much
// of each.
func (s *Store) Due(ctx context.Context, platforms []string) (int, error) {
	if err := s.ready(ctx); err != nil {
		return 0, err
	}
	all := 0
	for _, platform := range platforms {
		n, err := s.dueOn(ctx, platform)
		if err != nil {
			return 0, s.failed("what is due", err)
		}
		all += n
	}
	return all, nil
}

func (s *Store) dueOn(ctx context.Context, platform string) (int, error) {
	var asked digest.Claimed
	spaces, err := s.peek(ctx, digest.Claim{Platforms: []string{platform}, At: time.Now().Add(paceTime), Most: maxDueSpaces}, &asked)
	if err != nil || len(spaces) == 0 {
		return 0, err
	}
	pipe := s.client.Pipeline()
	counts := make([]*redis.IntCmd, len(spaces))
	for i, space := range spaces {
		counts[i] = pipe.ZCount(ctx, s.spaceKey("q", space.Space), "-inf", strconv.FormatInt(asked.Now.UnixMilli(), 10))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, err
	}
	n := 0
	for _, c := range counts {
		n += int(c.Val())
	}
	return n, nil
}
