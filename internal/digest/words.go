package digest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// String says the schedule in words that Parse understands: "every Monday at 09:00".
func (s Schedule) String() string {
	at := " at " + s.At.String()
	if s.Unit == Monthly {
		return s.monthly() + at
	}
	days := s.days()
	switch {
	case s.Every > 1:
		return fmt.Sprintf("every %d weeks on %s", s.Every, days) + at
	case s.Days == Everyday:
		return "every day" + at
	case s.Days == Workdays || s.Days == Weekend:
		return "on " + days + at
	}
	return "every " + days + at
}

// days names the days of the week: "Monday and Thursday".
func (s Schedule) days() string {
	switch s.Days {
	case Everyday:
		return "every day"
	case Workdays:
		return "weekdays"
	case Weekend:
		return "weekends"
	}
	var names []string
	for _, d := range s.Days.list() {
		names = append(names, d.String())
	}
	return enumerate(names)
}

func (s Schedule) monthly() string {
	day := "the " + ordinal(s.Day)
	switch {
	case s.Nth != 0:
		day = "the " + nth(s.Nth) + " " + s.Weekday.String()
	case s.Day == Last:
		day = "the last day"
	}
	if s.Every > 1 {
		return fmt.Sprintf("every %d months on %s", s.Every, day)
	}
	return "on " + day + " of every month"
}

// ordinals are the words for what Nth can be.
var ordinals = []string{"", "first", "second", "third", "fourth"}

func nth(n int) string {
	if n == Last {
		return "last"
	}
	return ordinals[n]
}

// ordinal writes 1st, 2nd, 3rd, 4th.
func ordinal(n int) string {
	suffix := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// enumerate joins names as in a sentence.
func enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// Words writes a day as people do, such as "Monday, 30 November 2026".
func (d Date) Words() string {
	return fmt.Sprintf("%s, %d %s %d", d.Weekday(), d.Day, d.Month, d.Year)
}

// Dates says when slots are: "Mon 30 Nov, Mon 7 Dec and Mon 14 Dec 2026".
func Dates(slots []Slot) string {
	var dates []string
	for i, s := range slots {
		date := fmt.Sprintf("%s %d %s", s.Date.Weekday().String()[:3], s.Date.Day, s.Date.Month.String()[:3])
		if last := i == len(slots)-1; last || s.Date.Year != slots[i+1].Date.Year {
			date += fmt.Sprintf(" %d", s.Date.Year)
		}
		dates = append(dates, date)
	}
	return enumerate(dates)
}

// Examples are schedules as people write them, to be offered.
func Examples() []string {
	return slices.Clone(examples)
}

var examples = []string{
	"every monday 09:00", "every friday 14:00", "weekdays 08:30", "every 2 weeks on tuesday",
	"first tuesday of the month", "last friday of the month 16:00", "monthly on the 15th", "every 3 months on the 1st",
}
