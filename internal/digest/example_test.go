package digest_test

import (
	"fmt"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/digest"
)

// Schedules are written as people write them, and said back as they were understood.
func ExampleParse() {
	s, err := digest.Parse("every 2nd sunday of the month 02:30")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s)
	_, err = digest.Parse("every blue moon")
	fmt.Println(err)
	// Output:
	// on the second Sunday of every month at 02:30
	// I do not understand “blue” in a schedule.
}

// An hour that the clock skips is made up for right after it.
func ExampleSchedule_Upcoming() {
	s, err := digest.Parse("every sunday 02:30")
	if err != nil {
		fmt.Println(err)
		return
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, slot := range s.Upcoming(time.Date(2026, 3, 20, 12, 0, 0, 0, zone), zone, 2) {
		fmt.Println(slot, "is", slot.In(zone).Format("15:04 MST"))
	}
	// Output:
	// 2026-03-22 02:30 is 02:30 CET
	// 2026-03-29 02:30 is 03:00 CEST
}

// An edition shows what the channel has not seen.
func ExampleList_Plan() {
	c, err := catalog.Parse([]byte("# L\n\n## Caching\n\n- [A](https://e.x/a)\n- [B](https://e.x/b)\n- [C](https://e.x/c)\n- [D](https://e.x/d)\n"), catalog.Options{Name: "list.md"})
	if err != nil {
		fmt.Println(err)
		return
	}
	monday := digest.Slot{Date: digest.Date{Year: 2026, Month: 11, Day: 30}, At: digest.DefaultAt}
	seen := map[string]time.Time{digest.Field("https://e.x/a"): time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	content := digest.List{Catalog: c}.Plan(digest.Subscription{Topic: "caching", Count: 3, Zone: "UTC"}, monday, seen)
	for _, pick := range content.Picks {
		fmt.Println(pick.Resource.Title)
	}
	fmt.Println(content.Why())
	// Unordered output:
	// B
	// C
	// D
	// 3 resources not shown here yet, the last of it.
}
