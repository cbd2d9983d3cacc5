package store

import (
	"maps"
	"sync"
	"time"

	"archbot/internal/bot"
)

// maxLimits is how many limits a LimitTable holds that are not at rest: some
// seven megabytes of them.
const maxLimits = 1 << 16

// LimitTable decides limits in this process. It may be used by any number of
// goroutines; the zero value is ready.
type LimitTable struct {
	mu    sync.Mutex
	tats  map[string]Micros
	dirty map[string]bool // changed since Changed was called last
}

// Take is bot.Limiter's, at a time given.
func (t *LimitTable) Take(now time.Time, s bot.Spend) (bot.Verdict, error) {
	if err := s.Check(); err != nil {
		return bot.Verdict{}, err
	}
	limits := LimitsOf(s)
	var keys [maxOfSpend]string
	var tats [maxOfSpend]Micros
	for i, l := range limits {
		keys[i] = l.Key.String()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range limits {
		tats[i] = t.tats[keys[i]]
	}
	verdict := Decide(MicrosOf(now), s.Cost, limits, tats[:len(limits)])
	if verdict.Allowed && s.Cost > 0 {
		for i := range limits {
			t.put(keys[i], tats[i])
		}
		t.bound(MicrosOf(now))
	}
	return verdict, nil
}

// put changes a TAT; the lock is held.
func (t *LimitTable) put(key string, tat Micros) {
	if t.tats == nil {
		t.tats, t.dirty = make(map[string]Micros), make(map[string]bool)
	}
	t.tats[key], t.dirty[key] = tat, true
}

// bound makes room where the table is full: first those at rest go, then the
// quarter that will be soonest; the lock is held.
func (t *LimitTable) bound(now Micros) {
	if len(t.tats) <= maxLimits {
		return
	}
	defer maps.DeleteFunc(t.dirty, func(key string, _ bool) bool { _, ok := t.tats[key]; return !ok })
	maps.DeleteFunc(t.tats, func(_ string, tat Micros) bool { return tat <= now })
	DropFirst(t.tats, len(t.tats)-maxLimits*3/4, func(tat Micros) int64 { return int64(tat) })
}

// Restore puts back what Changed gave before a restart.
func (t *LimitTable) Restore(tats map[string]Micros) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, tat := range tats {
		t.put(key, tat)
	}
	clear(t.dirty)
}

// Changed returns the limits that were moved on since the last call.
func (t *LimitTable) Changed() map[string]Micros {
	t.mu.Lock()
	defer t.mu.Unlock()
	changed := make(map[string]Micros, len(t.dirty))
	for key := range t.dirty {
		if tat, ok := t.tats[key]; ok {
			changed[key] = tat
		}
	}
	clear(t.dirty)
	return changed
}
