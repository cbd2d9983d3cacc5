package memory_test

import (
	"testing"

	"archbot/internal/store/memory"
	"archbot/internal/store/storetest"
)

func TestStore(t *testing.T) {
	open := func(*testing.T) *storetest.Subject {
		c := storetest.NewClock()
		return &storetest.Subject{Store: memory.New(c.Now), Advance: c.Advance}
	}
	storetest.Run(t, open)
	storetest.RunLeases(t, open)
}
