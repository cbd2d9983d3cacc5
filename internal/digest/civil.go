package digest

import (
	"fmt"
	"time"
)

// Date is a day of the calendar, wherever it is.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day that a time falls on in its own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// secondsADay is what a day of the calendar has where no clock is changed.
const secondsADay = 24 * 60 * 60

// number counts days since 1970-01-01.
func (d Date) number() int {
	return int(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / secondsADay)
}

// dateAt is the day with a number.
func dateAt(number int) Date { return DateOf(time.Unix(int64(number)*secondsADay, 0).UTC()) }

// Add is the day so many days later.
func (d Date) Add(days int) Date { return dateAt(d.number() + days) }

// After reports whether d is a later day than e.
func (d Date) After(e Date) bool { return d.number() > e.number() }

// Weekday is the day's.
func (d Date) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

// week counts weeks that begin on a Monday; the one of 1970-01-01 is 0.
func (d Date) week() int {
	const thursday = 3 // days after Monday
	return floorDiv(d.number()+thursday, 7)
}

// month counts months since year 0.
func (d Date) month() int { return d.Year*12 + int(d.Month) - 1 }

// String writes the day as 2026-11-30.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// length is how many days a month has.
func length(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Clock is a time of day: minutes since midnight, below MinutesADay.
type Clock int

// MinutesADay is how many of them a clock shows.
const MinutesADay = 24 * 60

// String writes the time as 09:00.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

// Slot is one due moment of a schedule: a civil date and time, which a zone turns
// into an instant. As it is what the calendar and the clock show, an hour that the
// clock shows twice has each slot once.
type Slot struct {
	Date Date
	At   Clock
}

// SlotAt is what calendar and clock show at an instant, down to the minute.
func SlotAt(t time.Time, zone *time.Location) Slot {
	t = t.In(zone)
	return Slot{DateOf(t), Clock(t.Hour()*60 + t.Minute())}
}

// String writes the slot as 2026-11-30 09:00.
func (s Slot) String() string { return s.Date.String() + " " + s.At.String() }

// After reports whether s stands later in the calendar than o.
func (s Slot) After(o Slot) bool { return s.minute() > o.minute() }

func (s Slot) minute() int { return s.Date.number()*MinutesADay + int(s.At) }

// reach is further than any zone has ever been from UTC.
const reach = 36 * time.Hour

// In is the first instant at which calendar and clock of the zone show the slot or
// anything later. So a slot within an hour that does not exist is the first instant
// after the gap, and of an hour that exists twice it is the first.
func (s Slot) In(zone *time.Location) time.Time {
	// Read as UTC, the slot is off by what the zone is; no zone is off by as much
	// as reach, so that where the search begins the slot is still to come.
	shown := time.Unix(int64(s.minute())*60, 0)
	at := shown.Add(-reach).In(zone)
	for {
		_, offset := at.Zone()
		start, end := at.ZoneBounds()
		t := shown.Add(-time.Duration(offset) * time.Second)
		switch {
		case !start.IsZero() && t.Before(start):
			return start.In(zone) // the clock jumped over it
		case end.IsZero() || t.Before(end):
			return t.In(zone)
		}
		at = end.In(zone)
	}
}
