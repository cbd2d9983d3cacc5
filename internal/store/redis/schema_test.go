package redis

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"archbot/internal/bot"
	"archbot/internal/store"
)

func schemaStore(t *testing.T, m *miniredis.Miniredis, mine int, now *time.Time) *Store {
	t.Helper()
	s := dialled(t, m)
	s.schema = schema{mine: mine, now: func() time.Time { return *now }}
	return s
}

func TestSchemas(t *testing.T) {
	m := miniredis.RunT(t)
	now := time.Unix(1_800_000_000, 0)
	old := schemaStore(t, m, store.Schema, &now)
	populate(t, old)
	before := m.Dump()

	// A newer archbot reads what the older one wrote, and takes the state over.
	newer := schemaStore(t, m, store.Schema+1, &now)
	if err := newer.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := bot.Person{Platform: "slack", Workspace: "T01ABCDEF12", User: "U01ABCDEF12"}
	if shelf, err := newer.Saved(t.Context(), p); err != nil || len(shelf) != 1 {
		t.Errorf("shelf %v, %v", shelf, err)
	}
	if after := strings.Replace(m.Dump(), `"2"`, `"1"`, 1); after != before {
		t.Errorf("the data has changed:\n%s\n%s", before, after)
	}

	// An older one that starts now refuses, and one that runs does so in a minute.
	refused := func(err error) {
		t.Helper()
		if !errors.Is(err, bot.ErrNewerSchema) || !errors.Is(err, bot.ErrUnavailable) || !strings.Contains(err.Error(), "upgrade") {
			t.Errorf("%v, want a refusal that says what to do", err)
		}
	}
	refused(schemaStore(t, m, store.Schema, &now).Open(t.Context()))
	now = now.Add(schemaEvery)
	dump := m.Dump()
	refused(old.Save(t.Context(), p, bot.Saved{ID: "x"}))
	_, err := old.Take(t.Context(), crowd)
	refused(err)
	refused(old.Forget(t.Context(), p))
	refused(old.Probe(t.Context(), p.Scope()))
	m.Del("archbot:{slack:T01ABCDEF12}:p")
	if m.Dump() != dump {
		t.Error("a refused call has changed something")
	}
}

// A record in a newer format is refused, not misread, and stays as it is.
func TestNewerRecord(t *testing.T) {
	m := miniredis.RunT(t)
	s := dialled(t, m)
	id := bot.ConversationID{Scope: crowd.Scope, Channel: "C1"}
	key := s.key(store.ConversationKey(id))
	if err := m.Set(key, "\x02new"); err != nil {
		t.Fatal(err)
	}
	_, err := s.LoadConversation(t.Context(), id)
	got, _ := m.Get(key)
	if !errors.Is(err, bot.ErrNewerSchema) || errors.Is(err, bot.ErrUnavailable) || got != "\x02new" {
		t.Errorf("%v, and %q is left", err, got)
	}
}

func TestDamage(t *testing.T) {
	m := miniredis.RunT(t)
	s := dialled(t, m)
	p := bot.Person{Platform: "slack", Workspace: "T1", User: "U1"}
	damage := func(field, value string) {
		m.FlushAll()
		s.schema.looked = time.Time{}
		m.HSet(s.key(store.ShelfKey(p)), field, value)
	}
	for _, value := range []string{"", "1", "x:\x01", "1:", "1:\x01short", "1:\x00"} {
		damage("a", value)
		if _, err := s.Saved(t.Context(), p); err == nil {
			t.Errorf("%q was read", value)
		}
	}
	// A key of another type is that call's fault, and no outage.
	m.FlushAll()
	s.schema.looked = time.Time{}
	m.HSet(s.key(store.LimitsOf(crowd)[0].Key), "a", "b")
	m.HSet(s.key(store.EventKey(crowd.Scope, "E")), "a", "b")
	if _, err := s.Saved(t.Context(), p); err != nil {
		t.Error(err)
	}
	if err := m.Set(s.key(store.ShelfKey(p)), "text"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Saved(t.Context(), p); err == nil || errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a shelf of another type: %v", err)
	}
	// Redis that does not want to is one.
	for _, why := range []string{"LOADING Redis is loading", "READONLY no", "OOM no", "CLUSTERDOWN no", "NOAUTH no", "ERR max number of clients reached"} {
		m.SetError(why)
		if _, err := s.LoadConversation(t.Context(), bot.ConversationID{}); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("%s: %v, want ErrUnavailable", why, err)
		}
		m.SetError("")
	}
}
