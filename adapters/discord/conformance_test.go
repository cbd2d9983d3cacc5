package discord

import (
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

func TestConformance(t *testing.T) {
	for _, by := range []delivery{overHTTP, overGateway} {
		t.Run(string(by), func(t *testing.T) {
			adaptertest.Run(t, adaptertest.Suite{
				State:  func(testing.TB) bot.State { return memory.New(time.Now) },
				Driver: newDriver(by),
			})
		})
	}
}
