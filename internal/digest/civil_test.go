package digest

import (
	"archive/zip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := loadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// slot reads 2026-11-30 09:00.
func slot(t testing.TB, text string) Slot {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return SlotAt(at, time.UTC)
}

// A slot in an hour that does not exist is the first instant after the gap, one in
// an hour that exists twice is its first.
func TestSlotIn(t *testing.T) {
	tests := []struct{ zone, slot, want string }{
		{"UTC", "2026-11-30 09:00", "2026-11-30T09:00:00Z"},
		{"Europe/Berlin", "2026-07-01 09:00", "2026-07-01T07:00:00Z"},
		{"Europe/Berlin", "2026-03-29 01:59", "2026-03-29T00:59:00Z"},
		{"Europe/Berlin", "2026-03-29 02:00", "2026-03-29T01:00:00Z"}, // a gap from 2 to 3
		{"Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-10-25 02:00", "2026-10-25T00:00:00Z"}, // 2 to 3 exists twice
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00Z"},
		{"America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z"},
		{"America/New_York", "2026-11-01 02:00", "2026-11-01T07:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z"}, // half an hour
		{"Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00Z"},
		{"Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03T14:45:00Z"},
		{"Africa/Casablanca", "2026-02-15 02:30", "2026-02-15T01:30:00Z"}, // Ramadan: 3 becomes 2
		{"Africa/Casablanca", "2026-02-15 03:00", "2026-02-15T03:00:00Z"},
		{"Africa/Casablanca", "2026-03-22 02:30", "2026-03-22T02:00:00Z"},
		{"Asia/Kathmandu", "2026-11-30 09:00", "2026-11-30T03:15:00Z"},
		{"Asia/Kathmandu", "1986-01-01 00:10", "1985-12-31T18:30:00Z"}, // 15 minutes, once
		{"America/Mexico_City", "2022-07-04 09:00", "2022-07-04T14:00:00Z"},
		{"America/Mexico_City", "2023-07-04 09:00", "2023-07-04T15:00:00Z"}, // no summer time any more
		{"Europe/Istanbul", "2016-01-04 09:00", "2016-01-04T07:00:00Z"},
		{"Europe/Istanbul", "2017-01-02 09:00", "2017-01-02T06:00:00Z"}, // for ever in summer time
		{"America/Sao_Paulo", "2018-11-04 00:30", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "2019-11-03 00:30", "2019-11-03T03:30:00Z"},
		{"Pacific/Apia", "2011-12-30 09:00", "2011-12-30T10:00:00Z"}, // a day that there was not
		{"Pacific/Apia", "2011-12-31 09:00", "2011-12-30T19:00:00Z"},
		{"Asia/Pyongyang", "2018-05-04 23:45", "2018-05-04T15:00:00Z"},
	}
	for _, tt := range tests {
		if got := slot(t, tt.slot).In(zone(t, tt.zone)).UTC().Format(time.RFC3339); got != tt.want {
			t.Errorf("%s %s is %s, want %s", tt.zone, tt.slot, got, tt.want)
		}
	}
}

// A schedule has each slot once, whatever the clock does.
func TestNoSlotTwiceNoneLost(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	s, err := Parse("every day 02:30")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for at := time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC); len(got) < 3; {
		at = s.After(at, berlin).In(berlin)
		got = append(got, at.Format(time.RFC3339))
	}
	want := []string{"2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestNext(t *testing.T) {
	tests := []struct {
		text, after string
		want        []string
	}{
		{"every monday 09:00", "2026-11-28 12:00", []string{"2026-11-30", "2026-12-07", "2026-12-14"}},
		{"every monday 09:00", "2026-11-30 08:59", []string{"2026-11-30", "2026-12-07"}},
		{"every monday 09:00", "2026-11-30 09:00", []string{"2026-12-07"}},
		{"every 2 weeks on monday", "2026-11-28 12:00", []string{"2026-11-30", "2026-12-14", "2026-12-28", "2027-01-11"}},
		{"every 2 weeks on monday and friday", "2026-12-01 12:00", []string{"2026-12-04", "2026-12-14", "2026-12-18", "2026-12-28"}},
		{"first tuesday of the month", "2026-11-28 12:00", []string{"2026-12-01", "2027-01-05", "2027-02-02"}},
		{"last friday of the month", "2026-11-28 12:00", []string{"2026-12-25", "2027-01-29", "2027-02-26"}},
		{"monthly on the 31st", "2027-01-31 12:00", []string{"2027-02-28", "2027-03-31", "2027-04-30"}},
		{"last day of the month", "2028-01-31 12:00", []string{"2028-02-29", "2028-03-31"}},
		{"every 3 months on the 15th", "2026-11-28 12:00", []string{"2026-12-15", "2027-03-15", "2027-06-15"}},
		{"weekdays", "2026-11-27 12:00", []string{"2026-11-30", "2026-12-01"}},
	}
	for _, tt := range tests {
		s, err := Parse(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		after := slot(t, tt.after)
		var got []string
		for _, next := range s.Starting(after).Upcoming(after.In(time.UTC), time.UTC, len(tt.want)) {
			got = append(got, next.Date.String())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s after %s: %v, want %v", tt.text, tt.after, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	s, _ := Parse("every 2 weeks")
	after := slot(t, "2026-11-28 12:00")
	if got, want := Dates(s.Starting(after).Upcoming(after.In(time.UTC), time.UTC, 4)), "Mon 30 Nov, Mon 14 Dec, Mon 28 Dec 2026 and Mon 11 Jan 2027"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFindZone(t *testing.T) {
	for named, want := range map[string]string{
		"Europe/Berlin": "Europe/Berlin", "europe/berlin": "Europe/Berlin", "Berlin": "Europe/Berlin", "new york": "America/New_York",
		"utc": "UTC", "Buenos Aires": "", "Local": "", "../etc/passwd": "", "": "", "Moon": "",
	} {
		got, err := FindZone(named)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", named, got, err, want)
		}
	}
}

// The list of zones is the one that Go has, but for old names of countries.
func TestZones(t *testing.T) {
	for _, name := range ZoneNames() {
		zone(t, name)
	}
	z, err := zip.OpenReader(filepath.Join(runtime.GOROOT(), "lib", "time", "zoneinfo.zip")) //nolint:staticcheck // tests run where the toolchain is
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	old := []string{"Etc/", "US/", "Canada/", "Mexico/", "Brazil/", "Chile/"}
	var want []string
	for _, f := range z.File {
		outdated := slices.ContainsFunc(old, func(p string) bool { return strings.HasPrefix(f.Name, p) })
		if !strings.HasSuffix(f.Name, "/") && !outdated && (strings.Contains(f.Name, "/") || f.Name == "UTC") {
			want = append(want, f.Name)
		}
	}
	slices.Sort(want)
	if !slices.Equal(ZoneNames(), want) {
		t.Errorf("zones.txt has %d names, Go has %d", len(ZoneNames()), len(want))
	}
}

// random is a schedule, whichever.
func random(r *rand.Rand) Schedule {
	s := Schedule{Unit: Weekly, Every: 1 + r.IntN(4), At: Clock(r.IntN(MinutesADay))}
	if r.IntN(3) == 0 {
		s.At = Clock(r.IntN(4 * 60)) // when clocks are changed
	}
	switch r.IntN(3) {
	case 0:
		s.Days = Weekdays(1 + r.IntN(int(Everyday)))
	case 1:
		s.Unit, s.Nth, s.Weekday = Monthly, 1+r.IntN(5), time.Weekday(r.IntN(7))
		if s.Nth == 5 {
			s.Nth = Last
		}
	default:
		s.Unit, s.Day = Monthly, 1+r.IntN(32)
		if s.Day == 32 {
			s.Day = Last
		}
	}
	s.Phase = r.IntN(s.Every)
	return s
}

// TestTenYears fires random schedules in all zones for ten years, with a clock that
// is moved on to each instant, and compares with a calculation that knows nothing of
// offsets: minute after minute it looks what a clock on the wall shows.
// Without ARCHBOT_SOAK it is a hundredth: some of the zones, three of the years.
func TestTenYears(t *testing.T) {
	names := ZoneNames()
	step, years := 100, 2
	if os.Getenv("ARCHBOT_SOAK") != "" {
		step, years = 1, 10
	}
	from := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	work := make(chan string)
	var wg sync.WaitGroup
	var mu sync.Mutex
	fired := 0
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for name := range work {
				n, err := wallOf(name, from, years)
				mu.Lock()
				if fired += n; err != nil {
					t.Error(err)
				}
				mu.Unlock()
			}
		})
	}
	for i := 0; i < len(names); i += step {
		work <- names[i]
	}
	for _, always := range []string{"Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca"} {
		work <- always
	}
	close(work)
	wg.Wait()
	t.Logf("%d instants, no difference", fired)
}

// wallOf compares what fires in one zone.
func wallOf(name string, from time.Time, years int) (int, error) {
	const schedules = 20
	zone, err := loadZone(name)
	if err != nil {
		return 0, err
	}
	seed := uint64(0)
	for _, b := range []byte(name) {
		seed = seed*31 + uint64(b)
	}
	r := rand.New(rand.NewPCG(seed, 9))
	all := make([]Schedule, schedules)
	for i := range all {
		all[i] = random(r)
	}
	end := from.AddDate(years, 0, 0)
	want := onTheWall(all, zone, from, end)
	fired := 0
	for i, s := range all {
		at, n := from, 0
		for {
			at = s.After(at, zone).In(zone)
			if !at.Before(end) {
				break
			}
			if n >= len(want[i]) || !at.Equal(want[i][n]) {
				return fired, fmt.Errorf("%s, %s: slot %d fires at %s, the wall has %v", name, s.Encode(), n, at, want[i][min(n, len(want[i])):min(n+1, len(want[i]))])
			}
			n++
		}
		if n != len(want[i]) {
			return fired, fmt.Errorf("%s, %s: %d instants, the wall has %d", name, s.Encode(), n, len(want[i]))
		}
		fired += n
	}
	return fired, nil
}

// onTheWall watches a clock minute by minute. A slot of a day is due when the wall
// first shows it or anything later.
func onTheWall(all []Schedule, zone *time.Location, from, end time.Time) [][]time.Time {
	due := make([][]time.Time, len(all))
	latest := 0 // the latest that the wall has shown, in minutes
	var midnight time.Time
	var today time.Time // as the wall has it
	for at := from.Add(-72 * time.Hour); at.Before(end); at = at.Add(time.Minute) {
		wall := at.In(zone)
		if today.Day() != wall.Day() || today.Month() != wall.Month() {
			today = wall
			midnight = time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
		}
		now := int(midnight.Unix()/60) + wall.Hour()*60 + wall.Minute()
		was := latest
		if latest = max(now, latest); was == 0 || now <= was || at.Before(from) || at.Equal(from) {
			continue // shown before
		}
		for day := was / MinutesADay; day <= now/MinutesADay; day++ {
			for i, s := range all {
				slot := day*MinutesADay + int(s.At)
				if slot > was && slot <= now && onDay(s, time.Unix(int64(day)*24*60*60, 0).UTC()) {
					due[i] = append(due[i], at)
				}
			}
		}
	}
	return due
}

// onDay says of one day whether a schedule has it, by looking at the days around.
func onDay(s Schedule, day time.Time) bool {
	if s.Unit == Weekly {
		monday := time.Date(1970, 1, 5, 0, 0, 0, 0, time.UTC) // of week 1
		weeks := int(day.Sub(monday).Hours()/24)/7 + 1
		return s.Days.Has(day.Weekday()) && weeks%s.Every == s.Phase
	}
	if months := day.Year()*12 + int(day.Month()) - 1; months%s.Every != s.Phase {
		return false
	}
	left := 0 // days of the month after this one
	for d := day.AddDate(0, 0, 1); d.Month() == day.Month(); d = d.AddDate(0, 0, 1) {
		left++
	}
	switch {
	case s.Nth == Last:
		return day.Weekday() == s.Weekday && left < 7
	case s.Nth > 0:
		return day.Weekday() == s.Weekday && (day.Day()-1)/7+1 == s.Nth
	case s.Day == Last:
		return left == 0
	}
	return day.Day() == s.Day || left == 0 && day.Day() < s.Day
}
