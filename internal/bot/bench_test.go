package bot_test

import (
	"testing"

	"archbot/data"
	"archbot/internal/bot"
)

// BenchmarkHandle is what the core does for a search of the embedded list, without
// a state and with one that costs nothing: its buttons and their tokens.
func BenchmarkHandle(b *testing.B) {
	w := newWorld(b, string(data.List()))
	for name, handler := range map[string]*bot.Bot{"stateless": newBot(b, string(data.List())), "with buttons": w.Bot} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			r := ann("search circuit breaking")
			for b.Loop() {
				if reply := handler.Handle(b.Context(), r); reply.Kind != bot.Found {
					b.Fatal(reply.Text)
				}
			}
		})
	}
}
