package app

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/config"
)

// BenchmarkObserved is what it costs to be counted: the same core with and without, on a
// search that nobody has asked for before and on one that is remembered, in turns, so
// that what else the machine does falls on both.
func BenchmarkObserved(b *testing.B) {
	apps := make(map[bool]*App)
	for _, observe := range []bool{false, true} {
		a, err := New(Options{Settings: config.Settings{Lists: []string{"embedded"}, Log: slog.LevelWarn}, Logs: io.Discard, Keep: KeepNothing, Observe: observe})
		if err != nil {
			b.Fatal(err)
		}
		if err := a.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(a.Stop)
		apps[observe] = a
	}
	for name, command := range map[string]string{"searched": "ask circuit breaking", "remembered": "search circuit breaking"} {
		b.Run(name, func(b *testing.B) {
			r := bot.Request{Platform: "slack", Workspace: "T1", Channel: "C1", User: "U1", Surface: bot.SurfaceCommand, Text: command}
			batch := func(a *App) time.Duration {
				began := time.Now()
				for range 20 {
					if reply := a.Bot.Handle(b.Context(), r); reply.Kind != bot.Found {
						b.Fatal(reply.Text)
					}
				}
				return time.Since(began) / 20
			}
			bare, counted := batch(apps[false]), batch(apps[true])
			for b.Loop() { // the quietest batch of each
				bare, counted = min(bare, batch(apps[false])), min(counted, batch(apps[true]))
			}
			b.ReportMetric(float64(bare), "bare-ns/answer")
			b.ReportMetric(float64(counted), "counted-ns/answer")
			b.ReportMetric(100*(float64(counted)/float64(bare)-1), "%more")
		})
	}
}
