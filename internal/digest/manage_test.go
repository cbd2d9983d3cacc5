package digest_test

import (
	"testing"
	"time"

	"archbot/internal/digest"
)

// A workspace that has left has its digests paused at once, and keeps them.
func TestStopWorkspace(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		w.subscribe(t, general, "every monday 09:00")
		w.subscribe(t, digest.Place{Platform: "slack", Workspace: "T1", Channel: "@U1"}, "every tuesday 09:00")
		other := digest.Place{Platform: "slack", Workspace: "T2", Channel: "C1"}
		w.subscribe(t, other, "every tuesday 09:00")
		for range 2 { // once more changes nothing
			if err := w.Engine.StopWorkspace(t.Context(), digest.Place{Platform: "slack", Workspace: "T1"}, "gone"); err != nil {
				t.Fatal(err)
			}
		}
		w.run(t, week)
		if len(w.platform.posts) != 1 || w.platform.posts[0].Place != other {
			t.Errorf("posts %v", w.platform.keys())
		}
		all, err := w.Engine.Store.Workspace(t.Context(), general)
		if err != nil || len(all) != 2 || all[0].Pause == nil || all[0].Pause.Why != digest.Stopped || all[1].Pause == nil {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// changes are what somebody may do to a digest while something of it is on its way.
var changes = map[string]func(*testing.T, *world, digest.Record){
	"pause": func(t *testing.T, w *world, r digest.Record) {
		t.Helper()
		_, err := w.Pause(t.Context(), r.Place, r.ID, "U2")
		ok(t, err)
	},
	"edit": func(t *testing.T, w *world, r digest.Record) {
		t.Helper()
		_, err := w.Edit(t.Context(), r.Place, r.ID, func(s *digest.Subscription) { s.Schedule.At, s.Count = 600, 7 })
		ok(t, err)
	},
	"remove": func(t *testing.T, w *world, r digest.Record) {
		t.Helper()
		_, err := w.store.Remove(t.Context(), r.Place, r.ID)
		ok(t, err)
	},
}

// A subscription that is changed while its edition is on its way keeps the change and
// loses no edition.
func TestChangedOnTheWay(t *testing.T) {
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				t.Helper()
				r := w.subscribe(t, general, "every monday 09:00")
				w.platform.post = func(n int, _ digest.Post) (bool, error) {
					if n == 1 {
						change(t, w, r)
					}
					return true, nil
				}
				w.run(t, week+2*24*time.Hour+12*time.Hour)
				want := map[string][]string{
					"pause": {"200001030900"}, "edit": {"200001030900", "200001101000"}, "remove": {"200001030900"},
				}[name]
				equal(t, w.platform.keys(), want...)
				if name == "remove" {
					return
				}
				now := w.record(t, general)
				if past := w.history(t, r); len(past) != len(want) || (now.Pause != nil) != (name == "pause") || name == "edit" && now.Count != 7 {
					t.Errorf("%+v, history %q", now, past)
				}
			})
		})
	}
}

func TestPauseResumeSkipNow(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		r := w.subscribe(t, general, "every day 09:00")
		_, err := w.Pause(t.Context(), general, r.ID, "U2")
		ok(t, err)
		w.run(t, 3*24*time.Hour)
		equal(t, w.platform.keys())
		_, err = w.Resume(t.Context(), general, r.ID) // the 4th, 00:00
		ok(t, err)
		skipped, _, err := w.Skip(t.Context(), general, r.ID)
		if err != nil || skipped.String() != "2000-01-04 09:00" {
			t.Errorf("skipped %s, %v", skipped, err)
		}
		w.run(t, 30*time.Hour) // the 5th, 06:00
		equal(t, w.platform.keys())
		o, f, err := w.Now(t.Context(), general, r.ID)
		if err != nil || f != nil || o.State != digest.Sent || !o.Extra {
			t.Errorf("now: %+v, %v, %v", o, f, err)
		}
		if _, _, err := w.Now(t.Context(), general, r.ID); err != digest.ErrSoon { //nolint:errorlint // it is that very one
			t.Errorf("now again: %v", err)
		}
		w.run(t, 12*time.Hour)
		equal(t, w.platform.keys(), "200001050600", "200001050900")
		equal(t, w.history(t, r), "2000-01-05 09:00 sent", "2000-01-05 06:00 sent asked", "2000-01-04 09:00 skipped asked")
	})
}

// Whoever is forgotten made no digest any more, and has none of their own; the channel
// keeps its.
func TestForgetUser(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		own := digest.Place{Platform: "slack", Workspace: "T1", Channel: "@U1"}
		r := w.subscribe(t, general, "every day 09:00")
		w.subscribe(t, own, "every day 09:00")
		alone := digest.Place{Platform: "slack", Channel: "@U1"}
		w.subscribe(t, alone, "every day 09:00")
		_, err := w.Pause(t.Context(), general, r.ID, "U1")
		ok(t, err)
		ok(t, w.ForgetUser(t.Context(), general, "U1"))
		ok(t, w.ForgetUser(t.Context(), digest.Place{Platform: "slack"}, "U1"))
		if kept := w.record(t, general); kept.By != "" || kept.Pause == nil || kept.Pause.By != "" {
			t.Errorf("kept: by %q, %+v", kept.By, kept.Pause)
		}
		for _, p := range []digest.Place{own, alone} {
			if c, err := w.store.Channel(t.Context(), p); err != nil || len(c.Records) != 0 {
				t.Errorf("%v has %d, %v", p, len(c.Records), err)
			}
		}
	})
}

// There is at least an hour between two editions, whatever is wanted at once.
func TestAnHourBetween(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		t.Helper()
		r := w.subscribe(t, general, "every day 09:00")
		time.Sleep(8*time.Hour + 30*time.Minute)
		_, _, err := w.Now(t.Context(), general, r.ID)
		ok(t, err)
		w.run(t, 2*time.Hour)
		equal(t, w.platform.keys(), "200001010830", "200001010900")
		if between := w.platform.posts[1].at.Sub(w.platform.posts[0].at); between < digest.MinPause {
			t.Errorf("%s between two editions", between)
		}
	})
}
