package slackfake

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"
)

// surface is where blocks are to be shown: not all of them may be everywhere.
type surface uint8

const (
	inMessage surface = 1 << iota
	inModal
	inHome
	inViews    = inModal | inHome
	everywhere = inMessage | inModal | inHome
)

// checker walks through blocks or a view and notes what Slack would refuse, in
// Slack's words and with a JSON pointer to the place.
type checker struct {
	where    surface
	problems []string
	blockIDs map[string]bool
	actions  map[string]bool // action_ids of the block at hand
	focus    bool            // some element has focus_on_load
	inputs   []string        // pointers to input blocks
	markdown int             // characters in markdown blocks
	tables   int
	text     int // characters in all
	mentions mentions
}

func newChecker(where surface) *checker {
	return &checker{where: where, blockIDs: map[string]bool{}}
}

func (c *checker) fail(at, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

// check checks one value at a place.
type check func(c *checker, at string, v any)

// field is a key that an object may have.
type field struct {
	required bool
	check    check
}

func must(ck check) field { return field{required: true, check: ck} }
func may(ck check) field  { return field{check: ck} }

// fields are all keys that an object may have; others are refused.
type fields map[string]field

// with is the fields and these as well.
func (f fields) with(more fields) fields {
	out := maps.Clone(f)
	maps.Copy(out, more)
	return out
}

// object checks an object's keys, and their values in the keys' order. It returns
// nil where there is no object.
func (c *checker) object(at string, v any, spec fields) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		c.fail(at, "must be an object")
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(spec)) {
		value, present := o[key]
		switch {
		case present && value != nil:
			spec[key].check(c, at+"/"+key, value)
		case spec[key].required:
			c.fail(at, "missing required field: %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if _, known := spec[key]; !known {
			c.fail(at, "invalid additional property: %s", key)
		}
	}
	return o
}

// shape checks an object against fields, and then as a whole.
func shape(spec fields, whole ...func(c *checker, at string, o map[string]any)) check {
	return func(c *checker, at string, v any) {
		if o := c.object(at, v, spec); o != nil {
			for _, w := range whole {
				w(c, at, o)
			}
		}
	}
}

// list checks an array's length and elements.
func list(least, most int, each check) check {
	return func(c *checker, at string, v any) {
		a, ok := v.([]any)
		if !ok {
			c.fail(at, "must be an array")
			return
		}
		if len(a) < least {
			c.fail(at, "no fewer than %d items allowed", least)
		}
		if len(a) > most {
			c.fail(at, "no more than %d items allowed", most)
		}
		for i, e := range a {
			each(c, at+"/"+strconv.Itoa(i), e)
		}
	}
}

// str checks text of so many characters.
func str(least, most int) check {
	return func(c *checker, at string, v any) {
		s, ok := v.(string)
		if !ok {
			c.fail(at, "must be a string")
			return
		}
		c.length(at, s, least, most)
	}
}

func (c *checker) length(at, s string, least, most int) {
	n := utf8.RuneCountInString(s)
	if n < least {
		c.fail(at, "must be more than %d characters", least-1)
	}
	if n > most {
		c.fail(at, "must be less than %d characters", most+1)
	}
}

func boolean(c *checker, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.fail(at, "must be a boolean")
	}
}

// integer checks a whole number between two others.
func integer(least, most int64) check {
	return func(c *checker, at string, v any) {
		n, ok := v.(json.Number)
		i, err := n.Int64()
		if !ok || err != nil {
			c.fail(at, "must be an integer")
			return
		}
		if i < least || i > most {
			c.fail(at, "must be between %d and %d", least, most)
		}
	}
}

func oneOf(words ...string) check {
	return func(c *checker, at string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(words, s) {
			c.fail(at, "must be a valid enum value")
		}
	}
}

// link checks an address that a browser can open.
func link(c *checker, at string, v any) {
	s, ok := v.(string)
	if !ok {
		c.fail(at, "must be a string")
		return
	}
	c.length(at, s, 1, maxURL)
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Scheme != "mailto" && u.Host == "" {
		c.fail(at, "must be a valid URL")
	}
}

// anything checks nothing.
func anything(*checker, string, any) {}

// kinds checks an object by what its "type" names; what is not among them is an
// unsupported type.
func kinds(specs map[string]check, allowed ...string) check {
	return func(c *checker, at string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.fail(at, "must be an object")
			return
		}
		kind, _ := o["type"].(string)
		spec, known := specs[kind]
		switch {
		case o["type"] == nil:
			c.fail(at, "missing required field: type")
		case !known || allowed != nil && !slices.Contains(allowed, kind):
			c.fail(at+"/type", "unsupported type: %v", o["type"])
		default:
			spec(c, at, v)
		}
	}
}
