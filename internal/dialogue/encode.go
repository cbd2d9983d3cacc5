package dialogue

import (
	"encoding/binary"
	"errors"
	"slices"

	"archbot/internal/catalog"
)

// MaxContext is how long an encoded context may be, in bytes.
const MaxContext = 8 << 10

// version is the first byte of an encoded context. Another archbot's is not read: a
// conversation that has to be begun anew is no loss.
const version = 1

// maxTopicID is how long a topic's id may be that is remembered, in bytes.
const maxTopicID = 512

// errContext says that bytes are no context that is understood here.
var errContext = errors.New("that is no conversation of this version")

// Encode writes a context, in at most MaxContext bytes:
//
//	version   1 byte
//	turn, filter's kind and level, its years, page, seen
//	subjects  their number; of each: topic, with, query, path
//	shown     their number; 8 bytes each; which one was talked about last
//	others    their number; an id each
//	offer     an id
//
// Numbers are uvarints, texts have their length before them. Where it would be too
// long, subjects go, the oldest but one first.
func (c Context) Encode() []byte {
	for {
		b := c.encode()
		if len(b) <= MaxContext {
			return b
		}
		switch {
		case len(c.past) > 1:
			c.past = slices.Delete(slices.Clone(c.past), min(1, len(c.past)-2), min(2, len(c.past)-1))
		case len(c.others) > 0:
			c.others = nil
		default:
			c.past = nil
		}
	}
}

func (c Context) encode() []byte {
	b := []byte{version}
	number := func(n int) { b = binary.AppendUvarint(b, uint64(max(0, n))) }
	text := func(s string) {
		number(len(s))
		b = append(b, s...)
	}
	id := func(id catalog.TopicID) {
		if len(id) > maxTopicID {
			id = ""
		}
		text(string(id))
	}
	number(c.turn)
	text(string(c.filter.Kind))
	text(string(c.filter.Level))
	number(int(c.filter.From))
	number(int(c.filter.To))
	number(c.page)
	number(c.seen)
	number(len(c.past))
	for _, s := range c.past {
		id(s.topic)
		id(s.with)
		text(s.query)
		path := 0
		if s.path {
			path = 1
		}
		number(path)
	}
	number(len(c.shown))
	for _, key := range c.shown {
		b = binary.BigEndian.AppendUint64(b, key)
	}
	number(c.item)
	number(len(c.others))
	for _, o := range c.others {
		id(o)
	}
	id(c.offer)
	return b
}

// Decode reads what Encode wrote. What cannot be read, or is another version's, is an
// error, and the conversation begins anew.
func Decode(b []byte) (Context, error) {
	if len(b) == 0 || b[0] != version || len(b) > MaxContext {
		return Context{}, errContext
	}
	d := decoder{rest: b[1:]}
	c := Context{turn: d.number(1 << 30)}
	c.filter.Kind, c.filter.Level = catalog.Kind(d.text(32)), catalog.Level(d.text(32))
	c.filter.From, c.filter.To = catalog.Year(d.number(9999)), catalog.Year(d.number(9999))
	c.page, c.seen = d.number(maxPage), d.number(1<<30)
	for range d.number(maxPast) {
		c.past = append(c.past, subject{d.id(), d.id(), d.text(maxQuery), d.number(1) == 1})
	}
	for range d.number(maxShown) {
		c.shown = append(c.shown, d.key())
	}
	c.item = d.number(uint64(len(c.shown)))
	for range d.number(maxOthers) {
		c.others = append(c.others, d.id())
	}
	c.offer = d.id()
	known := (c.filter.Kind == "" || slices.Contains(catalog.Kinds(), c.filter.Kind)) &&
		(c.filter.Level == "" || slices.Contains(catalog.Levels(), c.filter.Level))
	if d.bad || len(d.rest) > 0 || !known {
		return Context{}, errContext
	}
	return c, nil
}

// decoder takes values off bytes that may be anything.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) number(most uint64) int {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 || n > most {
		d.rest, d.bad = nil, true
		return 0
	}
	d.rest = d.rest[size:]
	return int(n)
}

func (d *decoder) text(most uint64) string {
	n := d.number(most)
	if n > len(d.rest) {
		d.rest, d.bad = nil, true
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) id() catalog.TopicID { return catalog.TopicID(d.text(maxTopicID)) }

func (d *decoder) key() uint64 {
	if len(d.rest) < 8 {
		d.rest, d.bad = nil, true
		return 0
	}
	key := binary.BigEndian.Uint64(d.rest)
	d.rest = d.rest[8:]
	return key
}
