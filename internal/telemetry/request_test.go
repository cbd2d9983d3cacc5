package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Each line names its request, whoever logs it, with whatever the logger has besides.
func TestLogger(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		log := NewLogger(slog.HandlerOptions{Level: slog.LevelInfo}, asJSON, &out)
		one, end := Begin(t.Context(), nil, "slack")
		defer end()
		below, cancel := context.WithCancel(one)
		defer cancel()
		other, end := Begin(t.Context(), nil, "slack")
		defer end()
		log.InfoContext(one, "first", "took", 1500*time.Millisecond)
		log.With("platform", "slack").InfoContext(below, "second")
		log.WithGroup("g").InfoContext(context.WithoutCancel(below), "third", "a", 1)
		log.InfoContext(other, "of another")
		log.InfoContext(t.Context(), "of none")
		log.DebugContext(one, "not to be seen")
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 5 {
			t.Fatalf("%d lines:\n%s", len(lines), &out)
		}
		id := ID(one)
		if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) || id == ID(other) {
			t.Errorf("the ids are %q and %q", id, ID(other))
		}
		for i, line := range lines {
			if strings.Contains(line, id) != (i < 3) {
				t.Errorf("line %d: %s", i, line)
			}
			if asJSON && !json.Valid([]byte(line)) {
				t.Errorf("no JSON: %s", line)
			}
		}
		if !strings.Contains(lines[0], "1.5s") {
			t.Errorf("the time is not to be read: %s", lines[0])
		}
		if strings.Contains(lines[4], "request") {
			t.Errorf("of none: %s", lines[4])
		}
	}
}
