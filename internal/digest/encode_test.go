package digest

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// full is a record with everything in it.
func full() Record {
	return Record{
		Subscription: Subscription{
			ID: "abcdefghij", Place: Place{"slack", "T1", "C1"}, Topic: "caching", Title: "Caching", Anchors: []string{"a", "b"}, Size: 3,
			Schedule: Schedule{Unit: Monthly, Every: 3, Phase: 2, Nth: Last, Weekday: time.Friday, At: 540}, Zone: "Europe/Berlin",
			Count: 7, Kind: "video", Level: "intro", Course: true, Details: true, By: "U1", Made: instant(1_800_000_000_123),
			Done: Date{2027, 1, 3}, Last: instant(1_799_000_000_000), Round: instant(1_798_000_000_000),
			Pause: &Pause{Gone, "archived", instant(1_800_000_000_001), "U2"},
		},
		Edition: Edition{
			Slot: Slot{Date{2027, 1, 29}, 540}, Extra: true, State: Sending, Tries: 2, After: instant(1_800_000_000_002),
			Since: instant(1_800_000_000_003), Try: "word", Shown: []string{"c"}, Anew: true, Wrong: "slow",
		},
		Reply: &Reply{"m1", instant(1_800_000_000_004), Edition{
			Slot: Slot{Date{2027, 1, 22}, 540}, Extra: true, State: Sending, Tries: 3, After: instant(1_800_000_000_005),
			Since: instant(1_800_000_000_006), Try: "another", Shown: []string{"d"}, Wrong: "slower",
		}},
	}
}

func TestRecordRoundTrips(t *testing.T) {
	want := full()
	kept, err := want.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var got Record
	if err := got.UnmarshalBinary(kept); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	o := Outcome{Slot{Date{2027, 1, 29}, 540}, true, true, Ambiguous, Untold, "so", instant(1_800_000_000_000), 3, 5, "m1"}
	if kept, err = o.MarshalBinary(); err != nil {
		t.Fatal(err)
	}
	var back Outcome
	if err := back.UnmarshalBinary(kept); err != nil || back != o {
		t.Errorf("%+v, %v; want %+v", back, err, o)
	}
}

// What cannot be a record is refused.
func TestRecordRefuses(t *testing.T) {
	for what, wrong := range map[string]func(*keptRecord){
		"no id": func(k *keptRecord) { k.ID = "" }, "no place": func(k *keptRecord) { k.Channel = "" },
		"no schedule": func(k *keptRecord) { k.Schedule = "daily" }, "a count": func(k *keptRecord) { k.Count = 1000 },
		"a state": func(k *keptRecord) { k.Edition.State = Sent }, "a time": func(k *keptRecord) { k.Edition.At = 1440 },
		"a day": func(k *keptRecord) { k.Done = 1 << 40 }, "a try": func(k *keptRecord) { k.Edition.Try = "" },
		"a reply to nothing": func(k *keptRecord) { k.Reply.To = "" }, "a reply of no time": func(k *keptRecord) { k.Reply.Posted = 0 },
		"a reply’s try": func(k *keptRecord) { k.Reply.Try = "" }, "a reply’s day": func(k *keptRecord) { k.Reply.Day = 1 << 40 },
	} {
		kept, err := full().MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var k keptRecord
		if err := json.Unmarshal(kept, &k); err != nil {
			t.Fatal(err)
		}
		wrong(&k)
		kept, _ = json.Marshal(k)
		if err := new(Record).UnmarshalBinary(kept); err == nil {
			t.Errorf("%s: %s is read", what, kept)
		}
	}
}

func FuzzRecord(f *testing.F) {
	kept, _ := full().MarshalBinary()
	f.Add(kept)
	f.Add([]byte(`{"i":"abcdefghij","p":"slack","c":"C1","s":"w1.0:mo@0900","n":5,"e":{"s":"planned"}}`))
	f.Fuzz(func(t *testing.T, kept []byte) {
		var r Record
		if r.UnmarshalBinary(kept) != nil {
			return
		}
		// What is read can be used and written.
		now := time.Unix(1_800_000_000, 0)
		_ = r.Due(DefaultPolicy)
		_ = r.Decide(now, now, time.UTC, DefaultPolicy)
		again, err := r.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var back Record
		if err := back.UnmarshalBinary(again); err != nil {
			t.Fatalf("%s is written as %s: %v", kept, again, err)
		}
	})
}

func FuzzOutcome(f *testing.F) {
	f.Add([]byte(`{"d":20000,"c":540,"s":"sent","a":1800000000000}`))
	f.Fuzz(func(t *testing.T, kept []byte) {
		var o Outcome
		if o.UnmarshalBinary(kept) != nil {
			return
		}
		if again, err := o.MarshalBinary(); err != nil || new(Outcome).UnmarshalBinary(again) != nil {
			t.Fatalf("%s is written as %s, %v", kept, again, err)
		}
	})
}

// A slot that was due by old rules of a zone, and is not by new ones, waits.
func TestRulesChange(t *testing.T) {
	r := full()
	r.Pause, r.Zone = nil, "UTC"
	r.Edition = Edition{Slot: Slot{Date{2027, 1, 29}, 540}, State: Planned}
	r.Last = time.Time{}
	at := r.Edition.Slot.In(time.UTC)
	if d := r.Decide(at, at, time.UTC, DefaultPolicy); d.Action != Send {
		t.Errorf("due: %+v", d)
	}
	if d := r.Decide(at.Add(-time.Hour), at, time.UTC, DefaultPolicy); d.Action != Rest || !d.Until.Equal(at) {
		t.Errorf("an hour before: %+v", d)
	}
}

// A policy without lateness has what is on time delivered all the same.
func TestNeverLate(t *testing.T) {
	rec := full()
	rec.Zone, rec.Pause, rec.Last, rec.Edition = "UTC", nil, time.Time{}, Edition{}
	rec.plan()
	p := DefaultPolicy
	p.Late = 0
	for age, want := range map[time.Duration]Action{time.Second: Send, 2 * time.Minute: Send, time.Hour: Skip} {
		at := rec.Edition.Slot.In(time.UTC).Add(age)
		if d := rec.Decide(at, at, time.UTC, p); d.Action != want {
			t.Errorf("%s after its time: %+v", age, d)
		}
	}
}

// Decide never sends what is older than the policy has it, nor more than one slot.
func TestDecide(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		s := random(r)
		rec := full()
		rec.Schedule, rec.Zone, rec.Pause, rec.Last = s, "UTC", nil, time.Time{}
		rec.Done = Date{2027, 1, 1}.Add(r.IntN(300))
		rec.plan()
		at := rec.Edition.Slot.In(time.UTC).Add(time.Duration(r.IntN(60*24*60)-60) * time.Minute)
		d := rec.Decide(at, at, time.UTC, DefaultPolicy)
		age := at.Sub(d.Slot.In(time.UTC))
		switch d.Action {
		case Rest:
			if !d.Until.After(at) {
				t.Fatalf("%s at %s: %+v", s.Encode(), at, d)
			}
		case Send:
			if age < 0 || age > DefaultPolicy.Late || !s.Next(d.Slot.Date).In(time.UTC).After(at) {
				t.Fatalf("%s at %s: %+v", s.Encode(), at, d)
			}
		case Skip:
			if age <= DefaultPolicy.Late || !s.Next(d.Slot.Date).In(time.UTC).After(at) || d.Missed < 1 {
				t.Fatalf("%s at %s: %+v", s.Encode(), at, d)
			}
		case LookUp:
			t.Fatalf("%+v is looked up", rec.Edition)
		}
	}
}
