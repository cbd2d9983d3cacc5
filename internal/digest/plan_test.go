package digest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/catalog"
	"archbot/internal/digest"
)

// monday is a slot of the tests.
var monday = digest.Slot{Date: digest.Date{Year: 2026, Month: 11, Day: 30}, At: 540}

func sub(edit ...func(*digest.Subscription)) digest.Subscription {
	s := digest.Subscription{ID: "abcdefghij", Topic: "caching", Count: 5, Zone: "UTC"}
	for _, e := range edit {
		e(&s)
	}
	return s
}

func titles(c digest.Content) []string {
	var out []string
	for _, p := range c.Picks {
		out = append(out, p.Resource.Title)
	}
	return out
}

// seenAll is a channel that has seen resources with these numbers, one a day, the first
// one first.
func seenAll(numbers ...int) map[string]time.Time {
	seen := make(map[string]time.Time)
	for i, n := range numbers {
		seen[digest.Field(fmt.Sprint("https://e.x/", n))] = time.Date(2026, 11, 1+i, 9, 0, 0, 0, time.UTC)
	}
	return seen
}

func TestPlan(t *testing.T) {
	list := digest.List{Catalog: parse(t, seed)}
	fresh := list
	fresh.Arrived = func(r catalog.Resource) time.Time {
		return map[string]time.Time{
			"LFU":    time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
			"Leases": time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC),
			"ARC":    time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), // long ago
		}[r.Title]
	}
	tests := []struct {
		name   string
		list   digest.List
		sub    digest.Subscription
		seen   map[string]time.Time
		first  []string // the picks begin with these, in any order
		n      int
		why    string
		anew   bool
		course []string // all picks, in order
	}{
		{name: "nothing seen", list: list, sub: sub(), n: 5, why: "5 resources not shown here yet; 3 more to come."},
		{
			name: "what is new comes first", list: fresh, sub: sub(), first: []string{"LFU", "Leases"}, n: 5,
			why: "2 resources are new in the list, and 3 not shown here yet; 3 more to come.",
		},
		{
			name: "what is new is not shown again", list: fresh, sub: sub(), seen: seenAll(2, 6), n: 5,
			why: "5 resources not shown here yet; 1 more to come.",
		},
		{
			name: "the last ones", list: list, sub: sub(), seen: seenAll(1, 2, 3, 4, 5), first: []string{"Leases", "Herds", "Early expiry"}, n: 3,
			why: "3 resources not shown here yet, the last of it.",
		},
		{
			name: "too few are left: it begins anew, with them", list: list, sub: sub(), seen: seenAll(1, 2, 3, 4, 5, 6, 7),
			first: []string{"Early expiry"}, n: 5, anew: true, why: "You have seen all 8 resources of it, so it begins again.",
		},
		{
			name: "another round", list: list, seen: seenAll(1, 2, 3, 4, 5, 6, 7, 8), n: 5, why: "5 resources not shown again yet; 3 more to come.",
			sub: sub(func(s *digest.Subscription) { s.Round = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC) }),
		},
		{
			name: "one kind", list: list, sub: sub(func(s *digest.Subscription) { s.Kind = catalog.Video }),
			first: []string{"Write-through", "Early expiry"}, n: 2, why: "2 resources not shown here yet, the last of it.",
		},
		{
			name: "one kind, all seen", list: list, sub: sub(func(s *digest.Subscription) { s.Kind = catalog.Video }), seen: seenAll(4, 8),
			first: []string{"Write-through", "Early expiry"}, n: 2, anew: true, why: "You have seen all 2 resources of it, so it begins again.",
		},
		{name: "nothing of that kind", list: list, sub: sub(func(s *digest.Subscription) { s.Kind = catalog.Book }), why: "The list has nothing for it."},
		{
			name: "as a course", list: list, sub: sub(func(s *digest.Subscription) { s.Course = true }), n: 5,
			course: []string{"Cache eviction", "Write-through", "Write-back", "ARC", "Herds"}, why: "5 resources not shown here yet; 3 more to come.",
		},
		{
			name: "a course goes on", list: fresh, sub: sub(func(s *digest.Subscription) { s.Course = true }), seen: seenAll(1, 4, 5, 3), n: 4,
			course: []string{"Herds", "LFU", "Leases", "Early expiry"},
			why:    "2 resources are new in the list, and 2 not shown here yet; 0 more to come.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.list.Plan(tt.sub, monday, tt.seen)
			got := titles(c)
			if len(got) != tt.n || c.Why() != tt.why || c.Anew != tt.anew {
				t.Errorf("%q, anew %v, %q; want %d and %q", got, c.Anew, c.Why(), tt.n, tt.why)
			}
			begin := slices.Sorted(slices.Values(got[:min(len(got), len(tt.first))]))
			if diff := cmp.Diff(slices.Sorted(slices.Values(tt.first)), begin); diff != "" {
				t.Errorf("first (-want +got):\n%s", diff)
			}
			if tt.course != nil {
				equal(t, got, tt.course...)
			}
			for _, p := range c.Picks {
				if len(p.Reasons) == 0 || strings.Join(p.Reasons, "") == "" {
					t.Errorf("%s is there for no reason", p.Resource.Title)
				}
			}
		})
	}
}

