package bolt_test

import (
	"path/filepath"
	"testing"

	"archbot/internal/store"
	"archbot/internal/store/bolt"
	"archbot/internal/store/storetest"
)

func open(t testing.TB, path string, c *storetest.Clock) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(path, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *storetest.Subject {
		t.Helper()
		c, path := storetest.NewClock(), filepath.Join(t.TempDir(), "state", "archbot.db")
		s := open(t, path, c)
		return &storetest.Subject{Store: s, Advance: c.Advance, Reopen: func() store.Store {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			return open(t, path, c)
		}}
	})
}
