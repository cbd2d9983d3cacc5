package adaptertest

import (
	"slices"
	"strings"
	"testing"

	"archbot/internal/bot"
)

// Suite is what Run needs to know of an adapter.
type Suite struct {
	// State makes an empty state for one case; it keeps digests as well.
	State func(t testing.TB) bot.State
	// Driver puts an adapter between a World's bot and a fake of its platform, until
	// the test ends. It fills in the World's Secrets and Senders.
	Driver func(t testing.TB, w *World) Driver
}

// Run shows that an adapter does all that every adapter does.
func Run(t *testing.T, s Suite) {
	for _, c := range cases {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			list := Embedded()
			if c.hostile {
				list = hostileList(t)
			}
			w := newWorld(t, list, s.State(t), c.state, c.limits)
			d := &overhearing{Driver: s.Driver(t, &w)}
			if why := d.Lacks(c.name); why != "" {
				t.Logf("this platform cannot: %s", why) // a skip would wait for something to be set
				return
			}
			c.do(t, d)
			noSecret(t, w, "the log", w.Log.String())
			d.discreet(t, w.Log.String())
		})
	}
	t.Run("secrets", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, Embedded(), s.State(t), nil, bot.Limits{})
		d := &overhearing{Driver: s.Driver(t, &w)}
		secrets(t, d, &w)
		d.discreet(t, w.Log.String())
	})
}

// noSecret fails when one of the secrets stands in a text.
func noSecret(t testing.TB, w World, where, text string) {
	t.Helper()
	if len(w.Secrets) == 0 {
		t.Fatal("the driver names no secrets, so nothing is shown about them")
	}
	for _, secret := range w.Secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%s gives the secret %q away:\n%s", where, secret, text)
		}
	}
}

// secrets makes every call fail, and looks for secrets in whatever is said of it.
func secrets(t *testing.T, d Driver, w *World) {
	found := d.Command(t, "search circuit breaking")
	d.Break(t, true)
	d.Direct(t, "circuit breaking")
	d.Mention(t, "circuit breaking")
	d.Command(t, "search caching public:yes")
	d.Press(t, found, "Share with the channel")
	d.Menu(t, "how do circuit breakers work?")
	d.Break(t, false)
	if s := d.Command(t, "search circuit breaking"); s.Nothing || !strings.Contains(s.Text, "Circuit") {
		t.Errorf("after the outage: %+v", s)
	}
	log := w.Log.String()
	if log == "" {
		t.Error("an outage is not logged")
	}
	noSecret(t, *w, "the log", log)
}

// has fails when a text lacks one of the words.
func has(t testing.TB, s Seen, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(s.Text, w) {
			t.Errorf("there is no %q in\n%s", w, s.Text)
		}
	}
}

// button returns the first button whose label begins so; it fails where there is none.
func button(t testing.TB, s Seen, label string) string {
	t.Helper()
	i := slices.IndexFunc(s.Buttons, func(b string) bool { return b == label || strings.HasPrefix(b, label+":") })
	if i < 0 {
		t.Fatalf("there is no button %q among %q of\n%s", label, s.Buttons, s.Text)
	}
	return s.Buttons[i]
}

// quiet fails when anybody is notified.
func quiet(t testing.TB, s Seen) {
	t.Helper()
	if len(s.Told) > 0 {
		t.Errorf("%v are notified by\n%s", s.Told, s.Text)
	}
}