// An edition has as many parts and kinds of its topic as it can.
func TestPlanSpreads(t *testing.T) {
	list := digest.List{Catalog: parse(t, seed)}
	for day := range 30 {
		slot := monday
		slot.Date = slot.Date.Add(day)
		c := list.Plan(sub(func(s *digest.Subscription) { s.Topic, s.Count = "caching/cache-strategies", 3 }), slot, nil)
		aspects, kinds := make(map[string]bool), make(map[catalog.Kind]bool)
		for _, p := range c.Picks {
			aspects[p.Aspect], kinds[p.Resource.Kind] = true, true
		}
		if len(aspects) != 3 || len(kinds) < 2 {
			t.Errorf("%s: parts %v, kinds %v", slot, aspects, kinds)
		}
	}
}

// The choice is a function of subscription, slot, list and memory: the same each time,
// and not the same for every slot.
func TestPlanIsDeterministic(t *testing.T) {
	list := digest.List{Catalog: parse(t, seed)}
	first := list.Plan(sub(), monday, seenAll(1))
	differ := false
	for day := range 20 {
		if diff := cmp.Diff(titles(first), titles(list.Plan(sub(), monday, seenAll(1)))); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
		slot := monday
		slot.Date = slot.Date.Add(day)
		differ = differ || !slices.Equal(titles(first), titles(list.Plan(sub(), slot, seenAll(1))))
	}
	if !differ {
		t.Error("every week has the same choice")
	}
}

// Whatever was seen: no resource twice in an edition, none of a round twice, and every
// one of the topic in each round.
func TestPlanRounds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	list := digest.List{Catalog: parse(t, seed)}
	for range 60 {
		s := sub(func(s *digest.Subscription) {
			s.Count, s.Course = digest.MinCount+r.IntN(8), r.IntN(2) == 0
			s.Kind = []catalog.Kind{"", "", catalog.Article, catalog.Paper}[r.IntN(4)]
		})
		seen, round := make(map[string]time.Time), make(map[string]int)
		slot := monday
		for range 40 {
			slot.Date = slot.Date.Add(7)
			at := slot.In(time.UTC)
			c := list.Plan(s, slot, seen)
			total := c.Total
			shown := make(map[string]bool)
			if c.Anew {
				if n := len(round); n < total-2 {
					t.Fatalf("%+v: it begins anew after %d of %d", s, n, total)
				}
				round, s.Round = make(map[string]int), at
			}
			for _, p := range c.Picks {
				if shown[p.Resource.URL] || round[p.Resource.URL] > 0 {
					t.Fatalf("%s of %+v has %s twice", slot, s, p.Resource.URL)
				}
				shown[p.Resource.URL] = true
				round[p.Resource.URL]++
				seen[digest.Field(p.Resource.URL)] = at
			}
			if len(c.Picks) < min(digest.MinCount, total) || len(c.Picks) > s.Count {
				t.Fatalf("%d picks of %d", len(c.Picks), total)
			}
		}
	}
}

func TestFollow(t *testing.T) {
	tests := []struct {
		name        string
		topic, list string
		want        catalog.TopicID
		moved, ok   bool
	}{
		{"where it was", "caching", seed, "caching", false, true},
		{"renamed", "caching/cache-strategies/eviction", strings.Replace(seed, "- Eviction", "- Throwing out", 1), "caching/cache-strategies/throwing-out", true, true},
		{"moved up", "queues/message-queues/delivery", strings.Replace(seed, "- **Message queues**", "- **Queueing**", 1), "queues/queueing/delivery", true, true},
		{"gone", "queues/message-queues/delivery", noQueues(), "", true, false},
		{
			"its resources are elsewhere, among many", "queues/message-queues/delivery",
			strings.Replace(noQueues(), "## Caching", "## All\n"+many(40)+"- [Exactly once](https://e.x/9)\n## Caching", 1), "", true, false,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sub(func(s *digest.Subscription) { s.Topic = catalog.TopicID(tt.topic) })
			if !(digest.List{Catalog: parse(t, seed)}).Anchor(&s) {
				t.Fatalf("there is no %s", s.Topic)
			}
			got, moved, ok := digest.List{Catalog: parse(t, tt.list)}.Find(s)
			if ok != tt.ok || ok && (got.ID != tt.want || moved != tt.moved) {
				t.Errorf("%s, moved %v, found %v; want %s", got.ID, moved, ok, tt.want)
			}
		})
	}
}

// noQueues is the seed without its last part.
func noQueues() string {
	before, _, _ := strings.Cut(seed, "## Queues")
	return before
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "- [Other %d](https://other.x/%d)\n", i, i)
	}
	return b.String()
}
