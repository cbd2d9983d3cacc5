package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/digest"
)

// The places of the tests.
var (
	general = digest.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}
	random  = digest.Place{Platform: "slack", Workspace: "T1", Channel: "C2"}
	abroad  = digest.Place{Platform: "slack", Workspace: "T2", Channel: "C1"}
	alone   = digest.Place{Platform: "slack", Channel: "@U1"}
	guildly = digest.Place{Platform: "discord", Workspace: "G1", Channel: "C1"}
)

// newDigest is a record that was never written.
func newDigest(t *testing.T, p digest.Place) digest.Record {
	t.Helper()
	schedule, err := digest.Parse("every monday 09:00")
	if err != nil {
		t.Fatal(err)
	}
	return digest.Record{
		Subscription: digest.Subscription{
			ID: digest.NewID(), Place: p, Topic: "caching", Title: "Caching", Anchors: []string{"abcdefghijklmnop"}, Size: 9,
			Schedule: schedule, Zone: "Europe/Berlin", Count: 5, Kind: "video", Level: "intro", Course: true, Details: true, By: "U1",
			Made: time.UnixMilli(1_800_000_000_000).UTC(), Done: digest.Date{Year: 2027, Month: 1, Day: 10},
			Last: time.UnixMilli(1_790_000_000_000).UTC(), Round: time.UnixMilli(1_780_000_000_000).UTC(),
			Pause: &digest.Pause{Why: digest.Asked, Text: "“so”", At: time.UnixMilli(1_790_000_000_001).UTC(), By: "U2"},
		},
		Edition: digest.Edition{
			Slot: digest.Slot{Date: digest.Date{Year: 2027, Month: 1, Day: 18}, At: 540}, State: digest.Sending, Tries: 2,
			Since: time.UnixMilli(1_790_000_000_002).UTC(), Try: "word", Shown: []string{"ponmlkjihgfedcba"}, Anew: true, Wrong: "slow",
		},
		Reply: &digest.Reply{To: "m1", Posted: time.UnixMilli(1_790_000_000_003).UTC(), Edition: digest.Edition{
			Slot: digest.Slot{Date: digest.Date{Year: 2027, Month: 1, Day: 11}, At: 540}, State: digest.Sending, Tries: 1,
			Since: time.UnixMilli(1_790_000_000_004).UTC(), Try: "another", Shown: []string{"abcdefghijklmnop"},
		}},
	}
}

// put writes a new record that is due at a time, and returns it as it is kept.
func put(t *testing.T, s *Subject, p digest.Place, due time.Time) digest.Record {
	t.Helper()
	r := newDigest(t, p)
	ok(t, s.Store.Step(t.Context(), digest.Change{Record: r, Due: due}))
	r.Version++
	return r
}

// now is the store's clock.
func now(t *testing.T, s *Subject) time.Time {
	t.Helper()
	return must[digest.Channel](t)(s.Store.Channel(t.Context(), general)).Now
}

func testDigests(t *testing.T, s *Subject) {
	a := put(t, s, general, time.Time{})
	b := newDigest(t, general)
	b.Details, b.Reply = false, nil
	b.Made, b.Pause, b.Edition = b.Made.Add(time.Hour), nil, digest.Edition{Slot: a.Edition.Slot, State: digest.Planned}
	ok(t, s.Store.Step(t.Context(), digest.Change{Record: b}))
	b.Version++
	c := must[digest.Channel](t)(s.Store.Channel(t.Context(), general))
	if diff := cmp.Diff([]digest.Record{a, b}, c.Records); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	for _, p := range []digest.Place{random, abroad, alone, guildly} {
		if c := must[digest.Channel](t)(s.Store.Channel(t.Context(), p)); len(c.Records) != 0 || c.Now.IsZero() {
			t.Errorf("%v has %+v", p, c)
		}
	}
	for _, want := range []bool{true, false} {
		if found := must[bool](t)(s.Store.Remove(t.Context(), general, a.ID)); found != want {
			t.Errorf("removed: %v, want %v", found, want)
		}
	}
	if c := must[digest.Channel](t)(s.Store.Channel(t.Context(), general)); len(c.Records) != 1 || c.Records[0].ID != b.ID {
		t.Errorf("%+v", c)
	}
}

