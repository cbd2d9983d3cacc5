package storetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

func testEvents(t *testing.T, s *Subject) {
	get := must[bool](t)
	for _, scope := range []bot.Scope{workspace, other, direct} {
		for i := range 3 {
			if first := get(s.Store.FirstTime(t.Context(), scope, "Ev1", bot.EventMemory)); first != (i == 0) {
				t.Errorf("%+v, delivery %d: first is %v", scope, i, first)
			}
		}
	}
	s.Advance(bot.EventMemory - time.Minute)
	if get(s.Store.FirstTime(t.Context(), workspace, "Ev1", bot.EventMemory)) {
		t.Error("an event was forgotten too soon")
	}
	s.Advance(2 * time.Minute)
	if !get(s.Store.FirstTime(t.Context(), workspace, "Ev1", bot.EventMemory)) {
		t.Error("an event is never forgotten")
	}
	get(s.Store.FirstTime(t.Context(), workspace, "met", bot.MeetingMemory))
	s.Advance(bot.MeetingMemory - time.Hour)
	if get(s.Store.FirstTime(t.Context(), workspace, "met", bot.MeetingMemory)) {
		t.Error("what is to be known for longer was forgotten too soon")
	}
}

func testEventsRace(t *testing.T, s *Subject) {
	const events, deliveries = 8, 8
	var first [events]atomic.Int64
	var wg sync.WaitGroup
	for i := range events * deliveries {
		wg.Go(func() {
			event := i % events
			was, err := s.Store.FirstTime(t.Context(), workspace, bot.EventID(fmt.Sprint("Ev", event)), bot.EventMemory)
			if err != nil {
				t.Error(err)
			}
			if was {
				first[event].Add(1)
			}
		})
	}
	wg.Wait()
	for i := range first {
		if n := first[i].Load(); n != 1 {
			t.Errorf("event %d was new to %d of %d", i, n, deliveries)
		}
	}
}

