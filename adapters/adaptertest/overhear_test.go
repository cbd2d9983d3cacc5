package adaptertest

import (
	"testing"
)

// mute is a Driver of a platform where nothing comes of anything.
type mute struct{ Driver }

func (mute) Command(testing.TB, string) Seen { return Seen{} }

// complaining is a test that takes note of being failed.
type complaining struct {
	testing.TB
	n int
}

func (c *complaining) Errorf(string, ...any) { c.n++ }
func (*complaining) Helper()                 {}

func TestDiscreet(t *testing.T) {
	d := &overhearing{Driver: mute{}}
	d.Command(t, "search circuit breaking kind:video")
	d.Command(t, "help")
	for log, complaints := range map[string]int{
		"level=INFO msg=answered command=help\nlevel=DEBUG msg=\"a request\" text=\"circuit breaking kind:video\"\n": 0,
		"level=INFO msg=\"asked for circuit breaking kind:video\"\n":                                                 1,
		"level=WARN msg=failed error=\"circuit breaking kind:video\"\nlevel=INFO msg=x":                              1,
	} {
		c := &complaining{TB: t}
		d.discreet(c, log)
		if c.n != complaints {
			t.Errorf("%d complaints of %q, want %d", c.n, log, complaints)
		}
	}
}
