package digest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Unit is what a schedule counts.
type Unit string

// The units.
const (
	Weekly  Unit = "week"
	Monthly Unit = "month"
)

// The most weeks or months from one slot to the next.
const (
	MaxWeeks  = 52
	MaxMonths = 12
)

// Last stands for the last one of a month: as Nth the last such weekday, as Day the
// last day.
const Last = -1

// Schedule says on which days there is a slot, and at what time: at most one a day.
// Schedules with the same fields are the same.
type Schedule struct {
	Unit  Unit
	Every int // each week or month: 1; else every so many of them
	// Phase says which weeks or months count where Every is more than one: those
	// whose number leaves this remainder. Starting sets it.
	Phase int

	Days Weekdays // Weekly: on these

	Nth     int          // Monthly: the first to fourth or Last Weekday; 0 for a Day
	Weekday time.Weekday // with Nth
	Day     int          // Monthly: 1 to 31 or Last; in a shorter month, that month's last

	At Clock
}

// Weekdays is a set of them: bit 0 is Sunday's.
type Weekdays uint8

// The sets that have a name.
const (
	Workdays Weekdays = 1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday
	Weekend  Weekdays = 1<<time.Saturday | 1<<time.Sunday
	Everyday          = Workdays | Weekend
)

// On is the set of these days.
func On(days ...time.Weekday) Weekdays {
	var w Weekdays
	for _, d := range days {
		w |= 1 << d
	}
	return w
}

// Has reports whether a day is in the set.
func (w Weekdays) Has(d time.Weekday) bool { return w&(1<<d) != 0 }

// week is the order in which people name the days.
var week = []time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

// list is the days in the set, from Monday.
func (w Weekdays) list() []time.Weekday {
	var days []time.Weekday
	for _, d := range week {
		if w.Has(d) {
			days = append(days, d)
		}
	}
	return days
}

// Check says what is wrong with a schedule; nothing for one that Parse or Decode
// returned.
func (s Schedule) Check() error {
	most := map[Unit]int{Weekly: MaxWeeks, Monthly: MaxMonths}[s.Unit]
	switch {
	case most == 0:
		return errors.New("a schedule counts weeks or months")
	case s.Every < 1 || s.Every > most:
		return fmt.Errorf("from one edition to the next it can be 1 to %d %ss", most, s.Unit)
	case s.Phase < 0 || s.Phase >= s.Every:
		return errors.New("a schedule has no such phase")
	case s.At < 0 || s.At >= MinutesADay:
		return errors.New("a day has the times from 00:00 to 23:59")
	case s.Unit == Weekly && (s.Days == 0 || s.Days > Everyday || s.Nth != 0 || s.Day != 0 || s.Weekday != 0):
		return errors.New("a week has seven days to choose from")
	case s.Unit == Monthly && s.Days != 0:
		return errors.New("a month is not made of weekdays")
	case s.Unit == Monthly && s.Nth == 0 && (s.Weekday != 0 || s.Day != Last && (s.Day < 1 || s.Day > 31)):
		return errors.New("a month has the days 1 to 31")
	case s.Unit == Monthly && s.Nth != 0 && (s.Day != 0 || s.Nth != Last && (s.Nth < 1 || s.Nth > 4) || s.Weekday < 0 || s.Weekday > 6):
		return errors.New("a month has a first to fourth and a last of each weekday")
	}
	return nil
}

// Next is the first slot on a later day than the one given.
func (s Schedule) Next(day Date) Slot {
	if s.Unit == Weekly {
		for n := day.number() + 1; ; n++ {
			if d := dateAt(n); s.Days.Has(d.Weekday()) && d.week()%s.Every == s.Phase {
				return Slot{d, s.At}
			}
		}
	}
	for m := day.month(); ; m++ {
		if m%s.Every != s.Phase {
			continue
		}
		if d := s.within(m/12, time.Month(m%12+1)); d.After(day) {
			return Slot{d, s.At}
		}
	}
}

// within is the schedule's day of a month.
func (s Schedule) within(year int, month time.Month) Date {
	last := Date{year, month, length(year, month)}
	switch {
	case s.Nth == Last:
		return last.Add(-daysSince(s.Weekday, last.Weekday()))
	case s.Nth > 0:
		first := Date{year, month, 1}
		return first.Add(daysSince(first.Weekday(), s.Weekday) + 7*(s.Nth-1))
	case s.Day == Last:
		return last
	}
	return Date{year, month, min(s.Day, last.Day)}
}

