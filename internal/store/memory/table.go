package memory

import (
	"maps"
	"time"

	"archbot/internal/store"
)

// table is a map whose values expire and are not too many. Its owner locks.
type table[V any] struct {
	limit int
	rows  map[string]row[V]
}

type row[V any] struct {
	value   V
	expires time.Time
}

func newTable[V any](limit int) table[V] {
	return table[V]{limit: limit, rows: make(map[string]row[V])}
}

func (t table[V]) get(now time.Time, key string) (V, bool) {
	r, ok := t.rows[key]
	if !ok || !r.expires.After(now) {
		var none V
		return none, false
	}
	return r.value, true
}

// expires is when a value does; the zero time when there is none.
func (t table[V]) expires(now time.Time, key string) time.Time {
	if r := t.rows[key]; r.expires.After(now) {
		return r.expires
	}
	return time.Time{}
}

func (t table[V]) remove(key string) { delete(t.rows, key) }

// removeIf removes the values whose keys are asked for.
func (t table[V]) removeIf(gone func(key string) bool) {
	maps.DeleteFunc(t.rows, func(key string, _ row[V]) bool { return gone(key) })
}

// put adds or replaces a value. Where there are too many, those that have expired
// go, then the quarter that would be next: seldom enough to cost nothing.
func (t table[V]) put(now time.Time, key string, value V, expires time.Time) {
	t.rows[key] = row[V]{value, expires}
	if len(t.rows) <= t.limit {
		return
	}
	maps.DeleteFunc(t.rows, func(_ string, r row[V]) bool { return !r.expires.After(now) })
	store.DropFirst(t.rows, len(t.rows)-t.limit*3/4, func(r row[V]) int64 { return r.expires.UnixNano() })
}
