package adaptertest

import (
	"slices"
	"strings"
	"testing"
)

// adds is a command that works wherever options are said apart.
const adds = "digest add circuit breaking zone:Europe/Berlin"

var subscribing = []scenario{
	{name: "add a digest", do: func(t *testing.T, d Driver) {
		s := d.Command(t, adds)
		has(t, s, "Circuit breaking comes here every Monday at 09:00 (Europe/Berlin)", "next on Mon ")
		button(t, s, "Preview")
		button(t, s, "Pause")
		if !s.Private {
			t.Error("everybody is told that somebody adds a digest")
		}
		quiet(t, s)
	}},
	{name: "a digest of no topic", do: func(t *testing.T, d Driver) {
		s := d.Command(t, "digest add sourdough bread zone:Europe/Berlin")
		has(t, s, "sourdough bread")
		has(t, d.Command(t, "digest list"), "There are no digests here.")
	}},
	{name: "list digests", do: func(t *testing.T, d Driver) {
		has(t, d.Command(t, "digest list"), "There are no digests here.")
		d.Command(t, adds)
		d.Command(t, "digest add load balancing zone:Asia/Kathmandu count:3")
		s := d.Command(t, "digest list")
		has(t, s, "2 digests here.", "1. Circuit breaking", "(Europe/Berlin), 5 resources", "2. Load balancing", "(Asia/Kathmandu), 3 resources")
		quiet(t, s)
	}},
	{name: "many digests", do: func(t *testing.T, d Driver) {
		for _, topic := range []string{
			"circuit breaking", "load balancing", "caching", "service discovery", "api gateway", "sharding", "event sourcing", "data replication",
			"container orchestration", "service deployment", "scaling patterns", "message queue",
		} {
			d.Command(t, "digest add "+topic+" zone:UTC")
		}
		s := d.Command(t, "digest list")
		n, _, _ := strings.Cut(s.Text, " digests here.")
		if !slices.Contains([]string{"8", "9", "10", "11", "12"}, n) {
			t.Fatalf("there are %q digests in\n%s", n, s.Text)
		}
		has(t, s, n+". ") // the last one is there too
	}},
	{name: "show a digest", do: func(t *testing.T, d Driver) {
		d.Command(t, adds)
		s := d.Command(t, "digest show 1")
		has(t, s, "Circuit breaking, every Monday at 09:00", "Europe/Berlin", "5 resources")
		if n := strings.Count(s.Text, "Mon "); n != 3 {
			t.Errorf("%d dates in\n%s", n, s.Text)
		}
	}},
	{name: "preview a digest", do: func(t *testing.T, d Driver) {
		d.Command(t, adds)
		s := d.Command(t, "digest preview 1")
		has(t, s, "Circuit breaking · week ", "not shown here yet", "This is how it would come on Mon ")
		if !s.Private || len(s.Links) != 5 || slices.Contains(s.Buttons, "Pause") {
			t.Errorf("private: %v, links %q, buttons %q", s.Private, s.Links, s.Buttons)
		}
		button(t, s, "Save")
		has(t, d.Press(t, s, "More of this"), "Circuit breaking", "from easy to hard")
		explained := d.Command(t, "digest preview 1 explain:yes")
		has(t, explained, "Because: not shown here yet")
		if !slices.Equal(s.Links, explained.Links) {
			t.Errorf("shown %q, then %q", s.Links, explained.Links)
		}
	}},
	{name: "preview from the answer", do: func(t *testing.T, d Driver) {
		s := d.Press(t, d.Command(t, adds), "Preview")
		has(t, s, "Circuit breaking · week ")
		if !s.Private {
			t.Error("everybody sees the preview")
		}
	}},
	{name: "an edition at once", do: func(t *testing.T, d Driver) {
		d.Command(t, adds)
		s := d.Command(t, "digest now 1")
		has(t, s, "Posted: 5 resources of Circuit breaking", "Circuit breaking · week ", "not shown here yet; ")
		if s.Private || len(s.Links) != 5 {
			t.Errorf("private: %v, links %q", s.Private, s.Links)
		}
		quiet(t, s)
		button(t, s, "Save")
		has(t, d.Press(t, s, "More of this"), "Circuit breaking", "from easy to hard")
		has(t, d.Press(t, s, "Pause"), "Circuit breaking is paused")
		has(t, d.Command(t, "digest history 1"), "posted, 5 resources")
	}},
	{name: "details of an edition", do: func(t *testing.T, d Driver) {
		has(t, d.Command(t, adds+" details:yes"), "Circuit breaking comes here")
		has(t, d.Command(t, "digest list"), "5 resources, with details")
		edition := d.Command(t, "digest now 1")
		has(t, edition, "Posted: 5 resources of Circuit breaking")
		if strings.Contains(edition.Text, "More about") {
			t.Errorf("the details come with the edition:\n%s", edition.Text)
		}
		s := d.Deliver(t)
		has(t, s, "Circuit breaking · week ", " · details", "More about the 5 resources of this edition.", "Service Mesh Architecture › Circuit breaking")
		if s.Private || !s.Thread || !slices.Equal(s.Links, edition.Links) {
			t.Errorf("private: %v, in a thread: %v, links %q of an edition of %q", s.Private, s.Thread, s.Links, edition.Links)
		}
		quiet(t, s)
		if again := d.Deliver(t); !again.Nothing {
			t.Errorf("they come again:\n%s", again.Text)
		}
		has(t, d.Command(t, "digest history 1"), "1 edition so far", "details posted, 5 resources", "posted, 5 resources")
		has(t, d.Press(t, s, "More of this"), "Circuit breaking", "from easy to hard")
		has(t, d.Command(t, "digest edit 1 details:no"), "Circuit breaking comes every Monday")
		if s := d.Command(t, "digest show 1"); strings.Contains(s.Text, "with details") {
			t.Errorf("it has details still:\n%s", s.Text)
		}
	}},
	{name: "preview of details", do: func(t *testing.T, d Driver) {
		d.Command(t, adds+" details:yes")
		has(t, d.Command(t, "digest preview 1"), "A reply with the details follows it", "details:yes")
		s := d.Command(t, "digest preview 1 details:yes")
		has(t, s, "More about the 5 resources of this edition.", "This is how it would come on Mon ")
		if !s.Private || slices.Contains(s.Buttons, "Pause") {
			t.Errorf("private: %v, buttons %q", s.Private, s.Buttons)
		}
	}},
	{name: "pause and resume a digest", do: func(t *testing.T, d Driver) {
		paused := d.Press(t, d.Command(t, adds), "Pause")
		has(t, paused, "Circuit breaking is paused", "digest resume")
		has(t, d.Command(t, "digest list"), "paused: somebody wanted it so")
		has(t, d.Command(t, "digest resume 1"), "Circuit breaking comes again, every Monday at 09:00 (Europe/Berlin): next on Mon ")
		if s := d.Command(t, "digest list"); strings.Contains(s.Text, "paused") {
			t.Errorf("it is paused still:\n%s", s.Text)
		}
		has(t, d.Command(t, "digest pause 1"), "is paused")
	}},
	{name: "remove a digest", do: func(t *testing.T, d Driver) {
		d.Command(t, adds)
		has(t, d.Command(t, "digest remove 2"), "There is no digest", "2")
		has(t, d.Command(t, "digest remove 1"), "Circuit breaking does not come here any more")
		has(t, d.Command(t, "digest list"), "There are no digests here.")
	}},
	{name: "completion of a time zone", do: func(t *testing.T, d Driver) {
		if offered := d.Complete(t, "digest add", "zone", "berl"); !slices.Contains(offered, "Europe/Berlin") {
			t.Errorf("offered: %q", offered)
		}
		if offered := d.Complete(t, "digest add", "topic", "circ"); !slices.Contains(offered, "Circuit breaking") {
			t.Errorf("offered: %q", offered)
		}
	}},
}
