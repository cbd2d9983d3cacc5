package store

import (
	"time"

	"archbot/internal/bot"
)

// The generic cell rate algorithm keeps one number for each limit: the
// theoretical arrival time (TAT), at which a limit that is used no more will be
// at rest. A unit of cost moves it on by the rate's Every, and a request is let
// through when that leaves it at most Burst times Every ahead of now.
//
// Times are microseconds since 1970: up to the year 2255 a float64, which is what
// a Lua script counts in, holds every one of them. redis/take.lua is the
// twin of this file and of Mark, and a test holds them against each other.

// Micros is a time or a distance in microseconds.
type Micros int64

// MicrosOf returns a time in microseconds since 1970.
func MicrosOf(t time.Time) Micros { return Micros(t.UnixMicro()) }

// Duration is a distance as package time has it.
func (m Micros) Duration() time.Duration { return time.Duration(m) * time.Microsecond }

// Limited is one limit that a Spend is held to.
type Limited struct {
	Limit bot.Limit
	Key   Key    // where its TAT is kept
	Every Micros // of a unit
	Burst Micros // Every times the rate's Burst
}

// maxOfSpend is how many limits a Spend is held to at most.
const maxOfSpend = 3

// LimitsOf returns the limits that a Spend is held to, in the order in which they
// are asked: those that have a rate, and of a workspace only where there is one.
func LimitsOf(s bot.Spend) []Limited {
	limits, tag := make([]Limited, 0, maxOfSpend), Tag(s.Scope)
	add := func(l bot.Limit, r bot.Rate, name string) {
		if r != (bot.Rate{}) {
			every := Micros(r.Every.Microseconds())
			limits = append(limits, Limited{l, Key{tag, name}, every, every * Micros(r.Burst)})
		}
	}
	add(bot.LimitUser, s.Limits.User, "l:u:"+escape(string(s.User)))
	add(bot.LimitChannel, s.Limits.Channel, "l:c:"+escape(string(s.Channel)))
	add(bot.LimitWorkspace, s.Limits.Workspace, "l:w")
	return limits
}

// Decide says whether a cost passes all limits at a time, given their TATs (0 for
// none). When it does, tats become the new ones; else they stay as they are.
func Decide(now Micros, cost int, limits []Limited, tats []Micros) bot.Verdict {
	verdict := bot.Verdict{Allowed: true}
	var after [maxOfSpend]Micros
	for i, l := range limits {
		after[i] = l.spend(now, cost, tats[i])
		if wait := (after[i] - l.Burst - now).Duration(); wait > verdict.Wait {
			verdict = bot.Verdict{By: l.Limit, Wait: wait}
		}
	}
	if verdict.Allowed {
		copy(tats, after[:len(limits)])
	}
	return verdict
}

// spend moves a TAT on by a cost. One in the past is at rest. One further ahead
// than a burst comes from a clock that went back, or from a limit that was
// lowered: it counts as a full burst, or it would shut somebody out for long.
func (l Limited) spend(now Micros, cost int, tat Micros) Micros {
	return min(max(tat, now), now+l.Burst) + Micros(cost)*l.Every
}