// load returns what a conversation holds, as text; "-" for nothing.
func load(t *testing.T, s *Subject, id bot.ConversationID) string {
	t.Helper()
	data, err := s.Store.LoadConversation(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if data == nil {
		return "-"
	}
	return string(data)
}

func testConversations(t *testing.T, s *Subject) {
	thread := bot.ConversationID{Scope: workspace, Channel: "C1", Thread: "1"}
	dm := bot.ConversationID{Scope: direct, Channel: "D1"}
	if got := load(t, s, thread); got != "-" {
		t.Errorf("at first: %q", got)
	}
	ok(t, s.Store.KeepConversation(t.Context(), thread, ann, []byte("one"), time.Hour))
	ok(t, s.Store.KeepConversation(t.Context(), thread, ben, []byte("t\x00w\xffo"), time.Hour))
	ok(t, s.Store.KeepConversation(t.Context(), dm, dora, nil, time.Hour))
	if got := load(t, s, thread) + load(t, s, dm); got != "t\x00w\xffo" {
		t.Errorf("kept twice, and nothing kept: %q", got)
	}
	for _, apart := range []bot.ConversationID{
		{Scope: workspace, Channel: "C1"}, {Scope: workspace, Channel: "C1", Thread: "2"},
		{Scope: workspace, Channel: "C2", Thread: "1"}, {Scope: other, Channel: "C1", Thread: "1"},
	} {
		if got := load(t, s, apart); got != "-" {
			t.Errorf("%+v has another's: %q", apart, got)
		}
	}
	s.Advance(50 * time.Minute)
	ok(t, s.Store.KeepConversation(t.Context(), thread, ann, []byte("three"), time.Hour))
	s.Advance(50 * time.Minute)
	if got := load(t, s, thread) + load(t, s, dm); got != "three-" {
		t.Errorf("going on keeps it, and the other expires: %q", got)
	}
	ok(t, s.Store.EndConversation(t.Context(), thread))
	ok(t, s.Store.EndConversation(t.Context(), thread))
	if got := load(t, s, thread); got != "-" {
		t.Errorf("after its end: %q", got)
	}
}

func testTokens(t *testing.T, s *Subject) {
	keep, get := must[bot.TokenID](t), must[[]byte](t)
	id := keep(s.Store.KeepToken(t.Context(), workspace, ann, []byte("a long query"), time.Hour))
	if len(id) != 16 || strings.Trim(string(id), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		t.Errorf("id %q, want 16 letters, digits, - and _", id)
	}
	if again := keep(s.Store.KeepToken(t.Context(), workspace, ben, []byte("a long query"), 2*time.Hour)); again != id {
		t.Errorf("the same payload has the ids %q and %q", id, again)
	}
	if another := keep(s.Store.KeepToken(t.Context(), workspace, ann, []byte("another"), time.Hour)); another == id {
		t.Error("two payloads have one id")
	}
	if got := get(s.Store.LoadToken(t.Context(), workspace, id)); string(got) != "a long query" {
		t.Errorf("payload %q", got)
	}
	for _, c := range []struct {
		scope bot.Scope
		id    bot.TokenID
	}{{other, id}, {direct, id}, {workspace, "AAAAAAAAAAAAAAAA"}, {workspace, ""}, {workspace, "no such}:thing"}} {
		if got := get(s.Store.LoadToken(t.Context(), c.scope, c.id)); got != nil {
			t.Errorf("%+v %q leads to %q", c.scope, c.id, got)
		}
	}
	s.Advance(90 * time.Minute)
	if got := get(s.Store.LoadToken(t.Context(), workspace, id)); string(got) != "a long query" {
		t.Errorf("kept by the second call, after 90 minutes: %q", got)
	}
	s.Advance(31 * time.Minute)
	if got := get(s.Store.LoadToken(t.Context(), workspace, id)); got != nil {
		t.Errorf("a token never expires: %q", got)
	}
}

func testOwnedBound(t *testing.T, s *Subject) {
	keep, get := must[bot.TokenID](t), must[[]byte](t)
	var ids []bot.TokenID
	for i := range bot.MaxOwned + 5 {
		ids = append(ids, keep(s.Store.KeepToken(t.Context(), guild, dora, fmt.Append(nil, "payload ", i), time.Hour+time.Duration(i)*time.Second)))
	}
	for i, id := range ids {
		if there := get(s.Store.LoadToken(t.Context(), guild, id)) != nil; there != (i >= 5) {
			t.Fatalf("token %d of %d is there: %v; want those that expire first to go", i, len(ids), there)
		}
	}
}

func testArrivals(t *testing.T, s *Subject) {
	get := must[[]time.Time](t)
	day1 := time.Unix(1_800_000_000, 0)
	day2 := day1.Add(24 * time.Hour)
	times := func(list bot.ListID, at time.Time, urls ...string) []time.Time {
		t.Helper()
		return get(s.Store.Arrived(t.Context(), list, urls, at))
	}
	if diff := cmp.Diff([]time.Time{day1, day1}, times("a.md", day1.Add(999*time.Millisecond), "u1", "u2")); diff != "" {
		t.Errorf("the first time (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]time.Time{day2, day1, day1, day2}, times("a.md", day2, "u3", "u2", "u1", "u3")); diff != "" {
		t.Errorf("the second time (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]time.Time{day1, day2}, times("a.md", day1, "u1", "u3")); diff != "" {
		t.Errorf("by a clock that is behind (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]time.Time{day2}, times("b.md", day2, "u1")); diff != "" {
		t.Errorf("in another list (-want +got):\n%s", diff)
	}
	if got := times("a.md", day2); len(got) != 0 {
		t.Errorf("no URLs: %v", got)
	}
	many := make([]string, bot.MaxArrivals)
	for i := range many {
		many[i] = fmt.Sprint("https://example.com/", i)
	}
	if got := times("a.md", day2, many...); len(got) != len(many) || !got[len(got)-1].Equal(day2) {
		t.Errorf("%d times for %d resources", len(got), len(many))
	}
}

func testArrivalsExpire(t *testing.T, s *Subject) {
	get := must[[]time.Time](t)
	at := time.Unix(1_800_000_000, 0)
	get(s.Store.Arrived(t.Context(), "a.md", []string{"stays", "goes"}, at))
	for range 5 { // "stays" is marked now and then
		at = at.Add(bot.ArrivalMemory / 4)
		get(s.Store.Arrived(t.Context(), "a.md", []string{"stays"}, at))
	}
	got := get(s.Store.Arrived(t.Context(), "a.md", []string{"stays"}, at))
	if !got[0].Equal(time.Unix(1_800_000_000, 0)) {
		t.Errorf("what stays was first seen at %v", got[0])
	}
	s.Advance(bot.ArrivalMemory + time.Hour)
	if got := get(s.Store.Arrived(t.Context(), "a.md", []string{"stays"}, at)); !got[0].Equal(at) {
		t.Errorf("a list that nobody loads is remembered: %v", got[0])
	}
}

func testSigningKey(t *testing.T, s *Subject) {
	keys := make([]string, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			key, err := s.Store.SigningKey(t.Context())
			if err != nil {
				t.Error(err)
			}
			keys[i] = string(key)
		})
	}
	wg.Wait()
	for _, key := range keys {
		if len(key) != 32 || key != keys[0] || key == strings.Repeat("\x00", 32) {
			t.Fatalf("keys %x", keys)
		}
	}
}
