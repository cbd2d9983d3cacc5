package digest

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"archbot/internal/catalog"
)

// The forms in which records are kept: JSON with short names, empty fields left
// out. Times are Unix milliseconds.

type keptRecord struct {
	ID       ID              `json:"i"`
	Platform string          `json:"p"`
	Space    string          `json:"w,omitempty"`
	Channel  string          `json:"c"`
	Topic    catalog.TopicID `json:"t"`
	Title    string          `json:"tt,omitempty"`
	Anchors  []string        `json:"ta,omitempty"`
	Size     int             `json:"ts,omitempty"`
	Schedule string          `json:"s"`
	Zone     string          `json:"z"`
	Count    int             `json:"n"`
	Kind     catalog.Kind    `json:"k,omitempty"`
	Level    catalog.Level   `json:"l,omitempty"`
	Course   bool            `json:"co,omitempty"`
	Details  bool            `json:"de,omitempty"`
	By       string          `json:"b,omitempty"`
	Made     int64           `json:"m"`
	Done     int             `json:"d"`
	Last     int64           `json:"la,omitempty"`
	Round    int64           `json:"r,omitempty"`
	Pause    *keptPause      `json:"pa,omitempty"`
	Edition  keptEdition     `json:"e"`
	Reply    *keptReply      `json:"re,omitempty"`
}

type keptPause struct {
	Why  Reason `json:"y"`
	Text string `json:"t,omitempty"`
	At   int64  `json:"a"`
	By   string `json:"b,omitempty"`
}

type keptEdition struct {
	Day   int      `json:"d"`
	At    Clock    `json:"a"`
	Extra bool     `json:"x,omitempty"`
	State State    `json:"s"`
	Tries int      `json:"n,omitempty"`
	After int64    `json:"f,omitempty"`
	Since int64    `json:"i,omitempty"`
	Try   string   `json:"t,omitempty"`
	Shown []string `json:"r,omitempty"`
	Anew  bool     `json:"o,omitempty"`
	Wrong string   `json:"w,omitempty"`
}

type keptReply struct {
	keptEdition

	To     MessageID `json:"m"`
	Posted int64     `json:"p"`
}

type keptOutcome struct {
	Day     int    `json:"d"`
	Slot    Clock  `json:"c"`
	Extra   bool   `json:"x,omitempty"`
	State   State  `json:"s"`
	Why     Reason `json:"y,omitempty"`
	Text    string `json:"t,omitempty"`
	At      int64  `json:"a"`
	Tries   int    `json:"n,omitempty"`
	Count   int    `json:"r,omitempty"`
	Message string `json:"m,omitempty"`
	Reply   bool   `json:"re,omitempty"`
}

// keep is an edition as it is kept.
func (e Edition) keep() keptEdition {
	return keptEdition{
		Day: e.Slot.Date.number(), At: e.Slot.At, Extra: e.Extra, State: e.State, Tries: e.Tries, After: milli(e.After),
		Since: milli(e.Since), Try: e.Try, Shown: e.Shown, Anew: e.Anew, Wrong: e.Wrong,
	}
}

// edition is what keep kept.
func (k keptEdition) edition() Edition {
	return Edition{
		Slot: Slot{dateAt(k.Day), k.At}, Extra: k.Extra, State: k.State, Tries: k.Tries, After: instant(k.After),
		Since: instant(k.Since), Try: k.Try, Shown: k.Shown, Anew: k.Anew, Wrong: k.Wrong,
	}
}

// MarshalBinary writes a record for a store to keep, without its version.
func (r Record) MarshalBinary() ([]byte, error) {
	kept := keptRecord{
		ID: r.ID, Platform: r.Place.Platform, Space: r.Place.Workspace, Channel: r.Place.Channel,
		Topic: r.Topic, Title: r.Title, Anchors: r.Anchors, Size: r.Size, Schedule: r.Schedule.Encode(), Zone: r.Zone,
		Count: r.Count, Kind: r.Kind, Level: r.Level, Course: r.Course, Details: r.Details, By: r.By, Made: milli(r.Made),
		Done: r.Done.number(), Last: milli(r.Last), Round: milli(r.Round),
		Edition: r.Edition.keep(),
	}
	if reply := r.Reply; reply != nil {
		kept.Reply = &keptReply{reply.keep(), reply.To, milli(reply.Posted)}
	}
	if p := r.Pause; p != nil {
		kept.Pause = &keptPause{p.Why, p.Text, milli(p.At), p.By}
	}
	return json.Marshal(kept)
}

