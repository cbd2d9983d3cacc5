package redis

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"archbot/internal/digest"
	"archbot/internal/store"
	"archbot/internal/store/redistest"
)

// A script and its twin in Go claim the same, and wait as long: whatever is put in,
// claimed, written and removed, and when.
func TestDigestClaimIsTheModel(t *testing.T) {
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	if err := m.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	s := dialled(t, m)
	random := rand.New(rand.NewPCG(3, 4))
	rounds := 4
	if os.Getenv("ARCHBOT_SOAK") != "" {
		rounds = 400
	}
	for round := range rounds {
		w := twin{t: t, m: m, s: s, random: random, platform: fmt.Sprint("p", round), now: time.Unix(1_800_000_000, 0), kept: make(map[store.Ref]digest.Record)}
		for range 120 {
			w.now = w.now.Add(time.Duration(random.IntN(4000)) * time.Millisecond)
			m.SetTime(w.now)
			switch random.IntN(8) {
			case 0, 1, 2:
				w.add()
			case 3:
				w.write()
			case 4:
				w.remove()
			default:
				w.claim()
			}
		}
	}
}

// twin is a store and the model of its queue, to which the same is done.
type twin struct {
	t        *testing.T
	m        *miniredis.Miniredis
	s        *Store
	model    store.DueQueue
	random   *rand.Rand
	platform string
	now      time.Time
	kept     map[store.Ref]digest.Record
}

func (w *twin) due() time.Time {
	if w.random.IntN(6) == 0 {
		return time.Time{}
	}
	return w.now.Add(time.Duration(w.random.IntN(60_000)-40_000) * time.Millisecond)
}

// any is a record that there is, the same for the same numbers.
func (w *twin) any() (digest.Record, bool) {
	refs := make([]store.Ref, 0, len(w.kept))
	for ref := range w.kept {
		refs = append(refs, ref)
	}
	if len(refs) == 0 {
		return digest.Record{}, false
	}
	slices.SortFunc(refs, func(a, b store.Ref) int { return cmp.Compare(a.ID, b.ID) })
	return w.kept[refs[w.random.IntN(len(refs))]], true
}

func (w *twin) step(r digest.Record) {
	w.t.Helper()
	due := w.due()
	if err := w.s.Step(w.t.Context(), digest.Change{Record: r, Due: due}); err != nil {
		w.t.Fatal(err)
	}
	r.Version++
	w.kept[store.RefOf(r)] = r
	w.model.Put(store.RefOf(r), due)
}

func (w *twin) add() {
	r := digest.Record{
		Subscription: digest.Subscription{
			ID: digest.NewID(), Topic: "t", Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.Everyday}, Zone: "UTC", Count: 5,
			Place: digest.Place{
				Platform: w.platform, Workspace: fmt.Sprint("T", w.random.IntN(4)), Channel: fmt.Sprint("C", w.random.IntN(3)),
			},
		},
		Edition: digest.Edition{State: digest.Planned, Slot: digest.Slot{Date: digest.Date{Year: 2027, Month: 1, Day: 1}}},
	}
	r.Done = r.Edition.Slot.Date
	if w.random.IntN(5) == 0 {
		r.Place.Workspace, r.Place.Channel = "", "@U1"
	}
	n := 0
	for ref := range w.kept {
		if ref.Place == r.Place {
			n++
		}
	}
	if n < digest.MaxSubscriptions {
		w.step(r)
	}
}

func (w *twin) write() {
	if r, ok := w.any(); ok {
		w.step(r)
	}
}

func (w *twin) remove() {
	r, ok := w.any()
	if !ok {
		return
	}
	if _, err := w.s.Remove(w.t.Context(), r.Place, r.ID); err != nil {
		w.t.Fatal(err)
	}
	delete(w.kept, store.RefOf(r))
	w.model.Put(store.RefOf(r), time.Time{})
}

func (w *twin) claim() {
	w.t.Helper()
	c := digest.Claim{
		Platforms: []string{w.platform}, Most: 100, Lease: 20 * time.Second,
		Pace: digest.Pace{Channel: time.Duration(w.random.IntN(3000)) * time.Millisecond, Workspace: time.Duration(w.random.IntN(2000)) * time.Millisecond},
	}
	if w.random.IntN(3) == 0 {
		c.At = w.now.Add(time.Duration(w.random.IntN(40_000)-10_000) * time.Millisecond)
	}
	want, wait := w.model.Claim(w.now, c)
	got, err := w.s.Claim(w.t.Context(), c)
	if err != nil {
		w.t.Fatal(err)
	}
	refs := make([]store.Ref, 0, len(got.Records))
	for _, r := range got.Records {
		refs = append(refs, store.RefOf(r))
	}
	byID := func(a, b store.Ref) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(refs, byID)
	slices.SortFunc(want, byID)
	if !slices.Equal(refs, want) || max(got.Wait, -1) != max(wait, -1) {
		w.t.Fatalf("%+v: script %v, wait %s; model %v, wait %s", c, refs, got.Wait, want, wait)
	}
}

