package app

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/internal/digest"
)

// trial is a fleet while people use it and digests come due.
type trial struct {
	*crowd
	records  []digest.Record
	killed   []time.Time
	back     []time.Time   // when all shards were connected again after each kill
	slowest  time.Duration // until all shards were connected again
	ended    func()        // stops the crowd, and waits for it
	duration time.Duration
}

// begin starts it, for an expected time, with so many deeds and editions at least.
func begin(t *testing.T, sockets bool, deeds, editions int, expected time.Duration) *trial {
	t.Helper()
	f := newFleet(t, sockets)
	r := &trial{crowd: newCrowd(f), records: f.subscribe(t, editions, expected)}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.do(ctx, t, rateOfCrowd(), deeds)
	}()
	began := time.Now()
	r.ended = func() {
		stop()
		<-done
		r.duration = time.Since(began)
	}
	t.Cleanup(r.ended)
	return r
}

// rateOfCrowd is how many deeds there are in a second: at full size no more than one
// workspace may ask for hours.
func rateOfCrowd() int {
	if full() {
		return 12
	}
	return 20
}

// onBothWays makes a proof over sockets, and over HTTP: side by side, as it waits most of
// the time.
func onBothWays(t *testing.T, proof func(t *testing.T, sockets bool)) {
	t.Helper()
	t.Parallel()
	for _, sockets := range []bool{true, false} {
		name := "over HTTP"
		if sockets {
			name = "over sockets"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proof(t, sockets)
		})
	}
}

// Replicas are replaced one by one, as by a deploy, while people ask and digests come
// due: nothing is lost, nothing is doubled, no request fails. Who asks too much is let
// ask as often as one may, of all replicas together.
func TestRollingReplicas(t *testing.T) {
	onBothWays(t, func(t *testing.T, sockets bool) {
		t.Helper()
		rolls, deeds, editions := 1, 50, 2
		if full() {
			rolls, deeds, editions = 50, 2500, 100
		}
		r := begin(t, sockets, deeds, editions, time.Duration(rolls)*time.Second)
		for range rolls {
			r.roll(t)
			r.slowest = max(r.slowest, r.awaitShards(t, late))
		}
		r.eager(t)
		r.ended()
		for _, d := range r.settle(t) {
			t.Errorf("%s, number %d, has no answer: %v", d.what, d.n, d.told)
		}
		if n := r.balancer.failures(); n > 0 {
			t.Errorf("%d requests fail", n)
		}
		r.check(t, fmt.Sprintf("%d replacements", rolls))
	})
}

// takeover is how long it may take until the shards of a replica that died are connected
// again: its leases and a look, and some for a busy machine.
const takeover = 15 * time.Second

// Replicas are killed one at a time, and replaced, while people ask and digests come due.
// Nothing is doubled. Messages are all answered, whoever was at them. Of interactions, those
// are lost that a replica was answering when it was killed, and those that nobody could be
// told of in the time that the platforms give.
func TestKilledReplicas(t *testing.T) {
	onBothWays(t, func(t *testing.T, sockets bool) {
		t.Helper()
		kills, deeds, editions := 1, 50, 2
		if full() {
			kills, deeds, editions = 50, 5000, 100
		}
		r := begin(t, sockets, deeds, editions, time.Duration(kills)*4*time.Second)
		for range kills {
			r.killed = append(r.killed, time.Now())
			r.kill(t)
			r.slowest = max(r.slowest, r.awaitShards(t, takeover))
			r.back = append(r.back, time.Now())
			<-time.After(rand.N(breath))
		}
		r.ended()
		missing := r.settle(t)
		r.checkMissing(t, missing)
		r.check(t, fmt.Sprintf("%d kills", kills))
	})
}

// breath is how long replicas have at most, after one was killed and replaced, until the
// next one is killed.
const breath = 3 * time.Second

// inWork is how long a deed may be in work when its replica is killed.
const inWork = time.Second

// excuse says whether a deed may be without an answer: no message may. An interaction may
// that was in work when a replica was killed, from when it was done or, on a shard that was
// nobody's, from when that was connected again; and one that somebody is told of whose
// replica was dead. What Slack delivered again may not.
func (r *trial) excuse(d *deed) bool {
	if d.message || d.told == nil && d.again {
		return false
	}
	for i, killed := range r.killed {
		since := d.at.Sub(killed)
		if since > -inWork && since < inWork/10 || d.told != nil && since > -inWork && since < takeover {
			return true
		}
		if i == 0 {
			continue
		}
		resent := d.at.After(r.killed[i-1].Add(-takeover/2)) && d.at.Before(r.back[i-1])
		if resent && killed.Sub(r.back[i-1]) < inWork {
			return true
		}
	}
	return false
}

// checkMissing fails where something is not answered without an excuse, or much is.
func (r *trial) checkMissing(t *testing.T, missing []*deed) {
	t.Helper()
	silent, why := 0, make(map[string]int)
	for _, d := range missing {
		said := "no word"
		if d.told != nil {
			said = d.told.Error()
		} else {
			silent++
		}
		why[d.what+": "+said]++
		if !r.excuse(d) {
			t.Errorf("%s, number %d, is not answered, and no replica was killed that was to: %s", d.what, d.n, said)
		}
	}
	if silent > len(r.killed) {
		t.Errorf("%d kills, and %d deeds without an answer or a word", len(r.killed), silent)
	}
	var b strings.Builder
	for _, w := range slices.Sorted(maps.Keys(why)) {
		fmt.Fprintf(&b, "\n%d of %s", why[w], w)
	}
	t.Logf("%d deeds are not answered%s", len(missing), &b)
}

// check shows that each edition is there once, that no shard was connected twice, and
// that nobody complains.
func (r *trial) check(t *testing.T, what string) {
	t.Helper()
	r.checkEditions(t, r.records)
	if n := r.discord.Overlaps(); n > 0 {
		t.Errorf("%d times a shard was connected twice", n)
	}
	if complaints := r.slack.Complaints(); len(complaints) > 0 {
		t.Errorf("Slack complains: %q", complaints)
	}
	identified, resumed := r.discord.Sessions()
	t.Logf("%s in %v: %d deeds, %d editions; %d sessions were begun and %d went on; all shards were connected again within %v",
		what, r.duration.Round(time.Second), len(r.deeds), len(r.records), identified, resumed, r.slowest.Round(time.Millisecond))
	if t.Failed() {
		t.Log(r.said())
	}
}
