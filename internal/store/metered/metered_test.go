package metered_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/digest"
	"archbot/internal/store"
	"archbot/internal/store/memory"
	"archbot/internal/store/metered"
	"archbot/internal/store/storetest"
)

// The wrapper is a store as any other, and of all that the suite asks it tells by a name
// that it has declared.
func TestStore(t *testing.T) {
	var mu sync.Mutex
	told := make(map[string]int)
	t.Run("suite", func(t *testing.T) {
		storetest.Run(t, func(*testing.T) *storetest.Subject {
			c := storetest.NewClock()
			s := metered.New(memory.New(c.Now), func(_ context.Context, op string, began time.Time, _ error) {
				mu.Lock()
				defer mu.Unlock()
				told[op]++
				if began.IsZero() || time.Since(began) < 0 {
					t.Errorf("%s began %v", op, began)
				}
			})
			return &storetest.Subject{Store: s, Advance: c.Advance}
		})
	})
	asked := slices.Sorted(maps.Keys(told))
	declared := slices.DeleteFunc(slices.Sorted(slices.Values(metered.Ops())), func(op string) bool { return op == "probe" })
	if !slices.Equal(asked, declared) {
		t.Errorf("told of\n%v\ndeclared are\n%v", asked, declared)
	}
}

// There is an operation for each method.
func TestOps(t *testing.T) {
	for m := range reflect.TypeFor[store.Remote]().Methods() {
		if m.Name != "Close" && !slices.ContainsFunc(metered.Ops(), func(op string) bool {
			return strings.EqualFold(strings.ReplaceAll(op, "_", ""), m.Name)
		}) {
			t.Errorf("%s is told of by no name", m.Name)
		}
	}
}

// broken is a store whose shelf has a fault.
type broken struct {
	store.Store
	err error
}

func (b *broken) Saved(context.Context, bot.Person) ([]bot.Saved, error) { return nil, b.err }

func TestFaults(t *testing.T) {
	var fault error
	b := &broken{Store: memory.New(time.Now)}
	s := metered.New(b, func(_ context.Context, _ string, _ time.Time, err error) { fault = err })
	for _, step := range []struct {
		err   error
		fault bool
	}{
		{nil, false}, {bot.ErrUnavailable, true}, {bot.ErrFull, false}, {errors.New("disk full"), true}, {digest.ErrConflict, false},
		{context.DeadlineExceeded, true}, {nil, false},
	} {
		b.err = step.err
		_, err := s.Saved(t.Context(), bot.Person{})
		if !errors.Is(err, step.err) || (fault != nil) != step.fault || s.Up() == step.fault {
			t.Errorf("%v: answered %v, fault %v, up %v", step.err, err, fault, s.Up())
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	b.err = bot.ErrUnavailable
	if _, err := s.Saved(gone, bot.Person{}); err == nil || fault != nil || !s.Up() {
		t.Errorf("a caller who has gone: %v, fault %v, up %v", err, fault, s.Up())
	}
}