// real digests, as a team has them.
func realDigest(i int) digest.Record {
	r := digest.Record{
		Subscription: digest.Subscription{
			ID: digest.NewID(), Place: digest.Place{Platform: "slack", Workspace: fmt.Sprintf("T01ABC%05d", i%500), Channel: fmt.Sprintf("C01ABC%05d", i)},
			Topic: "cloud-native/microservices/service-mesh-architecture/circuit-breaking", Title: "Circuit breaking",
			Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(time.Monday), At: 540}, Zone: "Europe/Berlin", Count: 5,
			By: "U01ABCDEF12", Made: time.Unix(1_800_000_000, 0), Done: digest.Date{Year: 2027, Month: 1, Day: 11},
		},
		Edition: digest.Edition{State: digest.Planned, Slot: digest.Slot{Date: digest.Date{Year: 2027, Month: 1, Day: 18}, At: 540}},
	}
	for n := range 8 {
		r.Anchors = append(r.Anchors, digest.Field(fmt.Sprint("https://example.com/", n)))
	}
	return r
}

// TestDigestMemory measures what a subscription costs a server, before its first
// edition and after a year of them; doc.go of internal/store quotes it. What does not
// expire is a record, when it is due, and the names of its workspace and channel.
func TestDigestMemory(t *testing.T) {
	server := redistest.Start(t)
	s, err := New(Config{URL: "redis://" + server.Addr, Prefix: "archbot"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	used := func() int64 {
		var n int64
		for line := range strings.Lines(redistest.Command(t, server, "INFO", "memory")) {
			_, _ = fmt.Sscanf(line, "used_memory_dataset:%d", &n)
		}
		return n
	}
	const many = 2000
	first := used()
	records := make([]digest.Record, many)
	for i := range records {
		records[i] = realDigest(i)
		if err := s.Step(t.Context(), digest.Change{Record: records[i], Due: time.Unix(1_800_000_000, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	fresh := (used() - first) / many
	r := records[0]
	key := func(k store.Key) int64 { return s.client.MemoryUsage(t.Context(), s.key(k)).Val() }
	for i := range 52 {
		r.Version = uint64(i + 1)
		o := digest.Outcome{Slot: r.Edition.Slot, State: digest.Sent, At: time.Unix(1_800_000_000, 0), Tries: 1, Count: 5, Message: "1800000000.000100"}
		var shown []string
		for n := range 5 {
			shown = append(shown, digest.Field(fmt.Sprint("https://example.com/", i*5+n)))
		}
		if err := s.Step(t.Context(), digest.Change{Record: r, Outcome: &o, Shown: shown, ShownAt: time.Unix(1_800_000_000, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []struct {
		what      string
		got, most int64
	}{
		{"subscription in a channel of its own", fresh, 1200},
		{"history of 30 editions", key(store.DigestHistoryKey(store.RefOf(r))), 4500},
		{"resource that a channel has seen", key(store.DigestChannelKey("v", r.Place)) / 260, 160},
	} {
		t.Logf("%-42s %5d bytes", m.what, m.got)
		if m.got > m.most || m.got <= 0 {
			t.Errorf("%s: %d bytes, want %d at most", m.what, m.got, m.most)
		}
	}
	forever := map[string]bool{"c": true, "q": true, "i": true, "w": true}
	keys, err := s.client.Keys(t.Context(), "archbot:{digest:*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		_, name, _ := strings.Cut(k, "}:")
		what, _, _ := strings.Cut(name, ":")
		if left := s.client.PTTL(t.Context(), k).Val(); (left < 0) != forever[what] {
			t.Errorf("%s is kept for %s", k, left)
		}
	}
}

// BenchmarkDigestClaims is what can be claimed, beside what a server does of a script
// that does nothing: "claims" with 10,000 due in 500 workspaces, 100 at a time, and
// "bare" an EVALSHA of "return 1", 100 in a pipeline.
func BenchmarkDigestClaims(b *testing.B) {
	server := redistest.Start(b)
	s, err := New(Config{URL: "redis://" + server.Addr})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	const many, batch = 10_000, 100
	for i := range many {
		if err := s.Step(b.Context(), digest.Change{Record: realDigest(i), Due: time.Now().Add(-time.Hour)}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("claims", func(b *testing.B) {
		n := 0
		for b.Loop() {
			c, err := s.Claim(b.Context(), digest.Claim{Platforms: []string{"slack"}, Most: batch, Lease: time.Millisecond})
			if err != nil {
				b.Fatal(err)
			}
			n += len(c.Records)
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "claims/s")
	})
	b.Run("bare", func(b *testing.B) {
		script := redis.NewScript("return 1")
		if err := script.Load(b.Context(), s.client).Err(); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			pipe := s.client.Pipeline()
			for range batch {
				pipe.EvalSha(b.Context(), script.Hash(), []string{"k"})
			}
			if _, err := pipe.Exec(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "scripts/s")
	})
}
