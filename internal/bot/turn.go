package bot

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"

	"archbot/internal/dialogue"
)

// turn is what is kept of a conversation: what it is about, and where the message that it
// came to that by may be delivered again, what it was about before. Who takes that message
// up then, as its answer may never have arrived, goes on from there and not a second time.
type turn struct {
	by     EventID // which made it so; empty where it cannot be delivered again
	before []byte  // a dialogue.Context as it is encoded; empty for none
	now    []byte  // likewise
}

// turnSign begins a turn that says what was before; the others are a dialogue.Context
// alone, which never begins so.
const turnSign = 0

// turnOf is the turn that a request makes of a conversation.
func (r Request) turnOf(was talk, now dialogue.Context) turn {
	t := turn{now: now.Encode()}
	if r.Event == "" || r.Hold == 0 {
		return t
	}
	t.by = r.Event
	if was.known {
		t.before = was.context.Encode()
	}
	return t
}

// encode writes a turn:
//
//	turnSign  1 byte
//	by        8 bytes of its hash
//	before    its length, a uvarint, and itself
//	now       the rest
//
// Where that would be too long, it is now alone.
func (t turn) encode() []byte {
	if t.by == "" {
		return t.now
	}
	b := append([]byte{turnSign}, t.by.hash()...)
	b = binary.AppendUvarint(b, uint64(len(t.before)))
	b = append(append(b, t.before...), t.now...)
	if len(b) > MaxConversation {
		return t.now
	}
	return b
}

// contextFor reads what encode wrote, and returns the context that an event goes on from;
// nothing where that is the beginning, or cannot be read.
func contextFor(event EventID, data []byte) []byte {
	if len(data) == 0 || data[0] != turnSign {
		return data
	}
	rest := data[1:]
	if len(rest) < eventHash {
		return nil
	}
	by, rest := rest[:eventHash], rest[eventHash:]
	length, n := binary.Uvarint(rest)
	if n <= 0 || length > uint64(len(rest)-n) {
		return nil
	}
	before, now := rest[n:n+int(length)], rest[n+int(length):]
	if event != "" && bytes.Equal(by, event.hash()) {
		return before
	}
	return now
}

// eventHash is how many bytes an event is known by in a turn.
const eventHash = 8

func (e EventID) hash() []byte {
	h := fnv.New64a()
	h.Write([]byte(e))
	return h.Sum(nil)
}
