package store

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"archbot/internal/bot"
)

// The first byte of a record says how the rest is written, so that a newer
// archbot may write it otherwise and still read this one. Records are replaced as
// a whole, so that an older archbot beside a newer one harms none.
const format = 1

// A DecodeError says that stored bytes are not what archbot writes.
type DecodeError struct {
	What string // the kind of record
	Why  string
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("the store holds a %s that cannot be read: %s", e.What, e.Why)
}

// EncodeBlob writes opaque data as a record.
func EncodeBlob(data []byte) []byte { return append([]byte{format}, data...) }

// DecodeBlob reads what EncodeBlob wrote; never nil without an error.
func DecodeBlob(record []byte) ([]byte, error) {
	body, err := open("record", record, format)
	if err != nil {
		return nil, err
	}
	return append(make([]byte, 0, len(body)), body...), nil
}

// DecodeKey reads a signing key that EncodeBlob wrote.
func DecodeKey(record []byte) ([]byte, error) {
	key, err := DecodeBlob(record)
	if err == nil && len(key) != KeySize {
		return nil, &DecodeError{"signing key", "it has another length"}
	}
	return key, err
}

// EncodeSaved writes what a shelf keeps of an entry besides its id.
func EncodeSaved(s bot.Saved) []byte {
	record := binary.BigEndian.AppendUint64([]byte{format}, uint64(s.At.UnixMilli()))
	return append(record, s.Data...)
}

// DecodeSaved reads what EncodeSaved wrote.
func DecodeSaved(id string, record []byte) (bot.Saved, error) {
	body, err := open("saved entry", record, format)
	if err != nil {
		return bot.Saved{}, err
	}
	if len(body) < 8 {
		return bot.Saved{}, &DecodeError{"saved entry", "it is cut off"}
	}
	at := time.UnixMilli(int64(binary.BigEndian.Uint64(body)))
	return bot.Saved{ID: id, At: at, Data: append([]byte(nil), body[8:]...)}, nil
}

// open checks the format of a record, of which newest is the latest that is known, and
// returns what follows.
func open(what string, record []byte, newest byte) ([]byte, error) {
	switch {
	case len(record) == 0 || record[0] == 0:
		return nil, &DecodeError{what, "it has no format"}
	case record[0] > newest:
		return nil, fmt.Errorf("%w: a %s has format %d, this one reads up to %d", bot.ErrNewerSchema, what, record[0], newest)
	}
	return record[1:], nil
}

// versionSize is how many bytes a version of an installation has: nobody meets the
// same one twice.
const versionSize = 16

// NewVersion returns a version that no installation has had.
func NewVersion() bot.Version {
	v := make([]byte, versionSize)
	_, _ = rand.Read(v) // never fails
	return bot.Version(v)
}

// EncodeInstallation writes a version of an installation, with the version first, so
// that a script compares it without reading the rest.
func EncodeInstallation(v bot.Version, data []byte) []byte {
	return append([]byte(v), EncodeBlob(data)...)
}

// DecodeInstallation reads what EncodeInstallation wrote.
func DecodeInstallation(record []byte) ([]byte, bot.Version, error) {
	if len(record) < versionSize {
		return nil, "", &DecodeError{"installation", "it has no version"}
	}
	data, err := DecodeBlob(record[versionSize:])
	return data, bot.Version(record[:versionSize]), err
}

// Arrival is what is kept of a list's resource.
type Arrival struct {
	First time.Time // in whole seconds
	Last  int64     // the day since 1970 on which the list last had it
}

// arrivalShift leaves room for the seconds until 2106.
const arrivalShift = 32

// Packed writes an arrival as one whole number that a float64 holds: Redis sorts
// by it, and so has those that are longest gone first.
func (a Arrival) Packed() int64 { return a.Last<<arrivalShift | a.First.Unix()&(1<<arrivalShift-1) }

// UnpackArrival reads what Packed wrote.
func UnpackArrival(n int64) Arrival {
	return Arrival{First: time.Unix(n&(1<<arrivalShift-1), 0), Last: n >> arrivalShift}
}

// DayOf is the day since 1970 of a time, as Arrival.Last counts.
func DayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// LetGo forgets the arrivals that a list has not had for bot.ArrivalMemory, and
// where there are more than bot.MaxKnown those that are longest gone.
func LetGo(known map[string]Arrival, today int64) {
	oldest := today - int64(bot.ArrivalMemory/(24*time.Hour))
	maps.DeleteFunc(known, func(_ string, a Arrival) bool { return a.Last < oldest })
	DropFirst(known, len(known)-bot.MaxKnown, Arrival.Packed)
}

// DecodeTAT reads the TAT of a limit as Redis has it: digits.
func DecodeTAT(text string) (Micros, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= 1<<53 {
		return 0, &DecodeError{"limit", "it is no time"}
	}
	return Micros(n), nil
}

// EncodeOwned writes the key of a record that somebody owns.
func EncodeOwned(k Key) string { return k.Tag + "\x00" + k.Name }

// DecodeOwned reads what EncodeOwned wrote.
func DecodeOwned(member string) (Key, error) {
	tag, name, ok := strings.Cut(member, "\x00")
	if !ok || tag == "" || !strings.HasPrefix(name, "c:") && !strings.HasPrefix(name, "t:") ||
		strings.ContainsAny(member, "{}") || strings.Contains(name, "\x00") {
		return Key{}, &DecodeError{"note of who owns what", "it names no record"}
	}
	return Key{tag, name}, nil
}

// ErrSchema says that a schema's version is not a number.
var ErrSchema = errors.New("the store's schema has no version: this is no state of archbot, or it is damaged")

// DecodeSchema reads the version of a store's schema.
func DecodeSchema(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, ErrSchema
	}
	return n, nil
}
