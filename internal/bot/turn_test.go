package bot

import (
	"bytes"
	"testing"

	"archbot/internal/dialogue"
)

// Whatever is kept, who asks goes on from what it is about, and who asks the same again
// from what it was about before.
func FuzzTurn(f *testing.F) {
	f.Add("Ev1", []byte(nil), dialogue.Context{}.Encode())
	f.Add("", []byte("before"), []byte("now"))
	f.Add("Ev1", []byte("before"), bytes.Repeat([]byte("x"), MaxConversation))
	f.Fuzz(func(t *testing.T, by string, before, now []byte) {
		_ = contextFor("Ev1", now) // whatever it is
		if len(now) == 0 || now[0] == turnSign {
			return
		}
		made := turn{by: EventID(by), before: before, now: now}
		data := made.encode()
		again, other := contextFor(made.by, data), contextFor("Ev2", data)
		if by == "Ev2" {
			other = now
		}
		if want := before; by != "" && len(data) != len(now) && !bytes.Equal(again, want) {
			t.Errorf("the same again goes on from %q, want %q", again, want)
		}
		if !bytes.Equal(other, now) {
			t.Errorf("it goes on from %q, want %q", other, now)
		}
		if len(data) > MaxConversation && len(now) <= MaxConversation {
			t.Errorf("%d bytes", len(data))
		}
	})
}
