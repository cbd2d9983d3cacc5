package bolt

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// The buckets that hold no kind.
var (
	metaBucket     = []byte("meta")     // the schema's version and the signing key
	arrivalsBucket = []byte("arrivals") // of a list, a bucket of its resources
)

// A kind is records that expire and are not too many. They are in a bucket, each
// behind the time it expires at; a second bucket has those times with the keys
// behind them, in the order of time. The first bucket's sequence counts them.
type kind struct {
	name  string
	limit uint64                        // those that expire first make room
	gone  func(*bbolt.Tx, string) error // what else goes with a record
}

var (
	limitKind  = kind{name: "limits", limit: 100_000}
	eventKind  = kind{name: "events", limit: 100_000}
	recordKind = kind{name: "records", limit: 50_000}
	ownedKind  = kind{name: "owned", limit: 100_000}
	shelfKind  = kind{name: "shelves", limit: 10_000}
	listKind   = kind{name: "lists", limit: 64, gone: forgetList}
)

var kinds = []kind{
	limitKind, eventKind, recordKind, ownedKind, shelfKind, listKind, digestPastKind, digestSeenKind, digestZoneKind,
}

// sweepMost bounds what one write clears away; each adds no more than two.
const sweepMost = 16

func forgetList(tx *bbolt.Tx, key string) error {
	return tx.Bucket(arrivalsBucket).DeleteBucket([]byte(key))
}

func (k kind) rows(tx *bbolt.Tx) *bbolt.Bucket { return tx.Bucket([]byte(k.name)) }
func (k kind) ends(tx *bbolt.Tx) *bbolt.Bucket { return tx.Bucket([]byte(k.name + " by end")) }

func (k kind) prepare(tx *bbolt.Tx) error {
	if _, err := tx.CreateBucketIfNotExists([]byte(k.name)); err != nil {
		return err
	}
	_, err := tx.CreateBucketIfNotExists([]byte(k.name + " by end"))
	return err
}

// endLength is how many bytes the time has that a record expires at.
const endLength = 8

// encodeEnd writes a time as milliseconds since 1970, so that order is time's.
func encodeEnd(t time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(max(t.UnixMilli(), 0)))
}

// decodeRow takes a stored value apart: when it expires, and what it is.
func decodeRow(value []byte) (end time.Time, data []byte, ok bool) {
	if len(value) < endLength {
		return time.Time{}, nil, false
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(value))), value[endLength:], true
}

// get returns a record for as long as the transaction lasts; nil when there is
// none, or not any more.
func (k kind) get(tx *bbolt.Tx, now time.Time, key string) []byte {
	end, data, ok := decodeRow(k.rows(tx).Get([]byte(key)))
	if !ok || !end.After(now) {
		return nil
	}
	return data
}

// left is how long a record is still kept.
func (k kind) left(tx *bbolt.Tx, now time.Time, key string) time.Duration {
	end, _, ok := decodeRow(k.rows(tx).Get([]byte(key)))
	if !ok {
		return 0
	}
	return end.Sub(now)
}

// each calls do with all records that have not expired.
func (k kind) each(tx *bbolt.Tx, now time.Time, do func(key, data []byte) error) error {
	return k.rows(tx).ForEach(func(key, value []byte) error {
		if end, data, ok := decodeRow(value); ok && end.After(now) {
			return do(key, data)
		}
		return nil
	})
}

// below returns the keys with a prefix that have not expired, by when they do.
func (k kind) below(tx *bbolt.Tx, now time.Time, prefix string) []string {
	type row struct {
		key string
		end time.Time
	}
	var rows []row
	c := k.rows(tx).Cursor()
	for key, value := c.Seek([]byte(prefix)); bytes.HasPrefix(key, []byte(prefix)); key, value = c.Next() {
		if end, _, ok := decodeRow(value); ok && end.After(now) {
			rows = append(rows, row{string(key), end})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.end.Compare(b.end) })
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.key
	}
	return keys
}

