package store_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/digest"
	"archbot/internal/store"
)

// digestRecord is one as a store keeps it.
func digestRecord(t testing.TB) digest.Record {
	t.Helper()
	s := digest.Subscription{
		ID: "abcdefghij", Place: digest.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}, Topic: "caching", Zone: "UTC", Count: 5,
		Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(time.Monday), At: 540},
	}
	if err := s.Start(time.Unix(1_800_000_000, 0)); err != nil {
		t.Fatal(err)
	}
	return digest.Record{Subscription: s, Version: 7, Edition: digest.Edition{Slot: s.Schedule.Next(s.Done), State: digest.Planned}}
}

// A record that a newer archbot wrote otherwise is refused, and said to be one.
func TestDigestRecordVersions(t *testing.T) {
	want := digestRecord(t)
	kept, err := store.EncodeRecord(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.DecodeRecord(kept)
	if err != nil || got.Version != 7 || got.ID != want.ID || !bytes.Equal(kept[1:9], []byte{0, 0, 0, 0, 0, 0, 0, 7}) {
		t.Errorf("%+v, %v", got, err)
	}
	// What an archbot without replies knows it can still read and write.
	if kept[0] != 1 {
		t.Errorf("format %d, without any need", kept[0])
	}
	for what, r := range map[string]digest.Record{"wanted": want, "to come": want} {
		if r.Details = what == "wanted"; !r.Details {
			r.Reply = &digest.Reply{To: "m1", Posted: time.UnixMilli(1_800_000_000_000).UTC(), Edition: r.Edition}
		}
		kept, err := store.EncodeRecord(r)
		if err != nil || kept[0] != 2 {
			t.Errorf("with replies %s: %q, %v", what, kept, err)
		}
		if back, err := store.DecodeRecord(kept); err != nil || back.Details != r.Details || (back.Reply == nil) != (r.Reply == nil) {
			t.Errorf("with replies %s: %+v, %v", what, back, err)
		}
	}
	kept[0] = 3
	if _, err := store.DecodeRecord(kept); !errors.Is(err, bot.ErrNewerSchema) {
		t.Errorf("of a newer format: %v", err)
	}
	want.Title = string(make([]byte, digest.MaxRecord))
	if _, err := store.EncodeRecord(want); !errors.Is(err, bot.ErrTooLarge) {
		t.Errorf("of any size: %v", err)
	}
}

func FuzzDecodeRecord(f *testing.F) {
	kept, err := store.EncodeRecord(digestRecord(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(kept)
	f.Add(append([]byte{2}, kept[1:]...))
	f.Add([]byte{1, 0, 0})
	f.Fuzz(func(t *testing.T, record []byte) {
		r, err := store.DecodeRecord(record)
		if !readable(err) {
			t.Fatalf("%q: %v", record, err)
		}
		if err != nil {
			return
		}
		again, err := store.EncodeRecord(r)
		if err != nil && !errors.Is(err, bot.ErrTooLarge) {
			t.Fatal(err)
		}
		if back, err2 := store.DecodeRecord(again); err == nil && (err2 != nil || back.Version != r.Version) {
			t.Errorf("%q is read as %+v, %v", record, back, err2)
		}
	})
}

func FuzzDecodeOutcome(f *testing.F) {
	kept, err := store.EncodeOutcome(digest.Outcome{State: digest.Sent, Message: "m1"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(kept)
	f.Fuzz(func(t *testing.T, record []byte) {
		if _, err := store.DecodeOutcome(record); !readable(err) {
			t.Errorf("%q: %v", record, err)
		}
	})
}

// What a channel saw longest ago makes room.
func TestRemember(t *testing.T) {
	var seen map[string]time.Time
	at := time.Unix(1_800_000_000, 0)
	for i := range digest.MaxSeen + 5 {
		seen = store.Remember(seen, []string{digest.Field(string(rune(0x4E00 + i)))}, at.Add(time.Duration(i)*time.Second))
	}
	if len(seen) != digest.MaxSeen {
		t.Errorf("%d are remembered", len(seen))
	}
	for i := range 5 {
		if _, ok := seen[digest.Field(string(rune(0x4E00+i)))]; ok {
			t.Errorf("the one seen %d. is still there", i)
		}
	}
}
