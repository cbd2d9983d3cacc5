package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// DigestShards is how many parts the digests of a platform are kept in. A part is
// one slot of a cluster: an index on time, and all of the workspaces in it.
const DigestShards = 16

// digestTag is the part that a workspace is in.
func digestTag(s Space) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.Name))
	return DigestTag(s.Platform, int(h.Sum32()%DigestShards))
}

// DigestTag names a part: 0 to DigestShards-1.
func DigestTag(platform string, shard int) string {
	return fmt.Sprintf("digest:%s:%x", escape(platform), shard)
}

// DigestIndexKey is where it says when to look at the workspaces of a part.
func DigestIndexKey(platform string, shard int) Key { return Key{DigestTag(platform, shard), "i"} }

// DigestSpaceKey is where something of a workspace's digests is kept: "q" what is
// due, "x" leases, "l" lanes, "w" its channels, "z" zones.
func DigestSpaceKey(what string, s Space) Key {
	return Key{digestTag(s), what + ":" + escape(s.Name)}
}

// DigestIndexKeyOf is the index that a workspace is in.
func DigestIndexKeyOf(s Space) Key { return Key{digestTag(s), "i"} }

// DigestChannelKey is where something of a channel's digests is kept: "c" its
// records, "v" what it has seen.
func DigestChannelKey(what string, p digest.Place) Key {
	return Key{digestTag(SpaceOf(p)), what + ":" + escape(SpaceOf(p).Name) + ":" + escape(p.Channel)}
}

// DigestHistoryKey is where a subscription's past is kept.
func DigestHistoryKey(r Ref) Key {
	k := DigestChannelKey("h", r.Place)
	k.Name += ":" + escape(string(r.ID))
	return k
}

// replyFormat is the format of a digest whose editions have replies. An archbot that
// knows none refuses it: it would write the record back without them.
const replyFormat = 2

// EncodeRecord writes a record with its version, which is a number of eight bytes
// after the format: the oldest one that has room for what is in the record.
func EncodeRecord(r digest.Record) ([]byte, error) {
	body, err := r.MarshalBinary()
	if err != nil {
		return nil, err
	}
	if err := CheckSize("digest", len(body), digest.MaxRecord); err != nil {
		return nil, err
	}
	written := byte(format)
	if r.Details || r.Reply != nil {
		written = replyFormat
	}
	return append(binary.BigEndian.AppendUint64([]byte{written}, r.Version), body...), nil
}

// DecodeRecord reads what EncodeRecord wrote.
func DecodeRecord(record []byte) (digest.Record, error) {
	var r digest.Record
	body, err := open("digest", record, replyFormat)
	if err != nil {
		return r, err
	}
	if len(body) < 8 {
		return r, &DecodeError{"digest", "it is cut off"}
	}
	if err := r.UnmarshalBinary(body[8:]); err != nil {
		return digest.Record{}, &DecodeError{"digest", err.Error()}
	}
	r.Version = binary.BigEndian.Uint64(body)
	return r, nil
}

// EncodeOutcome writes what became of an edition.
func EncodeOutcome(o digest.Outcome) ([]byte, error) {
	body, err := o.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return append([]byte{format}, body...), CheckSize("digest's past", len(body), digest.MaxRecord)
}

// DecodeOutcome reads what EncodeOutcome wrote.
func DecodeOutcome(record []byte) (digest.Outcome, error) {
	var o digest.Outcome
	body, err := open("digest's past", record, format)
	if err != nil {
		return o, err
	}
	if err := o.UnmarshalBinary(body); err != nil {
		return digest.Outcome{}, &DecodeError{"digest's past", err.Error()}
	}
	return o, nil
}

// CheckChange says whether a change may be written.
func CheckChange(c digest.Change) error {
	r := c.Record
	if r.Place.Platform == "" || r.Place.Channel == "" || len(r.ID) != digest.IDLength {
		return errors.New("a digest belongs to a channel and has an id")
	}
	if len(c.Shown) > digest.MaxCount {
		return fmt.Errorf("%w: an edition of %d resources", bot.ErrTooLarge, len(c.Shown))
	}
	return nil
}

// CompareRecords orders a channel's records: in the order in which they were made.
func CompareRecords(a, b digest.Record) int {
	return cmp.Or(cmp.Compare(a.Place.Channel, b.Place.Channel), a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID))
}

// WholeWorkspace is what a workspace keeps its zone under: a place without a
// channel.
func WholeWorkspace(p digest.Place) digest.Place {
	if p.Workspace != "" {
		p.Channel = ""
	}
	return p
}

// Remember adds what a channel has seen, in whole seconds, to what it saw before.
// What it saw longest ago makes room.
func Remember(seen map[string]time.Time, shown []string, at time.Time) map[string]time.Time {
	if seen == nil {
		seen = make(map[string]time.Time)
	}
	at = time.Unix(at.Unix(), 0)
	for _, field := range shown {
		if at.After(seen[field]) {
			seen[field] = at
		}
	}
	if len(seen) <= digest.MaxSeen {
		return seen
	}
	fields := slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		return cmp.Or(seen[a].Compare(seen[b]), cmp.Compare(a, b))
	})
	for _, field := range fields[:len(fields)-digest.MaxSeen] {
		delete(seen, field)
	}
	return seen
}