// UnmarshalBinary reads what MarshalBinary wrote, and refuses what cannot be used.
func (r *Record) UnmarshalBinary(data []byte) error {
	var kept keptRecord
	if err := json.Unmarshal(data, &kept); err != nil {
		return err
	}
	schedule, err := Decode(kept.Schedule)
	if err != nil {
		return err
	}
	*r = Record{
		Subscription: Subscription{
			ID: kept.ID, Place: Place{kept.Platform, kept.Space, kept.Channel},
			Topic: kept.Topic, Title: kept.Title, Anchors: kept.Anchors, Size: kept.Size, Schedule: schedule, Zone: kept.Zone,
			Count: kept.Count, Kind: kept.Kind, Level: kept.Level, Course: kept.Course, Details: kept.Details, By: kept.By, Made: instant(kept.Made),
			Done: dateAt(kept.Done), Last: instant(kept.Last), Round: instant(kept.Round),
		},
		Edition: kept.Edition.edition(),
	}
	if reply := kept.Reply; reply != nil {
		r.Reply = &Reply{reply.To, instant(reply.Posted), reply.edition()}
	}
	if p := kept.Pause; p != nil {
		r.Pause = &Pause{p.Why, p.Text, instant(p.At), p.By}
	}
	return r.usable()
}

// maxDay is a day that no slot will be on.
const maxDay = 1 << 20

// usable says what is wrong with a record that was read.
func (r Record) usable() error {
	switch {
	case !sane(r.Done):
		return errors.New("it has a day out of all time")
	case len(r.ID) != IDLength || r.Place.Platform == "" || r.Place.Channel == "":
		return errors.New("it does not say whose it is")
	case r.Count < MinCount || r.Count > MaxCount:
		return fmt.Errorf("it wants %d resources", r.Count)
	}
	if r.Reply != nil {
		if r.Reply.To == "" || r.Reply.Posted.IsZero() {
			return errors.New("its reply is to no edition")
		}
		if err := r.Reply.usable(); err != nil {
			return fmt.Errorf("of its reply: %w", err)
		}
	}
	return r.Edition.usable()
}

// sane reports whether a day is one that a slot may be on.
func sane(d Date) bool { return d.number() >= 0 && d.number() <= maxDay }

// usable says what is wrong with an edition that was read.
func (e Edition) usable() error {
	switch {
	case !sane(e.Slot.Date):
		return errors.New("it has a day out of all time")
	case e.State != Planned && e.State != Sending:
		return fmt.Errorf("its edition is %q", e.State)
	case e.Slot.At < 0 || e.Slot.At >= MinutesADay:
		return errors.New("its edition has no time")
	case e.State == Sending && (e.Since.IsZero() || e.Try == ""):
		return errors.New("its try has no time or no name")
	}
	return nil
}

// MarshalBinary writes an outcome for a store to keep.
func (o Outcome) MarshalBinary() ([]byte, error) {
	return json.Marshal(keptOutcome{
		o.Slot.Date.number(), o.Slot.At, o.Extra, o.State, o.Why, o.Text, milli(o.At), o.Tries, o.Count, o.Message, o.Reply,
	})
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (o *Outcome) UnmarshalBinary(data []byte) error {
	var kept keptOutcome
	if err := json.Unmarshal(data, &kept); err != nil {
		return err
	}
	*o = Outcome{
		Slot{dateAt(kept.Day), kept.Slot}, kept.Reply, kept.Extra, kept.State, kept.Why, kept.Text, instant(kept.At), kept.Tries, kept.Count, kept.Message,
	}
	return nil
}

func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
