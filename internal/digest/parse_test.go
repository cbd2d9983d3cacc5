package digest

import (
	"errors"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	tests := []struct{ text, want string }{
		{"weekly on monday at 9am", "every Monday at 09:00"},
		{"every 2 weeks", "every 2 weeks on Monday at 09:00"},
		{"first tuesday of the month", "on the first Tuesday of every month at 09:00"},
		{"weekdays 08:30", "on weekdays at 08:30"},
		{"every monday 09:00", "every Monday at 09:00"},
		{"Weekly", "every Monday at 09:00"},
		{"every week", "every Monday at 09:00"},
		{"every week on fri 4pm", "every Friday at 16:00"},
		{"mondays and thursdays at 10", "every Monday and Thursday at 10:00"},
		{"mon, wed, fri 7.15am", "every Monday, Wednesday and Friday at 07:15"},
		{"Mon–Fri 9h30", "on weekdays at 09:30"},
		{"monday to wednesday", "every Monday, Tuesday and Wednesday at 09:00"},
		{"fri-mon", "every Monday, Friday, Saturday and Sunday at 09:00"},
		{"every other week on thursday", "every 2 weeks on Thursday at 09:00"},
		{"every other tuesday 12:00", "every 2 weeks on Tuesday at 12:00"},
		{"biweekly friday", "every 2 weeks on Friday at 09:00"},
		{"every second tuesday", "every 2 weeks on Tuesday at 09:00"},
		{"every second tuesday of the month", "on the second Tuesday of every month at 09:00"},
		{"second tuesday", "on the second Tuesday of every month at 09:00"},
		{"every third week", "every 3 weeks on Monday at 09:00"},
		{"1st monday of each month at noon", "on the first Monday of every month at 12:00"},
		{"last friday of the month 16:00", "on the last Friday of every month at 16:00"},
		{"last friday", "on the last Friday of every month at 09:00"},
		{"monthly", "on the 1st of every month at 09:00"},
		{"monthly on the 15th", "on the 15th of every month at 09:00"},
		{"on the 31st of every month at midnight", "on the 31st of every month at 00:00"},
		{"day 3 of the month", "on the 3rd of every month at 09:00"},
		{"last day of the month", "on the last day of every month at 09:00"},
		{"every 3 months on the 1st", "every 3 months on the 1st at 09:00"},
		{"quarterly on the first monday", "every 3 months on the first Monday at 09:00"},
		{"every second month", "every 2 months on the 1st at 09:00"},
		{"every month on the second friday", "on the second Friday of every month at 09:00"},
		{"daily at 9:05 pm", "every day at 21:05"},
		{"every day 0715", "every day at 07:15"},
		{"weekends", "on weekends at 09:00"},
		{"every 12am monday", "every Monday at 00:00"},
		{"tue at 12 p.m.", "every Tuesday at 12:00"},
		{"weds", "every Wednesday at 09:00"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			s, err := Parse(tt.text)
			if err != nil || s.String() != tt.want {
				t.Errorf("%+v: %q, %v; want %q", s, s.String(), err, tt.want)
			}
		})
	}
}

// What is refused says why, so that it can be mended.
func TestParseRefuses(t *testing.T) {
	tests := []struct{ text, why string }{
		{"", "There is no schedule."},
		{"whenever", "I do not understand “whenever” in a schedule."},
		{"09:00", "On which days? Write `every monday 09:00`, or `first tuesday of the month`."},
		{"monday 9:00 and 17:00", "There is one time a day, and here are 09:00 and 17:00."},
		{"monday 25:00", "I do not understand “25:00” in a schedule."},
		{"monday 13pm", "I do not understand “13pm” in a schedule."},
		{"every 3", "Every 3 what? Write `every 3 weeks`, or `every 3 months`."},
		{"every 2 mondays", "Every 2 what? Write `every 2 weeks`, or `every 2 months`."},
		{"every 60 weeks", "From one edition to the next it can be 1 to 52 weeks."},
		{"every 3 days", "From one edition to the next it can be 1 to 52 weeks."},
		{"every 13 months", "From one edition to the next it can be 1 to 12 months."},
		{"first monday and friday", errMixed.Error()},
		{"friday and first monday", errMany.Error()},
		{"monthly on monday", errMixed.Error()},
		{"weekly on the 15th", errMixed.Error()},
		{"first and third monday", errMany.Error()},
		{"on the 1st and the 15th", errMany.Error()},
		{"fifth monday of the month", "I do not understand “fifth” in a schedule."},
		{"5th monday of the month", "A month has a first to fourth and a last of each weekday."},
		{"32nd of the month", "I do not understand “32nd” in a schedule."},
		{"monday circuit breaking", "I do not understand “circuit” in a schedule."},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			s, err := Parse(tt.text)
			wrong, ok := errors.AsType[*ParseError](err)
			if !ok || wrong.Why != tt.why {
				t.Errorf("%+v, %v; want %q", s, err, tt.why)
			}
		})
	}
}

