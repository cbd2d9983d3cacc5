package store

import (
	"fmt"
	"strconv"

	"archbot/internal/bot"
)

// Mark is what is kept of an event: until when it is held, or that it is settled. In Redis
// it says besides who made it (redis/take.lua).
type Mark struct{ Until Micros } // 0 for settled

// MarkOf is the mark of an event that somebody takes.
func MarkOf(now Micros, s bot.Spend) Mark {
	if s.Hold == 0 {
		return Mark{}
	}
	return Mark{now + Micros(s.Hold.Microseconds())}
}

// Verdict says what the mark of an event means to who takes it, and whether the event is
// theirs then. One that is held for longer than it may be was so by a clock that has gone
// back since, and is not.
func (m Mark) Verdict(now Micros) (v bot.Verdict, theirs bool) {
	switch {
	case m.Until == 0:
		return bot.Verdict{Delivery: bot.Settled}, false
	case m.Until > now && m.Until-now <= Micros(bot.MaxHold.Microseconds()):
		return bot.Verdict{Delivery: bot.Held, Wait: (m.Until - now).Duration()}, false
	}
	return bot.Verdict{Allowed: true, Delivery: bot.Resumed}, true
}

// Encode writes a mark as a file has it; settled is nothing at all.
func (m Mark) Encode() []byte {
	if m.Until == 0 {
		return nil
	}
	return strconv.AppendInt(nil, int64(m.Until), 10)
}

// DecodeMark reads what Encode wrote.
func DecodeMark(data []byte) (Mark, error) {
	if len(data) == 0 {
		return Mark{}, nil
	}
	until, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil || until <= 0 {
		return Mark{}, &DecodeError{What: "event", Why: fmt.Sprintf("%.40q is no time until which it is held", data)}
	}
	return Mark{Micros(until)}, nil
}