// A step is for one version, and says the same when it is asked again.
func testDigestSteps(t *testing.T, s *Subject) {
	r := put(t, s, general, time.Time{})
	step := func(version uint64, count int) error {
		changed := r
		changed.Version, changed.Count = version, count
		return s.Store.Step(t.Context(), digest.Change{Record: changed})
	}
	ok(t, step(1, 6))
	ok(t, step(1, 6)) // the very same
	for _, version := range []uint64{0, 1, 3} {
		if err := step(version, 7); !errors.Is(err, digest.ErrConflict) {
			t.Errorf("from version %d: %v", version, err)
		}
	}
	ok(t, step(2, 6))
	// Of many who write the same version, one does.
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := []int{}
	c := must[digest.Channel](t)(s.Store.Channel(t.Context(), general))
	version := c.Records[0].Version
	for i := range 16 {
		wg.Go(func() {
			mine := c.Records[0]
			mine.Edition.Try = fmt.Sprint("try", i)
			if err := s.Store.Step(t.Context(), digest.Change{Record: mine}); err == nil {
				mu.Lock()
				defer mu.Unlock()
				won = append(won, i)
			} else if !errors.Is(err, digest.ErrConflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	c = must[digest.Channel](t)(s.Store.Channel(t.Context(), general))
	if len(won) != 1 || c.Records[0].Edition.Try != fmt.Sprint("try", won[0]) || c.Records[0].Version != version+1 {
		t.Errorf("%v won, and the record is %+v", won, c.Records[0])
	}
}

func testDigestsFull(t *testing.T, s *Subject) {
	var last digest.Record
	for range digest.MaxSubscriptions {
		last = put(t, s, general, time.Time{})
	}
	if err := s.Store.Step(t.Context(), digest.Change{Record: newDigest(t, general)}); !errors.Is(err, digest.ErrFull) {
		t.Errorf("one too many: %v", err)
	}
	ok(t, s.Store.Step(t.Context(), digest.Change{Record: last}))
	put(t, s, random, time.Time{})
	must[bool](t)(s.Store.Remove(t.Context(), general, last.ID))
	put(t, s, general, time.Time{})
	large := newDigest(t, random)
	large.Edition.Wrong = string(make([]byte, digest.MaxRecord))
	if err := s.Store.Step(t.Context(), digest.Change{Record: large}); err == nil {
		t.Error("a record of any size is kept")
	}
}

// claim claims and returns the ids.
func claim(t *testing.T, s *Subject, c digest.Claim) ([]digest.ID, digest.Claimed) {
	t.Helper()
	if c.Platforms == nil {
		c.Platforms = []string{"slack"}
	}
	if c.Most == 0 {
		c.Most = 10
	}
	if c.Lease == 0 {
		c.Lease = time.Minute
	}
	claimed := must[digest.Claimed](t)(s.Store.Claim(t.Context(), c))
	var ids []digest.ID
	for _, r := range claimed.Records {
		ids = append(ids, r.ID)
	}
	return ids, claimed
}

// claimAll claims until there is nothing more at once.
func claimAll(t *testing.T, s *Subject, c digest.Claim) (ids []digest.ID, last digest.Claimed) {
	t.Helper()
	for range 100 {
		var some []digest.ID
		some, last = claim(t, s, c)
		if ids = append(ids, some...); len(some) == 0 && last.Wait != 0 {
			break
		}
	}
	return ids, last
}

func expect(t *testing.T, what string, got []digest.ID, want ...digest.Record) {
	t.Helper()
	var ids []digest.ID
	for _, r := range want {
		ids = append(ids, r.ID)
	}
	if !slices.Equal(got, ids) {
		t.Errorf("%s: %v, want %v", what, got, ids)
	}
}

// about tells whether a wait is one, but for what the test itself takes.
// due holds how many subscriptions are due on platforms.
func due(t *testing.T, s *Subject, want int, platforms ...string) {
	t.Helper()
	if got := must[int](t)(s.Store.Due(t.Context(), platforms)); got != want {
		t.Errorf("%d are due on %q, want %d", got, platforms, want)
	}
}

func about(got, want time.Duration) bool { return got <= want && got > want-20*time.Second }

func testDigestClaims(t *testing.T, s *Subject) {
	if ids, c := claim(t, s, digest.Claim{}); len(ids) != 0 || c.Wait >= 0 {
		t.Errorf("of nothing: %v, wait %s", ids, c.Wait)
	}
	due(t, s, 0)
	start := now(t, s)
	late := put(t, s, general, start.Add(-time.Hour))
	later := put(t, s, abroad, start.Add(-2*time.Hour))
	put(t, s, random, time.Time{})
	put(t, s, guildly, start.Add(-3*time.Hour))
	soon := put(t, s, alone, start.Add(10*time.Minute))
	due(t, s, 2, "slack")
	due(t, s, 3, "slack", "discord")
	ids, _ := claimAll(t, s, digest.Claim{})
	expect(t, "due", ids, later, late)
	due(t, s, 0, "slack")
	ids, c := claimAll(t, s, digest.Claim{})
	expect(t, "while leased", ids)
	if !about(c.Wait, time.Minute) {
		t.Errorf("wait %s, while leased for a minute", c.Wait)
	}
	// The lease ends with a step, and by itself.
	ok(t, s.Store.Step(t.Context(), digest.Change{Record: late, Due: start.Add(-time.Hour)}))
	due(t, s, 1, "slack")
	ids, _ = claimAll(t, s, digest.Claim{})
	expect(t, "after a step", ids, late)
	ok(t, s.Store.Step(t.Context(), digest.Change{Record: digest.Record{
		Subscription: late.Subscription, Edition: late.Edition, Version: late.Version + 1,
	}}))
	s.Advance(2 * time.Minute)
	ids, _ = claimAll(t, s, digest.Claim{})
	expect(t, "after the lease", ids, later)
	// What time it is taken to be is the caller's to say; leases are not.
	ids, _ = claimAll(t, s, digest.Claim{At: start.Add(24 * time.Hour)})
	expect(t, "tomorrow", ids, soon)
	ids, _ = claimAll(t, s, digest.Claim{At: start.Add(24 * time.Hour)})
	expect(t, "tomorrow, leased", ids)
	must[bool](t)(s.Store.Remove(t.Context(), abroad, later.ID))
	must[bool](t)(s.Store.Remove(t.Context(), alone, soon.ID))
	s.Advance(2 * time.Minute)
	if ids, c := claimAll(t, s, digest.Claim{}); len(ids) != 0 || c.Wait >= 0 {
		t.Errorf("after removing all: %v, wait %s", ids, c.Wait)
	}
	ids, _ = claimAll(t, s, digest.Claim{Platforms: []string{"discord", "slack"}})
	if len(ids) != 1 {
		t.Errorf("on both platforms: %v", ids)
	}
}

// One at a time of a channel, and of a workspace, and in order.
func testDigestPace(t *testing.T, s *Subject) {
	start := now(t, s)
	a := put(t, s, general, start.Add(-5*time.Hour))
	b := put(t, s, general, start.Add(-4*time.Hour))
	c := put(t, s, random, start.Add(-3*time.Hour))
	d := put(t, s, abroad, start.Add(-2*time.Hour))
	pace := digest.Claim{Lease: time.Hour, Pace: digest.Pace{Channel: 5 * time.Minute, Workspace: 2 * time.Minute}}
	ids, _ := claimAll(t, s, pace)
	expect(t, "at once", ids, a, d)
	ids, last := claimAll(t, s, pace)
	expect(t, "right after", ids)
	if !about(last.Wait, 2*time.Minute) {
		t.Errorf("wait %s for the workspace", last.Wait)
	}
	s.Advance(2*time.Minute + time.Second)
	ids, _ = claimAll(t, s, pace)
	expect(t, "when the workspace is free, and the channel not", ids, c)
	s.Advance(2*time.Minute + time.Second)
	ids, last = claimAll(t, s, pace)
	expect(t, "while the channel is not", ids)
	if !about(last.Wait, time.Minute) {
		t.Errorf("wait %s for the channel", last.Wait)
	}
	s.Advance(2 * time.Minute)
	ids, _ = claimAll(t, s, pace)
	expect(t, "when the channel is free", ids, b)
}

// Whoever claims at the same time, nobody gets what another has.
func testDigestClaimRace(t *testing.T, s *Subject) {
	start := now(t, s)
	const many = 60
	for i := range many {
		put(t, s, digest.Place{Platform: "slack", Workspace: fmt.Sprint("T", i%7), Channel: fmt.Sprint("C", i)}, start.Add(-time.Duration(i)*time.Second))
	}
	var mu sync.Mutex
	got := make(map[digest.ID]int)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for idle := 0; idle < 3; {
				c, err := s.Store.Claim(t.Context(), digest.Claim{Platforms: []string{"slack"}, Lease: time.Hour, Most: 5})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, r := range c.Records {
					got[r.ID]++
				}
				mu.Unlock()
				if len(c.Records) == 0 {
					idle++
				}
			}
		})
	}
	wg.Wait()
	for id, n := range got {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
	if len(got) != many {
		t.Errorf("%d claimed of %d", len(got), many)
	}
}

func testDigestMemory(t *testing.T, s *Subject) {
	r := put(t, s, general, time.Time{})
	at := time.Unix(1_800_000_000, 0)
	field := func(n int) string { return fmt.Sprintf("%016d", n) }
	for i := range digest.MaxHistory + 2 {
		o := digest.Outcome{
			Slot:  digest.Slot{Date: digest.Date{Year: 2027, Month: 1, Day: 1}.Add(i), At: 540},
			State: digest.Sent, Why: digest.Late, Text: "“so”", At: at.UTC(), Tries: 2, Count: 3, Message: "m1",
			Reply: i%2 == 1,
		}
		ok(t, s.Store.Step(t.Context(), digest.Change{
			Record: r, Outcome: &o, Shown: []string{field(i), field(i + 1)}, ShownAt: at.Add(time.Duration(i) * time.Hour),
		}))
		r.Version++
	}
	past := must[[]digest.Outcome](t)(s.Store.History(t.Context(), general, r.ID))
	if len(past) != digest.MaxHistory || past[0].Slot.Date.String() != "2027-02-01" || past[0].Why != digest.Late || past[0].Message != "m1" ||
		!past[0].Reply || past[1].Reply {
		t.Errorf("%d outcomes, the first is %+v", len(past), past[0])
	}
	seen := must[map[string]time.Time](t)(s.Store.Seen(t.Context(), general))
	if len(seen) != digest.MaxHistory+3 || !seen[field(3)].Equal(at.Add(3*time.Hour)) || !seen[field(0)].Equal(at) {
		t.Errorf("seen: %v", seen)
	}
	if seen := must[map[string]time.Time](t)(s.Store.Seen(t.Context(), random)); len(seen) != 0 {
		t.Errorf("another channel has seen %v", seen)
	}
	// The subscription goes, and with it its past; what the channel has seen stays.
	must[bool](t)(s.Store.Remove(t.Context(), general, r.ID))
	if past := must[[]digest.Outcome](t)(s.Store.History(t.Context(), general, r.ID)); len(past) != 0 {
		t.Errorf("history of what was removed: %v", past)
	}
	if seen := must[map[string]time.Time](t)(s.Store.Seen(t.Context(), general)); len(seen) == 0 {
		t.Error("the channel has forgotten what it saw")
	}
	if zone := must[string](t)(s.Store.Zone(t.Context(), general)); zone != "" {
		t.Errorf("a zone that nobody said: %q", zone)
	}
	ok(t, s.Store.KeepZone(t.Context(), random, "Europe/Berlin"))
	ok(t, s.Store.KeepZone(t.Context(), general, "Asia/Kathmandu"))
	other := digest.Place{Platform: "slack", Workspace: "T1", Channel: "C9"}
	for p, want := range map[digest.Place]string{general: "Asia/Kathmandu", random: "Europe/Berlin", other: "Asia/Kathmandu", abroad: "", alone: ""} {
		if got := must[string](t)(s.Store.Zone(t.Context(), p)); got != want {
			t.Errorf("zone of %v: %q, want %q", p, got, want)
		}
	}
}

func testDigestWorkspace(t *testing.T, s *Subject) {
	start := now(t, s)
	a, b := put(t, s, general, start.Add(-time.Hour)), put(t, s, random, start.Add(-time.Hour))
	c, d := put(t, s, abroad, start.Add(-time.Hour)), put(t, s, alone, time.Time{})
	shown := a
	ok(t, s.Store.Step(t.Context(), digest.Change{
		Record: shown, Due: start.Add(-time.Hour), Outcome: &digest.Outcome{State: digest.Sent}, Shown: []string{"abcdefghijklmnop"}, ShownAt: start,
	}))
	a.Version++
	ok(t, s.Store.KeepZone(t.Context(), general, "UTC"))
	for p, want := range map[digest.Place][]digest.Record{general: {a, b}, abroad: {c}, alone: {d}, guildly: nil} {
		got := must[[]digest.Record](t)(s.Store.Workspace(t.Context(), p))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("workspace of %v (-want +got):\n%s", p, diff)
		}
	}
	ok(t, s.Store.ForgetWorkspace(t.Context(), general))
	ok(t, s.Store.ForgetWorkspace(t.Context(), general))
	ok(t, s.Store.ForgetWorkspace(t.Context(), guildly))
	seen := must[map[string]time.Time](t)(s.Store.Seen(t.Context(), general))
	past := must[[]digest.Outcome](t)(s.Store.History(t.Context(), general, a.ID))
	zone := must[string](t)(s.Store.Zone(t.Context(), general))
	left := must[[]digest.Record](t)(s.Store.Workspace(t.Context(), general))
	if len(seen)+len(past)+len(left) != 0 || zone != "" {
		t.Errorf("left of a workspace: %v, %v, %q, %v", seen, past, zone, left)
	}
	ids, _ := claimAll(t, s, digest.Claim{})
	expect(t, "due after one workspace was forgotten", ids, c)
	if got := must[[]digest.Record](t)(s.Store.Workspace(t.Context(), alone)); len(got) != 1 {
		t.Errorf("of somebody's direct messages: %v", got)
	}
}

// No name reaches into another's records.
func testDigestHostile(t *testing.T, s *Subject) {
	names := []string{"C1", "C1:C2", "C1}", "{C1", "@C1", "C1\x00C2", "ü", " ", "C1%3AC2", string(slices.Repeat([]byte("long"), 100))}
	records := make(map[digest.Place]digest.Record)
	for _, space := range names {
		for _, channel := range names[:4] {
			p := digest.Place{Platform: "slack", Workspace: space, Channel: channel}
			records[p] = put(t, s, p, time.Time{})
		}
	}
	for p, want := range records {
		c := must[digest.Channel](t)(s.Store.Channel(t.Context(), p))
		if diff := cmp.Diff([]digest.Record{want}, c.Records); diff != "" {
			t.Errorf("%q (-want +got):\n%s", p, diff)
		}
	}
	for _, wrong := range []digest.Record{{}, {Subscription: digest.Subscription{Place: general}}, {Subscription: digest.Subscription{Place: general, ID: "short"}}} {
		if err := s.Store.Step(t.Context(), digest.Change{Record: wrong}); err == nil {
			t.Errorf("%+v is kept", wrong)
		}
	}
	places := slices.Collect(maps.Keys(records))
	ok(t, s.Store.ForgetWorkspace(t.Context(), places[0]))
	for _, p := range places {
		c := must[digest.Channel](t)(s.Store.Channel(t.Context(), p))
		if kept := len(c.Records) == 1; kept != (p.Workspace != places[0].Workspace) {
			t.Errorf("after forgetting %q, %q has %d", places[0].Workspace, p, len(c.Records))
		}
	}
}

// What is due outlives a restart.
func testDigestRestart(t *testing.T, s *Subject) {
	if s.Reopen == nil {
		return // nothing does
	}
	start := now(t, s)
	due := put(t, s, general, start.Add(-time.Hour))
	never := put(t, s, random, time.Time{})
	ok(t, s.Store.Step(t.Context(), digest.Change{
		Record: never, Outcome: &digest.Outcome{State: digest.Skipped}, Shown: []string{"abcdefghijklmnop"}, ShownAt: start,
	}))
	ok(t, s.Store.KeepZone(t.Context(), general, "UTC"))
	s.Store = s.Reopen()
	ids, _ := claimAll(t, s, digest.Claim{})
	expect(t, "due after a restart", ids, due)
	seen := must[map[string]time.Time](t)(s.Store.Seen(t.Context(), random))
	past := must[[]digest.Outcome](t)(s.Store.History(t.Context(), random, never.ID))
	if zone := must[string](t)(s.Store.Zone(t.Context(), general)); zone != "UTC" || len(seen) != 1 || len(past) != 1 {
		t.Errorf("after a restart: zone %q, seen %v, past %v", zone, seen, past)
	}
}
