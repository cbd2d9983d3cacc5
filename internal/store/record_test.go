package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// readable says whether an error is one that a decoder may give.
func readable(err error) bool {
	_, damaged := errors.AsType[*store.DecodeError](err)
	return err == nil || damaged || errors.Is(err, bot.ErrNewerSchema)
}

func FuzzDecodeBlob(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte{2, 'x'})
	f.Add(store.EncodeBlob([]byte("data")))
	f.Fuzz(func(t *testing.T, record []byte) {
		data, err := store.DecodeBlob(record)
		if !readable(err) || err == nil && (data == nil || !bytes.Equal(store.EncodeBlob(data), record)) {
			t.Errorf("%q is read as %q, %v", record, data, err)
		}
		if key, err := store.DecodeKey(record); !readable(err) || err == nil && len(key) != store.KeySize {
			t.Errorf("%q is the key %q, %v", record, key, err)
		}
	})
}

func FuzzDecodeSaved(f *testing.F) {
	f.Add([]byte{1, 0, 0})
	f.Add(store.EncodeSaved(bot.Saved{At: time.UnixMilli(1_800_000_000_123), Data: []byte("data")}))
	f.Fuzz(func(t *testing.T, record []byte) {
		saved, err := store.DecodeSaved("id", record)
		if !readable(err) || err == nil && !bytes.Equal(store.EncodeSaved(saved), record) {
			t.Errorf("%q is read as %+v, %v", record, saved, err)
		}
	})
}

func FuzzDecodeInstallation(f *testing.F) {
	f.Add([]byte("0123456789abcdef"))
	f.Add(append(make([]byte, 16), 2))
	f.Add(store.EncodeInstallation(store.NewVersion(), []byte("data")))
	f.Fuzz(func(t *testing.T, record []byte) {
		data, version, err := store.DecodeInstallation(record)
		if !readable(err) || err == nil && (version == "" || !bytes.Equal(store.EncodeInstallation(version, data), record)) {
			t.Errorf("%q is read as %q in version %q, %v", record, data, version, err)
		}
	})
}

func FuzzUnpackArrival(f *testing.F) {
	f.Add(store.Arrival{First: time.Unix(1_800_000_000, 0), Last: 20_833}.Packed())
	f.Fuzz(func(t *testing.T, packed int64) {
		if a := store.UnpackArrival(packed); a.Packed() != packed {
			t.Errorf("%d is read as %+v", packed, a)
		}
	})
}

func FuzzDecodeText(f *testing.F) {
	for _, seed := range []string{"", "1", "-1", "1800000000000000", "9999999999999999999", "1e9", "slack:T1\x00c:C1:", "a\x00b", "}\x00c:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if tat, err := store.DecodeTAT(text); !readable(err) || tat < 0 {
			t.Errorf("%q is the time %d, %v", text, tat, err)
		}
		if version, err := store.DecodeSchema(text); err == nil && version < 1 || err != nil && !errors.Is(err, store.ErrSchema) {
			t.Errorf("%q is the schema %d, %v", text, version, err)
		}
		key, err := store.DecodeOwned(text)
		if !readable(err) || err == nil && store.EncodeOwned(key) != text {
			t.Errorf("%q is the note of %+v, %v", text, key, err)
		}
	})
}

// Different ids give different keys, and none leaves its slot.
func FuzzKeys(f *testing.F) {
	f.Add("slack", "T1", "U1", "T1:x", "U}1")
	f.Add("", "", "@", "@", "")
	f.Fuzz(func(t *testing.T, platform, a, b, c, d string) {
		scopes := []bot.Scope{
			{Platform: bot.Platform(platform), Workspace: bot.WorkspaceID(a)}, {Platform: bot.Platform(platform), Workspace: bot.WorkspaceID(c)},
			{Platform: bot.Platform(platform), User: bot.UserID(a)}, {Platform: bot.Platform(platform), User: bot.UserID(b)},
			{Platform: bot.Platform(a), Workspace: bot.WorkspaceID(platform)},
		}
		seen := make(map[string]bot.ConversationID)
		for _, s := range scopes {
			if s.Workspace != "" {
				s.User = ""
			}
			for _, id := range []bot.ConversationID{
				{Scope: s, Channel: bot.ChannelID(b), Thread: bot.MessageID(d)}, {Scope: s, Channel: bot.ChannelID(d), Thread: bot.MessageID(b)},
				{Scope: s, Channel: bot.ChannelID(b + d)},
			} {
				key := store.ConversationKey(id)
				if other, met := seen[key.String()]; met && other != id {
					t.Errorf("%+v and %+v are both %s", id, other, key)
				}
				seen[key.String()] = id
				if key.Tag == "" || bytes.ContainsAny([]byte(key.Tag+key.Name), "{} \n\x00") || len(key.String()) > 600 {
					t.Errorf("%+v has the key %q", id, key)
				}
				if back, err := store.DecodeOwned(store.EncodeOwned(key)); err != nil || back != key {
					t.Errorf("%+v as a note is %+v, %v", key, back, err)
				}
			}
		}
	})
}

func TestLetGo(t *testing.T) {
	known := make(map[string]store.Arrival)
	for i := range bot.MaxKnown + 10 {
		known[store.ArrivalField(fmt.Sprint(i))] = store.Arrival{First: time.Unix(int64(i), 0), Last: 20_000}
	}
	known["gone"] = store.Arrival{Last: 20_000 - 401}
	known["today"] = store.Arrival{Last: 20_001}
	store.LetGo(known, 20_001)
	if _, there := known["gone"]; there || len(known) != bot.MaxKnown || known["today"].Last != 20_001 {
		t.Errorf("%d are left, want %d, and neither what is long gone nor too many", len(known), bot.MaxKnown)
	}
}
