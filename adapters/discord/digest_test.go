package discord

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/digest"
)

// edition is one on its way to the channel.
func (b *bubble) edition(key string) digest.Post {
	return digest.Post{Key: key, Place: digest.Place{Platform: string(Platform), Workspace: b.guild, Channel: b.channel}, Subscription: "d1"}
}

// An edition is found again, also far back and by a process that has not posted it; another
// one is not.
func TestEditionsAreFound(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		since := time.Now()
		id, err := a.Digests().Post(t.Context(), b.edition("one"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 250 {
			if _, err := b.Say(b.by(), fmt.Sprint("talk ", i)); err != nil {
				t.Fatal(err)
			}
		}
		c := b.config
		c.Bot = &echo{}
		other, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, finder := range []*Adapter{a, other} {
			got, found, err := finder.Digests().Find(t.Context(), b.edition("one").Place, "one", since)
			if err != nil || !found || got != id {
				t.Errorf("found %q, %v, %v; want %q", got, found, err, id)
			}
			if _, found, err := finder.Digests().Find(t.Context(), b.edition("two").Place, "two", since); err != nil || found {
				t.Errorf("what was not posted is found: %v, %v", found, err)
			}
		}
		direct := digest.Place{Platform: string(Platform), Channel: "@" + b.user.ID}
		if _, err := a.Digests().Post(t.Context(), digest.Post{Key: "three", Place: direct}); err != nil {
			t.Error(err)
		}
		if err := a.Digests().Tell(t.Context(), direct, b.user.ID, "It is paused."); err != nil {
			t.Error(err)
		}
		if got := b.answered(); len(got) != 2 || !strings.Contains(got[1], "It is paused.") {
			t.Errorf("direct messages: %q", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// What went wrong says whether it may have been posted, and what to do.
func TestFailuresOfEditions(t *testing.T) {
	for name, tt := range map[string]struct {
		fault discordfake.Fault
		want  digest.Class
		posts int
	}{
		"unknown channel":     {discordfake.Fault{Status: 404, Code: 10003}, digest.ChannelOff, 0},
		"no direct messages":  {discordfake.Fault{Status: 403, Code: 50007}, digest.ChannelOff, 0},
		"unknown server":      {discordfake.Fault{Status: 404, Code: 10004}, digest.SpaceOff, 0},
		"missing permissions": {discordfake.Fault{Status: 403, Code: 50013}, digest.NeedsHelp, 0},
		"refused":             {discordfake.Fault{Status: 400, Code: 50035}, digest.NeedsHelp, 0},
		"asked too often":     {discordfake.Fault{Status: 429, Scope: "user", RetryAfter: 7000}, digest.Passing, 0},
		"outage":              {discordfake.Fault{Status: 503}, digest.Unsure, 0},
		"reset":               {discordfake.Fault{Reset: true}, digest.Unsure, 0},
		"lost answer":         {discordfake.Fault{Reset: true, After: true}, digest.Unsure, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
				t := b.t
				a, stop := b.begin(&echo{})
				f := tt.fault
				f.Method, f.Path = "POST", "/messages"
				b.Fail(f)
				_, err := a.Digests().Post(t.Context(), b.edition("one"))
				failed, ok := errors.AsType[*digest.Failure](err)
				if !ok || failed.Class != tt.want || failed.Text == "" || strings.Contains(err.Error(), b.Token()) {
					t.Errorf("%v, want %s", err, tt.want)
				}
				if ok && tt.fault.RetryAfter > 0 && failed.After != 7*time.Second {
					t.Errorf("it is to be tried after %v", failed.After)
				}
				if n := len(b.Messages(b.channel, "")); n != tt.posts {
					t.Errorf("%d messages were posted, want %d", n, tt.posts)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestProbe(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		for may, want := range map[int64]digest.Ability{
			discordfake.PermissionViewChannel | discordfake.PermissionSendMessages | discordfake.PermissionReadHistory: {Post: true, Find: true},
			discordfake.PermissionViewChannel | discordfake.PermissionSendMessages:                                     {Post: true},
			discordfake.PermissionViewChannel: {},
			0:                                 {},
		} {
			b.SetPermissions(b.channel, may)
			got, err := a.Digests().Probe(t.Context(), b.edition("").Place)
			if err != nil || got.Post != want.Post || got.Find != want.Find || got.Mend == "" && !(got.Post && got.Find) {
				t.Errorf("with %b: %+v, %v; want %+v", may, got, err, want)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}
