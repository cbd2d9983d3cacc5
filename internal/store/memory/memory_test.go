package memory_test

import (
	"testing"

	"archbot/internal/store/memory"
	"archbot/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) *storetest.Subject {
		c := storetest.NewClock()
		return &storetest.Subject{Store: memory.New(c.Now), Advance: c.Advance}
	})
}
