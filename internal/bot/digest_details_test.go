package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// Who wants details says so in words or by an option, and is told what they asked for.
func TestDigestDetailsTalk(t *testing.T) {
	newDesk(t).talk(t, `
> digest add load balancing with details count 3 every monday 09:00 zone:berlin
Load balancing comes here every Monday at 09:00 (Europe/Berlin): next on Mon 9 Mar, Mon 16 Mar and Mon 23 Mar 2026.
Preview: digest preview ID
Pause: digest pause ID
> digest list
1 digest here.
- 1. Load balancing: every Monday at 09:00 (Europe/Berlin), 3 resources, with details; next on Mon 9 Mar 2026
More about one:
  digest show 1
> digest edit 1 details:no
Load balancing comes every Monday at 09:00 (Europe/Berlin): next on Mon 9 Mar, Mon 16 Mar and Mon 23 Mar 2026; 3 resources.
Preview: digest preview ID
Pause: digest pause ID
> digest edit 1 details:yes
Load balancing comes every Monday at 09:00 (Europe/Berlin): next on Mon 9 Mar, Mon 16 Mar and Mon 23 Mar 2026; 3 resources, with details.
Preview: digest preview ID
Pause: digest pause ID
> digest edit 1 details:maybe
The option details cannot be “maybe”.
It can be yes or no.
  digest edit 1 when:"every friday 14:00"
`)
}

// The details of an edition are of its resources: all that the list says of each, and
// where each stands. They are delivered by the engine, after the edition.
func TestDigestDetails(t *testing.T) {
	d := newDesk(t)
	d.zone = "Europe/Berlin"
	d.say(t, "digest add microservices details:yes count 3")
	if form := d.say(t, "digest edit 1").Form; form == nil || valueOf(form, "details") != "yes" {
		t.Errorf("the form to edit it: %+v", form)
	}
	preview := d.say(t, "digest preview details:yes")
	if preview.Kind != bot.Details || preview.For != bot.ToOne || strings.Contains(preview.Plain(), "Pause") {
		t.Errorf("preview: %s", preview.Plain())
	}
	if r := d.say(t, "digest preview"); r.Kind != bot.Edition || !strings.Contains(r.Plain(), "A reply with the details follows it:\n  digest preview ") {
		t.Errorf("preview of the edition: %s", r.Plain())
	}
	if done := d.say(t, "digest now"); done.Kind != bot.Done || len(d.paper.posts) != 1 {
		t.Fatalf("now: %s %q", done.Kind, done.Text)
	}
	if err := d.engine.Tick(t.Context(), time.Time{}); err != nil || len(d.paper.posts) != 2 {
		t.Fatalf("%d posts, %v", len(d.paper.posts), err)
	}
	edition, details := d.Edition(t.Context(), d.paper.posts[0]), d.Edition(t.Context(), d.paper.posts[1])
	if details.Kind != bot.Details || details.For != bot.ToAll || details.Title != edition.Title+" · details" || len(details.Resources) != len(edition.Resources) {
		t.Fatalf("%s", details.Plain())
	}
	for i, r := range details.Resources {
		if r.URL != edition.Resources[i].URL || r.Description == "" || len(r.Path) == 0 {
			t.Errorf("%+v", r)
		}
	}
	if history := d.say(t, "digest history"); history.Text != "Microservices: 1 edition so far." || len(history.Facts) != 2 ||
		!strings.HasPrefix(history.Facts[0].Value, "details posted, ") {
		t.Errorf("%s", history.Plain())
	}
}

// A resource that stands in several places has all of them named.
func TestDigestDetailsSayWhere(t *testing.T) {
	b := newBot(t, "# List\n## Caching\n- **Eviction**\n  - [LRU](https://example.com/lru) - Least recently used. `paper` `2001` `also: queues/delivery`\n"+
		"## Queues\n- **Delivery**\n  - [Once](https://example.com/once) - Once.\n")
	l, err := b.DigestList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shown := b.Edition(t.Context(), digest.Post{To: "m1", Content: digest.Content{
		Topic: "caching", Title: "Caching", Slot: digest.Slot{Date: digest.Date{Year: 2026, Month: 3, Day: 9}}, Picks: []digest.Pick{{Resource: l.Catalog.Resources[0]}},
	}})
	want := []bot.ResourceCard{{
		Title: "LRU", URL: "https://example.com/lru", Description: "Least recently used.", Kind: "paper", Year: 2001,
		Topic: "caching/eviction", Path: []string{"Caching", "Eviction"}, Remark: "Also in Queues › Delivery.",
	}}
	if diff := cmp.Diff(want, shown.Resources); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if shown.Title != "Caching · week 11 · details" || shown.Text != "More about the resource of this edition." {
		t.Errorf("%q %q", shown.Title, shown.Text)
	}
}

// What is changed in one's direct messages is said to be, for who shows it elsewhere.
func TestDigestChanged(t *testing.T) {
	d := newDesk(t)
	d.zone = "UTC"
	for _, line := range []string{
		"digest add load balancing", "digest edit 1 count:3", "digest pause 1", "digest resume 1", "digest skip 1", "digest remove 1",
	} {
		if r := d.say(t, line); r.Kind != bot.Done || r.Changed {
			t.Errorf("in a channel, %s: %s %q, changed: %v", line, r.Kind, r.Text, r.Changed)
		}
	}
	for line, want := range map[string]bool{"digest add load balancing": true, "digest add sourdough": false, "digest list": false} {
		r := d.request(line)
		r.Channel, r.Surface = "", bot.SurfaceDirect
		if got := d.Handle(t.Context(), r); got.Changed != want {
			t.Errorf("in direct messages, %s: %s %q, changed: %v", line, got.Kind, got.Text, got.Changed)
		}
	}
}

// valueOf is what a form has in a field already.
func valueOf(f *bot.Form, name string) string {
	for _, field := range f.Fields {
		if field.Name == name {
			return field.Value
		}
	}
	return ""
}