// put adds or replaces a record; with one too many, the first to expire goes.
func (k kind) put(tx *bbolt.Tx, key string, data []byte, end time.Time) error {
	if err := k.take(tx, key); err != nil {
		return err
	}
	rows, when := k.rows(tx), encodeEnd(end)
	err := cmp.Or(
		rows.Put([]byte(key), append(slices.Clone(when), data...)),
		k.ends(tx).Put(append(when, key...), nil),
		rows.SetSequence(rows.Sequence()+1),
	)
	if err != nil || rows.Sequence() <= k.limit {
		return err
	}
	return k.first(tx, 1, func(time.Time) bool { return true })
}

// remove erases a record, if there is one, and what goes with it.
func (k kind) remove(tx *bbolt.Tx, key string) error {
	if err := k.take(tx, key); err != nil || k.gone == nil {
		return err
	}
	return k.gone(tx, key)
}

// take takes a record out of both buckets.
func (k kind) take(tx *bbolt.Tx, key string) error {
	rows := k.rows(tx)
	value := rows.Get([]byte(key))
	if len(value) < endLength {
		return nil
	}
	return cmp.Or(
		k.ends(tx).Delete(append(slices.Clone(value[:endLength]), key...)),
		rows.Delete([]byte(key)),
		rows.SetSequence(max(rows.Sequence(), 1)-1),
	)
}

// sweep clears some of those away that have expired.
func (k kind) sweep(tx *bbolt.Tx, now time.Time) error {
	return k.first(tx, sweepMost, func(end time.Time) bool { return !end.After(now) })
}

// first removes up to so many records that expire first, as long as they may go.
func (k kind) first(tx *bbolt.Tx, most int, may func(end time.Time) bool) error {
	for range most {
		where, _ := k.ends(tx).Cursor().First()
		end, key, ok := decodeRow(where)
		if !ok || !may(end) {
			return nil
		}
		if name := string(key); k.rows(tx).Get(key) != nil {
			if err := k.remove(tx, name); err != nil {
				return err
			}
			continue
		}
		if err := k.ends(tx).Delete(slices.Clone(where)); err != nil { // damaged: it leads nowhere
			return err
		}
	}
	return nil
}

// cutNote takes the key of a note of whose a record is apart.
func cutNote(note string) (owner, member string, ok bool) { return strings.Cut(note, "\x00") }

// encodeShelf writes a shelf: of each entry the lengths of its id and its record,
// then both.
func encodeShelf(shelf []bot.Saved) []byte {
	var b []byte
	for _, s := range shelf {
		record := store.EncodeSaved(s)
		b = binary.AppendUvarint(b, uint64(len(s.ID)))
		b = binary.AppendUvarint(b, uint64(len(record)))
		b = append(append(b, s.ID...), record...)
	}
	return b
}

// decodeShelf reads what encodeShelf wrote.
func decodeShelf(b []byte) ([]bot.Saved, error) {
	var shelf []bot.Saved
	for len(b) > 0 {
		id, n := binary.Uvarint(b)
		record, m := binary.Uvarint(b[max(n, 0):])
		if n <= 0 || m <= 0 || id > bot.MaxSavedID || record > 2*bot.MaxSavedData || uint64(len(b)) < uint64(n+m)+id+record {
			return nil, &store.DecodeError{What: "shelf", Why: "its entries do not fit"}
		}
		b = b[n+m:]
		saved, err := store.DecodeSaved(string(b[:id]), b[id:id+record])
		if err != nil {
			return nil, err
		}
		shelf, b = append(shelf, saved), b[id+record:]
	}
	return shelf, nil
}

// decodeArrival reads when a resource was seen.
func decodeArrival(value []byte) (store.Arrival, error) {
	if len(value) != 8 || value[0] > 0x7F {
		return store.Arrival{}, &store.DecodeError{What: "list’s resource", Why: "it has no time"}
	}
	return store.UnpackArrival(int64(binary.BigEndian.Uint64(value))), nil
}