// daysSince is how many days after one weekday another comes.
func daysSince(from, to time.Weekday) int { return (int(to-from) + 7) % 7 }

// Starting is the schedule with the phase by which its first slot after the one
// given is the first that its days allow.
func (s Schedule) Starting(after Slot) Schedule {
	each := s
	each.Every, each.Phase = 1, 0
	first := each.Next(after.Date.Add(-1))
	if !first.After(after) {
		first = each.Next(after.Date)
	}
	if s.Unit == Weekly {
		s.Phase = first.Date.week() % s.Every
	} else {
		s.Phase = first.Date.month() % s.Every
	}
	return s
}

// After is the first slot whose instant in the zone is later than t.
func (s Schedule) After(t time.Time, zone *time.Location) Slot {
	day := DateOf(t.In(zone)).Add(-2)
	for {
		slot := s.Next(day)
		if slot.In(zone).After(t) {
			return slot
		}
		day = slot.Date
	}
}

// Upcoming are the first n slots whose instants in the zone are later than t.
func (s Schedule) Upcoming(t time.Time, zone *time.Location, n int) []Slot {
	slots := make([]Slot, 0, n)
	for slot := s.After(t, zone); len(slots) < n; slot = s.Next(slot.Date) {
		slots = append(slots, slot)
	}
	return slots
}

// The letters that stand for days in an encoded schedule.
var dayCodes = [...]string{"su", "mo", "tu", "we", "th", "fr", "sa"}

// Encode writes a schedule as a short text that Decode reads, today and later:
//
//	w1.0:mo,th@0900     weeks: every.phase : days @ time
//	m1.0:1tu@0900       months: the first Tuesday; -1fr is the last Friday
//	m3.2:15@0830        months: the 15th; -1 is the last day
func (s Schedule) Encode() string {
	var on string
	switch {
	case s.Unit == Weekly:
		var days []string
		for _, d := range s.Days.list() {
			days = append(days, dayCodes[d])
		}
		on = strings.Join(days, ",")
	case s.Nth != 0:
		on = strconv.Itoa(s.Nth) + dayCodes[s.Weekday]
	default:
		on = strconv.Itoa(s.Day)
	}
	return fmt.Sprintf("%c%d.%d:%s@%02d%02d", s.Unit[0], s.Every, s.Phase, on, s.At/60, s.At%60)
}

var errEncoding = errors.New("that is no encoded schedule")

// Decode reads what Encode wrote, and nothing else.
func Decode(text string) (Schedule, error) {
	if text == "" {
		return Schedule{}, errEncoding
	}
	s := Schedule{Unit: map[byte]Unit{'w': Weekly, 'm': Monthly}[text[0]]}
	often, rest, ok1 := strings.Cut(text[1:], ":")
	on, at, ok2 := strings.Cut(rest, "@")
	every, phase, ok3 := strings.Cut(often, ".")
	if !ok1 || !ok2 || !ok3 || len(at) != 4 || s.Unit == "" {
		return Schedule{}, errEncoding
	}
	minute, err := strconv.Atoi(at[2:])
	hour, err2 := strconv.Atoi(at[:2])
	if err = errors.Join(err, err2); err != nil {
		return Schedule{}, errEncoding
	}
	s.At = Clock(hour*60 + minute)
	s.Every, err = strconv.Atoi(every)
	s.Phase, err2 = strconv.Atoi(phase)
	if err = errors.Join(err, err2, s.decodeDays(on)); err != nil {
		return Schedule{}, errEncoding
	}
	if s.Check() != nil || s.Encode() != text {
		return Schedule{}, errEncoding
	}
	return s, nil
}

// decodeDays reads what stands between colon and "@".
func (s *Schedule) decodeDays(on string) (err error) {
	if s.Unit == Weekly {
		for code := range strings.SplitSeq(on, ",") {
			d, ok := dayCoded(code)
			if !ok {
				return errEncoding
			}
			s.Days |= On(d)
		}
		return nil
	}
	if len(on) > 2 {
		if d, ok := dayCoded(on[len(on)-2:]); ok {
			s.Weekday = d
			s.Nth, err = strconv.Atoi(on[:len(on)-2])
			return err
		}
	}
	s.Day, err = strconv.Atoi(on)
	return err
}

func dayCoded(code string) (time.Weekday, bool) {
	for d, c := range dayCodes {
		if c == code {
			return time.Weekday(d), true
		}
	}
	return 0, false
}
