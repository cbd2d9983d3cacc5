package digest

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"archbot/internal/catalog"
)

// How much there may be.
const (
	MaxSubscriptions = 20        // of a channel
	MinCount         = 3         // resources in an edition, where the topic has as many
	MaxCount         = 10        // likewise
	DefaultCount     = 5         // likewise
	MinPause         = time.Hour // between two editions of a subscription
	MaxHistory       = 30        // ends of editions and of their details that are remembered
	MaxSeen          = 5000      // resources that a channel is remembered to have seen; those longest ago go first
	SeenMemory       = 400 * day // what a channel has seen is forgotten after that
	MaxRecord        = 4 << 10   // bytes of an encoded Record
)

const day = 24 * time.Hour

// Place is where editions go. Its fields are the platform's own words.
type Place struct {
	Platform  string
	Workspace string // empty on a platform without
	Channel   string // "@USER" for the direct messages of somebody
}

// ID names a subscription within its channel: ten small letters and digits.
type ID string

// NewID returns one that no other subscription has.
func NewID() ID {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return ID(strings.ToLower(base32.StdEncoding.EncodeToString(b[:])[:IDLength]))
}

// IDLength is how many characters an ID has.
const IDLength = 10

// Subscription is a channel's wish for editions.
type Subscription struct {
	ID    ID
	Place Place

	Topic catalog.TopicID
	Title string // the topic's, as it was called last
	// Anchors are Fields of some of the topic's resources, and Size how many it had:
	// by them it is found again when it has moved.
	Anchors []string
	Size    int

	Schedule Schedule
	Zone     string // an IANA name
	Count    int
	Kind     catalog.Kind  // empty for any
	Level    catalog.Level // empty for any
	Course   bool          // from easy to hard rather than mixed
	Details  bool          // more about the resources, in a reply to each edition

	By   string // the user who made it
	Made time.Time

	Pause *Pause // nil while editions come
	// Done is the last day whose slot has been dealt with.
	Done Date
	// Last is when an edition went out; zero before the first.
	Last time.Time
	// Round is when the topic was begun anew: what the channel saw earlier may be
	// shown again.
	Round time.Time
}

// Pause says why no editions come.
type Pause struct {
	Why  Reason
	Text string // for people
	At   time.Time
	By   string // the user who asked for it; empty where nobody did
}

// Check says what is wrong with a subscription as somebody made it.
func (s Subscription) Check() error {
	if s.Place.Platform == "" || s.Place.Channel == "" {
		return errors.New("a subscription belongs to a channel of a platform")
	}
	if len(s.ID) != IDLength || strings.Trim(string(s.ID), "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return errors.New("a subscription has an id of ten letters and digits")
	}
	if s.Topic == "" {
		return errors.New("a subscription has a topic")
	}
	if s.Count < MinCount || s.Count > MaxCount {
		return fmt.Errorf("an edition has %d to %d resources", MinCount, MaxCount)
	}
	if _, err := loadZone(s.Zone); err != nil {
		return err
	}
	return s.Schedule.Check()
}

// Key names the edition of a slot, the same in every process and after every
// crash: 23 letters, digits and "-", of which a platform's nonce has room for 25.
func (s Subscription) Key(slot Slot) string {
	return fmt.Sprintf("%s-%04d%02d%02d%02d%02d", s.ID, slot.Date.Year, slot.Date.Month, slot.Date.Day, slot.At/60, slot.At%60)
}

// Start has the next edition be for the first slot after now.
func (s *Subscription) Start(now time.Time) error {
	zone, err := loadZone(s.Zone)
	if err != nil {
		return err
	}
	s.Schedule = s.Schedule.Starting(SlotAt(now, zone))
	first := s.Schedule.After(now, zone)
	for s.Done = DateOf(now.In(zone)).Add(-2); s.Schedule.Next(s.Done) != first; {
		s.Done = s.Done.Add(1)
	}
	return nil
}

// Upcoming are the next n slots, the first of which may be overdue.
func (s Subscription) Upcoming(n int) []Slot {
	var slots []Slot
	for day := s.Done; len(slots) < n; {
		slot := s.Schedule.Next(day)
		slots, day = append(slots, slot), slot.Date
	}
	return slots
}