// whole are schedules of every shape.
func whole() []Schedule {
	var all []Schedule
	for at := Clock(0); at < MinutesADay; at += 397 {
		for every := 1; every <= MaxWeeks; every += 3 {
			for days := Weekdays(1); days <= Everyday; days += 6 {
				all = append(all, Schedule{Unit: Weekly, Every: every, Days: days, At: at})
			}
		}
		for every := 1; every <= MaxMonths; every++ {
			for _, nth := range []int{1, 2, 3, 4, Last} {
				for d := range time.Weekday(7) {
					all = append(all, Schedule{Unit: Monthly, Every: every, Nth: nth, Weekday: d, At: at})
				}
			}
			for day := Last; day <= 31; day++ {
				if day != 0 {
					all = append(all, Schedule{Unit: Monthly, Every: every, Day: day, At: at})
				}
			}
		}
	}
	return all
}

// What a schedule is said as, and what it is kept as, is read as the same.
func TestScheduleRoundTrips(t *testing.T) {
	for _, s := range whole() {
		if err := s.Check(); err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		if got, err := Parse(s.String()); err != nil || got != s {
			t.Fatalf("%q is %+v, %v; want %+v", s, got, err, s)
		}
		s.Phase = s.Every - 1
		if got, err := Decode(s.Encode()); err != nil || got != s {
			t.Fatalf("%q is %+v, %v; want %+v", s.Encode(), got, err, s)
		}
	}
}

// The encoding is in people's databases, so it stays as it is.
func TestEncodeIsStable(t *testing.T) {
	for text, want := range map[string]string{
		"weekdays 08:30":             "w1.0:mo,tu,we,th,fr@0830",
		"every 2 weeks on sunday":    "w2.0:su@0900",
		"first tuesday of the month": "m1.0:1tu@0900",
		"last friday of the month":   "m1.0:-1fr@0900",
		"every 3 months on the 15th": "m3.0:15@0900",
		"last day of the month":      "m1.0:-1@0900",
	} {
		s, err := Parse(text)
		if err != nil || s.Encode() != want {
			t.Errorf("%q is %q, %v; want %q", text, s.Encode(), err, want)
		}
	}
	for _, wrong := range []string{
		"", "w", "w1.0", "w1.0:mo", "w1.0:mo@", "w1.0:mo@2400", "w1.0:mo@0960", "w0.0:mo@0900", "w2.2:mo@0900", "w53.0:mo@0900",
		"w1.0:xx@0900", "w1.0:tu,mo@0900", "w1.0:mo,mo@0900", "m1.0:32@0900", "m1.0:0@0900", "m1.0:5mo@0900", "m13.0:1@0900",
		"x1.0:mo@0900", "w01.0:mo@0900", "w1.0:mo@+900", "m1.0:+1@0900",
	} {
		if s, err := Decode(wrong); err == nil {
			t.Errorf("%q is read as %+v", wrong, s)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, e := range Examples() {
		f.Add(e)
	}
	f.Add("every second tuesday of the month at 9:30pm")
	f.Add("mon-fri 0900")
	f.Add("every other\xff day 15")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			if wrong, ok := errors.AsType[*ParseError](err); !ok || wrong.Why == "" {
				t.Fatalf("%q: %v says nothing", text, err)
			}
			return
		}
		if err := s.Check(); err != nil {
			t.Fatalf("%q is %+v: %v", text, s, err)
		}
		if again, err := Parse(s.String()); err != nil || again != s {
			t.Fatalf("%q is said as %q, which is %+v, %v", text, s, again, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add("w1.0:mo,th@0900")
	f.Add("m3.2:-1fr@2359")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Decode(text)
		if err != nil {
			return
		}
		if s.Check() != nil || s.Encode() != text {
			t.Fatalf("%q is read as %+v", text, s)
		}
	})
}
